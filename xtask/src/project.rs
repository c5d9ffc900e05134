//! Where things are: the clone, cargo's target folder, and the cache that all clones share.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// The package that is the portal; it compiles for the browser only.
pub(crate) const PORTAL: &str = "milkrun-portal";
/// The target triple of everything the browser runs.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folders every command works with.
pub(crate) struct Project {
    /// The clone.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the developer has put it.
    pub(crate) target: PathBuf,
    /// Tools and other things worth keeping between clones.
    pub(crate) cache: PathBuf,
}

impl Project {
    /// Finds the clone this program was started for.
    pub(crate) fn find() -> Result<Project> {
        // `cargo run` sets the variable at run time; the compile-time one would name
        // the wrong clone where two of them share a target folder.
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => env::current_dir().context("the current folder cannot be read")?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("xtask/Cargo.toml").is_file())
            .with_context(|| format!("{} is not inside a clone of Milkrun", start.display()))?
            .to_owned();
        let target = target_folder(&root)?;
        let cache = cache_folder(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))?;
        fs::create_dir_all(&cache)
            .with_context(|| format!("cannot make the cache folder {}", cache.display()))?;
        Ok(Project { root, target, cache })
    }

    /// A command that runs in the clone.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root);
        command
    }

    /// Cargo itself, in the clone.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from));
        command.args(args);
        command
    }

    /// A file's path as people write it, from the clone's root.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// A folder for what a run leaves behind: the servers' data, build stamps. Git ignores it.
    pub(crate) fn var(&self, name: &str) -> Result<PathBuf> {
        let dir = self.root.join("var").join(name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(dir)
    }
}

/// `PATH` with these folders in front of it.
pub(crate) fn path_with(dirs: &[PathBuf]) -> Result<OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(dirs.iter().cloned().chain(env::split_paths(&old)))
        .context("a tool's folder has a colon in its name, which PATH cannot hold")
}

/// The file that `name` stands for on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

fn target_folder(root: &Path) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let target = metadata["target_directory"].as_str().context("`cargo metadata` names no target folder")?;
    Ok(PathBuf::from(target))
}

/// The XDG base directory rule: the variable counts only when it holds an absolute path.
fn cache_folder(xdg: Option<OsString>, home: Option<OsString>) -> Result<PathBuf> {
    let xdg = xdg.map(PathBuf::from).filter(|dir| dir.is_absolute());
    let home = home.map(|dir| PathBuf::from(dir).join(".cache"));
    match xdg.or(home) {
        Some(dir) => Ok(dir.join("milkrun")),
        None => bail!("neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep the tools"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_the_xdg_rule() {
        let check = |xdg: Option<&str>, home: Option<&str>, want: &str| {
            let found = cache_folder(xdg.map(Into::into), home.map(Into::into)).unwrap();
            assert_eq!(found, Path::new(want));
        };
        check(Some("/x"), Some("/people/a"), "/x/milkrun");
        check(Some("relative"), Some("/people/a"), "/people/a/.cache/milkrun");
        check(Some(""), Some("/people/a"), "/people/a/.cache/milkrun");
        check(None, Some("/people/a"), "/people/a/.cache/milkrun");
        assert!(cache_folder(None, None).is_err());
    }
}
