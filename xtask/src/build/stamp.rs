//! Knowing that nothing has changed, so that a second start need not ask trunk or cargo.
//!
//! A stamp holds a hash of every input's content and of the names and sizes of what was built.
//! Content rather than times, since switching branches touches files without changing them.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{extension, files_below};
use crate::project::Project;

/// The note that a build leaves beside the clone's other run-time files.
pub(super) struct Stamp {
    file: PathBuf,
    inputs: u64,
}

impl Stamp {
    /// Reads the inputs: files and folders, from the clone's root; a missing one counts as empty.
    pub(super) fn of(project: &Project, name: &str, inputs: &[&str]) -> Result<Stamp> {
        let mut hash = DefaultHasher::new();
        for input in inputs {
            let path = project.root.join(input);
            let files = if path.is_dir() { files_below(&path)? } else { vec![path] };
            // What is written about a crate, and its native tests, do not end up in the browser.
            let counts = |file: &&PathBuf| {
                extension(file) != "md" && !file.components().any(|it| it.as_os_str() == "tests")
            };
            for file in files.iter().filter(counts) {
                project.shown(file).to_string().hash(&mut hash);
                fs::read(file).unwrap_or_default().hash(&mut hash);
            }
        }
        Ok(Stamp { file: project.var("stamps")?.join(name), inputs: hash.finish() })
    }

    /// Whether `output` is what the last build from these inputs left there.
    pub(super) fn is_fresh(&self, output: &Path) -> bool {
        match (fs::read_to_string(&self.file), self.text(output)) {
            (Ok(old), Some(new)) => old == new,
            _ => false,
        }
    }

    /// Notes that `output` was built from the inputs.
    pub(super) fn write(&self, output: &Path) -> Result<()> {
        let text = self.text(output).with_context(|| format!("nothing was built in {}", output.display()))?;
        fs::write(&self.file, text).with_context(|| format!("cannot write {}", self.file.display()))
    }

    fn text(&self, output: &Path) -> Option<String> {
        let files = files_below(output).ok().filter(|files| !files.is_empty())?;
        let mut hash = DefaultHasher::new();
        for file in files {
            // The widget lives in the portal's folder and has its own stamp; compressed copies come later.
            let inner = file.strip_prefix(output).ok()?;
            if inner.starts_with("widget") || matches!(extension(&file), "br" | "gz") {
                continue;
            }
            inner.hash(&mut hash);
            fs::metadata(&file).ok()?.len().hash(&mut hash);
        }
        Some(format!("{:016x} {:016x}\n", self.inputs, hash.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_on_either_side_makes_it_stale() {
        let root = std::env::temp_dir().join(format!("milkrun-stamp-{}", std::process::id()));
        let dist = root.join("dist");
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(&dist).unwrap();
        let project = Project { root: root.clone(), target: root.clone(), cache: root.clone() };
        let stamp = || Stamp::of(&project, "test", &["src", "missing.toml"]).unwrap();
        fs::write(root.join("src/a.rs"), "one").unwrap();
        assert!(!stamp().is_fresh(&dist), "nothing built yet");
        assert!(stamp().write(&dist).is_err(), "an empty folder is no build");
        fs::write(dist.join("index.html"), "page").unwrap();
        stamp().write(&dist).unwrap();
        assert!(stamp().is_fresh(&dist));
        fs::write(root.join("src/notes.md"), "words").unwrap();
        fs::write(dist.join("index.html.br"), "packed").unwrap();
        assert!(stamp().is_fresh(&dist), "neither documents nor compressed copies count");
        fs::write(root.join("src/a.rs"), "two").unwrap();
        assert!(!stamp().is_fresh(&dist), "an input changed");
        stamp().write(&dist).unwrap();
        fs::write(dist.join("index.html"), "another page").unwrap();
        assert!(!stamp().is_fresh(&dist), "the output changed");
        fs::remove_dir_all(&root).unwrap();
    }
}
