//! Plans with fewer vehicles, where those count before everything else.
//!
//! After Christiaens and Vanden Berghe (2020): a whole route is taken out, and the search goes on without another
//! vehicle until everything has found a place again. How often each stop was left out is counted, and a plan that
//! leaves out stops that seldom were is as good as a better one: so the hard ones get in, whatever they cost in way,
//! and the easy ones follow.

use super::{SHORT, Search};
use crate::RoutePlan;
use crate::anneal::{ALL, Anneal};
use crate::prepared::NONE;

/// The part of the budget, in 1/65,536, after which the number of vehicles stands.
const UNTIL: u32 = 26_000;
/// One iteration in so many puts others out for one stop.
const EJECT: u32 = 64;
/// One iteration in so many hands a route over to a vehicle of another kind, if there are several.
const TRADE: u32 = 32;
/// So many times cooler is it here than where only ways count: room is found by short ways, too.
const COOLER: i64 = 5;
/// How many stops a route has on average, at least and at most, where a vehicle too many is looked for. On shorter ones
/// to open another but seldom is enough, and of longer ones there are so few that they settle it between them.
const LONG: usize = 25;

/// How often each stop (of a shipment its pickup) has been left out, and one more.
#[derive(Debug)]
pub(super) struct Fleet {
    absences: Vec<u32>,
    /// How many vehicles may be used now: one less than the best plan has.
    most: u32,
    anneal: Anneal,
}

impl Search {
    /// Begins to look for plans with fewer vehicles if they count first or there are more than there may be, and everything
    /// is served, between these temperatures.
    pub(super) fn begin_fleet(&mut self, heat: (i64, i64)) {
        let is_meant = self.problem.fewest || self.plan.used > self.most;
        if is_meant && self.plan.absent.is_empty() && self.plan.used > 1 {
            let anneal = Anneal::new(heat.0 / COOLER, heat.1 / COOLER);
            self.fleet = Some(Fleet { absences: vec![1; self.problem.jobs], most: u32::MAX, anneal });
        }
    }

    /// Sets out from a plan, to find out what one vehicle fewer than it has comes to.
    pub(crate) fn save_one_of(&mut self, routes: &[RoutePlan]) {
        self.most = (routes.len() as u32).saturating_sub(1);
        self.start_from(routes);
    }

    /// Whether no plan with so few vehicles has been found yet.
    pub(crate) fn is_saving(&self) -> bool {
        !self.constructed() || self.fleet.is_some()
    }

    /// Leaves the number of vehicles free again.
    pub(crate) fn end_saving(&mut self) {
        self.most = u32::MAX;
    }

    /// Whether the best plan may well keep a vehicle too many: where windows order the stops on routes that are neither short
    /// nor long. Such a route would have to be emptied over plans far worse than any that a search which cools comes by.
    pub(crate) fn may_have_one_too_many(&self) -> bool {
        let (jobs, used) = (self.problem.jobs, self.plan.used as usize);
        self.has_pieces()
            && !self.problem.driven
            && !self.problem.fewest
            && (SHORT * used..=LONG * used).contains(&jobs)
            && used > 1
            && self.best.sums.3 == 0
    }

    /// How far the search for short ways is along, in 1/65,536: it begins when the number of vehicles stands.
    pub(super) fn spent_after_fleet(&self, spent: u32) -> u32 {
        if !self.problem.fewest {
            return spent;
        }
        let rest = u64::from(spent.saturating_sub(UNTIL)) * u64::from(ALL) / u64::from(ALL - UNTIL);
        rest as u32
    }

    /// One iteration with a vehicle less than the best plan has; whether that is a new best plan.
    pub(super) fn shrink(&mut self, spent: u32) -> bool {
        if self.plan.absent.is_empty() && !self.problem.fewest && self.plan.used <= self.most {
            return self.begin_with_fewer();
        }
        if self.plan.absent.is_empty() {
            if self.plan.used <= 1 || spent >= UNTIL {
                self.end_fleet();
                return false;
            }
            self.take_a_route_out();
            // All that is left is fixed.
            if self.plan.absent.is_empty() {
                self.end_fleet();
                return false;
            }
        } else if spent >= UNTIL {
            self.end_fleet();
            return false;
        }
        if self.rng.one_in(EJECT) {
            if self.eject() {
                self.settle();
                self.score = self.plan.score(&self.problem);
            }
            return false;
        }
        if self.problem.kinds.len() > 1 && self.rng.one_in(TRADE) {
            if !self.trade() {
                self.plan.undo(&self.problem);
                return false;
            }
            self.settle();
            self.score = self.plan.score(&self.problem);
            return self.score < self.best.score && self.remember();
        }
        let before = (self.plan.cost, self.weigh_absent());
        let seed = match self.rng.one_in(2) {
            true => Some(self.plan.absent[self.rng.below(self.plan.absent.len() as u32) as usize]),
            false => None,
        };
        self.recreate.most = self.fleet.as_ref().map_or(u32::MAX, |fleet| fleet.most);
        let kept = self.tear_and_mend_around(seed);
        self.recreate.most = u32::MAX;
        let weight = self.weigh_absent();
        if let Some(fleet) = &mut self.fleet {
            for &job in &self.plan.absent {
                fleet.absences[job as usize] += 1;
            }
        }
        let spent = (u64::from(spent) * u64::from(ALL) / u64::from(UNTIL)) as u32;
        let rng = &mut self.rng;
        let tolerance = self.fleet.as_ref().map_or(0, |fleet| fleet.anneal.tolerance(spent, rng));
        let accepted =
            weight < before.1 || weight == before.1 && self.plan.cost < before.0.saturating_add(tolerance);
        if !kept || !accepted {
            self.plan.undo(&self.problem);
            return false;
        }
        self.settle();
        self.score = self.plan.score(&self.problem);
        self.score < self.best.score && self.remember()
    }

    /// How often what is absent has been left out, all together.
    pub(super) fn weigh_absent(&self) -> u64 {
        self.plan.absent.iter().map(|&job| self.absences(job)).sum()
    }

    /// How often a stop has been left out, and one more.
    pub(super) fn absences(&self, job: u32) -> u64 {
        self.fleet.as_ref().map_or(0, |fleet| u64::from(fleet.absences[job as usize]))
    }

    /// Takes out the route whose stops have seldom been left out.
    fn take_a_route_out(&mut self) {
        let Some(fleet) = &mut self.fleet else { return };
        fleet.most = self.plan.used - 1;
        let (problem, plan) = (&self.problem, &mut self.plan);
        let mut weights = vec![0_u64; problem.vans.len()];
        for job in 0..problem.jobs as u32 {
            let route = plan.node(job).route;
            if route != NONE {
                weights[route as usize] += u64::from(fleet.absences[problem.task(job) as usize]);
            }
        }
        let is_free = |route: &usize| !problem.is_fixed(plan.node(problem.start(*route as u32)).next);
        let used = (0..weights.len()).filter(|&route| plan.routes[route].count > 0).filter(is_free);
        let Some(route) = used.min_by_key(|&route| weights[route]) else { return };
        let route = route as u32;
        let mut at = plan.node(problem.start(route)).next;
        while problem.is_job(at) {
            let next = plan.node(at).next;
            if problem.is_reload(at) {
                plan.close(problem, at);
                at = next;
                continue;
            }
            plan.unlink(problem, at);
            if problem.task(at) == at {
                plan.absent.push(at);
            }
            at = next;
        }
        plan.refresh(problem, route);
        self.settle();
    }

    /// Shortens the ways of the first plan that has no more vehicles than there may be, whatever it costs.
    fn begin_with_fewer(&mut self) -> bool {
        self.fleet = None;
        self.score = self.plan.score(&self.problem);
        self.best.mark_all();
        self.remember()
    }

    /// Goes back to the best plan, to shorten its ways.
    fn end_fleet(&mut self) {
        self.fleet = None;
        self.ruin.end_fleet(&self.problem);
        self.go_back();
    }
}
