//! Everything a developer runs: set-up, run, test, size, screenshots.

fn main() {}
