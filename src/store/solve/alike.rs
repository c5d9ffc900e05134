//! The plan's schedule and the solver reckon alike, so that what is shown is what was sought.

use super::pose;
use super::tests::plan;
use milkrun_plan::cost::Cost;
use milkrun_plan::schedule::schedule;
use milkrun_plan::travel::TravelTimes;
use milkrun_plan::{Pause, Plan, Rates, StopId, TimeWindow};

/// Times, lengths and costs of a route as the plan's own schedule has them and as the solver reckons them.
fn check_schedule(change: impl Fn(&mut Plan)) {
    let mut plan = plan();
    plan.routes[0].stops = ["S2", "S1", "S3"].map(StopId::from).to_vec();
    plan.settings.rates = Rates { fixed: 123, late_per_minute: 3, ..Rates::default() };
    for (at, stop) in plan.stops.iter_mut().enumerate() {
        stop.service_s = 300 + 60 * at as u32;
    }
    change(&mut plan);
    let travel = TravelTimes::estimated();
    let task = pose(&plan, &travel).unwrap();
    let theirs = &milkrun_solver::evaluate(&task.problem, &task.start).routes[0];
    let ours = schedule(&plan, &plan.routes[0], &travel);
    let told = |it: &milkrun_plan::schedule::ScheduledStop| (it.arrival, it.start, it.late_by);
    assert_eq!(
        ours.legs.iter().map(told).collect::<Vec<_>>(),
        theirs
            .visits
            .iter()
            .map(|it| (it.arrival as u32, it.start as u32, it.late as u32))
            .collect::<Vec<_>>()
    );
    let (cost, parts) = (Cost::of(&plan.settings.rates, &ours), theirs.costs);
    assert_eq!(
        [cost.fixed, cost.driving, cost.service, cost.waiting, cost.breaks, cost.distance, cost.lateness],
        [
            parts.fixed,
            parts.driving,
            parts.service,
            parts.waiting,
            parts.breaks,
            parts.distance,
            parts.lateness
        ]
    );
    assert_eq!((ours.departure as i32, ours.finish as i32), (theirs.departure, theirs.arrival));
    assert_eq!(
        ours.rest.map(|it| (it.stop, it.before, it.start as i32, it.end as i32)),
        theirs.breaks.first().map(|it| (it.stop, it.before, it.start, it.end))
    );
    assert_eq!(cost.total(), theirs.cost);
}

#[test]
fn plan_and_solver_reckon_alike() {
    let hour = 3_600;
    let window = |plan: &mut Plan, at: usize, start, end| {
        plan.stops[at].window = Some(TimeWindow::new(start, end));
    };
    let pause = |plan: &mut Plan, start, end, seconds| {
        plan.drivers[0].pause = Some(Pause { window: TimeWindow::new(start, end), seconds });
    };
    // While lateness has a price the solver takes breaks without a look at it; the plan rather is in time.
    let strict = |plan: &mut Plan| plan.settings.rates.late_per_minute = 0;
    check_schedule(|_| {});
    check_schedule(|plan| plan.drivers[0].returns_to_depot = false);
    check_schedule(|plan| window(plan, 0, 9 * hour, 10 * hour));
    check_schedule(|plan| {
        window(plan, 1, 8 * hour, 9 * hour);
        window(plan, 0, 10 * hour, 11 * hour);
        window(plan, 2, 8 * hour, 10 * hour);
    });
    for start in (8 * hour..11 * hour).step_by(417) {
        for length in [0, 600, 2_400] {
            check_schedule(|plan| pause(plan, start, start + length, 1_200));
            check_schedule(|plan| {
                strict(plan);
                pause(plan, start, start + length, 1_200);
                window(plan, 0, 9 * hour, 9 * hour + 900);
                window(plan, 2, 9 * hour, 10 * hour);
            });
        }
    }
}
