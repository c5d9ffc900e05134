//! The plan as text, for keeping between visits and for carrying to another machine.
//!
//! The text is JSON with a `version`. A reader that meets a newer version refuses instead of guessing, so
//! that an old tab can never overwrite what a new one wrote: the caller keeps the text as it is.

use crate::plan::Plan;
use serde::Serialize;

/// The version this code writes and the newest it reads.
pub const VERSION: u32 = 2;

/// Why a text could not be read as a plan. The text itself stays with the caller, untouched.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Written by a later Milkrun.
    #[error(
        "this plan was written by a newer Milkrun (format {found}, this one reads up to {VERSION}); \
         reload the page to get the newer Milkrun, the plan is kept as it is"
    )]
    Newer {
        /// The version found in the text.
        found: u32,
    },
    /// Not a plan at all, or a damaged one.
    #[error("this is not a Milkrun plan: {0}; choose a file saved with Export, JSON")]
    Unreadable(#[from] milkrun_json::Error),
}

#[derive(Serialize)]
struct Kept<'a> {
    version: u32,
    #[serde(flatten)]
    plan: &'a Plan,
}

/// The plan as JSON, on one line, with its `version`.
pub fn to_json(plan: &Plan) -> Result<String, milkrun_json::Error> {
    milkrun_json::to_string(&Kept { version: VERSION, plan })
}

/// Reads a plan from JSON and restores its invariants (see [`Plan::mend`]).
///
/// # Errors
/// [`LoadError::Newer`] when a later Milkrun wrote it, [`LoadError::Unreadable`] when it is no plan.
pub fn from_json(text: &str) -> Result<Plan, LoadError> {
    struct Head {
        version: u32,
    }
    milkrun_json::object! { Head { version; } }
    // The version is read on its own first: a newer plan may well not fit the present types.
    let head: Head = milkrun_json::read(text)?;
    if head.version > VERSION {
        return Err(LoadError::Newer { found: head.version });
    }
    let mut plan: Plan = milkrun_json::read(text)?;
    plan.mend();
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::Stop;

    #[test]
    fn a_plan_reads_back_as_it_was_written() {
        let mut plan = Plan::new("Tuesday", "2026-03-03");
        plan.stops.push(Stop::new("S-1", "Annankatu 18, 00120 Helsinki"));
        let text = to_json(&plan).unwrap();
        assert!(text.starts_with(r#"{"version":2,"name":"Tuesday""#), "{text}");
        assert_eq!(from_json(&text).unwrap(), plan);
    }

    #[test]
    fn fields_of_later_date_may_be_missing() {
        let plan =
            from_json(r#"{"version":1,"name":"a","date":"2026-01-01","stops":[{"id":"1","address":"x"}]}"#);
        assert_eq!(plan.unwrap().stops[0].parcels, 1);
    }

    fn check_refused(text: &str, reason: &str) {
        let error = from_json(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn other_texts_are_refused_with_a_reason() {
        check_refused(r#"{"version":3,"days":[]}"#, "newer Milkrun (format 3");
        check_refused(r#"{"version":1,"name":3}"#, "not a Milkrun plan");
        check_refused("{}", "missing field `version`");
        check_refused("", "not a Milkrun plan");
    }
}
