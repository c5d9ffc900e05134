//! Everything a developer runs, as one program: no shell scripts, no task runner to install.
//!
//! `cargo xtask help` lists the commands.
//! Each of them sets up what it needs first, so a fresh clone needs no other step.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks by printing")]

mod bench;
mod build;
mod chaos;
mod children;
mod exec;
mod http;
mod project;
mod run;
mod screenshots;
mod settings;
mod setup;
mod size;
mod test;
mod widget_size;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use project::Project;

const HELP: &str = "\
cargo xtask run [--port 8080] [--config FILE] [--debug]
    Build everything and serve the product on http://localhost:PORT.
    --config FILE   hand this configuration to the proxy
    --debug         build fast and unoptimised, with panic messages
cargo xtask test [--only STEP] [--list]
    Run every check and end with `N passed, N failed, N skipped`.
    --only STEP     run one step (may be given several times)
    --list          print the steps and what each one does
cargo xtask bench proxy [--json FILE]
    Measure the proxy beside nginx on the same machine, and its open streams.
cargo xtask bench widget
    Measure what the widget costs a shop's page, beside other ways to embed the same lookup.
cargo xtask chaos [--rounds 20] [--store sqlite|postgres]
    Kill the proxy again and again while it works, and count what is lost or doubled.
cargo xtask size
    Print the bytes of each bundle against its budget.
cargo xtask screenshots
    Photograph every page in both themes and both widths into screenshots/.
cargo xtask build [--debug]
    Build the portal, the widget and the servers, and serve nothing.
cargo xtask bench solver [--instances DIR] [--set public|FILE] [--budget 1,10]
                         [--peer pyvrp,commiv,hygese,ortools,vroom] [--target wasm,native] [--json FILE]
    Measure the solver on published instances beside its peers, each on one processor.
    --instances DIR a folder of instances with their best known values in bks.csv
    --set FILE      measure the files named there, one a line
    --budget LIST   seconds of wall time, one run each
    --peer LIST     the peers to install from PyPI and measure; `none` for none
    --json FILE     write the measured rows there
cargo xtask setup
    Install what the other commands need, and nothing else.
cargo xtask help
    Print this.

Tools are kept in $XDG_CACHE_HOME/milkrun (else ~/.cache/milkrun), pinned by version and shared by all clones.";

fn main() -> ExitCode {
    match dispatch(std::env::args().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: Vec<String>) -> Result<ExitCode> {
    let mut args = Args(args);
    let command = args.command();
    if matches!(command.as_str(), "help" | "--help" | "-h") {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let debug = matches!(command.as_str(), "run" | "build") && args.flag("--debug");
    let mode = if debug { build::Mode::Debug } else { build::Mode::Release };
    match command.as_str() {
        "run" => {
            let port = match args.value("--port")? {
                Some(text) => text.parse().with_context(|| format!("--port takes a number, not `{text}`"))?,
                None => 8080,
            };
            let config = args.value("--config")?.map(Into::into);
            args.finish()?;
            run::run(&Project::find()?, &run::Options { port, config, mode })
        }
        "test" => {
            let list = args.flag("--list");
            let mut only = Vec::new();
            while let Some(step) = args.value("--only")? {
                only.push(step);
            }
            args.finish()?;
            if list {
                test::list();
                return Ok(ExitCode::SUCCESS);
            }
            test::test(&Project::find()?, &only)
        }
        "bench" => {
            let what = args.command();
            match what.as_str() {
                "proxy" => {
                    let json = args.value("--json")?;
                    args.finish()?;
                    bench::proxy(&Project::find()?, json.as_deref())
                }
                "solver" => {
                    let options = bench::Options::take(&mut args)?;
                    args.finish()?;
                    bench::solver(&Project::find()?, &options)
                }
                "widget" => {
                    args.finish()?;
                    bench::widget(&Project::find()?)
                }
                other => bail!("there is no bench `{other}`; there are `proxy`, `solver` and `widget`"),
            }
        }
        "chaos" => {
            let rounds = match args.value("--rounds")? {
                Some(text) => {
                    text.parse().with_context(|| format!("--rounds takes a number, not `{text}`"))?
                }
                None => 20,
            };
            let store = args.value("--store")?.unwrap_or_else(|| "sqlite".to_owned());
            args.finish()?;
            if !matches!(store.as_str(), "sqlite" | "postgres") {
                bail!("--store takes sqlite or postgres, not `{store}`");
            }
            chaos::chaos(&Project::find()?, rounds, &store)
        }
        "size" => {
            args.finish()?;
            size::size(&Project::find()?)
        }
        "screenshots" => {
            args.finish()?;
            screenshots::screenshots(&Project::find()?)
        }
        "build" => {
            args.finish()?;
            let project = Project::find()?;
            build::everything(&project, mode)?;
            Ok(ExitCode::SUCCESS)
        }
        "setup" => {
            args.finish()?;
            let project = Project::find()?;
            setup::everything(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}

/// What is left of the command line; each flag read is taken out, so that a leftover is a mistake to report.
struct Args(Vec<String>);

impl Args {
    fn command(&mut self) -> String {
        if self.0.is_empty() { "help".to_owned() } else { self.0.remove(0) }
    }

    fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|arg| arg == name);
        found.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes `--name value` or `--name=value` out of the line.
    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let with_equals = format!("{name}=");
        let Some(at) = self.0.iter().position(|arg| arg == name || arg.starts_with(&with_equals)) else {
            return Ok(None);
        };
        let arg = self.0.remove(at);
        if let Some(value) = arg.strip_prefix(&with_equals) {
            return Ok(Some(value.to_owned()));
        }
        if at == self.0.len() {
            bail!("{name} needs a value after it");
        }
        Ok(Some(self.0.remove(at)))
    }

    fn finish(self) -> Result<()> {
        match self.0.first() {
            Some(arg) => bail!("`{arg}` is not understood here\n\n{HELP}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn values_are_taken_in_both_spellings() {
        let mut it = args("--port 9000 --config=a.toml");
        assert_eq!(it.value("--port").unwrap().as_deref(), Some("9000"));
        assert_eq!(it.value("--config").unwrap().as_deref(), Some("a.toml"));
        assert_eq!(it.value("--port").unwrap(), None);
        assert!(it.finish().is_ok());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let error = args("--prot 9000").finish().unwrap_err().to_string();
        assert!(error.contains("--prot"), "{error}");
        let error = args("--port").value("--port").unwrap_err().to_string();
        assert!(error.contains("needs a value"), "{error}");
    }
}
