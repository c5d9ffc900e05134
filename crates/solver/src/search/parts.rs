//! Searches side by side over very many stops: each sees to some of the routes, and takes the others over from those who
//! see to them.
//!
//! All of them build the same first plan, so they can share its routes out alike without a word, and each has its own
//! number of stops and vehicles to itself: what others make of theirs can be taken over as it is. Towards the end, when
//! plans hardly move any more, each may also change what lies across the borders.

use std::sync::Arc;

use super::Search;
use crate::RoutePlan;
use crate::order;
use crate::prepared::NONE;

/// The part of the budget, in 1/65,536, after which borders are open.
const OPEN: u32 = 50_000;
/// So many routes each there must be.
const ROUTES: u32 = 8;

/// What a search sees to.
#[derive(Debug)]
pub(super) struct Parts {
    number: u32,
    count: u32,
    /// Whether the routes have been shared out, or it has turned out that there are too few.
    begun: bool,
    /// Who sees to each vehicle; nothing before that, and after the borders have been opened.
    owner: Vec<u32>,
}

impl Search {
    /// Has this search see to part `number` of `count`; whether it does. Not where every change of a route is driven
    /// through, nor where the number of vehicles counts first, because that is a matter of the whole plan.
    pub(crate) fn divide(&mut self, number: usize, count: usize) -> bool {
        let problem = &self.problem;
        let divisible = !problem.driven && !problem.fewest && !problem.paired && problem.first.is_empty();
        if divisible && number < count && count > 1 {
            self.parts =
                Some(Parts { number: number as u32, count: count as u32, begun: false, owner: Vec::new() });
        }
        self.parts.is_some()
    }

    pub(super) fn is_divided(&self) -> bool {
        self.parts.as_ref().is_some_and(|parts| !parts.owner.is_empty())
    }

    /// Shares the routes out before the first iteration, and opens the borders when it is time for that.
    pub(super) fn keep_borders(&mut self, spent: u32) {
        let Some(parts) = &mut self.parts else { return };
        if !std::mem::replace(&mut parts.begun, true) {
            self.begin_parts();
        }
        if spent >= OPEN && self.is_divided() {
            self.end_parts();
        }
    }

    /// Shares the routes of the first plan out along the curve by which stops are numbered, and what vehicles are left.
    fn begin_parts(&mut self) {
        let Self { problem, plan, parts, .. } = self;
        // No other search uses what is laid out for this one.
        let (Some(parts), Some(problem)) = (parts, Arc::get_mut(problem)) else { return };
        if !plan.absent.is_empty() || self.tour.is_some() || plan.used < ROUTES * parts.count {
            return;
        }
        let mut routes: Vec<u32> = plan.used_routes(problem).collect();
        let mut sum = vec![0; problem.vans.len()];
        for (job, node) in plan.nodes[..problem.jobs].iter().enumerate() {
            sum[node.route as usize] += job as i64;
        }
        order::by_key(&mut routes, |&route| {
            sum[route as usize] / i64::from(plan.routes[route as usize].count)
        });
        let turn = |rank: u32| rank % parts.count;
        parts.owner = problem.rank.iter().map(|&rank| turn(rank)).collect();
        let mut stops = 0;
        for &route in &routes {
            parts.owner[route as usize] = (stops * u64::from(parts.count) / problem.jobs as u64) as u32;
            stops += u64::from(plan.routes[route as usize].count);
        }
        problem.foreign = parts.owner.iter().map(|&owner| owner != parts.number).collect();
        let is_own = |&job: &u32| !problem.foreign[plan.node(job).route as usize];
        problem.own = (0..problem.jobs as u32).filter(is_own).collect();
        plan.withhold(problem, &problem.foreign, true);
    }

    /// Opens the borders.
    fn end_parts(&mut self) {
        let Some(problem) = Arc::get_mut(&mut self.problem) else { return };
        let foreign = std::mem::take(&mut problem.foreign);
        self.plan.withhold(problem, &foreign, false);
        if let Some(parts) = &mut self.parts {
            parts.owner.clear();
        }
    }

    /// Takes over what another search has made of its part, if that is better than what is known of it; whether it is.
    pub(super) fn take_part(&mut self, routes: &[RoutePlan], from: usize) -> bool {
        let Self { problem, plan, parts, .. } = self;
        let Some(parts) = parts.as_ref().filter(|parts| from as u32 != parts.number) else { return false };
        let is_theirs = |vehicle: u32| parts.owner.get(vehicle as usize) == Some(&(from as u32));
        let theirs = || routes.iter().filter(|route| is_theirs(route.vehicle as u32));
        // Who has begun with another plan has nothing to offer that fits.
        let mut missing = vec![false; problem.jobs];
        let mut count = 0;
        for (job, node) in plan.nodes[..problem.jobs].iter().enumerate() {
            missing[job] = node.route != NONE && is_theirs(node.route);
            count += usize::from(missing[job]);
        }
        let fits = theirs().flat_map(|route| &route.stops).all(|&stop| {
            count = count.wrapping_sub(1);
            missing.get_mut(stop).is_some_and(std::mem::take)
        });
        if !fits || count != 0 {
            return false;
        }
        let before = super::sums(problem, plan);
        plan.withhold(problem, &problem.foreign, false);
        for job in 0..problem.jobs as u32 {
            if is_theirs(plan.node(job).route) {
                plan.unlink(problem, job);
            }
        }
        let mut drivable = true;
        for route in theirs() {
            let end = problem.end(route.vehicle as u32);
            for &stop in &route.stops {
                plan.link(problem, stop as u32, plan.node(end).prev);
            }
        }
        for vehicle in (0..problem.vans.len() as u32).filter(|&vehicle| is_theirs(vehicle)) {
            drivable &= plan.refresh(problem, vehicle) && plan.has_room(problem, vehicle);
        }
        let better = drivable && plan.cost < before.0;
        if !better {
            plan.undo(problem);
        }
        plan.withhold(problem, &problem.foreign, true);
        if better {
            self.settle_part(before, from as u32);
        }
        better
    }

    /// The best plan is as good as the current one in what another search sees to.
    fn settle_part(&mut self, before: (i64, i64, i64, usize), from: u32) {
        let after = super::sums(&self.problem, &self.plan);
        self.score += after.0 - before.0;
        self.best.score += after.0 - before.0;
        self.best.sums.0 += after.0 - before.0;
        self.best.sums.1 += after.1 - before.1;
        self.best.sums.2 += after.2 - before.2;
        for (at, node) in self.plan.nodes.iter().enumerate() {
            let owner = self.parts.as_ref().and_then(|parts| parts.owner.get(node.route as usize).copied());
            if owner == Some(from) {
                self.best.next[at] = node.next;
            }
        }
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepared::Prepared;
    use crate::search::Stage;
    use crate::{Problem, evaluate, fixture};

    const COUNT: usize = 2;

    /// Two searches with a first plan each, one for each part.
    fn pair(problem: &Problem) -> [Search; COUNT] {
        [0, 1].map(|number| {
            let mut search = Search::new(Arc::new(Prepared::new(problem)), 7 + number as u64);
            assert!(search.divide(number, COUNT));
            while search.stage() != Stage::Searching {
                search.iterate(0);
            }
            search.iterate(0);
            assert!(search.is_divided());
            search
        })
    }

    #[track_caller]
    fn check_plan(problem: &Problem, search: &Search) {
        let checked = evaluate(problem, &search.routes());
        assert_eq!((checked.violations, checked.missing), (vec![], vec![]));
        assert_eq!((checked.cost, checked.distance), (search.sums().0, search.sums().1));
        assert_eq!(search.best.score, checked.cost);
    }

    /// The routes of one of the parts.
    fn routes(search: &Search, number: u32, owner: &[u32]) -> Vec<RoutePlan> {
        search.routes().into_iter().filter(|route| owner[route.vehicle] == number).collect()
    }

    fn check(problem: &Problem) {
        let mut searches = pair(problem);
        let owner = searches[0].parts.as_ref().unwrap().owner.clone();
        assert_eq!(owner, searches[1].parts.as_ref().unwrap().owner);
        let stops = searches.each_ref().map(|search| search.problem.own.len());
        assert!(stops[0] + stops[1] == problem.stops.len() && stops[0].abs_diff(stops[1]) < 100, "{stops:?}");
        let mut better = 0;
        for turn in 0..20 {
            for (at, other) in [(0, 1), (1, 0)] {
                let before = routes(&searches[at], other as u32, &owner);
                for _ in 0..500 {
                    searches[at].iterate(turn * OPEN / 20);
                }
                assert_eq!(routes(&searches[at], other as u32, &owner), before, "not its own");
                let (cost, lesson) = (searches[at].best.score, searches[other].routes());
                let taken = searches[at].adopt(&lesson, other, 0);
                assert_eq!(taken, searches[at].best.score < cost);
                assert_eq!(
                    routes(&searches[at], other as u32, &owner),
                    routes(&searches[other], other as u32, &owner)
                );
                check_plan(problem, &searches[at]);
                better += u32::from(taken);
            }
        }
        assert!(better > 5, "{better}");
        let closed = routes(&searches[0], 1, &owner);
        for _ in 0..3_000 {
            searches[0].iterate(OPEN);
        }
        assert_ne!(routes(&searches[0], 1, &owner), closed, "the border is still closed");
        check_plan(problem, &searches[0]);
    }

    #[test]
    fn each_changes_its_own_routes_and_takes_the_others_over() {
        check(&fixture::city(700, 1, false));
        check(&fixture::city(700, 2, true));
    }

    #[test]
    fn what_does_not_fit_is_not_taken_over() {
        let problem = fixture::city(700, 3, false);
        let mut search = pair(&problem).into_iter().next().unwrap();
        let (owner, best) = (search.parts.as_ref().unwrap().owner.clone(), search.routes());
        let theirs = best.iter().position(|route| owner[route.vehicle] == 1).unwrap();
        let mut check = |change: fn(&mut RoutePlan)| {
            let mut lesson = best.clone();
            change(&mut lesson[theirs]);
            assert!(!search.adopt(&lesson, 1, 0));
            assert_eq!(search.routes(), best);
        };
        check(|_| ());
        check(|route| route.stops.truncate(1));
        check(|route| route.stops.push(route.stops[0]));
        check(|route| route.stops[0] = 1_000_000);
        check(|route| route.vehicle = 1_000_000);
        check(|route| route.stops.reverse());
        assert!(!search.adopt(&[], 1, 0) && !search.adopt(&best, 0, 0) && !search.adopt(&best, 9, 0));
    }

    #[test]
    fn too_few_routes_and_shipments_are_not_shared_out() {
        let check = |problem: &Problem, divisible, divided| {
            let mut search = Search::new(Arc::new(Prepared::new(problem)), 1);
            assert_eq!(search.divide(0, COUNT), divisible);
            while search.stage() != Stage::Searching {
                search.iterate(0);
            }
            search.iterate(0);
            assert_eq!(search.is_divided(), divided);
        };
        check(&fixture::city(700, 1, false), true, true);
        check(&fixture::city(100, 1, false), true, false);
        check(&fixture::courier(100, 1), false, false);
    }
}
