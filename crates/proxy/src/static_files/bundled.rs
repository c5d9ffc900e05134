//! The portal and the widget inside the binary, so that one file is all that a server needs.
//!
//! They are unpacked into the data folder at the start and served from there like any other build: whatever holds for
//! a folder of files (compressed siblings, entity tags, what merchants' pages have pinned) holds for these as well.
//! Only a build with the feature `portal` has them.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::INDEX;

/// The folder's name inside the data folder.
const FOLDER: &str = "portal";
/// Where a build is looked for that is neither named by the settings nor inside the binary.
const BESIDE: &str = "dist";

/// A file's path below the folder, with slashes, and its bytes.
type Packed = (String, Cow<'static, [u8]>);

/// The folder to serve: the one that the settings name, else what is inside the binary, else `dist`.
///
/// # Errors
/// When the data folder cannot be written.
pub(crate) fn place(named: Option<&Path>, data: &Path) -> io::Result<PathBuf> {
    match (named, packed()) {
        (Some(it), _) => Ok(it.to_owned()),
        (None, Some(files)) => unpack(files, &data.join(FOLDER)),
        (None, None) => Ok(BESIDE.into()),
    }
}

#[cfg(feature = "portal")]
fn packed() -> Option<Vec<Packed>> {
    use rust_embed::Embed;

    #[derive(Embed)]
    #[folder = "../../dist"]
    struct Portal;

    Some(Portal::iter().filter_map(|name| Some((name.to_string(), Portal::get(&name)?.data))).collect())
}

#[cfg(not(feature = "portal"))]
fn packed() -> Option<Vec<Packed>> {
    None
}

/// Writes the files into a folder of their own below `into`, unless they are there.
fn unpack(mut files: Vec<Packed>, into: &Path) -> io::Result<PathBuf> {
    // The page comes last: where it is, all else is as well.
    files.sort_by(|a, b| (a.0 == INDEX, &a.0).cmp(&(b.0 == INDEX, &b.0)));
    let folder = into.join(digest(&files));
    if !folder.join(INDEX).is_file() {
        for (name, bytes) in &files {
            let place = folder.join(name);
            if let Some(parent) = place.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(place, bytes)?;
        }
    }
    Ok(folder)
}

/// Removes what earlier versions have unpacked beside the folder that is served. For the start of serving alone:
/// whoever only asks a new version something may have the old one running still.
///
/// # Errors
/// When it cannot be removed; it does no harm where it is.
pub(crate) fn remove_others(served: &Path, data: &Path) -> io::Result<()> {
    let into = data.join(FOLDER);
    if served.parent() != Some(&into) {
        return Ok(());
    }
    for other in std::fs::read_dir(into)? {
        let other = other?.path();
        if other != served {
            std::fs::remove_dir_all(other)?;
        }
    }
    Ok(())
}

/// Names a build by all that is in it.
fn digest(files: &[Packed]) -> String {
    let mut all = Sha256::new();
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            all.update((part.len() as u64).to_be_bytes());
            all.update(part);
        }
    }
    all.finalize()[..12].iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(page: &'static str) -> Vec<Packed> {
        let files = [(INDEX, page), ("widget/track.js", "loader"), ("app.css", "")];
        files.map(|(name, text)| (name.to_owned(), Cow::Borrowed(text.as_bytes()))).to_vec()
    }

    #[test]
    fn a_build_is_unpacked_once_and_replaces_the_one_before() {
        let data = std::env::temp_dir().join(format!("milkrun-bundled-{}", uuid::Uuid::new_v4()));
        let into = data.join(FOLDER);
        let first = unpack(build("one"), &into).unwrap();
        assert_eq!(std::fs::read_to_string(first.join("widget/track.js")).unwrap(), "loader");
        std::fs::write(first.join("app.css"), "touched").unwrap();
        assert_eq!(unpack(build("one"), &into).unwrap(), first);
        assert_eq!(
            std::fs::read_to_string(first.join("app.css")).unwrap(),
            "touched",
            "it was there already"
        );
        // A start that was cut off has no page yet.
        std::fs::remove_file(first.join(INDEX)).unwrap();
        assert_eq!(unpack(build("one"), &into).unwrap(), first);
        assert_eq!(std::fs::read_to_string(first.join("app.css")).unwrap(), "");
        let second = unpack(build("two"), &into).unwrap();
        assert_ne!(second, first);
        assert_eq!(std::fs::read_to_string(second.join(INDEX)).unwrap(), "two");
        assert!(first.exists(), "the version before may be running still");
        remove_others(Path::new("dist"), &data).unwrap();
        assert!(first.exists(), "another folder is served");
        remove_others(&second, &data).unwrap();
        assert!(!first.exists() && second.exists());
        std::fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn a_folder_that_the_settings_name_is_served() {
        let named = Path::new("/srv/build");
        assert_eq!(place(Some(named), Path::new("data")).unwrap(), named);
    }
}
