//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Route optimisation: which vehicle serves which stop, and in what order.
#[derive(Debug, Parser)]
#[command(name = "milkrun", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find routes for the problem in a file.
    Solve(Solve),
}

#[derive(Debug, Args)]
pub(crate) struct Solve {
    /// A problem in VROOM's JSON or Milkrun's own, or a VRPLIB, TSPLIB, Solomon or Li & Lim file; `-` reads standard input. The format is told
    /// by the content.
    pub(crate) file: PathBuf,
    /// How long to search, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, allow_negative_numbers = true, conflicts_with = "iterations")]
    pub(crate) time: f64,
    /// Search so many iterations instead, whatever time they take: the same number and seed give the same routes on
    /// every machine.
    #[arg(long, value_name = "COUNT")]
    pub(crate) iterations: Option<u64>,
    /// Search with so many seeds side by side, and take the best plan.
    #[arg(long, value_name = "COUNT", default_value = "1")]
    pub(crate) threads: NonZeroUsize,
    /// Where the search's random numbers begin.
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub(crate) seed: u64,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Output::Json)]
    pub(crate) output: Output,
    /// Print no progress.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// The form of the solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Milkrun's own: routes with their timetable, and what is left out and why.
    Json,
    /// A map: a line for each route, a point for each stop.
    Geojson,
    /// What VROOM would print.
    Vroom,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match (0.0..=1e6).contains(&seconds) {
        true => Ok(seconds),
        false => Err("it must be 0 to 1,000,000 seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Solve, String> {
        let words = std::iter::once("milkrun").chain(line.split_whitespace());
        match Arguments::try_parse_from(words) {
            Ok(Arguments { command: Command::Solve(solve) }) => Ok(solve),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_are_read() {
        let it = parse("solve a.vrp --time 2.5 --threads 2 --seed 9 --output geojson").unwrap();
        assert_eq!((it.time, it.threads.get(), it.seed, it.output), (2.5, 2, 9, Output::Geojson));
        let it = parse("solve a.vrp").unwrap();
        assert_eq!((it.time, it.threads.get(), it.seed, it.output), (10.0, 1, 1, Output::Json));
    }

    #[test]
    fn mistakes_are_told() {
        let check = |line: &str, part: &str| {
            let told = parse(line).unwrap_err();
            assert!(told.contains(part), "{told}");
        };
        check("solve a.vrp --time -1", "it must be 0 to 1,000,000 seconds");
        check("solve a.vrp --time NaN", "it must be 0 to 1,000,000 seconds");
        check("solve a.vrp --threads 0", "--threads");
        check("solve a.vrp --time 1 --iterations 5", "cannot be used with");
        check("solve a.vrp --output xml", "[possible values: json, geojson, vroom]");
        check("solv a.vrp", "solve");
    }
}
