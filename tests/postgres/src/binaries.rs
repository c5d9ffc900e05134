//! Where PostgreSQL's server is installed.

use std::path::PathBuf;

/// Where Debian puts one folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What the tests call besides the server itself.
const NEEDED: [&str; 4] = ["postgres", "initdb", "pg_isready", "createdb"];

/// The folder that holds `postgres` and its tools: one of the path, else the newest of Debian's.
///
/// A link on the path counts as the file it names, because often only the server is linked.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let linked = |it: PathBuf| Some(it.join("postgres").canonicalize().ok()?.parent()?.to_path_buf());
    let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().filter_map(Result::ok).map(|it| it.path());
    let mut debian: Vec<_> = debian.collect();
    debian.sort_by_key(|it| it.file_name().and_then(|it| it.to_str()?.parse::<u32>().ok()));
    let debian = debian.into_iter().rev().map(|it| it.join("bin"));
    let mut all = std::env::split_paths(&path).filter_map(linked).chain(debian);
    all.find(|folder| NEEDED.iter().all(|it| folder.join(it).is_file()))
}
