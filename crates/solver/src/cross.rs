//! Exchanges pieces of two routes: the cross-exchange of Taillard et al. (1997), with relocation as the piece of no stops.
//!
//! Ruin hardly ever takes out the very pieces that belong on each other's route, and then puts their stops back one by
//! one. Here both go at once, for the price of looking along a stop's neighbours. What is priced is the way; the day is known when it is done.

use crate::plan::{Node, Plan};
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// The most stops of a piece.
const LONGEST: usize = 5;
/// The most routes at whose start the random stop's piece is tried.
const STARTS: usize = 4;

/// Two pieces that change places.
#[derive(Debug, Clone, Copy)]
struct Move {
    cost: i64,
    /// The node before the place the random stop's piece goes to, and how many stops it has.
    after: u32,
    mine: usize,
    /// How many stops behind `after` go the other way.
    theirs: usize,
}

/// Makes the cheapest exchange that puts a random stop right behind one of its neighbours on another route, with up to
/// `LONGEST` stops in either piece; `false` when there is none that can be driven and adds less than `most` in way. The
/// plan is then as it was at its last [`Plan::keep`].
pub(crate) fn exchange(problem: &Prepared, plan: &mut Plan, rng: &mut Rng, most: i64) -> bool {
    let job = problem.draw(rng);
    let route = plan.node(job).route;
    if route == NONE || problem.is_fixed(job) || problem.is_foreign(route) {
        return false;
    }
    let mut best = Move { cost: most, after: NONE, mine: 0, theirs: 0 };
    let from = plan.node(job).prev;
    if plan.is_shipping(problem, from) {
        return false;
    }
    for gap in problem.near.behind(job) {
        let other = plan.node(gap.near).route;
        if other != NONE
            && other != route
            && !problem.is_foreign(other)
            && !plan.is_shipping(problem, gap.near)
        {
            look(problem, plan, job, gap.near, &mut best);
        }
    }
    // The start of a route is nobody's neighbour, but the stop behind it may be.
    let firsts = problem.near.before(job).iter().map(|gap| plan.node(gap.near));
    let others = firsts.filter(|node| {
        node.route != NONE
            && node.route != route
            && !problem.is_foreign(node.route)
            && !problem.is_job(node.prev)
    });
    for node in others.take(STARTS) {
        look(problem, plan, job, node.prev, &mut best);
    }
    best.after != NONE && {
        let made = swap(problem, plan, job, best);
        if !made {
            plan.undo(problem);
        }
        made
    }
}

/// How many stops a route has once so many came and so many went.
fn stops(count: u32, came: usize, went: usize) -> u32 {
    count + came as u32 - went as u32
}

/// Prices all pieces that begin with `job` and go right behind `after`.
fn look(problem: &Prepared, plan: &Plan, job: u32, after: u32, best: &mut Move) {
    let (here, there) = (plan.node(job), plan.node(after));
    let (mine, theirs) = (here.route, there.route);
    let (my_van, their_van) = (&problem.vans[mine as usize], &problem.vans[theirs as usize]);
    let (table, place) = (&problem.table, |node: u32| problem.place[node as usize]);
    let (my_sums, their_sums) = (&plan.routes[mine as usize], &plan.routes[theirs as usize]);
    let timed = problem.windowed && !problem.driven;
    let to = table.out(place(after), place(job));
    let enter = their_van.cost(to) - my_van.cost(here.leg);
    let before = here.prev;
    let (mut last, mut ready) = (job, there.early + to.dur);
    let mut load = their_sums.load;
    for count in 1..=LONGEST {
        if count > 1 {
            let next = plan.node(last).next;
            if !problem.is_job(next) {
                break;
            }
            ready += plan.node(next).leg.dur;
            last = next;
        }
        if !problem.allowed(last, theirs) {
            break;
        }
        if timed {
            let Some((begin, _)) = problem.opening(last, ready) else { break };
            ready = begin + problem.stops[last as usize].service;
        }
        load += problem.stops[last as usize].demand;
        if plan.is_shipping(problem, last) {
            continue;
        }
        let behind = plan.node(last).next;
        let leave = my_van.cost(plan.node(behind).leg);
        // Their piece of 0 stops and more.
        let (mut their_last, mut their_ready) = (after, plan.node(before).early);
        let (mut their_load, mut my_load) = (load, my_sums.load);
        let mut piece_load = load;
        piece_load -= their_sums.load;
        my_load -= piece_load;
        let mut join = 0;
        for their_count in 0..=LONGEST {
            if their_count > 0 {
                let next = plan.node(their_last).next;
                if !problem.is_job(next) || problem.is_fixed(next) || !problem.allowed(next, mine) {
                    break;
                }
                if their_count == 1 {
                    let leg = table.out(place(before), place(next));
                    their_ready += leg.dur;
                    join = my_van.cost(leg) - their_van.cost(plan.node(next).leg);
                } else {
                    their_ready += plan.node(next).leg.dur;
                }
                their_last = next;
                if timed {
                    let Some((begin, _)) = problem.opening(next, their_ready) else { break };
                    their_ready = begin + problem.stops[next as usize].service;
                }
                their_load -= problem.stops[next as usize].demand;
                my_load += problem.stops[next as usize].demand;
                if plan.is_shipping(problem, next) {
                    continue;
                }
            }
            let their_behind = plan.node(their_last).next;
            if their_count == 0 && problem.is_fixed(their_behind) {
                continue;
            }
            // Nobody drives from a start to an end.
            let on = table.out(place(last), place(their_behind));
            let alone = their_count == 0 && !problem.is_job(before) && !problem.is_job(behind);
            let back_from = if their_count == 0 { before } else { their_last };
            let back = table.out(place(back_from), place(behind));
            let back_cost = if alone { -my_van.fixed } else { my_van.cost(back) };
            let cost = enter + join - leave + their_van.cost(on) + back_cost
                - their_van.cost(plan.node(their_behind).leg);
            if cost >= best.cost {
                continue;
            }
            if timed
                && (ready + on.dur > plan.node(their_behind).late
                    || !alone && their_ready + back.dur > plan.node(behind).late)
            {
                continue;
            }
            if !their_load.fits(&their_van.capacity)
                || !my_load.fits(&my_van.capacity)
                || stops(their_sums.count, count, their_count) > their_van.max_stops
                || stops(my_sums.count, their_count, count) > my_van.max_stops
            {
                continue;
            }
            *best = Move { cost, after, mine: count, theirs: their_count };
        }
    }
}

/// Makes the exchange; whether both routes can be driven then.
fn swap(problem: &Prepared, plan: &mut Plan, job: u32, best: Move) -> bool {
    let Node { prev, route, .. } = *plan.node(job);
    let other = plan.node(best.after).route;
    let mut at = plan.node(best.after).next;
    let (mut to, mut from) = (best.after, job);
    for _ in 0..best.mine {
        let next = plan.node(from).next;
        plan.unlink(problem, from);
        plan.link(problem, from, to);
        (to, from) = (from, next);
    }
    to = prev;
    for _ in 0..best.theirs {
        let next = plan.node(at).next;
        plan.unlink(problem, at);
        plan.link(problem, at, to);
        (to, at) = (at, next);
    }
    plan.refresh(problem, route) & plan.refresh(problem, other) && plan.is_all_in_place()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample::{routes, scattered};
    use crate::rng::Rng;
    use crate::{evaluate, fixture};
    use proptest::prelude::*;

    /// Tries exchanges on a random plan; how many were made.
    fn check(problem: &crate::Problem, seed: u64) -> Result<usize, TestCaseError> {
        let prepared = Prepared::new(problem);
        if prepared.reloading || problem.vehicles.is_empty() || problem.stops.is_empty() {
            return Ok(0);
        }
        let mut rng = Rng::new(seed);
        let mut plan = scattered(&prepared, &mut rng);
        let mut made = 0;
        for round in 0..20 {
            let before = (routes(&prepared, &plan), plan.cost);
            let start = evaluate(problem, &before.0);
            prop_assert_eq!(&start.violations, &vec![]);
            if exchange(&prepared, &mut plan, &mut rng, i64::MAX) {
                made += 1;
                let now = routes(&prepared, &plan);
                prop_assert_ne!(&now, &before.0);
                let checked = evaluate(problem, &now);
                prop_assert_eq!(checked.violations, vec![]);
                prop_assert_eq!(checked.missing, start.missing);
                prop_assert_eq!(checked.cost, plan.cost);
            }
            if round % 2 == 0 {
                plan.keep();
            } else {
                plan.undo(&prepared);
            }
            let left = (routes(&prepared, &plan), plan.cost);
            prop_assert!(round % 2 == 0 || left == before);
        }
        Ok(made)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is exchanged can be driven at the cost the plan says, no stop is lost, and it can be taken back.
        #[test]
        fn exchanges_keep_every_limit_and_can_be_taken_back(seed: u64) {
            check(&fixture::mixed(seed), seed)?;
        }
    }

    #[test]
    fn stops_with_windows_are_exchanged() {
        let made: usize = (1..20).map(|seed| check(&fixture::city(30, seed, true), seed).unwrap()).sum();
        assert!(made > 50, "{made}");
    }
}
