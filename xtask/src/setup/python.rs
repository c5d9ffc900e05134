//! A Python environment of our own in the cache, for tests that use a vendor's Python package.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::system;
use crate::{
    exec,
    project::{Project, on_path},
};

/// Makes sure that Python can make environments; Debian packs that part separately.
pub(crate) fn check(project: &Project) -> Result<()> {
    on_path("python3").context("python3 is not on PATH; please install Python 3.9 or newer")?;
    let has_venv = Command::new("python3").args(["-c", "import ensurepip, venv"]).output();
    if has_venv.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    system::install(
        project,
        &["python3-venv"],
        "the vendor's Python package is tested in an environment of its own",
        "Python's venv and ensurepip modules",
    )
}

/// The interpreter of an environment that holds exactly the packages of `requirements`.
pub(crate) fn environment(project: &Project, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("{} cannot be read", requirements.display()))?;
    let mut hash = DefaultHasher::new();
    wanted.hash(&mut hash);
    let folder = project.cache.join("python").join(format!("{:016x}", hash.finish()));
    let python = folder.join("bin/python");
    let stamp = folder.join("complete");
    if stamp.is_file() {
        return Ok(python);
    }
    check(project)?;
    println!(
        "Making a Python environment with {}.",
        wanted.split_whitespace().collect::<Vec<_>>().join(", ")
    );
    fs::remove_dir_all(&folder).ok();
    exec::step("python3 -m venv", project.command("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = project.command(&python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]).arg(requirements);
    // pip calls a registry that it cannot reach one that lacks the package, so its retries are the sign.
    let output = exec::capture("pip install", &mut pip, exec::Show::Lines)?;
    if !output.success {
        let cut_off = output.text.contains("Retrying (") || exec::unreachable_reason(&output.text).is_some();
        match cut_off {
            true => return Err(exec::Unreachable("PyPI cannot be reached".to_owned()).into()),
            false => bail!("pip could not install the packages of {}", requirements.display()),
        }
    }
    fs::write(&stamp, "")?;
    Ok(python)
}
