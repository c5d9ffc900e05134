//! Solutions in VROOM's terms, out and in.

use std::collections::BTreeMap;

use milkrun_solver::{Route, RoutePlan, Solution};

use super::{Place, Stop, Task, reason};
use crate::error::FormatError;
use crate::vroom::{self, Output, Step, StepKind, Summary, Unassigned};

impl Task {
    /// A solution as VROOM writes it. A route's duration is its time on the road, as VROOM counts.
    #[must_use]
    pub fn to_vroom(&self, solution: &Solution) -> Output {
        let routes: Vec<vroom::Route> = solution.routes.iter().map(|route| self.route(route)).collect();
        let unassigned: Vec<Unassigned> = (solution.unserved.iter())
            .filter_map(|unserved| {
                let stop = self.stops.get(unserved.job)?;
                Some(Unassigned {
                    id: stop.id,
                    kind: stop.kind,
                    description: reason(&unserved.reason),
                    location: stop.place.position,
                    location_index: stop.place.index,
                })
            })
            .collect();
        let sum = |part: fn(&vroom::Route) -> i64| routes.iter().map(part).sum::<i64>();
        let summary = Summary {
            cost: self.cost(solution.cost).round() as i64,
            routes: routes.len(),
            unassigned: unassigned.len(),
            delivery: add_up(routes.iter().map(|route| &route.delivery)),
            pickup: add_up(routes.iter().map(|route| &route.pickup)),
            setup: sum(|route| route.setup),
            service: sum(|route| route.service),
            duration: sum(|route| route.duration),
            waiting_time: sum(|route| route.waiting_time),
            priority: sum(|route| route.priority),
            distance: self.has_distances.then_some(solution.distance),
            violations: Vec::new(),
            computing_times: None,
        };
        Output { code: 0, error: None, summary, unassigned, routes }
    }

    fn route(&self, route: &Route) -> vroom::Route {
        let stops: Vec<&Stop> = route.visits.iter().filter_map(|visit| self.stops.get(visit.job)).collect();
        let delivery = add_up(stops.iter().map(|stop| &stop.delivery));
        let pickup = add_up(stops.iter().map(|stop| &stop.pickup));
        let van = self.vehicles.get(route.vehicle);
        // What jobs get is aboard from the start, what they give stays aboard to the end; shipments come and go. The
        // others make the list as long as all have it.
        let at_start = stops.iter().filter(|stop| stop.kind == StepKind::Job).map(|stop| &stop.delivery);
        let none = add_up([&delivery, &pickup].into_iter()).iter().map(|_| 0).collect();
        let mut load = add_up(at_start.chain([&none]));
        let (mut duration, mut distance) = (0_i64, 0_i64);
        let known = |distance: i64| self.has_distances.then_some(distance);
        let end_step = |kind, place: Place, arrival, duration, distance, load: &[i64]| Step {
            kind,
            location: place.position,
            location_index: place.index,
            arrival,
            duration,
            distance,
            load: load.to_vec(),
            ..Step::default()
        };
        let mut steps = Vec::with_capacity(stops.len() + 2);
        if let Some(start) = van.and_then(|van| van.start) {
            steps.push(end_step(StepKind::Start, start, self.clock(route.departure), 0, known(0), &load));
        }
        for (visit, stop) in route.visits.iter().zip(&stops) {
            duration += i64::from(visit.travel);
            distance += i64::from(visit.distance);
            for (slot, amount) in load.iter_mut().zip(&stop.delivery) {
                *slot -= amount;
            }
            for (slot, amount) in load.iter_mut().zip(&stop.pickup) {
                *slot += amount;
            }
            steps.push(Step {
                id: Some(stop.id),
                description: stop.description.clone(),
                setup: i64::from(visit.setup),
                service: i64::from(visit.departure) - i64::from(visit.start) - i64::from(visit.setup),
                waiting_time: i64::from(visit.start) - i64::from(visit.arrival),
                ..end_step(stop.kind, stop.place, self.clock(visit.arrival), duration, known(distance), &load)
            });
        }
        if let Some(end) = van.and_then(|van| van.end) {
            let (time, way) = (route.travel, known(route.distance));
            steps.push(end_step(StepKind::End, end, self.clock(route.arrival), time, way, &load));
        }
        let priority = |visit: &milkrun_solver::Visit| {
            self.problem.stops.get(visit.job).map_or(0, |stop| i64::from(stop.priority))
        };
        vroom::Route {
            vehicle: van.map_or(0, |van| van.id),
            cost: self.cost(route.cost).round() as i64,
            delivery,
            pickup,
            setup: route.setup,
            service: route.service - route.setup,
            duration: route.travel,
            waiting_time: route.waiting,
            priority: route.visits.iter().map(priority).sum(),
            distance: known(route.distance),
            steps,
            violations: Vec::new(),
            description: van.map(|van| van.description.clone()).unwrap_or_default(),
            geometry: None,
        }
    }

    /// The routes of an output as a plan, to start from or to compare with.
    ///
    /// # Errors
    /// When the output names a vehicle or a visit that this task does not have.
    pub fn plan_of(&self, output: &Output) -> Result<Vec<RoutePlan>, FormatError> {
        let vehicles: BTreeMap<u64, usize> =
            self.vehicles.iter().enumerate().map(|(at, van)| (van.id, at)).collect();
        let stops = super::vroom::index(&self.stops);
        let mut plans = Vec::new();
        for (at, route) in output.routes.iter().enumerate() {
            let Some(&vehicle) = vehicles.get(&route.vehicle) else {
                let what = format!("there is no vehicle {}", route.vehicle);
                return Err(FormatError::path(
                    format!("routes[{at}].vehicle"),
                    what,
                    "name one of the problem's",
                ));
            };
            let visits = route.steps.iter().enumerate().filter(|(_, step)| step.kind.is_visit());
            let mut plan = RoutePlan { vehicle, stops: Vec::new() };
            for (step_at, step) in visits {
                let Some(&stop) = step.id.and_then(|id| stops.get(&(step.kind, id))) else {
                    let path = format!("routes[{at}].steps[{step_at}].id");
                    return Err(FormatError::path(
                        path,
                        "there is no such visit",
                        "name one of the problem's",
                    ));
                };
                plan.stops.push(stop);
            }
            plans.push(plan);
        }
        Ok(plans)
    }
}

fn add_up<'a>(loads: impl Iterator<Item = &'a Vec<i64>>) -> Vec<i64> {
    let mut sums: Vec<i64> = Vec::new();
    for load in loads {
        sums.resize(sums.len().max(load.len()), 0);
        sums.iter_mut().zip(load).for_each(|(sum, amount)| *sum += amount);
    }
    sums
}
