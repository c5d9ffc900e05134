//! A line of progress now and then, on standard error.

use milkrun_formats::task::Task;
use milkrun_solver::Progress;

/// The shortest time between two lines, in seconds.
const EVERY: f64 = 1.0;

/// Says how the search stands.
#[derive(Debug)]
pub(crate) struct Reporter<'a> {
    task: &'a Task,
    next: f64,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(task: &'a Task) -> Self {
        Self { task, next: EVERY }
    }

    /// Prints a line if one is due, and the last one in any case.
    pub(crate) fn tell(&mut self, progress: &Progress, seconds: f64) {
        if !progress.done && seconds < self.next {
            return;
        }
        self.next = seconds + EVERY;
        let left_out = match progress.unserved {
            0 => String::new(),
            count => format!(", {count} stops left out"),
        };
        eprintln!(
            "{seconds:7.1} s  {:>3.0} %  cost {}{left_out}  ({} iterations)",
            progress.fraction * 100.0,
            shown(self.task.cost(progress.cost)),
            progress.iteration,
        );
    }
}

/// A cost without decimals that are not there.
pub(crate) fn shown(cost: f64) -> String {
    if cost.fract() == 0.0 { format!("{cost:.0}") } else { format!("{cost:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_have_decimals_where_they_need_them() {
        let check = |cost, expected| assert_eq!(shown(cost), expected);
        check(27_591.0, "27591");
        check(827.3, "827.30");
        check(0.0, "0");
    }
}
