//! `milkrun`: route optimisation from the command line.
//!
//! The solution goes to standard output, progress to standard error. What is wrong with the input is one sentence,
//! and the exit status is then 2 (1 for anything else that goes wrong).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks by printing")]

mod answer;
mod arguments;
mod progress;
mod search;

use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use milkrun_formats::task::Task;

use arguments::{Arguments, Command, Solve};

/// The input is at fault, not this program.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let Arguments { command: Command::Solve(options) } = Arguments::parse();
    match solve(&options) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn solve(options: &Solve) -> Result<ExitCode> {
    let begun = Instant::now();
    let name = name(&options.file);
    let input = read(&options.file).and_then(|text| {
        let task = Task::read(&text).with_context(|| format!("{name} cannot be solved"))?;
        task.problem.validate().with_context(|| format!("{name} contradicts itself"))?;
        Ok(task)
    });
    let task = match input {
        Ok(task) => task,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(BAD_INPUT));
        }
    };
    let loading = begun.elapsed();
    let found = search::run(&task, options)?;
    let text = answer::text(&task, &found, options.output, loading)?;
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    match written {
        // Whoever reads has seen enough, `head` for instance.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => written.map(|()| ExitCode::SUCCESS).context("the solution cannot be written"),
    }
}

/// What the file is called in a sentence.
fn name(file: &std::path::Path) -> String {
    match file.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => file.display().to_string(),
    }
}

/// The file's text, or that of standard input for `-`.
fn read(file: &std::path::Path) -> Result<String> {
    let mut bytes = Vec::new();
    match file.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
        false => std::fs::read(file).map(|read| bytes = read),
    }
    .with_context(|| format!("{} cannot be read", name(file)))?;
    String::from_utf8(bytes).with_context(|| format!("{} is no text in UTF-8", name(file)))
}
