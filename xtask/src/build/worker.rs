//! The solver's worker in two forms, with SIMD and without, and the script that starts the one a browser runs.
//!
//! What trunk builds is for development alone. A build for use names script and module after their content, so that a
//! browser keeps them for good.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    exec,
    project::{Project, WASM, path_with},
};

const NAME: &str = "solver-worker";

/// The smallest module with an instruction of SIMD that rustc's code uses: a function that gives `i8x16.popcnt` of a
/// splatted zero. Whether it validates says whether the browser knows SIMD.
const PROBE: [u8; 31] = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253,
    98, 11,
];

/// How wasm-opt makes the search smaller: speed counts more here than bytes, and the size has been seen to be the same.
/// Nothing lies in the lowest kilobyte of memory, which is where the stack would end, and no browser reads which tools made
/// the module.
pub(crate) const SHRINK: [&str; 6] = [
    "--low-memory-unused",
    "-O3",
    "--code-folding",
    "--reorder-functions",
    "--strip-producers",
    "--strip-target-features",
];

/// Puts both forms and their starter into `dist`, in the place of what trunk has put there.
pub(super) fn build(project: &Project, dist: &Path, tools: &[PathBuf]) -> Result<()> {
    let folder = project.var("worker")?;
    fs::remove_dir_all(&folder)?;
    fs::create_dir_all(&folder)?;
    let work = Work { project, dist, tools, folder };
    let [plain, simd] = [("plain", false), ("simd", true)].map(|(form, simd)| work.form(form, simd));
    let (plain, simd) = (plain?, simd?);
    for file in [format!("{NAME}.js"), format!("{NAME}_bg.wasm")] {
        fs::remove_file(dist.join(&file)).with_context(|| format!("trunk has built no {file}"))?;
    }
    let starter = dist.join(format!("{NAME}_loader.js"));
    fs::write(&starter, starter_of(&simd, &plain)).context("the worker's starter cannot be written")?;
    work.minify(&starter)
}

/// The setting that compiles the search for browsers. LLVM would copy functions into their callers and unroll loops more
/// eagerly than is worth it: the bytes are downloaded, and that much less of both has been measured to cost up to 5 % of the
/// iterations a second on many routes (9 % once), and 15 % on one.
pub(crate) fn flags(simd: bool) -> String {
    let simd = if simd { ",\"-Ctarget-feature=+simd128\"" } else { "" };
    format!("target.{WASM}.rustflags=[\"-Cllvm-args=-inline-threshold=25 -unroll-threshold=15\"{simd}]")
}

/// The script that starts one of two forms, by their names.
fn starter_of(simd: &str, plain: &str) -> String {
    let probe: Vec<String> = PROBE.iter().map(u8::to_string).collect();
    let text = include_str!("worker.js").replacen("PROBE", &probe.join(","), 1);
    text.replacen("\"SIMD\"", &format!("\"{simd}\""), 1).replacen("\"PLAIN\"", &format!("\"{plain}\""), 1)
}

struct Work<'a> {
    project: &'a Project,
    dist: &'a Path,
    tools: &'a [PathBuf],
    folder: PathBuf,
}

impl Work<'_> {
    fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let mut command = self.project.command(program);
        exec::step(program, command.args(args).env("PATH", path_with(self.tools)?))
    }

    fn minify(&self, script: &Path) -> Result<()> {
        let out = format!("--outfile={}", script.display());
        let options = ["--minify", "--format=esm", "--target=es2022", "--log-level=warning"];
        self.run(
            "esbuild",
            &[options.as_slice(), &["--allow-overwrite", &script.to_string_lossy(), &out]].concat(),
        )
    }

    /// Builds, binds, shrinks and names one form; returns the name without an ending.
    fn form(&self, form: &str, simd: bool) -> Result<String> {
        let mut cargo = self.project.cargo(&["build", "-p", "milkrun-solver-worker", "--bin", NAME]);
        cargo.args(["--target", WASM, "--profile", "wasm", "--config"]).arg(flags(simd));
        exec::step(&format!("build the solver's worker ({form})"), cargo.env_remove("MILKRUN_SPLIT"))?;
        // The next form lands in the same file.
        let built = self.project.target.join(WASM).join("wasm").join(format!("{NAME}.wasm"));
        let folder = self.folder.join(form);
        let (out, built) = (folder.to_string_lossy(), built.to_string_lossy());
        self.run(
            "wasm-bindgen",
            &["--target", "web", "--no-typescript", "--out-name", NAME, "--out-dir", &out, &built],
        )?;
        let (script, module) = (folder.join(format!("{NAME}.js")), folder.join(format!("{NAME}_bg.wasm")));
        let path = module.to_string_lossy();
        self.run("wasm-opt", &[SHRINK.as_slice(), &[&path, "-o", &path]].concat())?;
        self.minify(&script)?;
        let (script, module) = (fs::read(&script)?, fs::read(&module)?);
        let mut hash = DefaultHasher::new();
        (&script, &module).hash(&mut hash);
        let name = format!("{NAME}-{form}-{:016x}", hash.finish());
        fs::write(self.dist.join(format!("{name}.js")), script)?;
        fs::write(self.dist.join(format!("{name}_bg.wasm")), module)?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_names_both_forms_and_holds_a_whole_probe() {
        let script = starter_of("solver-worker-simd-01", "solver-worker-plain-02");
        assert!(script.contains("? \"solver-worker-simd-01\" : \"solver-worker-plain-02\""), "{script}");
        assert!(script.contains("Uint8Array.of(0,97,115,109,1,0,0,0,1,5,1,96,0,1,123,"), "{script}");
        assert!(script.contains(",253,15,253,98,11));") && !script.contains("PROBE"), "{script}");
    }
}
