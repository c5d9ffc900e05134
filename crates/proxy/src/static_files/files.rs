//! Files on the disk, their compressed siblings and their digests, kept in memory while they do not change.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::encoding::{Encoding, accepts};

/// A folder of files.
#[derive(Debug)]
pub(crate) struct Files {
    root: PathBuf,
    known: RwLock<HashMap<String, Known>>,
}

/// A file as it was when the disk was last asked.
#[derive(Debug)]
struct Known {
    file: Arc<File>,
    asked: Instant,
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    /// Hexadecimal digest of the plain bytes, shortened.
    pub(super) digest: String,
    stamp: Stamp,
}

/// When the file and its siblings last changed; a build replaces them while the proxy runs.
type Stamp = [Option<(SystemTime, u64)>; 3];

/// For so long nobody asks the disk again: a file that many want would otherwise cost a look for each of them.
const FRESH_FOR: Duration = Duration::from_millis(250);
/// Files written within such a time belong together.
const SAME_BUILD: Duration = Duration::from_secs(5);

impl Files {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, known: RwLock::default() }
    }

    /// The file of a request's path, which is percent-encoded and has no slash in front, with its plain name.
    pub(super) async fn find(&self, path: &str) -> Option<(String, Arc<File>)> {
        let name = plain_name(path)?;
        let known = self.known(&name);
        if let Some((file, _)) = known.as_ref().filter(|it| it.1.elapsed() < FRESH_FOR) {
            return Some((name, file.clone()));
        }
        let (place, asked) = (self.root.join(&name), Instant::now());
        let stamp = stamps(place.clone()).await?;
        let file = match known {
            Some((file, _)) if file.stamp == stamp => file,
            _ => Arc::new(self.read(&place, stamp).await?),
        };
        let it = Known { file: file.clone(), asked };
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), it);
        Some((name, file))
    }

    fn known(&self, name: &str) -> Option<(Arc<File>, Instant)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).map(|it| (it.file.clone(), it.asked))
    }

    /// The text of a file, without any of its compressed forms.
    pub(crate) async fn text(&self, path: &str) -> Option<String> {
        let (_, file) = self.find(path).await?;
        String::from_utf8(file.plain.to_vec()).ok()
    }

    async fn read(&self, place: &Path, stamp: Stamp) -> Option<File> {
        // A link inside the folder may point out of it.
        let (real, root) =
            (tokio::fs::canonicalize(place).await.ok()?, tokio::fs::canonicalize(&self.root).await.ok()?);
        if !real.starts_with(root) {
            return None;
        }
        let plain: Bytes = tokio::fs::read(&real).await.ok()?.into();
        let written = stamp[0]?.0;
        let mut siblings = [None, None];
        for (at, ending) in ["br", "gz"].into_iter().enumerate() {
            // A sibling much older than its file belongs to an earlier build; a copy may shuffle a moment.
            if stamp[at + 1].is_some_and(|it| it.0 + SAME_BUILD >= written) {
                siblings[at] = tokio::fs::read(sibling(place, ending)).await.ok().map(Bytes::from);
            }
        }
        let [brotli, gzip] = siblings;
        let digest = Sha256::digest(&plain)[..12].iter().map(|it| format!("{it:02x}")).collect();
        Some(File { plain, brotli, gzip, digest, stamp })
    }
}

impl File {
    /// The smallest form the browser takes.
    pub(super) fn choose(&self, request: &HeaderMap) -> (Encoding, Bytes) {
        let offers = [(Encoding::Brotli, &self.brotli), (Encoding::Gzip, &self.gzip)];
        for (encoding, bytes) in offers {
            if let Some(it) = bytes
                && accepts(request, encoding)
            {
                return (encoding, it.clone());
            }
        }
        (Encoding::Identity, self.plain.clone())
    }
}

/// A path of plain names, or nothing: no way up, no hidden files, no compressed siblings by their own name.
fn plain_name(path: &str) -> Option<String> {
    let name = percent_decode_str(path).decode_utf8().ok()?;
    let odd = |it: &str| it.is_empty() || it.starts_with('.') || it.contains(['\\', '\0', ':']);
    if name.split('/').any(odd) || name.ends_with(".br") || name.ends_with(".gz") {
        return None;
    }
    Some(name.into_owned())
}

fn sibling(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// The stamps of a file and its siblings, nothing when it is not there.
async fn stamps(place: PathBuf) -> Option<Stamp> {
    let all = move || {
        let stamp = [stamp(&place), stamp(&sibling(&place, "br")), stamp(&sibling(&place, "gz"))];
        stamp[0].map(|_| stamp)
    };
    tokio::task::spawn_blocking(all).await.ok()?
}

fn stamp(place: &Path) -> Option<(SystemTime, u64)> {
    let it = std::fs::metadata(place).ok()?;
    it.is_file().then(|| Some((it.modified().ok()?, it.len())))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in [
            "../secret",
            "a/../../secret",
            "%2e%2e/secret",
            "..%2fsecret",
            "a//b",
            "/etc/passwd",
            "a\\..\\b",
            ".env",
            "a/.git/config",
            "a%00.js",
            "c:/x",
            "",
            "%ff",
            "app.js.br",
            "app.js.gz",
        ] {
            assert_eq!(plain_name(path), None, "{path}");
        }
        assert_eq!(plain_name("a/b%20c.js").as_deref(), Some("a/b c.js"));
    }

    #[tokio::test]
    async fn a_link_out_of_the_folder_is_not_followed() {
        let root = std::env::temp_dir().join(format!("milkrun-files-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(root.join("dist")).unwrap();
        std::fs::write(root.join("secret.txt"), "hush").unwrap();
        std::fs::write(root.join("dist/open.txt"), "hello").unwrap();
        std::os::unix::fs::symlink(root.join("secret.txt"), root.join("dist/link.txt")).unwrap();
        let files = Files::new(root.join("dist"));
        assert!(files.find("open.txt").await.is_some());
        assert!(files.find("link.txt").await.is_none());
        assert!(files.find("secret.txt").await.is_none());
        std::fs::remove_dir_all(root).unwrap();
    }
}
