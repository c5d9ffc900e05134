//! Exchanges what follows two stops on two routes: the 2-opt* of Potvin and Rousseau (1995).
//!
//! Ruin takes out a few stops at a time, so a good second half on the wrong first half stays there; where windows
//! make routes long or few, this mends it in one move.

use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// Makes the cheapest exchange that joins a random stop to one of its neighbours; `false` when there is none that
/// can be driven. The plan is then as it was at its last [`Plan::keep`].
pub(crate) fn exchange(problem: &Prepared, plan: &mut Plan, rng: &mut Rng) -> bool {
    let job = problem.draw(rng);
    let route = plan.node(job).route;
    if route == NONE || problem.is_foreign(route) {
        return false;
    }
    let mut best = (i64::MAX, NONE, NONE);
    for &near in problem.near.beside(job) {
        let other = plan.node(near).route;
        if other == NONE || other == route || problem.is_foreign(other) {
            continue;
        }
        // The stop comes right before its neighbour, or right behind it.
        for (head, tail) in [(job, near), (near, job)] {
            let cost = price(problem, plan, head, tail);
            if cost < best.0 {
                best = (cost, head, tail);
            }
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

/// What joining `head` to `tail`, and what came before `tail` to what followed `head`, adds in way; `i64::MAX` when
/// it would be late somewhere.
fn price(problem: &Prepared, plan: &Plan, head: u32, tail: u32) -> i64 {
    let (a, d) = (plan.node(head), plan.node(tail));
    let (b, c) = (a.next, d.prev);
    // What is under way would stay with the other vehicle, and what is fixed stays with its own.
    if problem.is_fixed(b)
        || problem.is_fixed(tail)
        || plan.is_shipping(problem, head)
        || plan.is_shipping(problem, c)
    {
        return i64::MAX;
    }
    let (first, second) = (&problem.vans[a.route as usize], &problem.vans[d.route as usize]);
    // When all of a route goes, the legs from its start to its end are not driven.
    let place = |node: u32| problem.place[node as usize];
    let joined = problem.table.out(place(head), place(tail));
    let b_end = !problem.is_job(b);
    let rest = if b_end { problem.end(d.route) } else { b };
    let crossed = problem.table.out(place(c), place(rest));
    if problem.windowed && !problem.driven {
        if plan.node(head).early + joined.dur > d.late {
            return i64::MAX;
        }
        if !b_end && plan.node(c).early + crossed.dur > plan.node(b).late {
            return i64::MAX;
        }
    }
    let off = plan.node(b).leg;
    let away = d.leg;
    let crossed_cost = if b_end && !problem.is_job(c) {
        -second.fixed
    } else {
        second.per_metre * i64::from(crossed.dist) + second.per_second * i64::from(crossed.dur)
    };
    first.per_metre * i64::from(joined.dist - off.dist)
        + first.per_second * i64::from(joined.dur - off.dur)
        + crossed_cost
        - second.per_metre * i64::from(away.dist)
        - second.per_second * i64::from(away.dur)
}
