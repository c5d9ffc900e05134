//! The benchmark's program; `cargo xtask bench solver` builds what it needs and calls it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks by printing")]

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    use anyhow::{Context, Result, bail};
    use milkrun_bench::native::contestant::Contestant;
    use milkrun_bench::native::{contest, instances, one};
    use serde::Deserialize;

    pub(super) fn main() -> ExitCode {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        let result = match words[..] {
            ["one", file, routes, seconds, seed] => one(file, routes, seconds, seed),
            ["run", order] => run(Path::new(order)),
            _ => Err(anyhow::anyhow!(
                "usage: milkrun-bench run ORDER.json, or milkrun-bench one FILE ROUTES SECONDS SEED"
            )),
        };
        result.unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        })
    }

    fn one(file: &str, routes: &str, seconds: &str, seed: &str) -> Result<ExitCode> {
        let text = fs::read_to_string(file).with_context(|| format!("{file} cannot be read"))?;
        let answer = one::run(&text, routes.parse()?, seconds.parse()?, seed.parse()?);
        println!("{}", serde_json::to_string(&answer)?);
        Ok(ExitCode::SUCCESS)
    }

    /// What to measure; `cargo xtask bench solver` writes it.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        /// The folder with `bks.csv`.
        instances: PathBuf,
        /// Files in it, one a line.
        list: String,
        /// Seconds.
        budgets: Vec<f64>,
        /// Whether to measure Milkrun natively.
        native: bool,
        /// The JavaScript beside Milkrun's WebAssembly, to measure that.
        wasm: Option<PathBuf>,
        /// Peers with the interpreter that has each.
        peers: Vec<(String, PathBuf)>,
        /// This crate's folder, for its scripts.
        scripts: PathBuf,
        /// Where to write the rows.
        json: Option<PathBuf>,
        seed: u32,
    }

    fn run(order: &Path) -> Result<ExitCode> {
        let text =
            fs::read_to_string(order).with_context(|| format!("{} cannot be read", order.display()))?;
        let order: Order = serde_json::from_str(&text).context("the order is malformed")?;
        let selected = instances::select(&order.instances, &order.list)?;
        let mut contestants = Vec::new();
        if let Some(glue) = order.wasm {
            contestants.push(Contestant::Wasm { glue, script: order.scripts.join("web/run.cjs") });
        }
        if order.native {
            contestants.push(Contestant::Native);
        }
        for (name, python) in order.peers {
            let script = order.scripts.join("peers/solve.py");
            contestants.push(Contestant::Peer { name, python, script });
        }
        if contestants.is_empty() {
            bail!("there is nobody to measure; name a target or a peer");
        }
        let outcome = contest::run(&order.instances, selected, &order.budgets, &contestants, order.seed)?;
        if let Some(file) = order.json {
            let rows = serde_json::to_string_pretty(&outcome.rows)?;
            fs::write(&file, rows).with_context(|| format!("cannot write {}", file.display()))?;
            println!("\nThe rows are in {}.", file.display());
        }
        Ok(if outcome.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
