//! Lays a problem out in pieces of bounded work, so that whoever runs it can look up in between.

use super::stops::{cargo, stop};
use super::vans::{kinds, van};
use super::{Cargo, Prepared, Stop, Van, reloads};
use crate::evaluate::fixed;
use crate::model::{Objective, Problem, TimeWindow};
use crate::neighbours::{Finding, Neighbours};
use crate::rules::{self, More};
use crate::travel::{Laying, Table};

/// Windows are short when the average one is less than one in so many of the day.
const SHORT: i64 = 7;

/// A problem that is being laid out.
#[derive(Debug)]
pub(crate) struct Preparing {
    /// The problem with the limits eased that its fixed stops break, if it has any.
    eased: Option<Box<Problem>>,
    /// Everything that does not depend on legs, and the rest as far as it has come.
    prepared: Prepared,
    /// The tables that are still to be laid out, the next one last, each with the vehicle whose roads it is for.
    tables: Vec<(Laying, Option<usize>)>,
    /// The next kind of vehicle to look at, and the dearest stop of those before.
    kind: usize,
    dearest: i64,
    /// The search for neighbours, if there is to be one; none before it begins.
    searched: bool,
    finding: Option<Finding>,
    step: Step,
}

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Tables,
    Remote,
    Rules,
    Penalty,
    Neighbours,
    Done,
}

impl Preparing {
    /// Begins with a problem that has been validated; without `searched` leaves out what only a search needs.
    pub(crate) fn new(problem: &Problem, searched: bool) -> Self {
        let fixed = problem.vehicles.iter().any(|vehicle| !vehicle.first.is_empty());
        let eased = fixed.then(|| {
            let mut eased = Box::new(problem.clone());
            fixed::ease(&mut eased);
            eased
        });
        let problem = eased.as_deref().unwrap_or(problem);
        let nowhere = problem.travel.size() as u32;
        let mut vans: Vec<Van> = (0..problem.vehicles.len()).map(|at| van(problem, at, nowhere)).collect();
        let mut paces: Vec<Option<usize>> = rules::paces(problem, &mut vans).into_iter().map(Some).collect();
        if !vans.is_empty() && vans.iter().all(|van| van.table == 1) {
            // All drive by the same times: then those are the ones to search with.
            vans.iter_mut().for_each(|van| van.table = 0);
        } else {
            paces.insert(0, None);
        }
        let lay = |&number: &Option<usize>| {
            let vehicle = number.map(|number| &problem.vehicles[number]);
            let travel = vehicle.map_or(&problem.travel, |vehicle| problem.travel_of(vehicle));
            (Laying::new(travel, vehicle, searched), number)
        };
        let tables = paces.iter().rev().map(lay).collect();
        let rests = rules::rests(problem, &mut vans);
        let (refills, reloads) = reloads::kinds(problem, &mut vans);
        let mut windows = Vec::new();
        let stops: Vec<Stop> = problem.stops.iter().map(|job| stop(job, &mut windows)).collect();
        let jobs = stops.len();
        let mut place: Vec<u32> = problem.stops.iter().map(|job| job.location as u32).collect();
        for reload in &reloads {
            place.resize(place.len() + jobs, reload.location as u32);
        }
        for van in &vans {
            place.extend([van.start, van.end]);
        }
        let (order, kinds) = kinds(&vans);
        let mut rank = vec![0; vans.len()];
        for (at, &vehicle) in order.iter().enumerate() {
            rank[vehicle as usize] = at as u32;
        }
        let goals = problem.goals();
        let prepared = Prepared {
            jobs,
            visits: jobs,
            refills,
            reloading: !reloads.is_empty(),
            driven: rules::needs_driving(problem, &vans),
            rests,
            positioned: problem.stops.iter().any(|job| job.position.is_some()),
            first: Vec::new(),
            released: problem.stops.iter().any(|job| job.release > 0),
            more: problem.stops.iter().map(|job| More::of(job, goals)).collect(),
            mixed: false,
            fewest: problem.objective == Objective::FewestVehicles,
            evened: goals.steps > 0,
            paired: !problem.shipments.is_empty(),
            tasks: jobs - problem.shipments.len(),
            cargo: Vec::new(),
            table: Table::blank(),
            tables: Vec::new(),
            place,
            ordered: are_short(&stops),
            windowed: stops.iter().any(|stop| stop.open > 0 || stop.close < TimeWindow::HORIZON),
            timed: vans.iter().any(|van| van.per_second > 0 || van.span < van.shift.end - van.shift.start),
            stops,
            vans,
            windows,
            order,
            kinds,
            rank,
            near: Neighbours::default(),
            own: Vec::new(),
            foreign: Vec::new(),
            penalty: 0,
        };
        Self { eased, prepared, tables, kind: 0, dearest: 0, searched, finding: None, step: Step::Tables }
    }

    /// Does the next piece: no more than some thousand legs, or one go over all stops. `false` when there is none left.
    pub(crate) fn step(&mut self, given: &Problem) -> bool {
        let Self { prepared, .. } = self;
        let problem = self.eased.as_deref().unwrap_or(given);
        match self.step {
            Step::Tables => match self.tables.last_mut() {
                Some((laying, number)) => {
                    let vehicle = number.map(|number| &problem.vehicles[number]);
                    let travel = vehicle.map_or(&problem.travel, |vehicle| problem.travel_of(vehicle));
                    if !laying.step(travel) {
                        self.next_table();
                    }
                }
                None => self.step = Step::Remote,
            },
            Step::Remote if self.kind < prepared.kinds.len() => {
                prepared.reach(self.kind);
                self.kind += 1;
            }
            Step::Remote => {
                self.kind = 0;
                self.step = Step::Rules;
            }
            Step::Rules => {
                prepared.lay_out_rules(problem);
                self.step = Step::Penalty;
            }
            Step::Penalty if self.kind < prepared.kinds.len() => {
                self.dearest = self.dearest.max(prepared.dearest_stop(self.kind));
                self.kind += 1;
            }
            Step::Penalty => {
                prepared.penalty = prepared.dearest_plan(self.dearest);
                if self.searched {
                    let place = &prepared.place[..prepared.jobs];
                    let (stops, strict) = (&prepared.stops[..prepared.jobs], !prepared.driven);
                    self.finding = Some(Finding::new(problem, &prepared.table, place, stops, strict));
                }
                self.step = Step::Neighbours;
            }
            Step::Neighbours => {
                let place = &prepared.place[..prepared.jobs];
                let finding = self.finding.as_mut();
                if !finding.is_some_and(|it| it.step(&prepared.table, place, &prepared.stops)) {
                    prepared.near = self.finding.take().map(Finding::finish).unwrap_or_default();
                    prepared.fix(given);
                    self.step = Step::Done;
                }
            }
            Step::Done => {}
        }
        self.step != Step::Done
    }

    /// Puts the table that has been laid out in its place.
    fn next_table(&mut self) {
        let Some((laying, number)) = self.tables.pop() else { return };
        let table = laying.finish();
        let own = number.map_or(0, |number| self.prepared.vans[number].table);
        if own == 0 {
            self.prepared.table = table;
        } else {
            self.prepared.tables.push(table);
        }
    }

    /// Whether it is at the neighbours, which are most of the work.
    pub(crate) fn is_finding(&self) -> bool {
        self.step == Step::Neighbours
    }

    /// What is laid out, when all of it is.
    pub(crate) fn finish(self) -> Prepared {
        self.prepared
    }

    /// All pieces that are left.
    pub(crate) fn all(mut self, problem: &Problem) -> Prepared {
        while self.step(problem) {}
        self.finish()
    }
}

/// Whether windows are short, beside the day from the first opening to the last closing: then they say in which order most
/// stops come. A stop that may be begun at any time to come counts with all of the day.
fn are_short(stops: &[Stop]) -> bool {
    let (mut first, mut last) = (TimeWindow::HORIZON, 0);
    let (mut sum, mut without) = (0, 0);
    for stop in stops {
        if stop.close < TimeWindow::HORIZON {
            first = first.min(stop.open);
            last = last.max(stop.close);
            sum += i64::from(stop.close - stop.open);
        } else {
            without += 1;
        }
    }
    let day = i64::from((last - first).max(0));
    (sum + without * day) * SHORT < day * stops.len() as i64
}

impl Prepared {
    /// Notes how far stops are from the start of a kind of vehicle, where none before starts closer.
    fn reach(&mut self, kind: usize) {
        let van = *self.sample(kind);
        for (at, stop) in self.stops.iter_mut().enumerate() {
            let leg = self.table.back(self.place[at], van.start);
            let cost = van.cost(leg);
            stop.remote = if kind == 0 { cost } else { stop.remote.min(cost) };
        }
    }

    /// Lays out what stops do to the load, and the reloads.
    fn lay_out_rules(&mut self, problem: &Problem) {
        let (_, reloads) = reloads::kinds(problem, &mut self.vans);
        let mut cargo = cargo(problem, &mut self.stops);
        if !cargo.is_empty() {
            cargo.resize(self.jobs + reloads.len() * self.jobs, Cargo::NONE);
        }
        (self.mixed, self.cargo) = (!cargo.is_empty(), cargo);
        reloads::lay_out(&reloads, problem.goals(), &mut self.windows, &mut self.stops, &mut self.more);
        self.visits = self.stops.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Job;

    #[test]
    fn windows_are_short_beside_the_day_that_they_span() {
        let check = |windows: &[Option<(i32, i32)>], expected| {
            let job = |window: &Option<(i32, i32)>| {
                window.map_or(Job::at(0), |(open, close)| Job::at(0).with_window(open, close))
            };
            let mut split = Vec::new();
            let stops: Vec<Stop> = windows.iter().map(|window| stop(&job(window), &mut split)).collect();
            assert_eq!(are_short(&stops), expected, "{windows:?}");
        };
        let (morning, evening) = (Some((0, 100)), Some((900, 1_000)));
        check(&[], false);
        check(&[None, None], false);
        check(&[morning], false);
        check(&[morning, evening], true);
        check(&[morning, Some((800, 1_000))], false);
        // The others have all day.
        check(&[morning, evening, None], false);
        check(&[morning, evening, Some((0, 1_000))], false);
        check(&[[morning; 10], [evening; 10]].concat(), true);
        check(&[[morning; 10], [evening; 10], [None; 10]].concat(), false);
        check(&[&[morning; 20][..], &[evening; 20], &[None]].concat(), true);
    }
}
