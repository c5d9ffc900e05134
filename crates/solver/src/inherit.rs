//! Takes routes over from another good plan, as they are, and tears open what stands in their way.
//!
//! Plans that were found apart from each other agree in most of what is good, and each has routes that the other has
//! not found. Imposing some of them that lie side by side on the current plan, and placing the stops that lose theirs,
//! is a crossover (compare the selective route exchange of Nagata and Bräysy, 2009) at the price of a ruin.

use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// A plan that has been put aside, as the node before and the node after each.
#[derive(Debug, Clone)]
pub(crate) struct Elite(Vec<(u32, u32)>);

impl Elite {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self(plan.nodes.iter().map(|node| (node.prev, node.next)).collect())
    }

    /// The node after a node.
    pub(crate) fn next(&self, node: u32) -> u32 {
        self.0[node as usize].1
    }

    /// The start of the route that serves a stop.
    fn start(&self, problem: &Prepared, stop: u32) -> Option<u32> {
        let mut at = stop;
        while problem.is_job(at) {
            at = self.0[at as usize].0;
        }
        (at != NONE).then_some(at)
    }
}

/// What taking routes over needs, so that nothing is allocated on the way.
#[derive(Debug, Default)]
pub(crate) struct Inherit {
    /// The starts of the other plan's routes that have been taken over.
    taken: Vec<u32>,
    /// The stops of one of them.
    route: Vec<u32>,
    string: Vec<u32>,
    torn: Vec<u32>,
    /// How many stops were absent before and still are: the first ones of the absent.
    pub(crate) still: usize,
}

impl Inherit {
    /// Imposes the route that serves a random stop in the other plan, and others near it, up to `most`; the stops
    /// that lose their place become absent. `false` when that cannot be driven or changes nothing. The caller then
    /// must undo.
    pub(crate) fn run(
        &mut self,
        problem: &Prepared,
        plan: &mut Plan,
        rng: &mut Rng,
        other: &Elite,
        most: u32,
    ) -> bool {
        self.taken.clear();
        self.torn.clear();
        self.still = plan.absent.len();
        let seed = rng.below(problem.jobs as u32);
        let mut changed = false;
        for &stop in std::iter::once(&seed).chain(problem.near.around(seed)) {
            let Some(start) = other.start(problem, stop) else { continue };
            if self.taken.contains(&start) {
                continue;
            }
            changed |= self.take(problem, plan, other, stop, start);
            self.taken.push(start);
            if self.taken.len() >= most as usize {
                break;
            }
        }
        changed && self.torn.iter().all(|&route| plan.refresh(problem, route))
    }

    /// Imposes the route that begins at `start` and serves `stop` in the other plan; whether that changes anything.
    fn take(&mut self, problem: &Prepared, plan: &mut Plan, other: &Elite, stop: u32, start: u32) -> bool {
        let theirs = problem.vehicle_at(start);
        let mine = plan.node(stop).route;
        let kind = problem.kind_of(theirs);
        // On a vehicle like theirs: the one that serves the stop now, else an empty one.
        let vehicle = match mine != NONE && problem.kind_of(mine) == kind {
            true => Some(mine),
            false => plan.spare(problem, problem.kinds[kind]),
        };
        let Some(vehicle) = vehicle else { return false };
        self.route.clear();
        let mut here = plan.node(problem.start(vehicle)).next;
        let mut at = other.0[start as usize].1;
        let mut same = true;
        while problem.is_job(at) {
            if !problem.allowed(at, vehicle) {
                return false;
            }
            same &= at == here;
            here = if same { plan.node(here).next } else { here };
            self.route.push(at);
            at = other.0[at as usize].1;
        }
        if same && !problem.is_job(here) {
            return false;
        }
        self.impose(problem, plan, vehicle);
        true
    }

    fn impose(&mut self, problem: &Prepared, plan: &mut Plan, vehicle: u32) {
        let is_task = |job: &u32| problem.task(*job) == *job;
        self.string.clear();
        let mut at = plan.node(problem.start(vehicle)).next;
        while problem.is_job(at) {
            self.string.push(at);
            at = plan.node(at).next;
        }
        for &job in &self.string {
            plan.unlink(problem, job);
        }
        note(&mut self.torn, vehicle);
        for &job in &self.route {
            let route = plan.nodes[job as usize].route;
            if route != NONE {
                plan.unlink(problem, job);
                note(&mut self.torn, route);
            }
        }
        for &job in &self.route {
            plan.link(problem, job, plan.node(problem.end(vehicle)).prev);
        }
        let is_absent = |&&job: &&u32| plan.nodes[job as usize].route == NONE;
        self.still = plan.absent[..self.still].iter().filter(is_absent).count();
        plan.absent.retain(|&job| plan.nodes[job as usize].route == NONE);
        let lost = self.string.iter().filter(|&job| is_task(job) && plan.nodes[*job as usize].route == NONE);
        plan.absent.extend(lost);
    }
}

/// Adds a route to a list of them, once.
fn note(routes: &mut Vec<u32>, route: u32) {
    if !routes.contains(&route) {
        routes.push(route);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample::{routes, scattered};
    use crate::{RoutePlan, evaluate, fixture, rng::Rng};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is taken over can be driven, no stop is lost or served twice, and all of it can be taken back.
        #[test]
        fn routes_are_taken_over_whole(seed: u64) {
            let problem = fixture::mixed(seed);
            let prepared = Prepared::new(&problem);
            if prepared.driven || problem.vehicles.is_empty() || problem.stops.is_empty() {
                return Ok(());
            }
            let mut rng = Rng::new(seed);
            let theirs = scattered(&prepared, &mut rng);
            let mut mine = scattered(&prepared, &mut rng);
            let (elite, mut inherit) = (Elite::of(&theirs), Inherit::default());
            let lists = [&theirs, &mine].map(|plan| routes(&prepared, plan));
            for most in [1, 1, 2, 3] {
                let before = (routes(&prepared, &mine), mine.cost, mine.absent.clone());
                if inherit.run(&prepared, &mut mine, &mut rng, &elite, most) {
                    let now = routes(&prepared, &mine);
                    prop_assert_ne!(&now, &before.0);
                    let checked = evaluate(&problem, &now);
                    prop_assert_eq!(checked.violations, vec![]);
                    let mut absent: Vec<usize> = mine.absent.iter().map(|&job| job as usize).collect();
                    absent.sort_unstable();
                    let missing = checked.missing.into_iter().filter(|&job| prepared.task(job as u32) == job as u32);
                    prop_assert_eq!(absent, missing.collect::<Vec<_>>());
                    prop_assert!(mine.absent[..inherit.still].iter().all(|job| before.2.contains(job)));
                    prop_assert!(!mine.absent[inherit.still..].iter().any(|job| before.2.contains(job)));
                    let is_theirs = |route: &RoutePlan| lists[0].iter().any(|other| other.stops == route.stops);
                    prop_assert!(now.iter().any(|route| !route.stops.is_empty() && is_theirs(route)));
                }
                mine.undo(&prepared);
                prop_assert_eq!((routes(&prepared, &mine), mine.cost, mine.absent.clone()), before);
            }
        }
    }
}
