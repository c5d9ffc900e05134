//! The worker itself. Natively there is nothing to run, so that the workspace builds everywhere.

fn main() {}
