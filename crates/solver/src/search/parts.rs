//! Searches side by side over many stops: in each of a number of rounds every one sees to some of the routes, and then all
//! go on from what they have made of them together.
//!
//! All of them build the same first plan, so they can share its routes out alike without a word. When a round is over each
//! hands out its part, and so it does as soon as it hears another's; when it has everybody else's it puts them together, the
//! same plan everywhere, which is shared out anew along another line. Until then it works on, and what it finds meanwhile is
//! lost: that is little, and nobody waits for anybody.

use std::sync::Arc;

use super::Search;
use crate::order;
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;
use crate::{Part, RoutePlan};

/// The part of the budget, in 1/65,536, after which the last round is over, and each goes on with the whole plan.
const LAST: u32 = 63_500;
/// So many routes each there must be.
const ROUTES: u32 = 8;
/// Among so many stops the one farthest from another is looked for.
const FAR_ENDS: u32 = 8;

/// Who has waited for so many rounds for the others' parts goes on without them. Workers may start one after the other.
const PATIENCE: u32 = 8;

/// What a search sees to.
#[derive(Debug)]
pub(super) struct Parts {
    number: u32,
    count: u32,
    rounds: u32,
    round: u32,
    /// The part of the budget that was spent when the routes were shared out for the first time.
    begun: Option<u32>,
    /// Who sees to each vehicle; nothing before the first round and after the last.
    owner: Vec<u32>,
    /// What each search has made of its part in this round, as far as that is known.
    made: Vec<Option<Vec<RoutePlan>>>,
    /// What is to be handed out.
    out: Option<Part>,
}

impl Parts {
    /// Whether so many rounds are over after that part of the budget.
    fn is_over(&self, rounds: u32, spent: u32) -> bool {
        let begun = self.begun.unwrap_or(0);
        let (spent, all) = (spent.saturating_sub(begun), LAST.saturating_sub(begun));
        u64::from(spent) * u64::from(self.rounds) >= u64::from(all) * u64::from(rounds)
    }
}

impl Search {
    /// Has this search see to part `number` of `count` in so many rounds; whether it does. Not where every change of a
    /// route is driven through, nor where the number of vehicles counts first, because that is a matter of the whole plan.
    pub(crate) fn divide(&mut self, number: usize, count: usize, rounds: u32) -> bool {
        let problem = &self.problem;
        let divisible = !problem.driven && !problem.fewest && !problem.paired && problem.first.is_empty();
        if divisible && number < count && count > 1 && rounds > 0 {
            let (number, count, made) = (number as u32, count as u32, vec![None; count]);
            let (begun, owner) = (None, Vec::new());
            self.parts = Some(Parts { number, count, rounds, round: 0, begun, owner, made, out: None });
        }
        self.parts.is_some()
    }

    pub(super) fn is_divided(&self) -> bool {
        self.parts.as_ref().is_some_and(|parts| !parts.owner.is_empty())
    }

    /// Shares the routes out before the first iteration, and ends a round when it is time for that. Whether that gave a
    /// new best plan.
    #[inline(never)]
    pub(super) fn keep_rounds(&mut self, spent: u32) -> bool {
        let Some(parts) = &mut self.parts else { return false };
        if parts.begun.is_none() {
            parts.begun = Some(spent);
            self.share_out();
        }
        let Some(parts) = self.parts.as_ref().filter(|parts| !parts.owner.is_empty()) else { return false };
        let (round, from) = (parts.round, parts.number as usize);
        let is_waiting = parts.made[from].is_some();
        if is_waiting && parts.is_over(round + 1 + PATIENCE, spent) {
            self.end_rounds();
        } else if !is_waiting && (parts.is_over(round + 1, spent) || parts.made.iter().any(Option::is_some)) {
            let routes = self.own_routes();
            return self.hand_out(Part { round, from, routes });
        }
        false
    }

    /// What it has made of its part in a round that is over; once.
    pub(crate) fn part(&mut self) -> Option<Part> {
        self.parts.as_mut()?.out.take()
    }

    fn hand_out(&mut self, part: Part) -> bool {
        if let Some(parts) = &mut self.parts {
            parts.out = Some(part.clone());
        }
        self.join(part)
    }

    /// Hears what a search has made of its part; whether that gave a new best plan.
    pub(crate) fn join(&mut self, part: Part) -> bool {
        // Others may have begun long ago.
        let is_on = |parts: &&mut Parts| parts.begun.is_none() || !parts.owner.is_empty();
        let Some(parts) = self.parts.as_mut().filter(is_on) else { return false };
        match parts.made.get_mut(part.from) {
            Some(made) if part.round == parts.round => made.get_or_insert(part.routes),
            _ => return false,
        };
        parts.made.iter().all(Option::is_some) && self.put_together()
    }

    /// The routes that it sees to, as they are now.
    fn own_routes(&self) -> Vec<RoutePlan> {
        let is_own = |route: &RoutePlan| !self.problem.is_foreign(route.vehicle as u32);
        self.routes_by(&|node| self.plan.node(node).next).into_iter().filter(is_own).collect()
    }

    /// Goes on from all parts together, shared out anew unless that was the last round. Whether they are a new best plan.
    fn put_together(&mut self) -> bool {
        let Some(parts) = &mut self.parts else { return false };
        let routes: Vec<RoutePlan> = parts.made.iter_mut().filter_map(Option::take).flatten().collect();
        parts.round += 1;
        let is_last = parts.round == parts.rounds;
        self.open_borders();
        let plan = self.rebuild(&routes);
        // Who has begun with another plan has nothing to offer that fits.
        if !plan.absent.is_empty() {
            self.parts = None;
            return false;
        }
        self.score = plan.score(&self.problem);
        let improved = self.replace(plan);
        if !is_last {
            self.share_out();
        }
        improved
    }

    /// Shares the routes out by where they lie along a line through the area, another one each round and the same one for
    /// all searches, and the vehicles that are left by turns.
    fn share_out(&mut self) {
        let Self { problem, plan, parts, .. } = self;
        // No other search uses what is laid out for this one.
        let (Some(parts), Some(problem)) = (parts, Arc::get_mut(problem)) else { return };
        if !plan.absent.is_empty() || self.tour.is_some() || plan.used < ROUTES * parts.count {
            return;
        }
        let mut routes: Vec<u32> = plan.used_routes(problem).collect();
        let along = along_a_line(problem, plan, parts.round);
        order::by_key(&mut routes, |&route| along[route as usize]);
        parts.owner = problem.rank.iter().map(|rank| rank % parts.count).collect();
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

    /// Lets the search change every route.
    fn open_borders(&mut self) {
        let Some(problem) = Arc::get_mut(&mut self.problem) else { return };
        let foreign = std::mem::take(&mut problem.foreign);
        problem.own.clear();
        self.plan.withhold(problem, &foreign, false);
        if let Some(parts) = &mut self.parts {
            parts.owner.clear();
        }
    }

    /// Goes on alone.
    fn end_rounds(&mut self) {
        self.open_borders();
        self.parts = None;
    }
}

/// How much nearer the stops of each route are on average to one end of a line than to the other, in metres and seconds:
/// no more is known of where they lie than the legs.
fn along_a_line(problem: &Prepared, plan: &Plan, round: u32) -> Vec<i64> {
    let (mut rng, jobs) = (Rng::new(round.into()), problem.jobs as u32);
    let one = rng.below(jobs);
    let other = (0..FAR_ENDS).map(|_| rng.below(jobs)).max_by_key(|&it| way(problem, one, it)).unwrap_or(one);
    let mut along = vec![0; problem.vans.len()];
    for (job, node) in (0..jobs).zip(&plan.nodes).filter(|(_, node)| node.route != NONE) {
        along[node.route as usize] += way(problem, one, job) - way(problem, other, job);
    }
    for (sum, route) in along.iter_mut().zip(&plan.routes) {
        *sum /= i64::from(route.count).max(1);
    }
    along
}

#[inline(never)]
fn way(problem: &Prepared, from: u32, to: u32) -> i64 {
    let leg = problem.table.out(problem.place[from as usize], problem.place[to as usize]);
    i64::from(leg.dist) + i64::from(leg.dur)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Stage;
    use crate::{Problem, evaluate, fixture};

    const COUNT: usize = 2;
    const ROUNDS: u32 = 10;

    /// Two searches with a first plan each, one for each part.
    fn pair(problem: &Problem) -> [Search; COUNT] {
        [0, 1].map(|number| {
            let mut search = Search::new(Arc::new(Prepared::new(problem)), 7 + number as u64);
            assert!(search.divide(number, COUNT, ROUNDS));
            while search.stage() != Stage::Searching {
                search.iterate(0);
            }
            search.iterate(0);
            assert!(search.is_divided());
            search
        })
    }

    /// The part of the budget that is spent when so many rounds are over.
    fn end_of(rounds: u32) -> u32 {
        (LAST * rounds).div_ceil(ROUNDS)
    }

    fn owner(search: &Search) -> Vec<u32> {
        search.parts.as_ref().map(|parts| parts.owner.clone()).unwrap_or_default()
    }

    #[track_caller]
    fn check_plan(problem: &Problem, search: &Search) {
        let checked = evaluate(problem, &search.routes());
        assert_eq!((checked.violations, checked.missing), (vec![], vec![]));
        assert_eq!((checked.cost, checked.distance), (search.sums().0, search.sums().1));
        assert_eq!(search.best.score, checked.cost);
    }

    /// The routes as they are, of those for which it is so.
    fn routes(search: &Search, of: impl Fn(usize) -> bool) -> Vec<RoutePlan> {
        let all = search.routes_by(&|node| search.plan.node(node).next);
        all.into_iter().filter(|route| of(route.vehicle)).collect()
    }

    /// Works on to the end of a round, changing nothing but its own routes; what it has made of them.
    fn work(search: &mut Search, round: u32) -> Part {
        let owner = owner(search);
        let number = search.parts.as_ref().unwrap().number;
        let foreign = routes(search, |vehicle| owner[vehicle] != number);
        for _ in 0..400 {
            search.iterate(end_of(round));
        }
        assert_eq!(search.part(), None, "the round is not over");
        assert_eq!(routes(search, |vehicle| owner[vehicle] != number), foreign, "not its own");
        let own = routes(search, |vehicle| owner[vehicle] == number);
        search.iterate(end_of(round + 1));
        let part = search.part().unwrap();
        assert_eq!((part.round, part.from, &part.routes), (round, number as usize, &own));
        assert_eq!(search.part(), None, "once is enough");
        part
    }

    #[test]
    fn who_hears_that_a_round_is_over_ends_it_though_it_began_late() {
        let problem = fixture::city(700, 5, false);
        let [mut one, _] = pair(&problem);
        let mut late = Search::new(Arc::new(Prepared::new(&problem)), 9);
        assert!(late.divide(1, COUNT, ROUNDS));
        assert!(!late.join(work(&mut one, 0)), "it has no plan yet");
        while late.stage() != Stage::Searching {
            late.iterate(end_of(1));
        }
        late.iterate(end_of(1));
        let part = late.part().expect("it has heard that the round is over");
        assert!(one.parts.as_ref().is_some_and(|parts| parts.round == 0));
        one.join(part);
        assert_eq!([&one, &late].map(|search| search.parts.as_ref().unwrap().round), [1, 1]);
        assert!(owner(&one) == owner(&late) && !owner(&one).is_empty());
        check_plan(&problem, &late);
    }

    fn check(problem: &Problem) {
        let [mut one, mut two] = pair(problem);
        let mut owners = Vec::new();
        for round in 0..ROUNDS {
            assert_eq!(owner(&one), owner(&two));
            owners.push(owner(&one));
            let stops = [&one, &two].map(|search| search.problem.own.len());
            assert!(stops[0] + stops[1] == problem.stops.len() && stops[0].abs_diff(stops[1]) < 100);
            // One of them is late: what the other finds meanwhile is lost.
            let (first, best) = (work(&mut one, round), one.best.score);
            for _ in 0..10 {
                one.iterate(end_of(round + 1));
            }
            let second = work(&mut two, round);
            assert!(!one.join(Part { round: round + 1, ..second.clone() }), "of another round");
            one.join(second);
            two.join(first);
            assert!(one.best.score <= best);
            assert_eq!(routes(&one, |_| true), routes(&two, |_| true));
            check_plan(problem, &one);
            check_plan(problem, &two);
        }
        owners.dedup();
        assert_eq!(owners.len(), ROUNDS as usize, "shared out the same way again");
        assert!(!one.is_divided() && one.problem.own.is_empty() && one.problem.foreign.is_empty());
        assert!(one.iterate(end_of(ROUNDS)).counts);
    }

    #[test]
    fn each_changes_its_own_routes_and_all_go_on_from_all_of_them() {
        check(&fixture::city(700, 1, false));
        check(&fixture::city(700, 2, true));
    }

    #[test]
    fn who_hears_nothing_or_nothing_that_fits_goes_on_alone() {
        let problem = fixture::city(700, 3, false);
        let alone = |search: &mut Search| {
            check_plan(&problem, search);
            for _ in 0..500 {
                search.iterate(end_of(1 + PATIENCE));
            }
            assert!(search.parts.is_none() && search.problem.own.is_empty());
            check_plan(&problem, search);
        };
        let [mut one, mut two] = pair(&problem);
        work(&mut one, 0);
        one.iterate(end_of(1 + PATIENCE) - 1);
        assert!(one.is_divided(), "it has some patience");
        alone(&mut one);
        assert!(!one.join(work(&mut two, 0)), "too late");
        let refused = |change: fn(&mut Vec<RoutePlan>)| {
            let [mut one, mut two] = pair(&problem);
            work(&mut one, 0);
            let mut part = work(&mut two, 0);
            change(&mut part.routes);
            assert!(!one.join(part));
            alone(&mut one);
        };
        refused(Vec::clear);
        refused(|routes| routes[0].stops.truncate(1));
        refused(|routes| routes[0].stops[0] = 1_000_000);
        refused(|routes| routes[0].vehicle = 1_000_000);
    }

    #[test]
    fn too_few_routes_and_shipments_are_not_shared_out() {
        let check = |problem: &Problem, divisible, divided| {
            let mut search = Search::new(Arc::new(Prepared::new(problem)), 1);
            assert_eq!(search.divide(0, COUNT, ROUNDS), divisible);
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
