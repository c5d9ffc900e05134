//! Exchanges what follows two stops on two routes: the 2-opt* of Potvin and Rousseau (1995).
//!
//! Ruin takes out a few stops at a time, so a good second half on the wrong first half stays there; where windows
//! make routes long or few, this mends it in one move.

use crate::neighbours::Gap;
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;
use crate::travel::Leg;

/// Makes the cheapest exchange that joins a random stop to one of its neighbours; `false` when there is none that
/// can be driven and adds less than `most` in way. The plan is then as it was at its last [`Plan::keep`].
pub(crate) fn exchange(problem: &Prepared, plan: &mut Plan, rng: &mut Rng, most: i64) -> bool {
    let job = problem.draw(rng);
    let route = plan.node(job).route;
    if route == NONE || problem.is_foreign(route) {
        return false;
    }
    let mut best = (most, NONE, NONE);
    let is_other = |gap: &&Gap| {
        let other = plan.node(gap.near).route;
        other != NONE && other != route && !problem.is_foreign(other)
    };
    for gap in problem.near.behind(job).iter().filter(is_other) {
        if let Some(cost) = price(problem, plan, gap.near, job, gap.leg, best.0) {
            best = (cost, gap.near, job);
        }
    }
    for gap in problem.near.before(job).iter().filter(is_other) {
        if let Some(cost) = price(problem, plan, job, gap.near, gap.leg, best.0) {
            best = (cost, job, gap.near);
        }
    }
    let (_, head, tail) = best;
    if head == NONE {
        return false;
    }
    plan.swap_tails(problem, head, tail) || {
        plan.undo(problem);
        false
    }
}

/// What joining `head` to `tail`, and what came before `tail` to what followed `head`, adds in way, if that is less than
/// `most` and nothing is late.
fn price(problem: &Prepared, plan: &Plan, head: u32, tail: u32, joined: Leg, most: i64) -> Option<i64> {
    let (a, d) = (plan.node(head), plan.node(tail));
    let (b, c) = (a.next, d.prev);
    let (first, second) = (&problem.vans[a.route as usize], &problem.vans[d.route as usize]);
    // When all of a route goes, the legs from its start to its end are not driven.
    let place = |node: u32| problem.place[node as usize];
    let timed = problem.windowed && !problem.driven;
    if timed && a.early + joined.dur > d.late {
        return None;
    }
    let b_end = !problem.is_job(b);
    let rest = if b_end { problem.end(d.route) } else { b };
    let crossed = problem.table.out(place(c), place(rest));
    let crossed_cost = if b_end && !problem.is_job(c) { -second.fixed } else { second.cost(crossed) };
    let cost = first.cost(joined) - first.cost(plan.node(b).leg) + crossed_cost - second.cost(d.leg);
    // What is under way would stay with the other vehicle, and what is fixed stays with its own.
    let stays = cost >= most
        || timed && !b_end && plan.node(c).early + crossed.dur > plan.node(b).late
        || problem.is_fixed(b)
        || problem.is_fixed(tail)
        || plan.is_shipping(problem, head)
        || plan.is_shipping(problem, c);
    (!stays).then_some(cost)
}
