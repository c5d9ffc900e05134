//! `cargo xtask bench solver`: builds the solver for each target, installs its peers and measures them all.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};

use super::{Options, wasm};
use crate::{
    exec,
    project::Project,
    setup::{python, rust},
};

/// The instances of `--set public`, a few of each class and size.
const PUBLIC: &str = include_str!("public.txt");

/// Measures the solver on published instances beside its peers.
pub(crate) fn solver(project: &Project, options: &Options) -> Result<ExitCode> {
    let instances = options.instances(project)?;
    let list = match options.set.as_str() {
        "public" => PUBLIC.to_owned(),
        file => fs::read_to_string(file)
            .with_context(|| format!("--set takes `public` or a file of paths, and {file} cannot be read"))?,
    };
    rust::fetch(project)?;
    let program = build_native(project)?;
    let wasm = options.wasm.then(|| wasm::build(project)).transpose()?;
    let scripts = project.root.join("crates/bench");
    let mut peers = Vec::new();
    for name in &options.peers {
        let requirements = scripts.join("peers/requirements").join(format!("{name}.txt"));
        match python::environment(project, &requirements) {
            Ok(python) => peers.push((name, python)),
            // A missing peer makes the comparison smaller, not wrong.
            Err(error) => println!("{name} is left out, it cannot be installed: {error:#}"),
        }
    }
    let order = serde_json::json!({
        "instances": instances,
        "list": list,
        "budgets": options.budgets,
        "native": options.native,
        "wasm": wasm,
        "peers": peers,
        "scripts": scripts,
        "json": options.json,
        "seed": 1,
    });
    println!("{}", machine());
    let mut run = order_of(project, &program, &order)?;
    let status = run.status().with_context(|| format!("{} cannot be started", program.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The call of the benchmark's program that carries out an order.
pub(super) fn order_of(project: &Project, program: &Path, order: &serde_json::Value) -> Result<Command> {
    let file = project.var("bench")?.join("order.json");
    fs::write(&file, order.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    let mut command = Command::new(program);
    command.arg("run").arg(file);
    Ok(command)
}

/// The benchmark's program with the native search in it.
pub(super) fn build_native(project: &Project) -> Result<PathBuf> {
    let args = ["build", "--release", "-p", "milkrun-bench", "--bin", "milkrun-bench"];
    exec::step("build the benchmark", &mut project.cargo(&args))?;
    let program = project.target.join("release/milkrun-bench");
    if !program.is_file() {
        bail!("cargo built no {}", program.display());
    }
    Ok(program)
}

/// The machine in a line, for whoever reads the table later.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let node = Command::new("node").arg("--version").output().ok();
    let node = node.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("Machine: {model}, {cores} processors; Node.js {}.", node.unwrap_or_else(|| "missing".to_owned()))
}
