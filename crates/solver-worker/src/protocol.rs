//! The messages between a page and the solver's worker.
//!
//! They travel over `postMessage` as JSON strings: plain to log and to replay, and cheap enough at the size of a
//! day's plan. An improvement of a very large plan would be cheaper as a transferred integer array; the functions
//! [`encode`] and [`decode`] are the one place to change for that.

use milkrun_json::{Read, Reader, object, words};
use milkrun_solver::{Problem, RoutePlan, Solution, Unserved};
use serde::Serialize;

/// What a page tells the worker.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[non_exhaustive]
pub enum ToWorker {
    /// Solve this. A search that is still running is dropped without a word.
    Solve {
        /// What to solve.
        problem: Box<Problem>,
        /// A plan to start from, such as the one on the screen.
        start: Option<Vec<RoutePlan>>,
        /// The same seed gives a similar search; only an iteration count would give the same one.
        seed: u64,
        /// How long to search, in seconds.
        seconds: f64,
        /// Which of the workers that solve it side by side this one is, from 0.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// Learn from this plan, which another worker has found for the same problem.
    Adopt {
        /// The plan.
        routes: Vec<RoutePlan>,
    },
    /// Go on from this as well, which another worker has made of its part of a plan that is shared out between them; it was
    /// told as [`FromWorker::Part`].
    Join {
        /// In which round.
        round: u32,
        /// Which of the workers has made it.
        from: usize,
        /// The routes of its part.
        routes: Vec<RoutePlan>,
    },
    /// Say why a plan leaves stops out and what would have to give: answered by [`FromWorker::Explained`]. A search goes
    /// on all the same.
    Explain {
        /// The problem.
        problem: Box<Problem>,
        /// The plan.
        routes: Vec<RoutePlan>,
        /// Comes back with the answer, to tell it from those to earlier questions.
        turn: u64,
    },
    /// Stop searching: answered by [`FromWorker::Done`] with the best plan so far.
    Stop,
}

/// What the worker tells its page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[non_exhaustive]
pub enum FromWorker {
    /// The worker is loaded and listens. Messages sent to it earlier are lost.
    Ready,
    /// Where the search stands; sent a few times a second.
    Progress {
        /// Iterations so far.
        iteration: u64,
        /// Milliseconds since the search began.
        elapsed_ms: f64,
        /// Cost of the best plan in the objective's unit.
        cost: i64,
        /// Metres of the best plan.
        distance: i64,
        /// Seconds of working time of the best plan.
        duration: i64,
        /// Stops that the best plan leaves out.
        unserved: usize,
        /// How much of the time is spent, 0.0 to 1.0.
        fraction: f64,
    },
    /// A better plan than the last one sent.
    Improved {
        /// That plan, without reasons for what it leaves out: [`ToWorker::Explain`] asks for them.
        solution: Box<Solution>,
    },
    /// What the worker has made of its part in a round that is over, for all the others to [`ToWorker::Join`].
    Part {
        /// In which round.
        round: u32,
        /// Which of the workers this is.
        from: usize,
        /// The routes of its part.
        routes: Vec<RoutePlan>,
    },
    /// The search is over.
    Done {
        /// The best plan, without reasons as well.
        solution: Box<Solution>,
        /// Why it is over.
        reason: DoneReason,
    },
    /// Why a plan leaves stops out.
    Explained {
        /// The stops, each with its reason and its remedy.
        left_out: Vec<Unserved>,
        /// Which question this answers.
        turn: u64,
    },
    /// The problem cannot be solved as it is.
    Failed {
        /// What is wrong with it, in words: the page shows them, and reading the errors themselves would cost it
        /// forty kilobytes of code.
        message: String,
    },
}

/// Why a search is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DoneReason {
    /// The time is up.
    Time,
    /// The page said stop.
    Stopped,
    /// There is nothing left to improve.
    Complete,
}

/// How the worker reads what it is asked, in a tenth of the code that serde writes.
struct Asked {
    problem: Option<Box<Problem>>,
    start: Option<Vec<RoutePlan>>,
    seed: u64,
    seconds: f64,
    number: usize,
    count: usize,
    routes: Vec<RoutePlan>,
    round: u32,
    from: usize,
    turn: u64,
}

object! {
    Asked { ; problem, start, seed, seconds, number, count, routes, round, from, turn }
}

impl Read for ToWorker {
    fn blank() -> Self {
        Self::Stop
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let kind = reader.tag("type");
        let Asked { problem, start, seed, seconds, number, count, routes, round, from, turn } =
            Asked::read(reader);
        match (kind.as_str(), problem) {
            ("solve", Some(problem)) => Self::Solve { problem, start, seed, seconds, number, count },
            ("explain", Some(problem)) => Self::Explain { problem, routes, turn },
            ("adopt", _) => Self::Adopt { routes },
            ("join", _) => Self::Join { round, from, routes },
            ("stop", _) => Self::Stop,
            _ => {
                reader.unknown(&kind);
                Self::blank()
            }
        }
    }
}

/// How the page reads what it is told.
struct Told {
    iteration: u64,
    elapsed_ms: f64,
    cost: i64,
    distance: i64,
    duration: i64,
    unserved: usize,
    fraction: f64,
    solution: Option<Box<Solution>>,
    reason: DoneReason,
    message: String,
    left_out: Vec<Unserved>,
    turn: u64,
    round: u32,
    from: usize,
    routes: Vec<RoutePlan>,
}

object! {
    Told {
        ; iteration, elapsed_ms, cost, distance, duration, unserved, fraction, solution, reason, message, left_out, turn,
        round, from, routes
    }
}

words! {
    DoneReason { "time" Time, "stopped" Stopped, "complete" Complete }
}

impl Read for FromWorker {
    fn blank() -> Self {
        Self::Ready
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let kind = reader.tag("type");
        let Told {
            iteration,
            elapsed_ms,
            cost,
            distance,
            duration,
            unserved,
            fraction,
            solution,
            reason,
            message,
            left_out,
            turn,
            round,
            from,
            routes,
        } = Told::read(reader);
        match (kind.as_str(), solution) {
            ("ready", _) => Self::Ready,
            ("progress", _) => {
                Self::Progress { iteration, elapsed_ms, cost, distance, duration, unserved, fraction }
            }
            ("part", _) => Self::Part { round, from, routes },
            ("improved", Some(solution)) => Self::Improved { solution },
            ("done", Some(solution)) => Self::Done { solution, reason },
            ("explained", _) => Self::Explained { left_out, turn },
            ("failed", _) => Self::Failed { message },
            _ => {
                reader.unknown(&kind);
                Self::blank()
            }
        }
    }
}

/// A message as the string that is posted.
#[must_use]
pub fn encode<T: Serialize>(message: &T) -> String {
    // Every type here is a tree of numbers, strings and lists, which JSON always holds.
    milkrun_json::to_string(message).unwrap_or_default()
}

/// Reads a message that was posted.
///
/// # Errors
/// When the text is not such a message; the error says at which line and column.
pub fn decode<T: Read>(text: &str) -> Result<T, milkrun_json::Error> {
    milkrun_json::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_solver::{Job, Point, Travel, Vehicle, explain};

    fn check<T: Serialize + Read + PartialEq + std::fmt::Debug>(message: &T, expected: &str) {
        let text = encode(message);
        assert!(text.contains(expected), "{text}");
        assert_eq!(&decode::<T>(&text).unwrap(), message);
    }

    #[test]
    fn every_message_survives_the_way() {
        let problem = Problem::new(Travel::points(vec![Point { lat: 60.17, lon: 24.94 }]))
            .with_job(Job::at(0).with_window(0, 60))
            .with_vehicle(Vehicle::between(None, Some(0)));
        let other = problem.clone();
        let start = Some(vec![RoutePlan { vehicle: 0, stops: vec![0] }]);
        check(
            &ToWorker::Solve {
                problem: Box::new(problem),
                start,
                seed: u64::MAX,
                seconds: 0.5,
                number: 1,
                count: 2,
            },
            r#""type":"solve""#,
        );
        let routes = vec![RoutePlan { vehicle: 0, stops: vec![0] }];
        check(
            &ToWorker::Adopt { routes: routes.clone() },
            r#"{"type":"adopt","routes":[{"vehicle":0,"stops":[0]}]}"#,
        );
        check(&ToWorker::Join { round: 3, from: 1, routes: routes.clone() }, r#"{"type":"join","round":3,"#);
        check(&FromWorker::Part { round: 3, from: 1, routes }, r#"{"type":"part","round":3,"#);
        check(
            &ToWorker::Explain { problem: Box::new(other), routes: vec![], turn: 7 },
            r#""type":"explain""#,
        );
        check(&ToWorker::Stop, r#"{"type":"stop"}"#);
        check(&FromWorker::Ready, r#"{"type":"ready"}"#);
        let solution = Box::new(Solution::default());
        check(&FromWorker::Improved { solution: solution.clone() }, r#""type":"improved""#);
        check(&FromWorker::Done { solution, reason: DoneReason::Stopped }, r#""reason":"stopped""#);
        let left_out = explain(
            &Problem::new(Travel::points(vec![Point { lat: 60.0, lon: 24.0 }])).with_job(Job::at(0)),
            &[],
        )
        .unwrap();
        assert_eq!(left_out.len(), 1);
        check(&FromWorker::Explained { left_out, turn: 7 }, r#""turn":7"#);
        check(&FromWorker::Failed { message: "no".into() }, r#""message":"no""#);
    }

    #[test]
    fn a_foreign_message_is_an_error_that_says_where() {
        let told = decode::<ToWorker>(r#"{"type":"dance"}"#).unwrap_err().to_string();
        assert!(told.contains("dance") && told.contains("at character"), "{told}");
    }
}
