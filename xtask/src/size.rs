//! The weight of each download against its budget: what a phone on a poor line has to wait for.

use std::{collections::BTreeMap, fmt, fs, path::Path, process::ExitCode};

use anyhow::{Result, bail};

use crate::{
    build::{self, Mode, Sizes, extension, files_below},
    exec::on_all_processors,
    project::Project,
    widget_size,
};

/// One thing a browser downloads in one go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Bundle {
    Portal,
    Leaflet,
    Solver,
    WidgetLoader,
    WidgetCore,
    /// All of the widget up to a first answer; its parts count in the other two as well.
    WidgetFirst,
}

impl Bundle {
    const ALL: [Bundle; 6] = [
        Bundle::Portal,
        Bundle::Leaflet,
        Bundle::Solver,
        Bundle::WidgetLoader,
        Bundle::WidgetCore,
        Bundle::WidgetFirst,
    ];

    /// The most it may weigh in brotli, in bytes (1 kB is 1000 bytes).
    fn budget(self) -> u64 {
        match self {
            Bundle::Portal => 200_000,
            Bundle::Leaflet => 42_000,
            Bundle::Solver => 120_000,
            Bundle::WidgetLoader => 2_000,
            Bundle::WidgetCore => 18_000,
            Bundle::WidgetFirst => 20_000,
        }
    }

    /// What a bundle may weigh in brotli as long as it is known to exceed its budget; nothing for those that keep it.
    ///
    /// What is left of the portal is its own code: pages, store, import and schedule; until that is lighter or comes in
    /// parts, it may at least not grow.
    fn ceiling(self) -> Option<u64> {
        match self {
            Bundle::Portal => Some(303_000),
            Bundle::Leaflet
            | Bundle::Solver
            | Bundle::WidgetLoader
            | Bundle::WidgetCore
            | Bundle::WidgetFirst => None,
        }
    }

    /// The bundle a file of the dist folder belongs to; whatever no other bundle claims is the portal's,
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
        } else if path.contains("solver-worker") || path.contains("solver_worker") {
            Bundle::Solver
        } else {
            Bundle::Portal
        })
    }
}

impl fmt::Display for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Bundle::Portal => "portal shell",
            Bundle::Leaflet => "Leaflet chunk",
            Bundle::Solver => "solver worker",
            Bundle::WidgetLoader => "widget loader",
            Bundle::WidgetCore => "widget core",
            Bundle::WidgetFirst => "widget in all",
        })
    }
}

/// Prints the table; the exit code says whether every bundle keeps its budget.
pub(crate) fn size(project: &Project) -> Result<ExitCode> {
    let dist = build::for_the_browser(project, Mode::Release)?;
    let verdict = against_budgets(&dist)?;
    Ok(if verdict.over.is_empty() && verdict.known.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How many bundles have a budget.
pub(crate) const BUDGETS: u32 = Bundle::ALL.len() as u32;

/// Which bundles do not keep their budgets, a sentence each.
#[derive(Default, Debug)]
pub(crate) struct Verdict {
    /// Too heavy or missing.
    pub(crate) over: Vec<String>,
    /// Too heavy as is known, and not heavier than its ceiling.
    pub(crate) known: Vec<String>,
}

/// Prints the table and judges each bundle.
pub(crate) fn against_budgets(dist: &Path) -> Result<Verdict> {
    let mut bundles = weigh(dist)?;
    if dist.join("widget/manifest.json").is_file() {
        bundles.insert(Bundle::WidgetFirst, widget_size::first_answer(dist)?);
    }
    println!();
    println!("{:<14} {:>9} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip", "brotli", "budget");
    let mut verdict = Verdict::default();
    for bundle in Bundle::ALL {
        let Some(sizes) = bundles.get(&bundle) else {
            verdict.over.push(format!("{bundle}: no file of it in {}", dist.display()));
            continue;
        };
        let Sizes { raw, gzip, brotli } = *sizes;
        let budget = bundle.budget();
        let mark = if brotli <= budget { "" } else { "  over budget" };
        println!("{bundle:<14} {raw:>9} {gzip:>9} {brotli:>9} {budget:>9}{mark}");
        if brotli <= budget {
            continue;
        }
        let sentence =
            format!("{bundle}: {brotli} bytes of brotli are {} more than its budget", brotli - budget);
        match bundle.ceiling() {
            Some(ceiling) if brotli <= ceiling => {
                verdict.known.push(format!("{sentence}; known, and held to {ceiling}"));
            }
            _ => verdict.over.push(sentence),
        }
    }
    for sentence in verdict.over.iter().chain(&verdict.known) {
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
        Ok((*bundle, build::sizes(&fs::read(file)?)?))
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
        check("index.html", Some(Bundle::Portal));
        check("milkrun-portal-a1b2_bg.wasm", Some(Bundle::Portal));
        check("tokens-a1b2.css", Some(Bundle::Portal));
        check("something-new.js", Some(Bundle::Portal));
        check("solver-worker_bg.wasm", Some(Bundle::Solver));
        check("solver-worker_loader.js", Some(Bundle::Solver));
        check("vendor/leaflet-1.9.4/leaflet.js", Some(Bundle::Leaflet));
        check("vendor/leaflet-1.9.4/images/layers.png", None);
        check("widget/v1.js", Some(Bundle::WidgetLoader));
        check("widget/v1.0/core-a1b2.wasm", Some(Bundle::WidgetCore));
        check("widget/v1.0/core-a1b2.js", Some(Bundle::WidgetCore));
        check("widget/v1.0/core-a1b2.wasm.br", None);
        check("widget/v1.0/a1b2.js", None);
        check("widget/v1.0/a1b2/fi.json", None);
        check("widget/npm/index.js", None);
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
        let over = against_budgets(&dist).unwrap().over;
        let begins: Vec<&str> = over.iter().map(|it| it.split(':').next().unwrap()).collect();
        assert_eq!(
            begins,
            ["Leaflet chunk", "solver worker", "widget loader", "widget core", "widget in all"],
            "{over:?}"
        );
        fs::remove_dir_all(&dist).unwrap();
    }
}
