//! Compression ahead of time: the proxy sends these files as they are, at a quality no server would pay per request.

use std::{fs, io::Write, path::Path};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use super::{extension, files_below};
use crate::exec::on_all_processors;

/// What one download weighs, in bytes.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub(crate) struct Sizes {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

impl std::ops::AddAssign for Sizes {
    fn add_assign(&mut self, other: Sizes) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// Writes `FILE.br` and `FILE.gz` beside every file that gains by it, and returns how many files did.
///
/// HTML is left out: the proxy writes a nonce into it, so no two replies are the same.
pub(super) fn precompress(folder: &Path) -> Result<usize> {
    let mut files = files_below(folder)?;
    files.retain(|file| {
        matches!(extension(file), "js" | "mjs" | "wasm" | "css" | "svg" | "json" | "txt" | "webmanifest")
    });
    let results = on_all_processors(&files, |file| -> Result<()> {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        for (suffix, packed) in [("br", brotli(&bytes)?), ("gz", gzip(&bytes)?)] {
            let path = file.with_extension(format!("{}.{suffix}", extension(file)));
            if packed.len() < bytes.len() {
                fs::write(&path, packed).with_context(|| format!("cannot write {}", path.display()))?;
            } else if path.exists() {
                // A copy from an earlier build would be served in place of the new file.
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    });
    results.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(files.len())
}

/// The three sizes of one file as it goes over the wire.
pub(crate) fn sizes(bytes: &[u8]) -> Result<Sizes> {
    Ok(Sizes {
        raw: bytes.len() as u64,
        gzip: gzip(bytes)?.len() as u64,
        brotli: brotli(bytes)?.len() as u64,
    })
}

/// Brotli at quality 11.
pub(crate) fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut packed, &params)?;
    Ok(packed)
}

/// Gzip at level 9.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gains_is_compressed_and_what_does_not_is_left() {
        let folder = std::env::temp_dir().join(format!("milkrun-compress-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).unwrap();
        fs::write(folder.join("inner/app.js"), "let milk = 1;\n".repeat(400)).unwrap();
        fs::write(folder.join("tiny.css"), "a{}").unwrap();
        fs::write(folder.join("tiny.css.br"), "of an earlier build").unwrap();
        fs::write(folder.join("index.html"), "<p>".repeat(400)).unwrap();
        assert_eq!(precompress(&folder).unwrap(), 2);
        let names: Vec<_> = files_below(&folder).unwrap();
        let names: Vec<_> =
            names.iter().map(|file| file.strip_prefix(&folder).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["index.html", "inner/app.js", "inner/app.js.br", "inner/app.js.gz", "tiny.css"]);

        let mut back = Vec::new();
        let packed = fs::read(folder.join("inner/app.js.br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut back).unwrap();
        assert_eq!(back, fs::read(folder.join("inner/app.js")).unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }
}
