//! Prepares the WebAssembly for being cut into parts, if `cargo xtask build` says that it will do so.
//!
//! Only then are the cuts marked, since an uncut portal with marks could not run; and only then are the linker's
//! relocations kept, by which the cutting tool knows what refers to what.

/// Set by whoever will cut.
const WILL_CUT: &str = "MILKRUN_SPLIT";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(split)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={WILL_CUT}");
    let for_browsers = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|it| it == "wasm");
    if for_browsers && std::env::var_os(WILL_CUT).is_some() {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
