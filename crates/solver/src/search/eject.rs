//! Gets one absent stop in by putting others out.
//!
//! The ejections of Nagata and Bräysy (2009): on each route every stop, and some two of them, are tried for whose
//! room the absent one would fit into, and those go that have been left out the least often. Stops stand for their
//! shipments.

use super::Search;
use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};

/// How many choices of two stops are tried on one route.
const TWOS: u32 = 40;

/// What was taken off a route for a while: each stop with the one before it, last taken first.
type Out = Vec<(u32, u32)>;

/// A route and up to two stops to put out.
struct Choice {
    weight: u64,
    route: u32,
    stops: [u32; 2],
}

impl Search {
    /// Puts a random absent stop in for others that weigh less than it does; whether it could.
    pub(super) fn eject(&mut self) -> bool {
        let at = self.rng.below(self.plan.absent.len() as u32) as usize;
        let job = self.plan.absent[at];
        let mut best = Choice { weight: self.absences(job), route: NONE, stops: [NONE; 2] };
        let mut tasks = Vec::new();
        for route in 0..self.problem.vans.len() as u32 {
            if self.plan.routes[route as usize].count == 0 || !self.problem.allowed(job, route) {
                continue;
            }
            self.tasks_on(route, &mut tasks);
            for &task in &tasks {
                self.try_without(job, route, [task, NONE], &mut best);
            }
            let all = tasks.len() as u32;
            for _ in 0..if all > 1 { TWOS.min(all * (all - 1) / 2) } else { 0 } {
                let first = self.rng.below(all);
                let second = (first + 1 + self.rng.below(all - 1)) % all;
                self.try_without(job, route, [tasks[first as usize], tasks[second as usize]], &mut best);
            }
        }
        if best.route == NONE {
            self.plan.undo(&self.problem);
            return false;
        }
        let out = best.stops.into_iter().filter(|&stop| stop != NONE);
        for stop in out.clone() {
            take_off(&self.problem, &mut self.plan, stop, &mut Out::new());
        }
        if self.problem.reloading {
            self.plan.tidy(&self.problem, best.route, None);
        }
        self.plan.refresh(&self.problem, best.route);
        let placed = self.recreate.place_on(&self.problem, &mut self.plan, job, best.route);
        if !placed || !self.plan.is_all_in_place() {
            self.plan.undo(&self.problem);
            return false;
        }
        self.plan.absent.swap_remove(at);
        self.plan.absent.extend(out);
        true
    }

    /// Remembers the choice if the stop fits on the route without them and they weigh less than the best so far.
    fn try_without(&mut self, job: u32, route: u32, stops: [u32; 2], best: &mut Choice) {
        let chosen = stops.into_iter().filter(|&stop| stop != NONE);
        let weight: u64 = chosen.clone().map(|stop| self.absences(stop)).sum();
        if weight >= best.weight {
            return;
        }
        let (problem, plan) = (&self.problem, &mut self.plan);
        let mut out = Out::with_capacity(4);
        for stop in chosen {
            take_off(problem, plan, stop, &mut out);
        }
        if plan.refresh(problem, route) && self.recreate.fits_on(problem, plan, job, route) {
            *best = Choice { weight, route, stops };
        }
        while let Some((stop, prev)) = out.pop() {
            plan.link(problem, stop, prev);
        }
        plan.refresh(problem, route);
    }

    /// The stops on a route, of shipments their pickups.
    fn tasks_on(&self, route: u32, tasks: &mut Vec<u32>) {
        tasks.clear();
        let mut at = self.plan.node(self.problem.start(route)).next;
        while self.problem.is_job(at) {
            if self.problem.task(at) == at && !self.problem.is_fixed(at) && !self.problem.is_reload(at) {
                tasks.push(at);
            }
            at = self.plan.node(at).next;
        }
    }
}

/// Takes a stop off its route, with the other end of its shipment.
fn take_off(problem: &Prepared, plan: &mut Plan, stop: u32, out: &mut Out) {
    for stop in [Some(stop), problem.mate(stop)].into_iter().flatten() {
        out.push((stop, plan.node(stop).prev));
        plan.unlink(problem, stop);
    }
}
