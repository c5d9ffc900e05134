//! Who is measured, and how one of them is run: a process that prints its routes.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::native::instances::Task;
use crate::native::peer;

/// A solver on a target.
#[derive(Debug, Clone)]
pub enum Contestant {
    /// Milkrun in this very program.
    Native,
    /// Milkrun in WebAssembly, in Node.js.
    Wasm {
        /// The JavaScript that `wasm-bindgen` wrote beside the module.
        glue: PathBuf,
        /// The script that paces it, `web/run.cjs`.
        script: PathBuf,
    },
    /// Another solver, by its Python package.
    Peer {
        /// Its name, as `peers/solve.py` knows it.
        name: String,
        /// The interpreter that has the package.
        python: PathBuf,
        /// That script.
        script: PathBuf,
    },
}

/// What a contestant says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Its plan: the customers of each route.
    Routes {
        /// By the instance's numbers.
        routes: Vec<Vec<usize>>,
        /// Seconds from having the problem in memory to having the routes.
        wall_s: f64,
        /// Seconds until the first plan had been told, with every stop in it that found a place.
        #[serde(default)]
        first_s: Option<f64>,
        /// The same in a worker that has only just been loaded.
        #[serde(default)]
        cold_s: Option<f64>,
        /// Seconds of the longest slice.
        #[serde(default)]
        slice_s: Option<f64>,
        /// Megabytes of WebAssembly's memory at the end, the instance's text included.
        #[serde(default)]
        memory_mb: Option<f64>,
    },
    /// It has found no plan in its time.
    Nothing {
        /// Why, in its own words.
        nothing: String,
        /// Seconds.
        wall_s: f64,
    },
    /// It cannot do this kind of problem.
    Skip {
        /// Why.
        skip: String,
    },
    /// It broke.
    Error {
        /// How.
        error: String,
    },
}

/// For how long first plans and slices are looked at, in seconds.
const LOOK: f64 = 1.0;

impl Contestant {
    /// The column's heading in the table, and `solver` in the rows.
    #[must_use]
    pub fn solver(&self) -> &str {
        match self {
            Self::Native | Self::Wasm { .. } => "milkrun",
            Self::Peer { name, .. } => name,
        }
    }

    /// `wasm` or `native`.
    #[must_use]
    pub fn target(&self) -> &'static str {
        match self {
            Self::Wasm { .. } => "wasm",
            Self::Native | Self::Peer { .. } => "native",
        }
    }

    /// Lets the contestant solve the instance within so many seconds of wall time.
    ///
    /// # Errors
    /// When its process cannot be started.
    pub fn run(&self, task: &Task, seconds: f64, seed: u32, pin: Option<&str>) -> Result<Answer> {
        let mut answer = self.run_once(task, seconds, seed, pin, false)?;
        // How soon a page sees a plan, and how long it waits for a slice, is for a browser to say: its engine compiles
        // on the other processors meanwhile.
        if let (Self::Wasm { .. }, Answer::Routes { first_s, cold_s, slice_s, .. }) = (self, &mut answer)
            && let Answer::Routes { first_s: warm, slice_s: longest, .. } =
                self.run_once(task, seconds.min(LOOK), seed, None, false)?
            && let Answer::Routes { first_s: cold, .. } = self.run_once(task, 0.0, seed, None, true)?
        {
            (*first_s, *cold_s, *slice_s) = (warm, cold, longest);
        }
        Ok(answer)
    }

    fn run_once(
        &self,
        task: &Task,
        seconds: f64,
        seed: u32,
        pin: Option<&str>,
        cold: bool,
    ) -> Result<Answer> {
        let mut command = match self {
            Self::Native => {
                let mut command = pinned(std::env::current_exe()?, pin);
                command.arg("one").arg(&task.path);
                command
            }
            Self::Wasm { glue, script } => {
                let mut command = pinned("node".into(), pin);
                command.arg(script).arg(glue).arg(&task.path);
                command
            }
            Self::Peer { name, python, script } => {
                let file = match peer::write(task) {
                    Ok(file) => file,
                    Err(why) => return Ok(Answer::Skip { skip: why.to_string() }),
                };
                let mut command = pinned(python.clone(), pin);
                // Numeric libraries start threads of their own.
                for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
                    command.env(variable, "1");
                }
                command.arg(script).arg(name).arg(file);
                command
            }
        };
        command.arg(task.known.routes.to_string()).arg(seconds.to_string()).arg(seed.to_string());
        if cold {
            command.arg("cold");
        }
        // Some solvers overrun by minutes; then they have no answer.
        capture(&mut command, Duration::from_secs_f64(seconds * 4.0 + 100.0))
    }
}

/// The program on one processor, where the system can do that.
fn pinned(program: PathBuf, pin: Option<&str>) -> Command {
    match pin {
        None => Command::new(program),
        Some(processor) => {
            let mut command = Command::new("taskset");
            command.args(["-c", processor]).arg(program);
            command
        }
    }
}

/// The last processor this process may use, if processes can be pinned to it.
#[must_use]
pub fn processor() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let last = allowed.trim().rsplit([',', '-']).next()?.to_owned();
    let tried = Command::new("taskset").args(["-c", &last, "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success()).then_some(last)
}

/// Runs a contestant's process and reads its last line.
fn capture(command: &mut Command, patience: Duration) -> Result<Answer> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let shown = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().with_context(|| format!("{shown} cannot be started"))?;
    let streams = (child.stdout.take(), child.stderr.take());
    let (Some(mut out), Some(mut err)) = streams else {
        anyhow::bail!("the output of {shown} cannot be read")
    };
    let read = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let complaints = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).map(|_| String::from_utf8_lossy(&bytes).into_owned())
    });
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > patience {
            child.kill().ok();
            child.wait()?;
            let wall_s = begun.elapsed().as_secs_f64();
            return Ok(Answer::Nothing { nothing: format!("no answer in {wall_s:.0} s"), wall_s });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = read.join().ok().and_then(Result::ok).unwrap_or_default();
    let complaints = complaints.join().ok().and_then(Result::ok).unwrap_or_default();
    let last = text.lines().next_back().unwrap_or_default();
    Ok(serde_json::from_str(last).unwrap_or_else(|_| {
        let last = complaints.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it printed nothing");
        Answer::Error { error: last.to_owned() }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_from_the_last_line() {
        let check = |script: &str, expected: &Answer| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            assert_eq!(&capture(&mut command, Duration::from_secs(20)).unwrap(), expected, "{script}");
        };
        check(
            "echo talk; echo '{\"routes\": [[1, 2], []], \"wall_s\": 0.5}'",
            &Answer::Routes {
                routes: vec![vec![1, 2], vec![]],
                wall_s: 0.5,
                first_s: None,
                cold_s: None,
                slice_s: None,
                memory_mb: None,
            },
        );
        check(
            "echo '{\"routes\": [], \"wall_s\": 0.5, \"first_s\": 0.1, \"slice_s\": 0.01, \"memory_mb\": 3}'",
            &Answer::Routes {
                routes: vec![],
                wall_s: 0.5,
                first_s: Some(0.1),
                cold_s: None,
                slice_s: Some(0.01),
                memory_mb: Some(3.0),
            },
        );
        check("echo '{\"skip\": \"no windows\"}'", &Answer::Skip { skip: "no windows".into() });
        check("echo one >&2; echo two >&2; exit 1", &Answer::Error { error: "two".into() });
        check("exit 1", &Answer::Error { error: "it printed nothing".into() });
    }

    #[test]
    fn who_overruns_has_no_answer() {
        let mut command = Command::new("sleep");
        command.arg("30");
        let answer = capture(&mut command, Duration::from_millis(100)).unwrap();
        assert!(matches!(answer, Answer::Nothing { .. }), "{answer:?}");
    }
}
