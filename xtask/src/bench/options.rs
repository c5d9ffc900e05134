//! What `cargo xtask bench solver` is asked for.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{Args, project::Project};

/// Every peer there is a script for.
const PEERS: [&str; 5] = ["pyvrp", "commiv", "hygese", "ortools", "vroom"];

/// The command line, understood.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    instances: Option<PathBuf>,
    pub(super) set: String,
    pub(super) budgets: Vec<f64>,
    pub(super) peers: Vec<String>,
    pub(super) native: bool,
    pub(super) wasm: bool,
    pub(super) json: Option<PathBuf>,
}

impl Options {
    /// Takes the options out of the command line.
    pub(crate) fn take(args: &mut Args) -> Result<Options> {
        let instances = args.value("--instances")?.map(PathBuf::from);
        let set = args.value("--set")?.unwrap_or_else(|| "public".to_owned());
        let budgets = args.value("--budget")?.unwrap_or_else(|| "1,10".to_owned());
        let budgets = budgets.split(',').map(budget).collect::<Result<Vec<_>>>()?;
        let peers = match args.value("--peer")?.as_deref() {
            None => PEERS.map(str::to_owned).to_vec(),
            Some("none" | "") => Vec::new(),
            Some(names) => names.split(',').map(|name| known(name, &PEERS)).collect::<Result<_>>()?,
        };
        let targets = args.value("--target")?.unwrap_or_else(|| "wasm,native".to_owned());
        let targets: Vec<String> =
            targets.split(',').map(|name| known(name, &["wasm", "native"])).collect::<Result<_>>()?;
        let has = |name: &str| targets.iter().any(|target| target == name);
        let json = args.value("--json")?.map(PathBuf::from);
        Ok(Options { instances, set, budgets, peers, native: has("native"), wasm: has("wasm"), json })
    }

    /// The folder of the instances: named, or by the environment, or beside the clone.
    pub(super) fn instances(&self, project: &Project) -> Result<PathBuf> {
        let named = self.instances.clone().or_else(|| env::var_os("MILKRUN_INSTANCES").map(PathBuf::from));
        let folder = named.unwrap_or_else(|| project.root.join("../shared/instances"));
        if !folder.join("bks.csv").is_file() {
            bail!(
                "{} has no bks.csv; name a folder of instances with --instances, see docs/solver-benchmarks.md",
                folder.display()
            );
        }
        folder.canonicalize().with_context(|| format!("{} cannot be reached", folder.display()))
    }
}

fn budget(text: &str) -> Result<f64> {
    let seconds: f64 = text.trim().parse().with_context(|| format!("`{text}` is no number of seconds"))?;
    if !(0.001..=86_400.0).contains(&seconds) {
        bail!("--budget takes 0.001 to 86,400 seconds, not {seconds}");
    }
    Ok(seconds)
}

fn known(name: &str, names: &[&str]) -> Result<String> {
    match names.contains(&name.trim()) {
        true => Ok(name.trim().to_owned()),
        false => bail!("`{name}` is unknown here; known are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(line: &str) -> Result<Options> {
        let mut args = Args(line.split_whitespace().map(str::to_owned).collect());
        let options = Options::take(&mut args)?;
        args.finish()?;
        Ok(options)
    }

    #[test]
    fn everything_is_measured_unless_less_is_asked_for() {
        let all = take("").unwrap();
        assert_eq!((all.set.as_str(), all.native, all.wasm), ("public", true, true));
        assert_eq!((all.peers, all.budgets), (PEERS.map(str::to_owned).to_vec(), vec![1.0, 10.0]));
        let some =
            take("--budget 0.5,30 --peer pyvrp,vroom --target wasm --set a.txt --json=b.json").unwrap();
        assert_eq!(
            (some.peers, some.budgets),
            (vec!["pyvrp".to_owned(), "vroom".to_owned()], vec![0.5, 30.0])
        );
        assert_eq!((some.native, some.wasm, some.json), (false, true, Some("b.json".into())));
        assert!(take("--peer none").unwrap().peers.is_empty());
    }

    #[test]
    fn what_is_unknown_is_named() {
        let check = |line: &str, part: &str| {
            let told = take(line).unwrap_err().to_string();
            assert!(told.contains(part), "{told}");
        };
        check("--peer pyvrp,lkh", "`lkh` is unknown here; known are pyvrp, commiv");
        check("--target wasi", "known are wasm, native");
        check("--budget ten", "`ten` is no number of seconds");
        check("--budget 0", "0.001");
        check("--seed 4", "--seed");
    }
}
