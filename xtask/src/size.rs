//! The weight of each download against its budget: what a phone on a poor line has to wait for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
    process::ExitCode,
};

use anyhow::{Result, bail};

use crate::{
    build::{self, Mode, Sizes, extension, files_below},
    exec::on_all_processors,
    project::{PORTAL, Project},
    widget_size,
};

/// One thing a browser downloads in one go.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Bundle {
    /// What every page of the portal needs first.
    Shell,
    /// What some parts of the portal need when they are opened, joined by a hyphen: `day`, `day-plan`.
    Part(String),
    Leaflet,
    /// The solver's worker with SIMD, and for browsers without.
    Solver,
    PlainSolver,
    WidgetLoader,
    WidgetCore,
}

impl Bundle {
    /// What must be there; which parts there are is the portal's own affair.
    const FIXED: [Bundle; 6] = [
        Bundle::Shell,
        Bundle::Leaflet,
        Bundle::Solver,
        Bundle::PlainSolver,
        Bundle::WidgetLoader,
        Bundle::WidgetCore,
    ];

    /// The most it may weigh in brotli, in bytes (1 kB is 1000 bytes).
    fn budget(&self) -> u64 {
        match self {
            Bundle::Shell | Bundle::Solver | Bundle::PlainSolver => 120_000,
            Bundle::Part(_) => 115_000,
            Bundle::Leaflet => 42_000,
            Bundle::WidgetLoader => 2_000,
            Bundle::WidgetCore => 18_000,
        }
    }

    /// The bundle a file of the dist folder belongs to; whatever no other bundle claims is the shell's,
    /// so that nothing escapes the count.
    fn of(path: &str) -> Option<Bundle> {
        if !matches!(extension(Path::new(path)), "html" | "js" | "mjs" | "wasm" | "css") {
            return None;
        }
        if path.starts_with("widget/") {
            return widget_size::bundle(path);
        }
        Some(if path.contains("leaflet") {
            Bundle::Leaflet
        } else if path.contains("solver-worker-plain") {
            Bundle::PlainSolver
        } else if path.contains("solver-worker") || path.contains("solver_worker") {
            Bundle::Solver
        } else if let Some(parts) = parts_of(path) {
            Bundle::Part(parts.to_owned())
        } else {
            Bundle::Shell
        })
    }

    /// Whether it is downloaded before a plan and its map are on the screen.
    fn is_of_the_plan_page(&self) -> bool {
        match self {
            Bundle::Shell | Bundle::Leaflet => true,
            Bundle::Part(parts) => parts.split('-').any(|part| part == "plan"),
            Bundle::Solver | Bundle::PlainSolver | Bundle::WidgetLoader | Bundle::WidgetCore => false,
        }
    }
}

/// `day-plan` of `milkrun-portal-day-plan-0123456789abcdef.wasm`; the main module's name has nothing in that place.
fn parts_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix(PORTAL)?.strip_prefix('-')?.strip_suffix(".wasm")?;
    inner.rsplit_once('-').map(|(parts, _)| parts)
}

impl fmt::Display for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Bundle::Shell => "portal shell",
            Bundle::Part(parts) => return f.pad(&format!("  {}", parts.replace('-', " + "))),
            Bundle::Leaflet => "Leaflet chunk",
            Bundle::Solver => "solver worker",
            Bundle::PlainSolver => "  without SIMD",
            Bundle::WidgetLoader => "widget loader",
            Bundle::WidgetCore => "widget core",
        })
    }
}

/// The most that may be downloaded before a plan and its map are on the screen: shell, parts and Leaflet together.
const PLAN_PAGE: u64 = 330_000;

/// Prints the table; the exit code says whether every bundle keeps its budget.
pub(crate) fn size(project: &Project) -> Result<ExitCode> {
    let dist = build::for_the_browser(project, Mode::Release)?;
    let over = against_budgets(&dist)?.over;
    Ok(if over.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How the bundles keep their budgets.
#[derive(Default, Debug)]
pub(crate) struct Verdict {
    /// How many budgets there are.
    pub(crate) budgets: u32,
    /// Those that are not kept, a sentence each.
    pub(crate) over: Vec<String>,
}

impl Verdict {
    fn judge(&mut self, name: &dyn fmt::Display, sizes: Sizes, budget: u64) {
        let Sizes { raw, gzip, brotli } = sizes;
        self.budgets += 1;
        let mark = if brotli <= budget { "" } else { "  over budget" };
        println!("{name:<24} {raw:>9} {gzip:>9} {brotli:>9} {budget:>9}{mark}");
        if brotli > budget {
            let name = name.to_string();
            let more = brotli - budget;
            self.over
                .push(format!("{}: {brotli} bytes of brotli are {more} more than its budget", name.trim()));
        }
    }
}

/// Prints the table and judges each bundle.
pub(crate) fn against_budgets(dist: &Path) -> Result<Verdict> {
    let weights = weigh(dist)?;
    println!();
    println!("{:<24} {:>9} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli", "budget");
    let mut verdict = Verdict::default();
    let bundles: BTreeSet<Bundle> = Bundle::FIXED.into_iter().chain(weights.keys().cloned()).collect();
    for bundle in bundles {
        match weights.get(&bundle) {
            Some(sizes) => verdict.judge(&bundle, *sizes, bundle.budget()),
            None => {
                verdict.budgets += 1;
                verdict.over.push(format!("{bundle}: no file of it in {}", dist.display()));
            }
        }
    }
    let mut plan_page = Sizes::default();
    for (_, sizes) in weights.iter().filter(|(bundle, _)| bundle.is_of_the_plan_page()) {
        plan_page += *sizes;
    }
    verdict.judge(&"first plan page in all", plan_page, PLAN_PAGE);
    if let Some(sizes) = widget_size::first_answer(dist)? {
        verdict.judge(&"widget's first answer", sizes, widget_size::FIRST_ANSWER);
    }
    for sentence in &verdict.over {
        println!("{sentence}");
    }
    Ok(verdict)
}

fn weigh(dist: &Path) -> Result<BTreeMap<Bundle, Sizes>> {
    let mut files = Vec::new();
    for file in files_below(dist)? {
        let inner = file.strip_prefix(dist)?.to_string_lossy().into_owned();
        if let Some(bundle) = Bundle::of(&inner) {
            files.push((bundle, file));
        }
    }
    if files.is_empty() {
        bail!("there is nothing to weigh in {}", dist.display());
    }
    // Each file is compressed alone, as the server sends it.
    let weighed = on_all_processors(&files, |(bundle, file)| -> Result<_> {
        Ok((bundle.clone(), build::sizes(&fs::read(file)?)?))
    });
    let mut bundles = BTreeMap::new();
    for result in weighed {
        let (bundle, sizes) = result?;
        *bundles.entry(bundle).or_insert_with(Sizes::default) += sizes;
    }
    Ok(bundles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_one_bundle() {
        let check = |path: &str, want: Option<Bundle>| assert_eq!(Bundle::of(path), want, "{path}");
        check("index.html", Some(Bundle::Shell));
        check("milkrun-portal-a1b2_bg.wasm", Some(Bundle::Shell));
        check("milkrun-portal-plan-a1b2.wasm", Some(Bundle::Part("plan".into())));
        check("milkrun-portal-day-plan-a1b2.wasm", Some(Bundle::Part("day-plan".into())));
        check("tokens-a1b2.css", Some(Bundle::Shell));
        check("something-new.js", Some(Bundle::Shell));
        check("solver-worker-simd-a1b2_bg.wasm", Some(Bundle::Solver));
        check("solver-worker-plain-a1b2_bg.wasm", Some(Bundle::PlainSolver));
        check("solver-worker-plain-a1b2.js", Some(Bundle::PlainSolver));
        check("solver-worker_loader.js", Some(Bundle::Solver));
        check("vendor/leaflet-1.9.4/leaflet.js", Some(Bundle::Leaflet));
        check("vendor/leaflet-1.9.4/images/layers.png", None);
        check("widget/v1.js", Some(Bundle::WidgetLoader));
        check("widget/v1.0/core-a1b2.wasm", Some(Bundle::WidgetCore));
        check("widget/v1.0/core-a1b2.js", Some(Bundle::WidgetCore));
        check("widget/v1.0/core-a1b2.wasm.br", None);
        check("widget/v1.0/a1b2.js", None);
        check("widget/npm/index.js", None);
    }

    #[test]
    fn the_plan_page_takes_what_names_it() {
        for (name, expected) in [("plan", true), ("day-plan", true), ("day", false), ("planet", false)] {
            assert_eq!(Bundle::Part(name.into()).is_of_the_plan_page(), expected, "{name}");
        }
        assert!(Bundle::Shell.is_of_the_plan_page() && Bundle::Leaflet.is_of_the_plan_page());
    }

    #[test]
    fn what_is_missing_or_too_heavy_is_said() {
        let dist = std::env::temp_dir().join(format!("milkrun-size-{}", std::process::id()));
        fs::create_dir_all(dist.join("widget")).unwrap();
        fs::write(dist.join("index.html"), "small").unwrap();
        // Digits of a generator that brotli cannot shorten below the loader's budget.
        let mut seed = 1_u32;
        let noise = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        });
        fs::write(dist.join("widget/v1.js"), noise.take(4000).collect::<Vec<u8>>()).unwrap();
        let Verdict { budgets, over } = against_budgets(&dist).unwrap();
        assert_eq!(budgets, 7, "six bundles, and what the plan page takes in all");
        let begins: Vec<&str> = over.iter().map(|it| it.split(':').next().unwrap()).collect();
        assert_eq!(
            begins,
            ["Leaflet chunk", "solver worker", "  without SIMD", "widget loader", "widget core"],
            "{over:?}"
        );
        fs::remove_dir_all(&dist).unwrap();
    }
}
