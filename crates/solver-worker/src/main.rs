//! The dedicated Web Worker that searches for routes. Natively there is nothing to run, so that the workspace builds
//! and lints everywhere.

#[cfg(target_arch = "wasm32")]
mod worker;

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    worker::listen();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
