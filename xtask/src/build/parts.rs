//! Cuts the portal's WebAssembly into parts, so that a page is downloaded when it is first opened.
//!
//! The cuts are marked in `src/parts.rs`. `wasm-split-cli` reads them and the linker's relocations, and leaves in the
//! main module what the start needs. The main module goes through wasm-bindgen as it would uncut; the parts share its
//! memory and its table of functions. Then binaryen shrinks each module, and esbuild the JavaScript, into one file.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{extension, files_below, page};
use crate::{
    exec::{self, on_all_processors},
    project::{PORTAL, Project, WASM, path_with},
};

/// What several parts share and is at most this many bytes goes to the main module: a request would cost more.
const SMALL: u64 = 8192;

/// What rustc's WebAssembly may use; the parts do not say so themselves.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Stands in the names of files for the hash that only their content gives.
const HASH: &str = "HASH";

/// Puts the cut portal into `dist`, in the place of the uncut one that trunk has put there.
pub(super) fn cut(project: &Project, dist: &Path, tools: &[PathBuf]) -> Result<()> {
    let folder = project.var("parts")?;
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    let work = Work { project, tools, folder };
    let parts = work.split()?;
    work.bind()?;
    let parts = work.shrink(parts)?;
    let script = work.bundle(&parts)?;
    work.hand_over(dist, &parts, &script)
}

/// A WebAssembly file beside the main module, and the parts that need it.
#[derive(Debug, PartialEq)]
struct Piece {
    /// The tool's name for it, without an extension.
    file: String,
    parts: Vec<String>,
}

impl Piece {
    /// A name that says whose it is: `plan`, `day-plan`.
    fn name(&self) -> String {
        self.parts.join("-")
    }
}

struct Work<'a> {
    project: &'a Project,
    tools: &'a [PathBuf],
    folder: PathBuf,
}

impl Work<'_> {
    fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let mut command = self.project.command(program);
        command.current_dir(&self.folder).args(args).env("PATH", path_with(self.tools)?);
        let output = exec::capture(program, &mut command, exec::Show::Heartbeat)?;
        if !output.success {
            bail!("{} failed:\n{}", exec::shown(&command), output.text);
        }
        Ok(())
    }

    fn split(&self) -> Result<Vec<Piece>> {
        let wasm = self.project.target.join(WASM).join("wasm").join(format!("{PORTAL}.wasm"));
        self.run("wasm-split-cli", &[&wasm.to_string_lossy(), ".", "--out-name", "portal"])?;
        let links = fs::read_to_string(self.folder.join("__wasm_split.js"))?;
        let pieces = pieces_in(&links, |file| self.folder.join(format!("{file}.wasm")).is_file());
        if pieces.is_empty() {
            bail!("nothing was cut off the portal; are the cuts of src/parts.rs still there?");
        }
        Ok(pieces)
    }

    fn bind(&self) -> Result<()> {
        let target = ["--target", "web", "--no-typescript", "--keep-lld-exports", "--weak-refs"];
        let files = ["--out-dir", "bound", "--out-name", "portal", "portal.wasm"];
        self.run("wasm-bindgen", &[target.as_slice(), &files].concat())
    }

    /// Optimises every module for size, and returns the pieces that stay files of their own.
    fn shrink(&self, pieces: Vec<Piece>) -> Result<Vec<Piece>> {
        let optimise = |from: &str, to: &str| {
            self.run("wasm-opt", &[FEATURES.as_slice(), &["-Oz", from, "-o", to]].concat())
        };
        let results = on_all_processors(&pieces, |piece| {
            let file = format!("{}.wasm", piece.file);
            optimise(&file, &file)
        });
        results.into_iter().collect::<Result<Vec<()>>>()?;

        let (mut small, mut kept) = (Vec::new(), Vec::new());
        for piece in pieces {
            let file = format!("{}.wasm", piece.file);
            if piece.parts.len() > 1 && fs::metadata(self.folder.join(&file))?.len() <= SMALL {
                small.push(file);
            } else {
                kept.push(piece);
            }
        }
        // The pieces import from a module of this name whatever they share with the main one.
        let mut merge = vec!["bound/portal_bg.wasm", "__wasm_split"];
        merge.extend(small.iter().flat_map(|file| [file.as_str(), file.trim_end_matches(".wasm")]));
        merge.extend(["-o", "merged.wasm"]);
        self.run("wasm-merge", &[FEATURES.as_slice(), &merge].concat())?;
        optimise("merged.wasm", "portal.wasm")?;
        Ok(kept)
    }

    /// The JavaScript of wasm-bindgen, its snippets and the loading of parts, in one small file's text.
    fn bundle(&self, pieces: &[Piece]) -> Result<String> {
        fs::write(self.folder.join("bound/__wasm_split.js"), loading(pieces))?;
        let options = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--charset=utf8"];
        let files = ["bound/portal.js", "--outfile=portal.js"];
        self.run("esbuild", &[options.as_slice(), &files].concat())?;
        Ok(fs::read_to_string(self.folder.join("portal.js"))?)
    }

    /// All files of one build bear one hash, since only together do they work.
    fn hand_over(&self, dist: &Path, pieces: &[Piece], script: &str) -> Result<()> {
        let main = fs::read(self.folder.join("portal.wasm"))?;
        let mut files = Vec::new();
        for piece in pieces {
            files.push((piece.name(), fs::read(self.folder.join(format!("{}.wasm", piece.file)))?));
        }
        let mut hash = DefaultHasher::new();
        (script, &main, &files).hash(&mut hash);
        let hash = format!("{:016x}", hash.finish());

        for file in files_below(dist)? {
            let inner = file.strip_prefix(dist)?.to_string_lossy().into_owned();
            let ours = inner.starts_with(PORTAL) || inner.starts_with(&format!("snippets/{PORTAL}-"));
            if ours && matches!(extension(&file), "js" | "wasm") {
                fs::remove_file(&file)?;
            }
        }
        fs::remove_dir_all(dist.join("snippets")).ok();
        let script = script.replace(&format!("-{HASH}.wasm"), &format!("-{hash}.wasm"));
        let page = dist.join("index.html");
        let html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
        fs::write(&page, page::with_portal(&html, &hash, script.as_bytes(), &main)?)?;
        fs::write(dist.join(format!("{PORTAL}-{hash}.js")), script)?;
        fs::write(dist.join(format!("{PORTAL}-{hash}_bg.wasm")), main)?;
        for (name, bytes) in files {
            fs::write(dist.join(format!("{PORTAL}-{name}-{hash}.wasm")), bytes)?;
        }
        Ok(())
    }
}

/// Reads the tool's own JavaScript, which names each part's files: those it shares with others as `__chunk_3`, in the
/// brackets at the end, and its own as `split_day`, unless that is empty.
fn pieces_in(links: &str, exists: impl Fn(&str) -> bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |file: String, part: &str| match pieces.iter_mut().find(|it| it.file == file) {
        Some(piece) => piece.parts.push(part.to_owned()),
        None => pieces.push(Piece { file, parts: vec![part.to_owned()] }),
    };
    for loader in links.split("export const __wasm_split_load_").skip(1) {
        let part = loader.split_whitespace().next().unwrap_or_default();
        let own = format!("split_{part}");
        if exists(&own) {
            add(own, part);
        }
        let shared = loader.rsplit_once('[').and_then(|(_, rest)| rest.split(']').next()).unwrap_or_default();
        for chunk in shared.split(',').filter_map(|it| it.trim().strip_prefix("__chunk_")) {
            add(format!("chunk_{chunk}"), part);
        }
    }
    for piece in &mut pieces {
        piece.parts.sort();
    }
    pieces
}

/// The JavaScript that loads the parts.
fn loading(pieces: &[Piece]) -> String {
    let mut parts = std::collections::BTreeMap::<&str, Vec<String>>::new();
    for piece in pieces {
        for part in &piece.parts {
            parts.entry(part).or_default().push(piece.name());
        }
    }
    let loaders: Vec<String> = parts
        .keys()
        .map(|part| format!("export const __wasm_split_load_{part} = loader(\"{part}\");"))
        .collect();
    let parts = serde_json::json!(parts).to_string();
    include_str!("parts.js").replacen("PARTS", &parts, 1).replacen("LOADERS", &loaders.join("\n"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form in which wasm_split_cli_support 0.2 writes its links.
    const LINKS: &str = "const __chunk_6 = makeLoad(() => {\n}\n, []);\n\
        export const __wasm_split_load_plan = wrapAsyncCb(makeLoad(() => {\n    fetch([1]);\n}\n, [__chunk_6, __chunk_10]));\n\
        export const __wasm_split_load_day = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_6]));\n";

    #[test]
    fn what_the_tool_cut_is_read_from_its_links() {
        let piece = |file: &str, parts: &[&str]| Piece {
            file: file.into(),
            parts: parts.iter().map(|&it| it.into()).collect(),
        };
        assert_eq!(
            pieces_in(LINKS, |file| file != "split_day"),
            [
                piece("split_plan", &["plan"]),
                piece("chunk_6", &["day", "plan"]),
                piece("chunk_10", &["plan"])
            ]
        );
    }

    #[test]
    fn each_part_is_loaded_with_what_it_shares() {
        let script = loading(&pieces_in(LINKS, |_| true));
        assert!(
            script.contains(r#"{"day":["day-plan","day"],"plan":["plan","day-plan","plan"]}"#),
            "{script}"
        );
        assert!(script.contains("export const __wasm_split_load_day = loader(\"day\");"), "{script}");
        assert!(!script.contains("LOADERS"), "{script}");
    }
}
