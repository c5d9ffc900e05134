//! What would have to give for a stop that is left out to be served.
//!
//! Each place on each route of the finished plan is driven with the stop on it; what that breaks, all of it, is what
//! would have to be eased there. The place that asks for the least is the remedy. It is found by driving, not by
//! reckoning, so it is true: [`Remedy::ease`] gives a problem in which the plan with the stop on it breaks nothing.

mod relaxation;

use crate::evaluate::{Judge, fixed};
use crate::place::Place;
use crate::{Done, Problem, RoutePlan, Violation, evaluate};
pub use relaxation::Relaxation;

/// How many stops are driven through in looking for remedies; after that only the end of each route is tried.
pub(crate) const EFFORT: usize = 1_000_000;

/// The least that would have to give for a stop to be served: put it there and ease these limits, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Remedy {
    /// The vehicle whose route the stop joins. With [`Relaxation::AnotherVehicle`] the one that the new one is like.
    pub vehicle: usize,
    /// Which place it then has on the route, counted from 0.
    pub position: usize,
    /// Which place the other end of its shipment then has, where it is one end of a shipment.
    pub partner: Option<usize>,
    /// Which of the vehicle's reloads then comes right beside it, if one does.
    pub reload: Option<usize>,
    /// Whether that comes right behind it, and not right before it.
    pub behind: bool,
    /// What has to give there; nothing where a reload is all that it takes.
    pub relaxations: Vec<Relaxation>,
}

impl Remedy {
    /// How often limits are eased once more for what the easing itself has broken.
    pub(crate) const ROUNDS: usize = 8;

    /// Eases a problem's limits as the remedy says; gives the vehicle that the stop then goes to, at `position`.
    ///
    /// # Panics
    /// When the problem has not the vehicles and stops of the one that the remedy was found for.
    pub fn ease(&self, problem: &mut Problem) -> usize {
        // What is fixed is not judged, so that what it breaks comes first.
        fixed::ease(problem);
        let mut number = self.vehicle;
        if self.relaxations.contains(&Relaxation::AnotherVehicle) {
            number = problem.vehicles.len();
            problem.vehicles.push(problem.vehicles[self.vehicle].clone());
        }
        self.relax(problem, number);
        number
    }

    /// Eases the limits of a vehicle and of stops.
    fn relax(&self, problem: &mut Problem, vehicle: usize) {
        for relaxation in &self.relaxations {
            let stops = &mut problem.stops;
            relaxation.ease(&mut problem.vehicles[vehicle], |job| stops.get_mut(job));
        }
    }

    /// Asks for more until the plan breaks nothing, if it ever does: where a limit is eased, breaks may be taken
    /// elsewhere and break another one.
    fn settle(&mut self, problem: &Problem, plan: &RoutePlan, effort: &mut usize) -> bool {
        for _ in 0..Self::ROUNDS {
            *effort = effort.saturating_sub(problem.stops.len());
            let mut eased = problem.clone();
            let plan = RoutePlan { vehicle: self.ease(&mut eased), stops: plan.stops.clone() };
            let broken = evaluate(&eased, &[plan]).violations;
            if broken.is_empty() {
                return true;
            }
            if !self.ask_for(&broken, problem.stops.len()) {
                return false;
            }
        }
        false
    }

    /// Asks for what eases all that is broken; `false` when that cannot be. Of the visits those from `all` on are
    /// reloads: when a place reloads is nobody's to change.
    fn ask_for(&mut self, broken: &[Violation], all: usize) -> bool {
        broken.iter().all(|violation| {
            let Some(more) = Relaxation::of(violation) else { return false };
            self.ask(more);
            !matches!(more, Relaxation::Window { job, .. } if job >= all)
        })
    }

    /// Asks for one thing more.
    fn ask(&mut self, more: Relaxation) {
        if !self.relaxations.iter_mut().any(|it| it.ask_for(&more)) {
            self.relaxations.push(more);
        }
    }

    fn weight(&self, problem: &Problem) -> i64 {
        self.relaxations.iter().map(|it| it.weight(problem, self.vehicle)).sum()
    }

    /// The same remedy, seen from the other end of the shipment.
    pub(crate) fn for_partner(mut self) -> Self {
        if let Some(partner) = self.partner.replace(self.position) {
            self.position = partner;
        }
        self
    }
}

/// The remedy for one stop (given twice), or for the pickup and delivery of a shipment (seen from the pickup), that none
/// of the plans, one for each vehicle, serves.
pub(crate) fn cheapest(
    judge: &Judge<'_>,
    plans: &[RoutePlan],
    jobs: [usize; 2],
    effort: &mut usize,
) -> Option<Remedy> {
    let problem = judge.problem;
    let paired = jobs[0] != jobs[1];
    let mut best: Option<(i64, Remedy)> = None;
    let mut trial = RoutePlan::default();
    let is_barred = |vehicle: usize| {
        problem.vehicles[vehicle].closed
            || jobs.iter().any(|&job| problem.stops[job].vehicle.is_some_and(|locked| locked != vehicle))
    };
    // Vehicles that may serve it come first, so that the effort is theirs.
    for (at, plan) in plans.iter().chain(plans).enumerate() {
        let vehicle = plan.vehicle;
        if is_barred(vehicle) != (at >= plans.len()) {
            continue;
        }
        let known = problem.stops.len();
        let mut drive = |stops: &[usize], place: Place, more: &[Relaxation]| {
            *effort = effort.saturating_sub(stops.len() + 1);
            trial.vehicle = vehicle;
            place.fill(&mut trial.stops, stops, jobs, known);
            let broken = judge.broken(&trial);
            let mut remedy = Remedy {
                vehicle,
                position: place.at,
                partner: paired.then_some(place.then + 1),
                reload: place.reload.map(|(reload, _)| reload),
                behind: place.reload.is_some_and(|(_, behind)| behind),
                relaxations: Vec::new(),
            };
            // What breaks nothing needs no remedy: only a search cut short leaves such a stop out.
            if remedy.ask_for(&broken, known) {
                more.iter().for_each(|&more| remedy.ask(more));
                let least = best.as_ref().map_or(i64::MAX, |(least, _)| *least);
                let rested = !problem.vehicles[vehicle].breaks.is_empty();
                if remedy.weight(problem) < least && (!rested || remedy.settle(problem, &trial, effort)) {
                    let weight = remedy.weight(problem);
                    if weight < least {
                        best = Some((weight, remedy));
                    }
                }
            }
            *effort
        };
        let all = plan.stops.len();
        let mut left = drive(&plan.stops, Place::of(all, all), &[]);
        let refills = if paired { 0 } else { problem.vehicles[vehicle].reloads.len() };
        'places: for at in 0..=all {
            for then in at..=(if paired { all } else { at }) {
                if left == 0 {
                    break 'places;
                }
                left = drive(&plan.stops, Place::of(at, then), &[]);
            }
            for place in Place::beside_reloads(&plan.stops, at, known, refills) {
                if left > 0 {
                    left = drive(&plan.stops, place, &[]);
                }
            }
        }
        // One that has spent something already is no measure for a new one.
        let van = &problem.vehicles[vehicle];
        let fresh = van.first.is_empty() && !van.closed && van.done == Done::default();
        if all > 0 && fresh {
            let locked = jobs.into_iter().filter(|&job| problem.stops[job].vehicle.is_some());
            let mut more: Vec<Relaxation> = locked.map(|job| Relaxation::Lock { job }).collect();
            more.push(Relaxation::AnotherVehicle);
            drive(&[], Place::of(0, 0), &more);
        }
    }
    best.map(|(_, remedy)| remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::road;
    use crate::{Job, Load, Params, Solver, Vehicle};

    /// Solves, and compares the remedy for the only stop left out.
    #[track_caller]
    fn check(problem: &Problem, expected: Option<&[Relaxation]>) {
        let mut solver = Solver::new(problem, Params::iterations(200, 1)).unwrap();
        while !solver.step(50).done {}
        let [unserved] = &solver.best().unserved[..] else { panic!("{:?}", solver.best()) };
        let remedy = unserved.remedy.as_ref();
        assert_eq!(remedy.map(|remedy| remedy.relaxations.as_slice()), expected);
        let Some(remedy) = remedy else { return };
        let (mut eased, mut plans) = (problem.clone(), solver.best().plans());
        let vehicle = remedy.ease(&mut eased);
        if !plans.iter().any(|plan| plan.vehicle == vehicle) {
            plans.push(RoutePlan { vehicle, stops: Vec::new() });
        }
        let plan = plans.iter_mut().find(|plan| plan.vehicle == vehicle).unwrap();
        plan.stops.insert(remedy.position, unserved.job);
        let at = remedy.position + usize::from(remedy.behind);
        plan.stops.splice(at..at, remedy.reload.map(|it| problem.stops.len() + it));
        let done = evaluate(&eased, &plans);
        assert_eq!((done.violations, done.missing), (vec![], vec![]));
    }

    #[test]
    fn the_remedy_is_the_least_that_has_to_give() {
        use Relaxation::{AnotherVehicle, Capacity, Distance, Driving, Duration, MaxStops};
        use Relaxation::{Shift, Skills, Window};
        let van = || Vehicle::based_at(0);
        let one = |job: Job, vehicle: Vehicle| road().with_job(job).with_vehicle(vehicle);
        check(&road().with_job(Job::at(1)), None);
        check(&one(Job::at(4), van()), None);
        check(&one(Job::at(1).with_skills(6), van().with_skills(2)), Some(&[Skills { missing: 4 }]));
        let heavy = Job::at(1).with_demand(Load::one(12));
        check(&one(heavy, van().with_capacity(Load::one(10))), Some(&[Capacity { dimension: 0, by: 2 }]));
        let late = Job::at(3).with_window(0, 1_000).with_window(1_300, 1_500);
        check(&one(late.clone(), van()), Some(&[Window { job: 0, by: 300 }]));
        check(&one(late, van().with_shift(0, 3_000)), Some(&[Window { job: 0, by: 300 }, Shift { by: 600 }]));
        check(&one(Job::at(3), van().with_max_duration(3_500)), Some(&[Duration { by: 100 }]));
        check(&one(Job::at(3), van().with_max_driving(3_500)), Some(&[Driving { by: 100 }]));
        check(&one(Job::at(3), van().with_max_distance(3_500)), Some(&[Distance { by: 100 }]));
        check(&one(Job::at(3), van().with_max_stops(0)), Some(&[MaxStops { by: 1 }]));
        // What asks for more than a day's work asks for another driver.
        let long = Job::at(3).with_service(36_000);
        let two = road().with_job(long.clone().with_priority(1)).with_job(long);
        check(&two.with_vehicle(van().with_max_duration(40_000)), Some(&[AnotherVehicle]));
    }

    #[test]
    fn what_a_dispatcher_has_settled_may_have_to_give() {
        use Relaxation::{AnotherVehicle, Closed, Duration, Lock, Position};
        let van = || Vehicle::based_at(0);
        check(&road().with_job(Job::at(1)).with_vehicle(van().closed()), Some(&[Closed]));
        let mine = || Job { vehicle: Some(1), ..Job::at(3) };
        let locked = |other: Vehicle| road().with_job(mine()).with_vehicle(van()).with_vehicle(other);
        check(&locked(van().closed()), Some(&[Closed]));
        check(&locked(van().closed().with_max_duration(1).with_max_driving(1)), Some(&[Lock { job: 0 }]));
        // A little more from its own driver comes before another one.
        check(&locked(van().with_max_duration(3_500)), Some(&[Duration { by: 100 }]));
        // Both want to be first.
        let mut first = road().with_job(Job::at(1).with_priority(1)).with_job(Job::at(2)).with_vehicle(van());
        first.stops.iter_mut().for_each(|stop| stop.position = Some(0));
        check(&first, Some(&[Position { job: 1 }]));
        // A new vehicle is not the one that it is locked to.
        let long =
            |priority| Job { vehicle: Some(0), ..Job::at(3).with_service(39_000) }.with_priority(priority);
        let two = road().with_job(long(1)).with_job(long(0)).with_vehicle(van().with_max_duration(43_000));
        check(&two, Some(&[Lock { job: 1 }, AnotherVehicle]));
    }

    #[test]
    fn another_stops_window_may_be_what_has_to_give() {
        let problem = road()
            .with_job(Job::at(1).with_window(600, 600).with_service(10))
            .with_job(Job::at(3).with_window(1_800, 1_800).with_priority(3))
            .with_vehicle(Vehicle::based_at(0));
        check(&problem, Some(&[Relaxation::Window { job: 1, by: 10 }]));
    }
}
