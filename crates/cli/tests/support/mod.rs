//! What the tests of the command line share.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs the program with arguments and a text to read.
pub(crate) fn milkrun(arguments: &str, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_milkrun"))
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("milkrun starts");
    // A child that refuses its arguments may be gone by now.
    _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    child.wait_with_output().expect("milkrun ends")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}
