//! Why a stop is left out: the limit it misses by the least at the place where it would fit best.
//!
//! Works on the finished routes and the problem as it was given, not on the search's own arrays, so that the reason
//! is true of the plan that is shown.

use crate::evaluate::Judge;
use crate::model::{DIMENSIONS, Vehicle};
use crate::place::Place;
use crate::{
    Evaluation, InvalidProblem, Problem, Reason, Remedy, Route, RoutePlan, Shipment, Unserved, Violation,
    evaluate, remedy,
};

/// How many stops are driven through in trying to find reasons, so that a hopeless plan of thousands does not take
/// seconds: when it is used up, the first place on each route stands for all of them.
const EFFORT: usize = 2_000_000;

/// Why each stop that a plan leaves out is left out, and what would have to give for it, whoever made the plan; by
/// ascending index.
///
/// # Errors
/// When [`Problem::validate`] finds the problem contradictory.
pub fn explain(problem: &Problem, plans: &[RoutePlan]) -> Result<Vec<Unserved>, InvalidProblem> {
    problem.validate()?;
    let Evaluation { routes, missing, .. } = evaluate(problem, plans);
    Ok(reasons(problem, &routes, &missing, &[]))
}

/// The reason for each missing stop.
pub(crate) fn reasons(
    problem: &Problem,
    routes: &[Route],
    missing: &[usize],
    pending: &[u32],
) -> Vec<Unserved> {
    let mut waiting = vec![false; problem.stops.len()];
    for &job in pending {
        waiting[job as usize] = true;
    }
    let mut mate = vec![None; problem.stops.len()];
    for shipment in &problem.shipments {
        (mate[shipment.pickup], mate[shipment.delivery]) = (Some(*shipment), Some(*shipment));
        waiting[shipment.delivery] |= waiting[shipment.pickup];
    }
    let plans: Vec<RoutePlan> = (0..problem.vehicles.len())
        .map(|vehicle| {
            let route = routes.iter().find(|route| route.vehicle == vehicle);
            route.map_or(RoutePlan { vehicle, stops: Vec::new() }, Route::plan)
        })
        .collect();
    let judge = Judge::new(problem);
    let (mut effort, mut looking) = (EFFORT, remedy::EFFORT);
    // Both ends of a shipment have one reason and one remedy, found at the first of them.
    let mut shared: Vec<(usize, Reason, Option<Remedy>)> = Vec::new();
    let reason = |&job: &usize| {
        if waiting[job] {
            return Unserved::unplanned(job);
        }
        let Some(Shipment { pickup, delivery, .. }) = mate[job] else {
            let reason = nearest_miss(&judge, &plans, [job, job], &mut effort);
            return Unserved {
                job,
                reason,
                remedy: remedy::cheapest(&judge, &plans, [job; 2], &mut looking),
            };
        };
        let first = pickup.min(delivery);
        let known = shared.binary_search_by_key(&first, |&(job, ..)| job).unwrap_or_else(|_| {
            let reason = nearest_miss(&judge, &plans, [pickup, delivery], &mut effort);
            let remedy = remedy::cheapest(&judge, &plans, [pickup, delivery], &mut looking);
            shared.push((first, reason, remedy));
            shared.len() - 1
        });
        let (_, reason, remedy) = shared[known].clone();
        let remedy = remedy.map(|remedy| if job == pickup { remedy } else { remedy.for_partner() });
        Unserved { job, reason, remedy }
    };
    missing.iter().map(reason).collect()
}

/// Tries one stop (given twice), or the pickup and delivery of a shipment, in every place.
fn nearest_miss(judge: &Judge<'_>, plans: &[RoutePlan], jobs: [usize; 2], effort: &mut usize) -> Reason {
    let problem = judge.problem;
    let paired = jobs[0] != jobs[1];
    let mut best: Option<(Miss, Reason)> = None;
    let mut offer = |miss, reason| {
        if best.is_none_or(|(least, _)| miss < least) {
            best = Some((miss, reason));
        }
    };
    for plan in plans {
        if let Some((miss, reason)) = misfit(problem, plan, jobs) {
            offer(miss, reason);
            continue;
        }
        let mut trial = RoutePlan { vehicle: plan.vehicle, stops: Vec::with_capacity(plan.stops.len() + 2) };
        let all = plan.stops.len();
        let vehicle = &problem.vehicles[plan.vehicle];
        let refills = if paired { 0 } else { vehicle.reloads.len() };
        let known = problem.stops.len();
        let mut drive = |place: Place| {
            place.fill(&mut trial.stops, &plan.stops, jobs, known);
            let (miss, reason) = worst(vehicle, jobs, &judge.broken(&trial));
            offer(miss, reason);
        };
        'places: for at in 0..=all {
            for place in Place::beside_reloads(&plan.stops, at, known, refills) {
                if *effort == 0 {
                    break;
                }
                *effort = effort.saturating_sub(all + 2);
                drive(place);
            }
            for then in at..=(if paired { all } else { at }) {
                if *effort == 0 && at > 0 {
                    break 'places;
                }
                *effort = effort.saturating_sub(all + 1);
                drive(Place::of(at, then));
            }
        }
    }
    best.map_or(Reason::NoVehicle, |(_, reason)| reason)
}

/// How near a miss is: the kind of limit first (what no detour can mend comes last), then by how much.
type Miss = (u8, i64);

/// What keeps the stops off the vehicle whatever their places on the route.
fn misfit(problem: &Problem, plan: &RoutePlan, jobs: [usize; 2]) -> Option<(Miss, Reason)> {
    let (stops, vehicle) = (jobs.map(|job| &problem.stops[job]), &problem.vehicles[plan.vehicle]);
    if stops.iter().any(|stop| stop.vehicle.is_some_and(|locked| locked != plan.vehicle)) {
        return Some(((9, 0), Reason::NoVehicle));
    }
    if vehicle.closed {
        return Some(((6, 0), Reason::Fixed));
    }
    let missing = (stops[0].skills | stops[1].skills) & !vehicle.skills;
    if missing != 0 {
        return Some(((8, i64::from(missing.count_ones())), Reason::Skills { missing }));
    }
    // What does not fit may come along after a reload.
    for dimension in 0..if vehicle.reloads.is_empty() { DIMENSIONS } else { 0 } {
        let carried: i64 =
            plan.stops.iter().map(|&on| i64::from(problem.stops[on].demand.0[dimension])).sum();
        let over =
            carried + i64::from(stops[0].demand.0[dimension]) - i64::from(vehicle.capacity.0[dimension]);
        if over > 0 {
            return Some((
                (3, over),
                Reason::Capacity { dimension, over_by: i32::try_from(over).unwrap_or(i32::MAX) },
            ));
        }
    }
    let limit = vehicle.max_stops?;
    let more = if jobs[0] == jobs[1] { 1 } else { 2 };
    let done = vehicle.done.stops as usize;
    let count = plan.stops.iter().filter(|&&job| job < problem.stops.len()).count();
    (done + count + more > limit as usize).then_some(((4, i64::from(limit)), Reason::MaxStops { limit }))
}

/// The worst limit broken by a route with the stop on it.
fn worst(vehicle: &Vehicle, jobs: [usize; 2], broken: &[Violation]) -> (Miss, Reason) {
    let seconds = |late_by: i32| (2, i64::from(late_by));
    broken
        .iter()
        .map(|violation| match *violation {
            Violation::Late { job: late, late_by, .. } if jobs.contains(&late) => {
                (seconds(late_by), Reason::TimeWindow { late_by })
            }
            Violation::Late { job, late_by, .. } => (seconds(late_by), Reason::LaterStop { job, late_by }),
            Violation::Shift { over_by, .. } => (seconds(over_by), Reason::Shift { over_by }),
            Violation::Duration { over_by, .. } => (seconds(over_by), Reason::Duration { over_by }),
            Violation::Break { number, late_by, .. } => (seconds(late_by), Reason::Break { number, late_by }),
            Violation::Driving { over_by, .. } => (seconds(over_by), Reason::Driving { over_by }),
            Violation::Distance { over_by, .. } => ((3, i64::from(over_by)), Reason::Distance { over_by }),
            Violation::Capacity { dimension, over_by, .. } => {
                ((3, i64::from(over_by)), Reason::Capacity { dimension, over_by })
            }
            Violation::MaxReloads { .. } => {
                let limit = vehicle.max_reloads.unwrap_or(0);
                ((4, i64::from(limit)), Reason::MaxReloads { limit })
            }
            Violation::First { .. } | Violation::Closed { .. } | Violation::Position { .. } => {
                ((6, 0), Reason::Fixed)
            }
            _ => ((7, 0), Reason::Unreachable),
        })
        .max_by_key(|&(miss, _)| miss)
        // The search found no room but there is some: only a search cut short can leave that.
        .unwrap_or(((0, 0), Reason::NotYetPlanned))
}

#[cfg(test)]
mod tests {
    use crate::fixture::road;
    use crate::{Job, Load, Params, Problem, Reason, RoutePlan, Solver, Vehicle, explain};

    #[track_caller]
    fn check(problem: &Problem, job: usize, expected: Reason) {
        let mut solver = Solver::new(problem, Params::iterations(200, 1)).unwrap();
        while !solver.step(50).done {}
        let unserved = &solver.best().unserved;
        assert_eq!(unserved.iter().map(|u| (u.job, u.reason)).collect::<Vec<_>>(), [(job, expected)]);
    }

    #[test]
    fn the_reason_names_the_limit_and_the_least_miss() {
        let van = || Vehicle::based_at(0);
        let one = |job: Job, vehicle: Vehicle| road().with_job(job).with_vehicle(vehicle);
        check(&road().with_job(Job::at(1)), 0, Reason::NoVehicle);
        check(&one(Job::at(4), van()), 0, Reason::Unreachable);
        check(&one(Job::at(1).with_skills(6), van().with_skills(2)), 0, Reason::Skills { missing: 4 });
        let heavy = Job::at(1).with_demand(Load::one(12));
        let small = van().with_capacity(Load::one(10));
        check(&one(heavy.clone(), small.clone()), 0, Reason::Capacity { dimension: 0, over_by: 2 });
        check(&one(Job::at(3).with_window(0, 1_500), van()), 0, Reason::TimeWindow { late_by: 300 });
        check(&one(Job::at(3), van().with_shift(0, 3_000)), 0, Reason::Shift { over_by: 600 });
        check(&one(Job::at(3), van().with_max_duration(3_500)), 0, Reason::Duration { over_by: 100 });
        check(&one(Job::at(3), van().with_max_driving(3_500)), 0, Reason::Driving { over_by: 100 });
        check(&one(Job::at(3), van().with_max_distance(3_500)), 0, Reason::Distance { over_by: 100 });
        check(&one(Job::at(3), van().with_max_stops(0)), 0, Reason::MaxStops { limit: 0 });
        // The nearer miss counts when there are two vehicles.
        let two = one(heavy, small).with_vehicle(van().with_capacity(Load::one(11)));
        check(&two, 0, Reason::Capacity { dimension: 0, over_by: 1 });
    }

    #[test]
    fn a_plan_made_by_hand_is_explained_as_well() {
        let problem = road()
            .with_job(Job::at(1).with_demand(Load::one(3)))
            .with_job(Job::at(2).with_demand(Load::one(4)))
            .with_job(Job::at(2))
            .with_vehicle(Vehicle::based_at(0).with_capacity(Load::one(5)));
        let told = explain(&problem, &[RoutePlan { vehicle: 0, stops: vec![0] }]).unwrap();
        let short: Vec<_> = told
            .iter()
            .map(|it| (it.job, it.reason, it.remedy.as_ref().map(|it| it.relaxations.len())))
            .collect();
        // The last fits as it is: nothing has to give.
        assert_eq!(
            short,
            [
                (1, Reason::Capacity { dimension: 0, over_by: 2 }, Some(1)),
                (2, Reason::NotYetPlanned, Some(0))
            ]
        );
        let contradictory = problem.with_job(Job::at(99));
        assert!(explain(&contradictory, &[]).is_err());
    }

    #[test]
    fn a_stop_can_be_left_out_for_another_that_matters_more() {
        let problem = road()
            .with_job(Job::at(1).with_window(600, 600).with_service(10))
            .with_job(Job::at(3).with_window(1_800, 1_800).with_priority(3))
            .with_vehicle(Vehicle::based_at(0));
        check(&problem, 0, Reason::LaterStop { job: 1, late_by: 10 });
        let full = road()
            .with_job(Job::at(1).with_demand(Load::one(3)))
            .with_job(Job::at(2).with_demand(Load::one(4)).with_priority(1))
            .with_vehicle(Vehicle::based_at(0).with_capacity(Load::one(5)));
        check(&full, 0, Reason::Capacity { dimension: 0, over_by: 2 });
    }

    #[test]
    fn a_shipment_has_one_reason_for_both_ends() {
        let both = |vehicle: Vehicle, pickup: Job, delivery: Job, expected: Reason| {
            let problem = road().with_shipment(pickup, delivery, Load::one(4)).with_vehicle(vehicle);
            let mut solver = Solver::new(&problem, Params::iterations(200, 1)).unwrap();
            while !solver.step(50).done {}
            let unserved = &solver.best().unserved;
            let told: Vec<_> = unserved.iter().map(|u| (u.job, u.reason)).collect();
            assert_eq!(told, [(0, expected), (1, expected)]);
        };
        let (van, at) = (|| Vehicle::based_at(0), Job::at);
        both(van().with_capacity(Load::one(3)), at(1), at(2), Reason::Capacity { dimension: 0, over_by: 1 });
        both(van().with_skills(1), at(1).with_skills(1), at(2).with_skills(6), Reason::Skills { missing: 6 });
        both(van().with_max_stops(1), at(1), at(2), Reason::MaxStops { limit: 1 });
        // The goods are there at 2,000 s, and it takes 10 minutes to where they are due by 2,500.
        let ready = at(1).with_window(2_000, 9_000);
        both(van(), ready, at(2).with_window(0, 2_500), Reason::TimeWindow { late_by: 100 });
        both(van().with_shift(0, 2_300), at(2), at(1), Reason::Shift { over_by: 100 });
        both(van(), at(1), at(4), Reason::Unreachable);
    }

    #[test]
    fn what_comes_aboard_on_the_way_counts_where_it_is_aboard() {
        let full = road()
            .with_job(Job::at(1).with_pickup(Load::one(3)).with_priority(1))
            .with_job(Job::at(2).with_pickup(Load::one(4)))
            .with_vehicle(Vehicle::based_at(0).with_capacity(Load::one(5)));
        check(&full, 1, Reason::Capacity { dimension: 0, over_by: 2 });
    }
}
