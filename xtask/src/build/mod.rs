//! From sources to what is served: the portal and the widget in a dist folder, and the servers' binaries.

mod compress;
mod page;
mod parts;
mod portal;
mod servers;
mod stamp;
mod widget;
mod worker;

pub(crate) use compress::{Sizes, brotli, sizes};
pub(crate) use servers::Servers;
pub(crate) use worker::{SHRINK, flags};

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};

use crate::{project::Project, setup};

/// Small and fast for use, or quick to compile and talkative for development.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Mode {
    Release,
    Debug,
}

impl Mode {
    /// The cargo profile of what the browser runs.
    fn wasm_profile(self) -> &'static str {
        match self {
            Mode::Release => "wasm",
            Mode::Debug => "dev",
        }
    }

    /// The folder that cargo gives the profile's output inside the target's folder.
    fn wasm_folder(self) -> &'static str {
        match self {
            Mode::Release => "wasm",
            Mode::Debug => "debug",
        }
    }
}

/// Where the files for the browser end up. The two modes never overwrite each other.
fn dist(project: &Project, mode: Mode) -> PathBuf {
    match mode {
        Mode::Release => project.root.join("dist"),
        Mode::Debug => project.root.join("var/dist-debug"),
    }
}

/// Builds all there is, and returns the dist folder and the servers.
pub(crate) fn everything(project: &Project, mode: Mode) -> Result<(PathBuf, Servers)> {
    let started = Instant::now();
    let dist = for_the_browser(project, mode)?;
    // In development its files change while the servers run, and lie elsewhere.
    let servers = servers::build(project, mode, mode == Mode::Release)?;
    println!("Built in {:.1} s.", started.elapsed().as_secs_f64());
    Ok((dist, servers))
}

/// The servers alone.
pub(crate) fn servers(project: &Project, mode: Mode) -> Result<Servers> {
    servers::build(project, mode, false)
}

/// Builds the portal, the solver's worker and the widget, each only when its inputs have changed.
pub(crate) fn for_the_browser(project: &Project, mode: Mode) -> Result<PathBuf> {
    let tools = setup::for_the_browser_build(project)?;
    let dist = dist(project, mode);
    // Trunk empties the dist folder, so the portal comes first and the widget is put beside it.
    let portal = portal::build(project, mode, &dist, &tools)?;
    let widget = widget::build(project, mode, &dist.join("widget"), &tools)?;
    if (portal || widget) && mode == Mode::Release {
        let started = Instant::now();
        let files = compress::precompress(&dist)?;
        println!("  › compressed {files} files for the wire in {:.1} s", started.elapsed().as_secs_f64());
    }
    Ok(dist)
}

/// Every file below a folder, sorted by path.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A file's extension, or an empty string.
pub(crate) fn extension(path: &Path) -> &str {
    path.extension().and_then(|text| text.to_str()).unwrap_or_default()
}
