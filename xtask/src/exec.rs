//! Running other programs so that the reader always knows what runs, how long it took and why it failed.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    sync::{
        Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// What stands between lines of a program that prints nothing for this long.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// The network could not be reached: a check that needs it is skipped, it has not failed.
#[derive(Debug)]
pub(crate) struct Unreachable(pub(crate) String);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// What a program printed, its two streams in the order they arrived, and whether it succeeded.
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) success: bool,
}

/// How much of a program's output the reader sees.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Show {
    /// Every line as it comes.
    Lines,
    /// Only that it is still running; the caller prints the rest when it matters.
    Heartbeat,
}

/// Runs a set-up or build step on the reader's terminal, timed.
pub(crate) fn step(what: &str, command: &mut Command) -> Result<()> {
    println!("  › {what}");
    let started = Instant::now();
    let status = command.status().with_context(|| format!("{} cannot be started", shown(command)))?;
    if !status.success() {
        bail!("{what} failed ({status}): {}", shown(command));
    }
    println!("    done in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Like [`step`], for steps that need the network: a failure that reads like a dead line
/// becomes [`Unreachable`].
pub(crate) fn network_step(what: &str, command: &mut Command) -> Result<()> {
    println!("  › {what}");
    let started = Instant::now();
    let output = capture(what, command, Show::Lines)?;
    if output.success {
        println!("    done in {:.1} s", started.elapsed().as_secs_f64());
        return Ok(());
    }
    match unreachable_reason(&output.text) {
        Some(line) => Err(Unreachable(format!("{what}: the network cannot be reached ({line})")).into()),
        None => bail!("{what} failed: {}", shown(command)),
    }
}

/// Runs a program to its end and keeps what it prints.
pub(crate) fn capture(what: &str, command: &mut Command, show: Show) -> Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} cannot be started", shown(command)))?;
    let (lines, received) = mpsc::channel::<String>();
    let streams: [Box<dyn Read + Send>; 2] = match (child.stdout.take(), child.stderr.take()) {
        (Some(out), Some(err)) => [Box::new(out), Box::new(err)],
        _ => bail!("the output of {} cannot be read", shown(command)),
    };
    for stream in streams {
        let lines = lines.clone();
        thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
                if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
                line.clear();
            }
        });
    }
    drop(lines);

    let started = Instant::now();
    let mut text = String::new();
    loop {
        match received.recv_timeout(HEARTBEAT) {
            Ok(line) => {
                if show == Show::Lines {
                    print!("    {line}");
                }
                text.push_str(&line);
            }
            Err(RecvTimeoutError::Timeout) => {
                println!("    … {what}: {} s so far", started.elapsed().as_secs());
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
        io::stdout().flush().ok();
    }
    Ok(Output { text, success: child.wait()?.success() })
}

/// The program and its arguments, as a person would type them.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    format!("`{}`", words.join(" "))
}

/// Applies `work` to every item on as many threads as there are processors; the answers keep the items' order.
pub(crate) fn on_all_processors<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(0..items.len());
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let take = || next.lock().ok().and_then(|mut range| range.next());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(at) = take() {
                    let result = work(&items[at]);
                    if let Ok(mut done) = done.lock() {
                        done.push((at, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The line that shows a program failed for want of a network, in the words of
/// curl (cargo, rustup), npm, pip and apt.
pub(crate) fn unreachable_reason(text: &str) -> Option<&str> {
    const SIGNS: [&str; 14] = [
        "Could not resolve host",
        "Couldn't resolve host",
        "Temporary failure resolving",
        "Temporary failure in name resolution",
        "failed to lookup address",
        "Name or service not known",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ETIMEDOUT",
        "Network is unreachable",
        "Could not connect to",
        "NewConnectionError",
        "Connection timed out",
    ];
    text.lines().find(|line| SIGNS.iter().any(|sign| line.contains(sign))).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_and_the_exit_are_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let output = capture("a script", &mut command, Show::Heartbeat).unwrap();
        assert!(output.text.contains("one\n") && output.text.contains("two\n"), "{}", output.text);
        assert!(!output.success);
    }

    #[test]
    fn a_dead_network_is_told_from_a_failure() {
        let check = |text: &str, want: bool| assert_eq!(unreachable_reason(text).is_some(), want, "{text}");
        check("npm error code ENOTFOUND", true);
        check("W: Temporary failure resolving 'deb.debian.org'", true);
        check("warning: spurious network error: [6] Could not resolve host: index.crates.io", true);
        check("error[E0308]: mismatched types", false);
        check("ERROR: No matching distribution found for nothing", false);
    }

    #[test]
    fn answers_keep_the_order_of_the_items() {
        let items: Vec<u32> = (0..100).collect();
        let doubled: Vec<u32> = items.iter().map(|item| item * 2).collect();
        assert_eq!(on_all_processors(&items, |item| item * 2), doubled);
        assert!(on_all_processors(&[], |item: &u32| *item).is_empty());
    }
}
