//! What a change of one stop would cost, in microseconds: for the figures beside a stop that is being dragged.

use crate::drive::{Faults, Outcome, State};
use crate::prepared::{NONE, Prepared};
use crate::{InvalidProblem, Problem, RoutePlan, Violation};

/// A plan that is ready to have changes priced, feasible or not. Its reloads stay where they are; they count as places
/// of a route.
///
/// Making one takes milliseconds for a thousand stops; a price takes a microsecond or so, as it drives through the
/// routes that change from the place of the change on, and through nothing else.
///
/// ```
/// use milkrun_solver::{Job, Pricer, Problem, RoutePlan, Travel, Vehicle};
///
/// let minutes = [0, 5, 9, 5, 0, 4, 9, 4, 0];
/// let travel = Travel::matrix(3, minutes.map(|m| m * 60).to_vec(), minutes.map(|m| m * 500).to_vec());
/// let problem = Problem::new(travel)
///     .with_job(Job::at(1))
///     .with_job(Job::at(2).with_window(0, 300))
///     .with_vehicle(Vehicle::based_at(0));
/// let pricer = Pricer::new(&problem, &[RoutePlan { vehicle: 0, stops: vec![0] }])?;
/// let price = pricer.insertion(1, 0, 1).unwrap();
/// assert_eq!((price.distance, price.lateness), (9_000 - 5_000, 540 - 300));
/// assert!(price.breaks.is_some());
/// # Ok::<(), milkrun_solver::InvalidProblem>(())
/// ```
#[derive(Debug)]
pub struct Pricer {
    problem: Prepared,
    lines: Vec<Line>,
    /// The vehicle of each stop, or [`NONE`].
    vehicle: Vec<u32>,
}

/// What a change adds to the plan; what it saves is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Price {
    /// Cost, in the objective's unit.
    pub cost: i64,
    /// Metres.
    pub distance: i64,
    /// Seconds of working time.
    pub duration: i64,
    /// Seconds that stops are served too late, all together.
    pub lateness: i64,
    /// The gravest of the limits that the change breaks, or breaks further than they are broken already.
    pub breaks: Option<Violation>,
}

/// A route with where its vehicle stands before the first and after each stop.
#[derive(Debug, Clone)]
struct Line {
    stops: Vec<u32>,
    states: Vec<State>,
    outcome: Outcome,
}

impl Pricer {
    /// Takes in a plan. What the problem does not have (an unknown vehicle, a stop that comes twice) is left out.
    ///
    /// # Errors
    /// When [`Problem::validate`] finds the problem contradictory.
    pub fn new(problem: &Problem, routes: &[RoutePlan]) -> Result<Self, InvalidProblem> {
        problem.validate()?;
        let prepared = Prepared::bare(problem);
        let vehicle = vec![NONE; prepared.jobs];
        let vans = 0..prepared.vans.len() as u32;
        let lines = vans.map(|vehicle| Line::new(&prepared, vehicle, Vec::new())).collect();
        let mut pricer = Self { problem: prepared, lines, vehicle };
        for route in routes {
            pricer.set(route);
        }
        Ok(pricer)
    }

    /// Gives a vehicle another route, for instance when a stop has been dropped. Stops that another vehicle has are
    /// left out: take them off there first.
    pub fn set(&mut self, route: &RoutePlan) {
        let Some(line) = self.lines.get(route.vehicle) else { return };
        for &job in &line.stops {
            if let Some(vehicle) = self.vehicle.get_mut(job as usize) {
                *vehicle = NONE;
            }
        }
        let mut stops = Vec::with_capacity(route.stops.len());
        for &job in &route.stops {
            if self.vehicle.get(job) == Some(&NONE) {
                self.vehicle[job] = route.vehicle as u32;
                stops.push(job as u32);
            } else if job >= self.vehicle.len() {
                stops.extend(self.problem.node(job, route.vehicle as u32));
            }
        }
        self.lines[route.vehicle] = Line::new(&self.problem, route.vehicle as u32, stops);
    }

    /// What it costs to put a stop that is on no route before the `position`th stop of a vehicle, counted from 0;
    /// `None` when there is no such place or the stop is on a route.
    #[must_use]
    pub fn insertion(&self, stop: usize, vehicle: usize, position: usize) -> Option<Price> {
        let line = self.lines.get(vehicle)?;
        if *self.vehicle.get(stop)? != NONE || position > line.stops.len() {
            return None;
        }
        let (before, after) = line.stops.split_at(position);
        let with =
            self.outcome(vehicle, before.len(), std::iter::once(stop as u32).chain(after.iter().copied()));
        Some(self.price(stop, Some((vehicle, position)), &[(vehicle, line.outcome, with)]))
    }

    /// What it costs to take a stop off its route; `None` when it is on none.
    #[must_use]
    pub fn removal(&self, stop: usize) -> Option<Price> {
        let (vehicle, position) = self.find(stop)?;
        let (without, line) = (self.without(vehicle, position), &self.lines[vehicle]);
        Some(self.price(stop, None, &[(vehicle, line.outcome, without)]))
    }

    /// What it costs to move a stop from its place to before the `position`th stop of a vehicle, counted from 0
    /// without the stop itself; `None` when it is on no route or there is no such place.
    #[must_use]
    pub fn relocation(&self, stop: usize, vehicle: usize, position: usize) -> Option<Price> {
        let (from, at) = self.find(stop)?;
        let line = self.lines.get(vehicle)?;
        if from != vehicle {
            if position > line.stops.len() {
                return None;
            }
            let (before, after) = line.stops.split_at(position);
            let rest = std::iter::once(stop as u32).chain(after.iter().copied());
            let with = self.outcome(vehicle, before.len(), rest);
            let without = self.without(from, at);
            let old = self.lines[from].outcome;
            return Some(self.price(
                stop,
                Some((vehicle, position)),
                &[(vehicle, line.outcome, with), (from, old, without)],
            ));
        }
        if position >= line.stops.len() {
            return None;
        }
        let stops = &line.stops;
        let moved = |place: usize| match place {
            _ if place == position => stops[at],
            _ if place < at.min(position) || place > at.max(position) => stops[place],
            _ if at < position => stops[place + 1],
            _ => stops[place - 1],
        };
        let first = at.min(position);
        let after = self.outcome(vehicle, first, (first..stops.len()).map(moved));
        Some(self.price(stop, Some((vehicle, position)), &[(vehicle, line.outcome, after)]))
    }

    /// The cheapest place for a stop, by whether it keeps the limits first: vehicle, position (counted without the
    /// stop itself) and price. `None` when there is no vehicle or no such stop.
    #[must_use]
    pub fn best_place(&self, stop: usize) -> Option<(usize, usize, Price)> {
        let own = self.find(stop).map(|(vehicle, _)| vehicle);
        let mut best: Option<(usize, usize, Price)> = None;
        for (vehicle, line) in self.lines.iter().enumerate() {
            for position in 0..=line.stops.len() - usize::from(own == Some(vehicle)) {
                let price = match own {
                    Some(_) => self.relocation(stop, vehicle, position),
                    None => self.insertion(stop, vehicle, position),
                };
                let weigh = |price: &Price| (price.breaks.is_some(), price.lateness.max(0), price.cost);
                if let Some(price) = price
                    && best.as_ref().is_none_or(|(_, _, least)| weigh(&price) < weigh(least))
                {
                    best = Some((vehicle, position, price));
                }
            }
        }
        best
    }

    /// The vehicle of a stop and its place on the route.
    fn find(&self, stop: usize) -> Option<(usize, usize)> {
        let vehicle = *self.vehicle.get(stop)?;
        let line = self.lines.get(vehicle as usize)?;
        Some((vehicle as usize, line.stops.iter().position(|&job| job as usize == stop)?))
    }

    fn without(&self, vehicle: usize, position: usize) -> Outcome {
        let after = self.lines[vehicle].stops[position + 1..].iter().copied();
        self.outcome(vehicle, position, after)
    }

    /// Drives on with other stops after the first few.
    fn outcome(&self, vehicle: usize, kept: usize, rest: impl Iterator<Item = u32>) -> Outcome {
        let (line, number) = (&self.lines[vehicle], vehicle as u32);
        if self.problem.released {
            // The last to be ready may have come or gone.
            let stops: Vec<u32> = line.stops[..kept].iter().copied().chain(rest).collect();
            return Line::new(&self.problem, number, stops).outcome;
        }
        let mut state = line.states[kept];
        rest.for_each(|job| state.visit(&self.problem, number, job));
        state.finish(&self.problem, number)
    }

    /// The difference that routes make, each with what it came to before and what it comes to after.
    fn price(&self, job: usize, to: Option<(usize, usize)>, routes: &[(usize, Outcome, Outcome)]) -> Price {
        let mut price = Price { breaks: self.torn(job, to), ..Price::default() };
        if let Some((vehicle, _)) = to {
            price.breaks = price.breaks.or_else(|| self.misfit(job, vehicle));
        }
        for &(vehicle, before, after) in routes {
            price.cost += after.cost - before.cost;
            price.distance += after.dist - before.dist;
            price.duration += after.dur - before.dur;
            price.lateness += after.late - before.late;
            price.breaks =
                price.breaks.or_else(|| worse(&self.problem, vehicle, &before.faults, &after.faults));
        }
        price
    }

    /// What keeps a stop off a vehicle whatever its place.
    fn misfit(&self, job: usize, vehicle: usize) -> Option<Violation> {
        let stop = &self.problem.more[job];
        if stop.vehicle.is_some_and(|locked| locked != vehicle) {
            return Some(Violation::Locked { vehicle, job });
        }
        if stop.fixed {
            return None;
        }
        if self.problem.vans[vehicle].closed {
            return Some(Violation::Closed { vehicle, job });
        }
        let missing = stop.skills & !self.problem.vans[vehicle].skills;
        (missing != 0).then_some(Violation::Skills { vehicle, job, missing })
    }

    /// What is wrong with the shipment of a stop that comes to a place, counted without the stop itself, or to none.
    fn torn(&self, job: usize, to: Option<(usize, usize)>) -> Option<Violation> {
        let mate = self.problem.mate(job as u32)? as usize;
        let (Some((vehicle, position)), mate_at) = (to, self.find(mate)) else {
            let (vehicle, _) = self.find(mate)?;
            return Some(Violation::Alone { vehicle, job: mate, partner: job });
        };
        let Some((_, mut before)) = mate_at.filter(|&(other, _)| other == vehicle) else {
            return Some(Violation::Alone { vehicle, job, partner: mate });
        };
        if self.find(job).is_some_and(|(from, at)| from == vehicle && at < before) {
            before -= 1;
        }
        let is_pickup = self.problem.task(job as u32) as usize == job;
        let (pickup, delivery) = if is_pickup { (job, mate) } else { (mate, job) };
        ((before < position) == is_pickup).then_some(Violation::Order { vehicle, job: delivery, pickup })
    }
}

impl Line {
    fn new(problem: &Prepared, vehicle: u32, stops: Vec<u32>) -> Self {
        let ready = |from: usize| {
            let trip = stops[from..].iter().take_while(|&&job| !problem.is_reload(job));
            trip.map(|&job| problem.more[job as usize].release).max().unwrap_or(0)
        };
        let mut state = State::start(problem, vehicle, ready(0));
        let mut states = vec![state];
        for (at, &job) in stops.iter().enumerate() {
            if problem.is_reload(job) {
                state.reload(problem, vehicle, job, ready(at + 1));
            } else {
                state.visit(problem, vehicle, job);
            }
            states.push(state);
        }
        Self { stops, states, outcome: state.finish(problem, vehicle) }
    }
}

/// The gravest limit that a route breaks further than before.
fn worse(problem: &Prepared, vehicle: usize, before: &Faults, after: &Faults) -> Option<Violation> {
    let number = |node: u32| problem.number(node, vehicle as u32);
    let short = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    if let Some(node) = after.cut_off.filter(|_| before.cut_off != after.cut_off) {
        return Some(Violation::Unreachable { vehicle, job: Some(number(node)) });
    }
    if let Some(job) = after.unfixed.filter(|_| before.unfixed != after.unfixed) {
        return Some(Violation::First { vehicle, job: job as usize });
    }
    if after.misplaced > before.misplaced {
        let (job, position) = (after.strayed.0 as usize, after.strayed.1 as usize);
        return Some(Violation::Position { vehicle, job, position });
    }
    if let Some(dimension) = (0..after.load.len()).find(|&d| after.load[d] > before.load[d]) {
        return Some(Violation::Capacity { vehicle, dimension, over_by: short(after.load[dimension]) });
    }
    if after.stops > before.stops {
        return Some(Violation::MaxStops { vehicle, over_by: after.stops });
    }
    if after.reloads > before.reloads {
        return Some(Violation::MaxReloads { vehicle, over_by: after.reloads });
    }
    if after.late > before.late {
        let (job, late_by) = (number(after.latest.0), after.latest.1);
        return Some(Violation::Late { vehicle, job, late_by });
    }
    if after.missed > before.missed {
        let (number, late_by) = after.break_missed;
        return Some(Violation::Break { vehicle, number: number as usize, late_by });
    }
    if after.shift > before.shift {
        return Some(Violation::Shift { vehicle, over_by: short(after.shift) });
    }
    if after.duration > before.duration {
        return Some(Violation::Duration { vehicle, over_by: short(after.duration) });
    }
    if after.driving > before.driving {
        return Some(Violation::Driving { vehicle, over_by: short(after.driving) });
    }
    (after.distance > before.distance)
        .then(|| Violation::Distance { vehicle, over_by: short(after.distance) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Evaluation, evaluate, fixture, rng::Rng};
    use proptest::prelude::*;

    /// Seconds of lateness of a whole plan.
    fn lateness(evaluation: &Evaluation) -> i64 {
        let visits = evaluation.routes.iter().flat_map(|route| &route.visits);
        visits.map(|visit| i64::from(visit.late)).sum()
    }

    /// The price is what the plan costs after, less what it costs before, both from scratch.
    #[track_caller]
    fn check(problem: &Problem, before: &[RoutePlan], after: &[RoutePlan], price: Price) {
        let (before, after) = (evaluate(problem, before), evaluate(problem, after));
        assert_eq!(price.cost, after.cost - before.cost);
        assert_eq!(price.distance, after.distance - before.distance);
        assert_eq!(price.duration, after.duration - before.duration);
        assert_eq!(price.lateness, lateness(&after) - lateness(&before));
        if before.violations.is_empty() {
            assert_eq!(price.breaks.is_none(), after.violations.is_empty(), "{:?}", after.violations);
        }
        if let Some(broken) = price.breaks {
            let same = |other: &Violation| match (broken, *other) {
                (Violation::Unreachable { .. }, Violation::Unreachable { .. })
                | (Violation::Closed { .. }, Violation::Closed { .. }) => true,
                (broken, other) => broken == other,
            };
            assert!(after.violations.iter().any(same), "{broken:?} in {:?}", after.violations);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn prices_are_what_driving_from_scratch_gives(seed: u64) {
            let problem = fixture::mixed(seed);
            prop_assume!(!problem.vehicles.is_empty() && !problem.stops.is_empty());
            let mut rng = Rng::new(seed ^ 1);
            let vehicles = problem.vehicles.len();
            let mut plans: Vec<RoutePlan> =
                (0..vehicles).map(|vehicle| RoutePlan { vehicle, stops: Vec::new() }).collect();
            let mut pricer = Pricer::new(&problem, &plans).unwrap();
            for _ in 0..60 {
                let stop = rng.below(problem.stops.len() as u32) as usize;
                let to = rng.below(vehicles as u32) as usize;
                let mut after = plans.clone();
                let from = after.iter_mut().find_map(|plan| {
                    let at = plan.stops.iter().position(|&job| job == stop)?;
                    plan.stops.remove(at);
                    Some(plan.vehicle)
                });
                let price = if from.is_some() && rng.one_in(3) {
                    pricer.removal(stop)
                } else {
                    let position = rng.below(after[to].stops.len() as u32 + 1) as usize;
                    after[to].stops.insert(position, stop);
                    match from {
                        Some(_) => pricer.relocation(stop, to, position),
                        None => pricer.insertion(stop, to, position),
                    }
                };
                check(&problem, &plans, &after, price.unwrap());
                // Take it from the one before the other gets it.
                for vehicle in from.into_iter().chain([to]) {
                    pricer.set(&after[vehicle]);
                }
                plans = after;
            }
            let whole = Pricer::new(&problem, &plans).unwrap();
            for stop in 0..problem.stops.len() {
                prop_assert_eq!(whole.removal(stop), pricer.removal(stop));
                prop_assert_eq!(whole.best_place(stop), pricer.best_place(stop));
            }
        }
    }

    #[test]
    fn places_that_do_not_exist_have_no_price() {
        let problem = fixture::city(5, 1, false);
        let pricer = Pricer::new(&problem, &[RoutePlan { vehicle: 0, stops: vec![0, 1, 1, 9] }]).unwrap();
        assert_eq!(pricer.insertion(2, 0, 3), None);
        assert_eq!(pricer.insertion(0, 0, 0), None);
        assert_eq!(pricer.insertion(7, 0, 0), None);
        assert_eq!(pricer.insertion(2, 99, 0), None);
        assert_eq!(pricer.relocation(0, 0, 2), None);
        assert_eq!(pricer.removal(2), None);
        assert_eq!(pricer.relocation(0, 0, 0).map(|price| price.cost), Some(0));
        assert!(pricer.best_place(2).is_some());
    }
}
