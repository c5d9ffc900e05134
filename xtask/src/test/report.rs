//! Counting: every step gives a tally, and the report ends with the one line that tools read.

use std::{fmt, process::ExitCode, time::Duration};

/// How the tests of one step went.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
    /// Why something failed or was skipped, a sentence each.
    pub(super) notes: Vec<String>,
}

impl Tally {
    pub(super) fn passed() -> Tally {
        Tally { passed: 1, ..Tally::default() }
    }

    pub(super) fn failed(why: String) -> Tally {
        Tally { failed: 1, notes: vec![why], ..Tally::default() }
    }

    pub(super) fn skipped(why: String) -> Tally {
        Tally { skipped: 1, notes: vec![why], ..Tally::default() }
    }

    pub(super) fn of(success: bool, why: &str) -> Tally {
        if success { Tally::passed() } else { Tally::failed(why.to_owned()) }
    }

    /// Adds up what Rust's test harness (or wasm-bindgen's, which prints the same) says of its tests.
    ///
    /// `success` is the program's own exit: a crash before the last line still counts as a failure.
    pub(super) fn of_harness(name: &str, text: &str, success: bool) -> Tally {
        let mut tally = Tally::default();
        let mut skipped_by_themselves = 0;
        for line in text.lines().map(str::trim) {
            if let Some(counts) = line.strip_prefix("test result:") {
                tally.passed += count(counts, "passed");
                tally.failed += count(counts, "failed");
                let ignored = count(counts, "ignored");
                tally.skipped += ignored;
                if ignored > 0 {
                    tally.notes.push(format!("{name}: {ignored} ignored"));
                }
            }
            // A test that finds out only while running that it cannot run says so and returns;
            // the harness has no word for it and counts it among the passed.
            if let Some(why) = line.strip_prefix("skipped: ") {
                skipped_by_themselves += 1;
                tally.notes.push(why.to_owned());
            }
            if let Some(test) = line.strip_prefix("test ").and_then(|it| it.strip_suffix(" ... FAILED")) {
                tally.notes.push(format!("{name}: {test} failed"));
            }
        }
        tally.passed = tally.passed.saturating_sub(skipped_by_themselves);
        tally.skipped += skipped_by_themselves;
        if !success && tally.failed == 0 {
            tally.failed = 1;
            tally.notes.push(format!("{name}: ended with an error outside its tests"));
        }
        tally
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.notes.extend(other.notes);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// The number that stands before a word: `12 passed; 0 failed`.
fn count(counts: &str, word: &str) -> u32 {
    let mut previous = "";
    for it in counts.split_whitespace() {
        if it.trim_end_matches(';') == word {
            return previous.parse().unwrap_or(0);
        }
        previous = it;
    }
    0
}

/// Every step's tally and time.
#[derive(Default)]
pub(super) struct Report(Vec<(&'static str, Duration, Tally)>);

impl Report {
    pub(super) fn add(&mut self, name: &'static str, time: Duration, tally: Tally) {
        for note in &tally.notes {
            println!("  ! {note}");
        }
        println!("  {}: {tally} in {:.1} s", verdict(&tally), time.as_secs_f64());
        self.0.push((name, time, tally));
    }

    /// Prints the table and the summary line, which is the last line printed.
    pub(super) fn finish(self) -> ExitCode {
        let mut total = Tally::default();
        let mut time = Duration::ZERO;
        println!("\n{:<12} {:>8}  {:<8} tests", "step", "seconds", "result");
        for (name, took, tally) in self.0 {
            println!("{name:<12} {:>8.1}  {:<8} {tally}", took.as_secs_f64(), verdict(&tally));
            time += took;
            total += tally;
        }
        for note in &total.notes {
            println!("  ! {}", note.lines().next().unwrap_or_default());
        }
        println!("{:<12} {:>8.1}", "together", time.as_secs_f64());
        println!("{total}");
        if total.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn verdict(tally: &Tally) -> &'static str {
    match tally {
        Tally { failed: 1.., .. } => "FAILED",
        Tally { passed: 0, skipped: 1.., .. } => "skipped",
        _ => "ok",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harness_output_is_counted() {
        let check = |text: &str, success: bool, want: (u32, u32, u32)| {
            let it = Tally::of_harness("x", text, success);
            assert_eq!((it.passed, it.failed, it.skipped), want, "{text}");
        };
        check(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            true,
            (3, 0, 0),
        );
        check(
            "test a ... FAILED\ntest result: FAILED. 1 passed; 2 failed; 4 ignored; 0 measured",
            false,
            (1, 2, 4),
        );
        check(
            "test result: ok. 1 passed; 0 failed;\n\ntest result: ok. 5 passed; 0 failed;",
            true,
            (6, 0, 0),
        );
        check("thread panicked at main", false, (0, 1, 0));
        check(
            "skipped: osrm: PyPI cannot be reached\ntest result: ok. 2 passed; 0 failed; 0 ignored",
            true,
            (1, 0, 1),
        );
        check("no tests to run!", true, (0, 0, 0));
    }

    #[test]
    fn the_step_says_what_matters_most() {
        let verdict =
            |passed, failed, skipped| verdict(&Tally { passed, failed, skipped, notes: Vec::new() });
        assert_eq!(verdict(2, 1, 1), "FAILED");
        assert_eq!(verdict(2, 0, 1), "ok");
        assert_eq!(verdict(0, 0, 1), "skipped");
    }
}
