//! Vehicles that come back to a depot on the way.

use milkrun_solver::{
    Costs, Job, Load, Objective, Params, Pricer, Problem, Reason, Relaxation, Reload, RoutePlan, Solution,
    Solver, Travel, Vehicle, Violation, evaluate, fixture,
};

/// A street with places a minute and 100 metres apart, a depot in its middle, and a stop of one unit at each other.
fn street(vehicle: Vehicle) -> Problem {
    let cells = |by: i32| (0..81).map(|at: i32| (at / 9 - at % 9).abs() * by).collect();
    let mut problem = Problem::new(Travel::matrix(9, cells(60), cells(100)));
    problem.objective = Objective::Shortest;
    let places = (0..9).filter(|&place| place != 4);
    problem.stops = places.map(|place| Job::at(place).with_demand(Load::one(1))).collect();
    problem.with_vehicle(vehicle)
}

fn solve(problem: &Problem) -> Solution {
    let mut solver = Solver::new(problem, Params::iterations(2_000, 1)).expect("a sound problem");
    while !solver.step(100).done {}
    let best = solver.best().clone();
    assert_eq!(evaluate(problem, &best.plans()).violations, []);
    best
}

fn small() -> Vehicle {
    Vehicle::based_at(4).with_capacity(Load::one(4)).with_reload(Reload::at(4).taking(300))
}

/// Stops on each trip of the only vehicle, and the metres.
#[track_caller]
fn check(problem: &Problem, trips: &[usize], metres: i64) {
    let solution = solve(problem);
    let visits = solution.routes.first().map(|route| route.visits.as_slice()).unwrap_or_default();
    let mut found: Vec<usize> = visits.split(|it| it.job >= problem.stops.len()).map(<[_]>::len).collect();
    found.sort_unstable();
    assert_eq!((found.as_slice(), solution.distance), (trips, metres), "{solution:?}");
}

#[test]
fn a_small_vehicle_makes_several_trips() {
    // To both ends of the street and back, with the depot in between.
    check(&street(small()), &[4, 4], 1_600);
    check(&street(small().with_capacity(Load::one(8))), &[8], 1_600);
    // Two stops a trip: the farther two of a side, then the nearer two.
    check(&street(small().with_capacity(Load::one(2))), &[2, 2, 2, 2], 2 * (800 + 400));
    let route = &solve(&street(small())).routes[0];
    assert_eq!((route.travel, route.service, route.duration), (960, 300, 1_260));
    assert_eq!(route.load, Load::one(4));
}

#[test]
fn limits_hold_back_what_another_trip_would_serve() {
    // Half of the stops, on one trip, or the day is too short for more.
    let unserved = |vehicle: Vehicle| {
        let solution = solve(&street(vehicle));
        let first = solution.unserved.first().map(|it| (it.reason, it.remedy.clone().unwrap()));
        (solution.unserved.len(), first)
    };
    assert_eq!(unserved(small().with_max_reloads(1)).0, 0);
    let (count, first) = unserved(small().with_max_reloads(0));
    assert_eq!(count, 4);
    let (reason, remedy) = first.unwrap();
    assert_eq!(reason, Reason::Capacity { dimension: 0, over_by: 1 });
    assert_eq!((remedy.reload, remedy.relaxations), (Some(0), vec![Relaxation::MaxReloads { by: 1 }]));
    let (count, first) = unserved(small().with_max_duration(800));
    assert_eq!(count, 4);
    let (reason, remedy) = first.unwrap();
    // Four places on one side take 480 s; a reload and the next place on the other side are 420 s more.
    assert_eq!(reason, Reason::Duration { over_by: 100 });
    assert_eq!((remedy.reload, remedy.relaxations), (Some(0), vec![Relaxation::Duration { by: 100 }]));
}

#[test]
fn a_reload_elsewhere_is_taken_where_it_is_nearer() {
    let vehicle = Vehicle::based_at(4).with_capacity(Load::one(2));
    let both = vehicle.with_reload(Reload::at(4)).with_reload(Reload::at(0));
    let mut problem = street(both);
    problem.stops.retain(|stop| stop.location < 4);
    // Out along the street, reload at its end, and back.
    check(&problem, &[2, 2], 800);
    let visits = &solve(&problem).routes[0].visits;
    assert_eq!(visits[2].job, problem.stops.len() + 1, "the second of its places");
    // It is open later only.
    problem.vehicles[0].reloads[1] = Reload::at(0).with_window(5_000, 6_000);
    problem.vehicles[0].shift.end = 4_000;
    check(&problem, &[2, 2], 1_200);
}

#[test]
fn what_is_picked_up_is_left_at_the_reload_and_shipments_stay_aboard() {
    let mut problem = street(Vehicle::based_at(4).with_capacity(Load::one(3)).with_reload(Reload::at(4)));
    problem.stops.retain(|stop| [0, 1, 7, 8].contains(&stop.location));
    for stop in &mut problem.stops {
        (stop.pickup, stop.demand) = (Load::one(1), Load::default());
    }
    check(&problem, &[2, 2], 1_600);
    // Two units from one end to the other leave room for one.
    let shipped = problem.clone().with_shipment(Job::at(0), Job::at(8), Load::one(2));
    let plan = |stops: &[usize]| [RoutePlan { vehicle: 0, stops: stops.to_vec() }];
    let reload = shipped.stops.len();
    assert_eq!(evaluate(&shipped, &plan(&[4, 0, reload, 2, 5])).violations, []);
    let full = Violation::Capacity { vehicle: 0, dimension: 0, over_by: 1 };
    assert_eq!(evaluate(&shipped, &plan(&[4, 0, 1, reload, 2, 5])).violations, [full]);
    assert_eq!(evaluate(&shipped, &plan(&[4, 0, reload, 2, 3, 5])).violations, [full]);
    assert_eq!(solve(&shipped).unserved, []);
}

#[test]
fn each_trip_waits_for_its_own_goods() {
    let mut problem = street(small()).with_objective(Objective::Fastest);
    problem.stops[7].release = 10_000;
    let route = &solve(&problem).routes[0];
    let reload = route.visits.iter().find(|visit| visit.job >= 8).unwrap();
    // The first trip is over just in time for the second.
    assert_eq!((reload.start, route.departure, route.waiting), (10_000, 10_000 - 480, 0));
    let at = route.visits.iter().position(|visit| visit.job == reload.job).unwrap();
    assert!(route.visits[at..].iter().any(|visit| visit.job == 7));
}

#[test]
fn several_trips_of_a_vehicle_are_dearer_or_cheaper_than_another_vehicle() {
    let used = |fixed| {
        let vehicle = small().with_costs(Costs::new(fixed, 600, 0));
        let mut problem = street(vehicle.clone()).with_objective(Objective::Cheapest).with_vehicle(vehicle);
        problem.vehicles.push(problem.vehicles[0].clone());
        solve(&problem).routes.len()
    };
    // A reload takes five minutes, for 50 cents.
    assert_eq!((used(40), used(60)), (2, 1));
}

#[test]
fn breaks_may_be_taken_at_a_reload() {
    let lunch = milkrun_solver::Break::of(600).with_window(480, 500);
    let mut problem = street(small().with_break(lunch)).with_objective(Objective::Fastest);
    // It cannot leave after the break.
    problem.stops[0] = problem.stops[0].clone().with_window(0, 300);
    let route = &solve(&problem).routes[0];
    let at = route.breaks[0].stop;
    assert!(route.visits[at].job >= problem.stops.len(), "{route:?}");
    assert_eq!(route.duration, 960 + 300 + 600);
}

#[test]
fn impossible_reloads_are_named() {
    let told = |spoil: fn(&mut Vehicle)| {
        let mut problem = street(small());
        spoil(&mut problem.vehicles[0]);
        problem.validate().unwrap_err().to_string()
    };
    assert_eq!(
        told(|it| it.reloads[0].location = 9),
        "reload 0 of vehicle 0 is at place 9, the last place is 8"
    );
    assert_eq!(
        told(|it| it.reloads.push(Reload::at(1).taking(-1))),
        "reload 1 of vehicle 0 takes -1 s, it must be 0 to 100,000,000"
    );
    assert!(told(|it| it.reloads[0] = Reload::at(1).with_window(5, 4)).contains("goes from 5 to 4 s"));
}

#[test]
fn changes_are_priced_with_the_reloads_where_they_are() {
    let problem = street(small());
    let plan = |stops: &[usize]| [RoutePlan { vehicle: 0, stops: stops.to_vec() }];
    let pricer = Pricer::new(&problem, &plan(&[3, 2, 1, 0, 8, 4, 5])).unwrap();
    let price = pricer.insertion(6, 0, 7).unwrap();
    assert_eq!((price.distance, price.breaks), (200, None));
    assert!(matches!(
        pricer.insertion(6, 0, 4).unwrap().breaks,
        Some(Violation::Capacity { over_by: 1, .. })
    ));
    let after = evaluate(&problem, &plan(&[3, 2, 1, 0, 8, 4, 5, 6])).cost;
    assert_eq!(price.cost, after - evaluate(&problem, &plan(&[3, 2, 1, 0, 8, 4, 5])).cost);
}

/// A day of a city with two vans that hold a fifth of what is to be brought.
#[test]
fn a_whole_day_is_planned_with_few_vehicles_and_many_trips() {
    let mut problem = fixture::city(100, 3, true);
    problem.vehicles.truncate(2);
    for vehicle in &mut problem.vehicles {
        (vehicle.capacity, vehicle.reloads) = (Load([60, 20, 20]), vec![Reload::at(0).taking(600)]);
        vehicle.shift = milkrun_solver::TimeWindow::new(6 * 3_600, 22 * 3_600);
    }
    let solution = solve(&problem);
    assert_eq!(solution.unserved, []);
    let reloads = solution.routes.iter().flat_map(|route| &route.visits).filter(|it| it.job >= 100);
    assert!((4..10).contains(&reloads.count()));
}
