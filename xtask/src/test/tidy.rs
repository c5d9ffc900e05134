//! The rules of the house that no compiler knows: small files, no trace of anyone's machine, honest lock files.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{licences, report::Tally};
use crate::{build::extension, project::Project};

/// A source file longer than this does not fit a reader's head.
const LONGEST_SOURCE: usize = 500;
/// What a longer one writes near its top, followed by the reason.
const LONG_FOR_A_REASON: &str = "// Long for a reason: ";

pub(super) fn tidy(project: &Project) -> Result<Tally> {
    let files = text_files(project)?;
    let each = |rule: fn(&str, &str) -> Option<String>| -> Vec<String> {
        let complain = |(path, text): &(String, String)| rule(path, text).map(|why| format!("{path}: {why}"));
        files.iter().filter_map(complain).collect()
    };
    println!("    {} text files", files.len());
    let mut tally = Tally::default();
    for complaints in
        [each(length), each(machine_path), each(layout), each(lock_file), licences::complaints(project)?]
    {
        // Each rule counts as one test, however many files break it.
        tally += if complaints.is_empty() {
            Tally::passed()
        } else {
            Tally { failed: 1, notes: complaints, ..Tally::default() }
        };
    }
    Ok(tally)
}

/// Every file that git tracks or would track, with its text; binary ones are left out.
fn text_files(project: &Project) -> Result<Vec<(String, String)>> {
    let mut git = project.command("git");
    let output = git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output();
    let output = output.context("git cannot be started")?;
    if !output.status.success() {
        bail!("git cannot list the files: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let paths = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    let read = |path: &str| Some((path.to_owned(), fs::read_to_string(project.root.join(path)).ok()?));
    Ok(paths.split_terminator('\0').filter_map(read).collect())
}

fn length(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let source = extension(Path::new(path)) == "rs" && !text.contains(LONG_FOR_A_REASON);
    let limited = source || path == "ARCHITECTURE.md";
    (limited && lines > LONGEST_SOURCE).then(|| format!("{lines} lines, and {LONGEST_SOURCE} are the limit"))
}

/// A path that exists on one machine only.
fn machine_path(_path: &str, text: &str) -> Option<String> {
    // Put together here, so that this file keeps its own rule.
    const PLACES: [&str; 4] =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/bash_jobs")];
    // `https://host/work/` is an address; a path stands after a blank, a quote or the start of the line.
    for (at, line) in text.lines().enumerate() {
        for place in PLACES {
            let mut found = line.match_indices(place).map(|(start, _)| line[..start].chars().next_back());
            if found.any(|before| before.is_none_or(|it| it.is_whitespace() || "\"'`(=:[<".contains(it))) {
                return Some(format!("line {} names a machine's own path, {place}", at + 1));
            }
        }
    }
    None
}

/// What .editorconfig asks for, in the files people write by hand.
fn layout(path: &str, text: &str) -> Option<String> {
    let by_hand = matches!(extension(Path::new(path)), "rs" | "md" | "toml" | "css" | "js" | "html");
    if !by_hand || text.is_empty() {
        return None;
    }
    if let Some(at) = text.lines().position(|line| line.ends_with([' ', '\t'])) {
        return Some(format!("line {} ends in white space", at + 1));
    }
    if text.contains('\r') {
        return Some("has Windows line ends".to_owned());
    }
    (!text.ends_with('\n')).then(|| "does not end with a newline".to_owned())
}

/// A lock file must work for everyone: only the public registries, or none named at all.
fn lock_file(path: &str, text: &str) -> Option<String> {
    const CRATES: &str = "\"registry+https://github.com/rust-lang/crates.io-index\"";
    let wrong = |line: &str| match Path::new(path).file_name().and_then(|name| name.to_str()) {
        Some("Cargo.lock") => line.strip_prefix("source = ").is_some_and(|source| source != CRATES),
        Some("package-lock.json") => line
            .strip_prefix("\"resolved\": ")
            .is_some_and(|url| !url.starts_with("\"https://registry.npmjs.org/")),
        _ => false,
    };
    text.lines().map(str::trim).find(|line| wrong(line)).map(|line| format!("not everyone can reach {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: fn(&str, &str) -> Option<String>, path: &str, text: &str, broken: bool) {
        assert_eq!(rule(path, text).is_some(), broken, "{path}: {text}");
    }

    #[test]
    fn long_files_need_a_reason() {
        let long = "x\n".repeat(LONGEST_SOURCE + 1);
        check(length, "a.rs", &long, true);
        check(length, "a.rs", &format!("{LONG_FOR_A_REASON}a table\n{long}"), false);
        check(length, "a.rs", &"x\n".repeat(LONGEST_SOURCE), false);
        check(length, "data.csv", &long, false);
        check(length, "ARCHITECTURE.md", &long, true);
    }

    #[test]
    fn machine_paths_are_told_from_addresses() {
        check(machine_path, "a.md", concat!("see /wo", "rk/main for it"), true);
        check(machine_path, "a.rs", concat!("\"/ro", "ot/.cargo\""), true);
        check(machine_path, "a.rs", concat!("https://example.com/wo", "rk/1"), false);
        check(machine_path, "a.rs", "artwork/1 and /usr/bin/env", false);
    }

    #[test]
    fn layout_is_for_files_written_by_hand() {
        check(layout, "a.rs", "fn a() {}\n", false);
        check(layout, "a.rs", "fn a() {} \n", true);
        check(layout, "a.css", "a {}", true);
        check(layout, "a.md", "one\r\ntwo\n", true);
        check(layout, "a.csv", "one\r\ntwo", false);
    }

    #[test]
    fn lock_files_name_public_registries_only() {
        check(
            lock_file,
            "Cargo.lock",
            "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
            false,
        );
        check(lock_file, "Cargo.lock", "source = \"registry+https://mirror.example/index\"", true);
        check(
            lock_file,
            "a/package-lock.json",
            "  \"resolved\": \"https://registry.npmjs.org/x.tgz\",",
            false,
        );
        check(lock_file, "a/package-lock.json", "  \"resolved\": \"http://10.0.0.1/x.tgz\",", true);
        check(lock_file, "notes.txt", "\"resolved\": \"http://10.0.0.1/x.tgz\"", false);
    }
}
