//! When a vehicle is where: how early it can be and how late it may be at each stop of a route.
//!
//! With these an insertion is judged by the two stops around it alone. Where the length of the day counts, for its
//! cost or its limit, four more numbers a stop say how much of the waiting a later departure would save.

use super::Plan;
use crate::prepared::Prepared;

impl Plan {
    /// Renews how early the stops after `at` are left, all of them or as far as that changes; whether those are in
    /// time.
    pub(super) fn forwards(&mut self, problem: &Prepared, mut at: u32, all: bool) -> bool {
        let route = self.nodes[at as usize].route;
        let van = &problem.vans[route as usize];
        if at == problem.start(route) && self.nodes[at as usize].early != van.shift.start {
            self.touch(at).early = van.shift.start;
        }
        let mut early = self.nodes[at as usize].early;
        let mut in_time = true;
        loop {
            at = self.nodes[at as usize].next;
            let node = &self.nodes[at as usize];
            early += node.leg.dur;
            if problem.is_job(at) {
                let opening = problem.opening(at, early);
                in_time &= opening.is_some();
                early = opening.map_or(early, |(begin, _)| begin) + problem.stops[at as usize].service;
            }
            if node.early != early {
                self.touch(at).early = early;
            } else if !all {
                return in_time;
            }
            if !problem.is_job(at) {
                return in_time && early <= van.shift.end;
            }
        }
    }

    /// Renews how late the stops before `at` may be arrived at, all of them or as far as that changes.
    pub(super) fn backwards(&mut self, problem: &Prepared, mut at: u32, all: bool) {
        let route = self.nodes[at as usize].route;
        let van = &problem.vans[route as usize];
        if at == problem.end(route) && self.nodes[at as usize].late != van.shift.end {
            self.touch(at).late = van.shift.end;
        }
        let mut late = self.nodes[at as usize].late;
        loop {
            let node = &self.nodes[at as usize];
            late -= node.leg.dur;
            at = node.prev;
            if problem.is_job(at) {
                late = problem.last_opening(at, late - problem.stops[at as usize].service);
            }
            if self.nodes[at as usize].late != late {
                self.touch(at).late = late;
            } else if !all {
                return;
            }
            if !problem.is_job(at) {
                return;
            }
        }
    }

    /// Renews everything about when the vehicle is where, the length of its day included; whether all is in time.
    pub(super) fn timetable(&mut self, problem: &Prepared, route: u32) -> bool {
        let van = &problem.vans[route as usize];
        let (start, end) = (problem.start(route), problem.end(route));
        let mut in_time = true;
        let (mut early, mut plain, mut leave) = (van.shift.start, 0, van.shift.end);
        let mut at = start;
        loop {
            let node = self.touch(at);
            (node.early, node.plain, node.leave) = (early, plain, leave);
            if at == end {
                break;
            }
            at = node.next;
            let leg = self.nodes[at as usize].leg;
            (early, plain) = (early + leg.dur, plain + leg.dur);
            if problem.is_job(at) {
                let (begin, close) = problem.opening(at, early).unwrap_or_else(|| {
                    in_time = false;
                    (early, early)
                });
                leave = leave.min(close - plain);
                let service = problem.stops[at as usize].service;
                (early, plain) = (begin + service, plain + service);
            }
        }
        in_time &= early <= van.shift.end;
        let departs = leave.clamp(van.shift.start, van.shift.end);
        self.touch_route(route).dur =
            if self.routes[route as usize].count == 0 { 0 } else { plain.max(early - departs) };
        let (mut late, mut finish, mut rest) = (van.shift.end, van.shift.start, 0);
        loop {
            let node = self.touch(at);
            (node.late, node.finish, node.rest) = (late, finish, rest);
            if at == start {
                return in_time;
            }
            let leg = node.leg.dur;
            at = node.prev;
            (late, rest) = (late - leg, rest + leg);
            if problem.is_job(at) {
                let service = problem.stops[at as usize].service;
                late = problem.last_opening(at, late - service);
                rest += service;
                finish = finish.max(problem.stops[at as usize].open + rest);
            }
        }
    }
}
