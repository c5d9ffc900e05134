//! The fuzz targets over mutants of their corpora: bounded, repeatable, and on the stable toolchain.
//!
//! `cargo +nightly fuzz run vrplib` in the repository's root searches further; see `fuzz/Cargo.toml`.

#[path = "../../../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// How many mutants of each file are tried.
const MUTANTS: u64 = 3_000;

/// Pieces that break a file in more telling ways than noise does.
const PIECES: [&str; 16] = [
    "-1",
    "0",
    "1e9",
    "4294967296",
    "99999999999999999999",
    "NaN",
    "-inf",
    "0.5",
    "\n",
    " : ",
    "\"",
    "{",
    "]",
    "null",
    "EOF\n",
    "\u{feff}",
];

/// A small generator of random numbers (xorshift64*), so that every run tries the same mutants.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most.max(1)
    }

    fn mutant(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(4) {
            let at = self.below(letters.len() + 1);
            let end = (at + self.below(12)).min(letters.len());
            match self.below(5) {
                0 => _ = letters.drain(at..end),
                1 => _ = letters.splice(at..end, PIECES[self.below(PIECES.len())].chars()),
                2 => _ = letters.splice(at..at, PIECES[self.below(PIECES.len())].chars()),
                3 => {
                    let copy = letters[at..end].to_vec();
                    let to = self.below(letters.len() + 1);
                    letters.splice(to..to, copy);
                }
                _ => letters.truncate(at),
            }
        }
        letters.into_iter().collect()
    }
}

fn check(name: &str, target: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let entries = fs::read_dir(&folder).expect("the corpus");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        target(&text);
        let mut random = Random(0x5EED);
        for number in 0..MUTANTS {
            let mutant = random.mutant(&text);
            let outcome = std::panic::catch_unwind(|| target(&mutant));
            assert!(outcome.is_ok(), "mutant {number} of {} breaks the target:\n{mutant}", file.display());
        }
    }
}

#[test]
fn vrplib() {
    check("vrplib", targets::vrplib);
}

#[test]
fn solomon() {
    check("solomon", targets::solomon);
}

#[test]
fn lilim() {
    check("lilim", targets::lilim);
}

#[test]
fn vroom_input() {
    check("vroom_input", targets::vroom_input);
}

#[test]
fn vroom_output() {
    check("vroom_output", targets::vroom_output);
}
