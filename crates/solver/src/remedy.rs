//! What would have to give for a stop that is left out to be served.
//!
//! Each place on each route of the finished plan is driven with the stop on it; what that breaks, all of it, is what
//! would have to be eased there. The place that asks for the least is the remedy. It is found by driving, not by
//! reckoning, so it is true: [`Remedy::ease`] gives a problem in which the plan with the stop on it breaks nothing.

use crate::evaluate::fixed;
use crate::model::may_reload_beside;
use crate::{Done, Job, Problem, RoutePlan, TimeWindow, Vehicle, Violation, evaluate};

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

/// One limit that is eased, and by how much. What is named is the vehicle of the [`Remedy`] unless a stop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Relaxation {
    /// The last window of a stop, this one or another on the route, closes later.
    Window {
        /// The stop's index.
        job: usize,
        /// Seconds later.
        by: i32,
    },
    /// The driver's shift ends later.
    Shift {
        /// Seconds later.
        by: i32,
    },
    /// The longest working time is longer.
    Duration {
        /// Seconds longer.
        by: i32,
    },
    /// The last window of a break closes later.
    Break {
        /// Which of the vehicle's breaks.
        number: usize,
        /// Seconds later.
        by: i32,
    },
    /// The longest time on the road is longer.
    Driving {
        /// Seconds longer.
        by: i32,
    },
    /// The longest way is longer.
    Distance {
        /// Metres longer.
        by: i32,
    },
    /// The vehicle holds more.
    Capacity {
        /// Which of the loads, 0 to [`DIMENSIONS`](crate::DIMENSIONS) - 1.
        dimension: usize,
        /// Units more.
        by: i32,
    },
    /// The vehicle may make more stops.
    MaxStops {
        /// Stops more.
        by: u32,
    },
    /// The vehicle may reload more often.
    MaxReloads {
        /// Reloads more.
        by: u32,
    },
    /// The vehicle has these skills as well.
    Skills {
        /// The bits that it lacks.
        missing: u64,
    },
    /// Any vehicle may serve a stop that is locked to another.
    Lock {
        /// The stop's index.
        job: usize,
    },
    /// A stop, this one or another on the route, may come at any place.
    Position {
        /// The stop's index.
        job: usize,
    },
    /// The route is not closed: more may come behind what is fixed on it.
    Closed,
    /// There is one more vehicle, like the one named.
    AnotherVehicle,
}

impl Relaxation {
    /// What eases the limit that is broken; `None` when nothing does.
    pub(crate) fn of(violation: &Violation) -> Option<Self> {
        Some(match *violation {
            Violation::Late { job, late_by, .. } => Self::Window { job, by: late_by },
            Violation::Shift { over_by, .. } => Self::Shift { by: over_by },
            Violation::Duration { over_by, .. } => Self::Duration { by: over_by },
            // One without windows is missed only because of another before it.
            Violation::Break { number, late_by, .. } if late_by < TimeWindow::HORIZON => {
                Self::Break { number, by: late_by }
            }
            Violation::Driving { over_by, .. } => Self::Driving { by: over_by },
            Violation::Distance { over_by, .. } => Self::Distance { by: over_by },
            Violation::Capacity { dimension, over_by, .. } => Self::Capacity { dimension, by: over_by },
            Violation::MaxStops { over_by, .. } => Self::MaxStops { by: over_by },
            Violation::MaxReloads { over_by, .. } => Self::MaxReloads { by: over_by },
            Violation::Skills { missing, .. } => Self::Skills { missing },
            Violation::Locked { job, .. } => Self::Lock { job },
            Violation::Position { job, .. } => Self::Position { job },
            Violation::Closed { .. } => Self::Closed,
            _ => return None,
        })
    }

    /// Asks for that much more if it is the same limit; whether it is. What has no measure gives once.
    fn ask_for(&mut self, more: &Self) -> bool {
        match (self, *more) {
            (Self::Window { job: this, .. }, Self::Window { job: that, .. })
            | (Self::Break { number: this, .. }, Self::Break { number: that, .. })
            | (Self::Capacity { dimension: this, .. }, Self::Capacity { dimension: that, .. })
                if *this != that =>
            {
                return false;
            }
            (Self::Window { by, .. }, Self::Window { by: more, .. })
            | (Self::Break { by, .. }, Self::Break { by: more, .. })
            | (Self::Capacity { by, .. }, Self::Capacity { by: more, .. })
            | (Self::Shift { by }, Self::Shift { by: more })
            | (Self::Duration { by }, Self::Duration { by: more })
            | (Self::Driving { by }, Self::Driving { by: more })
            | (Self::Distance { by }, Self::Distance { by: more }) => *by = by.saturating_add(more),
            (Self::MaxStops { by }, Self::MaxStops { by: more })
            | (Self::MaxReloads { by }, Self::MaxReloads { by: more }) => *by = by.saturating_add(more),
            (Self::Skills { missing }, Self::Skills { missing: more }) => *missing |= more,
            (this, more) => return *this == more,
        }
        true
    }

    /// How much it asks for, in seconds of somebody's time: metres at 36 km/h, a stop or reload more is a quarter of an hour,
    /// a load more its share of four hours' capacity, a skill more six hours, a vehicle more a day's work. What a dispatcher
    /// has settled and can settle otherwise: a place half an hour, a closed route an hour, a lock two.
    fn weight(&self, problem: &Problem, vehicle: usize) -> i64 {
        match *self {
            Self::Window { by, .. }
            | Self::Shift { by }
            | Self::Duration { by }
            | Self::Break { by, .. }
            | Self::Driving { by } => i64::from(by),
            Self::Distance { by } => i64::from(by) / 10 + 1,
            Self::Capacity { dimension, by } => {
                let holds = i64::from(problem.vehicles[vehicle].capacity.0[dimension]).max(1);
                4 * 3_600 * i64::from(by) / holds + 1
            }
            Self::MaxStops { by } | Self::MaxReloads { by } => 900 * i64::from(by),
            Self::Skills { missing } => 6 * 3_600 * i64::from(missing.count_ones()),
            Self::Position { .. } => 1_800,
            Self::Closed => 3_600,
            Self::Lock { .. } => 2 * 3_600,
            Self::AnotherVehicle => 8 * 3_600,
        }
    }
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
}

impl Relaxation {
    /// Eases a limit of a vehicle, or of a stop that is looked up.
    pub(crate) fn ease<'a>(&self, vehicle: &mut Vehicle, stop: impl FnOnce(usize) -> Option<&'a mut Job>) {
        match *self {
            Self::Window { job, by } => {
                let last = stop(job).and_then(|stop| stop.windows.iter_mut().max_by_key(|it| it.end));
                if let Some(last) = last {
                    last.end += by;
                }
            }
            Self::Shift { by } => vehicle.shift.end += by,
            Self::Duration { by } => {
                vehicle.max_duration = vehicle.max_duration.map(|most| most.saturating_add(by));
            }
            Self::Break { number, by } => {
                let windows = vehicle.breaks.get_mut(number).map(|rest| rest.windows.iter_mut());
                if let Some(last) = windows.and_then(|windows| windows.max_by_key(|window| window.end)) {
                    last.end += by;
                }
            }
            Self::Driving { by } => {
                vehicle.max_driving = vehicle.max_driving.map(|most| most.saturating_add(by));
            }
            Self::Distance { by } => {
                vehicle.max_distance = vehicle.max_distance.map(|most| most.saturating_add(by));
            }
            Self::Capacity { dimension, by } => {
                let holds = &mut vehicle.capacity.0[dimension];
                *holds = holds.saturating_add(by);
            }
            Self::MaxStops { by } => {
                vehicle.max_stops = vehicle.max_stops.map(|most| most.saturating_add(by));
            }
            Self::MaxReloads { by } => {
                vehicle.max_reloads = vehicle.max_reloads.map(|most| most.saturating_add(by));
            }
            Self::Skills { missing } => vehicle.skills |= missing,
            Self::Lock { job } => {
                if let Some(stop) = stop(job) {
                    stop.vehicle = None;
                }
            }
            Self::Position { job } => {
                if let Some(stop) = stop(job) {
                    stop.position = None;
                }
            }
            Self::Closed => vehicle.closed = false,
            Self::AnotherVehicle => {}
        }
    }
}

impl Remedy {
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
    problem: &Problem,
    plans: &[RoutePlan],
    jobs: [usize; 2],
    effort: &mut usize,
) -> Option<Remedy> {
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
        let mut drive =
            |stops: &[usize], at: usize, reload: Option<(usize, bool)>, then: usize, more: &[Relaxation]| {
                *effort = effort.saturating_sub(stops.len() + 1);
                trial.vehicle = vehicle;
                trial.stops.clear();
                trial.stops.extend(&stops[..at]);
                let beside = |side: bool| reload.filter(|it| it.1 == side).map(|it| known + it.0);
                trial.stops.extend(beside(false));
                trial.stops.push(jobs[0]);
                trial.stops.extend(beside(true));
                trial.stops.extend(&stops[at..then]);
                if paired {
                    trial.stops.push(jobs[1]);
                }
                trial.stops.extend(&stops[then..]);
                let broken = evaluate(problem, std::slice::from_ref(&trial)).violations;
                let partner = paired.then_some(then + 1);
                let (reload, behind) = (reload.map(|it| it.0), reload.is_some_and(|it| it.1));
                let mut remedy =
                    Remedy { vehicle, position: at, partner, reload, behind, relaxations: Vec::new() };
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
        let mut left = drive(&plan.stops, all, None, all, &[]);
        let refills = if paired { 0 } else { problem.vehicles[vehicle].reloads.len() };
        'places: for at in 0..=all {
            for then in at..=(if paired { all } else { at }) {
                if left == 0 {
                    break 'places;
                }
                left = drive(&plan.stops, at, None, then, &[]);
            }
            let sides = may_reload_beside(&plan.stops, at, known);
            for (reload, behind) in (0..refills).flat_map(|reload| [(reload, false), (reload, true)]) {
                if sides[usize::from(behind)] && left > 0 {
                    left = drive(&plan.stops, at, Some((reload, behind)), at, &[]);
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
            drive(&[], 0, None, 0, &more);
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
