//! Between the plan, which knows stops and drivers by name, and the solver, which counts them.

use std::collections::{HashMap, HashSet};

use milkrun_host::lower;
use milkrun_plan::edit::Edit;
use milkrun_plan::travel::TravelTimes;
use milkrun_plan::{Aim, Driver, DriverId, LatLon, Plan, Rates, Route, Settings, Stop, StopId, Turn};
use milkrun_solver::{
    Break, Costs, Job, Load, Objective, Point, Problem, RoadModel, RoutePlan, Solution, SpeedBand, Travel,
    Unserved, Vehicle,
};

use super::advice::{UnservedStop, barred, unserved};

/// Above so many places a matrix would be tens of megabytes; the solver then estimates for itself.
const MOST_IN_MATRIX: usize = 700;

/// The solver has so many bits for what stops need.
const MOST_NEEDS: usize = 64;

/// All aims with what to call them.
pub const AIMS: [(Aim, &str); 5] = [
    (Aim::Cheapest, "Lowest cost"),
    (Aim::Fastest, "Least working time"),
    (Aim::Shortest, "Least distance"),
    (Aim::FewestVans, "Fewest vans"),
    (Aim::EvenDays, "Even working days"),
];

fn objective(aim: Aim) -> Objective {
    match aim {
        Aim::Cheapest => Objective::Cheapest,
        Aim::Fastest => Objective::Fastest,
        Aim::Shortest => Objective::Shortest,
        Aim::FewestVans => Objective::FewestVehicles,
        Aim::EvenDays => Objective::Balanced,
    }
}

/// What an optimisation lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no stop at all.
    Stops,
    /// No stop has a position.
    Positions,
    /// There is no depot.
    Depot,
    /// There is no driver.
    Drivers,
    /// Every route is locked or dispatched.
    FreeRoutes,
    /// Every stop with a position is on a locked or dispatched route.
    FreeStops,
}

impl Missing {
    /// What is missing and what to do, in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Stops => "There are no stops yet: import some first",
            Self::Positions => "No stop has a position yet: find their addresses first",
            Self::Depot => "The depot is missing: say where the routes start",
            Self::Drivers => "There is no driver yet: add who drives",
            Self::FreeRoutes => "Every route is locked or dispatched: unlock one, or add a driver",
            Self::FreeStops => "Every stop is on a locked or dispatched route: there is nothing left to plan",
        }
    }
}

/// Which stop and which driver each of the solver's numbers stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) stops: Vec<StopId>,
    pub(super) drivers: Vec<DriverId>,
    /// The stops that only a driver may serve whose route is locked or dispatched.
    pub(super) barred: Vec<StopId>,
    /// What stops need, by the solver's bit for it.
    pub(super) needs: Vec<String>,
}

/// A problem with the routes to start from and the names to read its answer by.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) problem: Problem,
    pub(super) start: Vec<RoutePlan>,
    pub(super) names: Names,
}

/// Poses the plan's free routes and stops as a problem. Locked and dispatched routes stay out of it, and so do the stops
/// that only their drivers may serve.
pub(super) fn pose(plan: &Plan, travel: &TravelTimes) -> Result<Task, Missing> {
    if plan.stops.is_empty() {
        return Err(Missing::Stops);
    }
    if plan.stops.iter().all(|it| it.position.is_none()) {
        return Err(Missing::Positions);
    }
    let depot = plan.depot.as_ref().ok_or(Missing::Depot)?.point();
    if plan.drivers.is_empty() {
        return Err(Missing::Drivers);
    }
    let free: Vec<&Route> = plan.routes.iter().filter(|it| !it.is_fixed()).collect();
    if free.is_empty() {
        return Err(Missing::FreeRoutes);
    }
    let fixed: HashSet<&StopId> =
        plan.routes.iter().filter(|it| it.is_fixed()).flat_map(|it| &it.stops).collect();
    let number_of = |driver: &Driver| free.iter().position(|it| it.driver == driver.id);
    let (mut stops, mut barred): (Vec<(&Stop, LatLon)>, Vec<StopId>) = (Vec::new(), Vec::new());
    for stop in plan.stops.iter().filter(|it| !fixed.contains(&it.id)) {
        let Some(point) = stop.point() else { continue };
        if plan.locked_to(stop).is_some_and(|it| number_of(it).is_none()) {
            barred.push(stop.id.clone());
        } else {
            stops.push((stop, point));
        }
    }
    if stops.is_empty() {
        return Err(Missing::FreeStops);
    }

    let mut points = vec![depot];
    points.extend(stops.iter().map(|(_, point)| *point));
    let number: HashMap<&StopId, usize> =
        stops.iter().enumerate().map(|(at, (stop, _))| (&stop.id, at)).collect();
    let numbers = |ids: &[StopId]| ids.iter().filter_map(|it| number.get(it).copied()).collect::<Vec<_>>();
    // What is kept at the beginning of a route is where it is, whatever else was asked of it.
    let kept: HashSet<usize> = free.iter().flat_map(|it| numbers(&it.stops[..it.kept()])).collect();

    let needs = needs(stops.iter().map(|(stop, _)| *stop));
    let bits = |what: &dyn Fn(&str) -> bool| {
        let bit = |at: usize| 1_u64 << at.min(MOST_NEEDS - 1);
        needs.iter().enumerate().filter(|(_, need)| what(need)).fold(0, |bits, (at, _)| bits | bit(at))
    };
    let mut problem =
        Problem::new(travel_between(&points, travel)).with_objective(objective(plan.settings.aim));
    for (at, (stop, _)) in stops.iter().enumerate() {
        let mut job = job(stop, at + 1, &plan.settings);
        if !kept.contains(&at) {
            job.skills = bits(&|need| stop.needs.iter().any(|it| lower(it) == need));
            job.vehicle = plan.locked_to(stop).and_then(number_of);
            job.position = match stop.turn {
                Turn::Any => None,
                Turn::First => Some(0),
                // On a shorter route it comes last.
                Turn::Last => Some(u32::MAX),
            };
        }
        problem = problem.with_job(job);
    }
    for route in &free {
        if let Some(driver) = plan.driver(&route.driver) {
            let first = numbers(&route.stops[..route.kept()]);
            // Should there be more needs than bits, who has the last of them must have all that share it.
            let lacking = bits(&|need| !driver.can.iter().any(|it| lower(it) == need));
            let vehicle = vehicle(driver, &plan.settings.rates).with_first(first);
            problem = problem.with_vehicle(vehicle.with_skills(bits(&|_| true) & !lacking));
        }
    }
    let start = free.iter().enumerate().filter(|(_, it)| !it.stops.is_empty());
    let start = start.map(|(vehicle, route)| RoutePlan { vehicle, stops: numbers(&route.stops) }).collect();
    let names = Names {
        stops: stops.iter().map(|(stop, _)| stop.id.clone()).collect(),
        drivers: free.iter().map(|it| it.driver.clone()).collect(),
        barred,
        needs,
    };
    Ok(Task { problem, start, names })
}

/// What stops need, each once, in small letters.
fn needs<'a>(stops: impl Iterator<Item = &'a Stop>) -> Vec<String> {
    let mut needs = Vec::new();
    for need in stops.flat_map(|it| &it.needs).map(|it| lower(it)) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}

fn travel_between(points: &[LatLon], travel: &TravelTimes) -> Travel {
    if points.len() <= MOST_IN_MATRIX {
        let (seconds, metres) = travel.table(points);
        let bounded = |values: Vec<u32>| {
            values.into_iter().map(|it| i32::try_from(it).unwrap_or(100_000_000)).collect()
        };
        return Travel::matrix(points.len(), bounded(seconds), bounded(metres));
    }
    // As near to the plan's own road model as one circuity and speeds by road metres come.
    let band = |up_to, kmh| SpeedBand { up_to, kmh };
    let mut model = RoadModel::default();
    model.circuity = 1.3;
    model.speeds = vec![band(1_100, 20), band(7_900, 34), band(i32::MAX, 80)];
    let points = points.iter().map(|it| Point { lat: it.lat, lon: it.lon }).collect();
    Travel::Points { points, model }
}

fn job(stop: &Stop, place: usize, settings: &Settings) -> Job {
    let mut job = Job::at(place)
        .with_service(whole(stop.service_s))
        .with_demand(Load::one(whole(stop.parcels)))
        .with_priority(stop.priority);
    if let Some(window) = stop.window {
        job = job.with_window(whole(window.start), whole(window.end));
        if settings.rates.late_per_minute > 0 {
            job = job.late_for(whole(settings.rates.late_per_minute));
        }
    }
    job
}

fn vehicle(driver: &Driver, rates: &Rates) -> Vehicle {
    let vehicle = Vehicle::between(Some(0), driver.returns_to_depot.then_some(0))
        .with_capacity(Load::one(whole(driver.capacity)))
        .with_shift(whole(driver.shift.start), whole(driver.shift.end))
        .with_costs(costs(rates));
    match driver.pause {
        Some(it) => vehicle.with_break(
            Break::of(whole(it.seconds)).with_window(whole(it.window.start), whole(it.window.end)),
        ),
        None => vehicle,
    }
}

/// Where neither time nor way has a price every plan would be as good as any other: then both have the usual one.
fn costs(rates: &Rates) -> Costs {
    let usual = Rates::default();
    let (hour, km) = match (rates.per_hour, rates.per_km) {
        (0, 0) => (usual.per_hour, usual.per_km),
        rates => rates,
    };
    Costs::new(whole(rates.fixed), whole(hour), whole(km))
}

fn whole(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

impl Names {
    /// The edit that brings a solution into the plan. Stops without a position stay on the route they are on.
    pub(super) fn edit(&self, plan: &Plan, solution: &Solution) -> Edit {
        let mut routes: Vec<(DriverId, Vec<StopId>)> =
            self.drivers.iter().map(|driver| (driver.clone(), Vec::new())).collect();
        for route in &solution.routes {
            if let Some((_, stops)) = routes.get_mut(route.vehicle) {
                stops.extend(route.visits.iter().filter_map(|visit| self.stops.get(visit.job)).cloned());
            }
        }
        let unplaced: HashSet<&StopId> = plan.unplaced().map(|it| &it.id).collect();
        for (driver, stops) in &mut routes {
            if let Some(route) = plan.route(driver) {
                stops.extend(route.stops.iter().filter(|it| unplaced.contains(it)).cloned());
            }
        }
        Edit::ApplySolution(routes)
    }

    /// The stops that are left out, each with the reason in words and what would help.
    pub(super) fn unserved(&self, plan: &Plan, left_out: &[Unserved]) -> Vec<UnservedStop> {
        let all = left_out.iter().filter_map(|it| unserved(self, plan, it));
        let loose = self.barred.iter().filter(|it| plan.route_of(it).is_none());
        all.chain(loose.map(|it| barred(plan, it))).collect()
    }
}

#[cfg(test)]
mod alike;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use milkrun_plan::edit::History;
    use milkrun_plan::schedule::schedule;
    use milkrun_plan::{Pause, Place, Position, PositionSource, TimeWindow};
    use milkrun_solver::{Params, Solver};

    pub(in crate::store) fn plan() -> Plan {
        let mut history = History::new(Plan::new("Tuesday", "2026-03-03"));
        let place = Place { lat: 60.0, lon: 25.0, address: "Depot".into() };
        history.apply(Edit::SetDepot(Some(place))).unwrap();
        for n in 1..=4 {
            let lon = 25.0 + f64::from(n) / 100.0;
            let position = Position { lat: 60.0, lon, source: PositionSource::Hand, confidence: 1.0 };
            let stop = Stop { position: (n < 4).then_some(position), ..Stop::new(format!("S{n}"), "x") };
            history.apply(Edit::AddStop(stop)).unwrap();
        }
        for name in ["Aino", "Eero"] {
            let driver = Driver {
                id: name.into(),
                name: name.into(),
                email: String::new(),
                capacity: 10,
                shift: TimeWindow::hours(8, 16),
                returns_to_depot: name == "Aino",
                can: Vec::new(),
                pause: None,
                colour: 0,
            };
            history.apply(Edit::AddDriver(driver)).unwrap();
        }
        history.apply(Edit::ApplySolution(vec![("Aino".into(), vec!["S4".into(), "S1".into()])])).unwrap();
        history.plan().clone()
    }

    pub(in crate::store) fn posed(plan: &Plan) -> Task {
        pose(plan, &TravelTimes::estimated()).unwrap()
    }

    #[test]
    fn the_plan_is_posed_with_its_depot_first() {
        let task = posed(&plan());
        assert_eq!(task.problem.travel.size(), 4, "the depot and three located stops");
        assert_eq!(task.problem.stops.len(), 3);
        assert_eq!(task.problem.vehicles[0].end, Some(0));
        assert_eq!(task.problem.vehicles[1].end, None, "an open route");
        assert_eq!(task.start, [RoutePlan { vehicle: 0, stops: vec![0] }]);
        task.problem.validate().unwrap();
    }

    #[test]
    fn a_locked_route_and_its_stops_stay_out() {
        let mut plan = plan();
        plan.routes[0].locked = true;
        let task = posed(&plan);
        assert_eq!(task.names.stops, ["S2".into(), "S3".into()]);
        assert_eq!(task.names.drivers, ["Eero".into()]);
    }

    fn check_missing(change: impl Fn(&mut Plan), expected: Missing) {
        let mut plan = plan();
        change(&mut plan);
        assert_eq!(pose(&plan, &TravelTimes::estimated()).unwrap_err(), expected);
    }

    #[test]
    fn what_is_missing_is_said() {
        check_missing(|plan| plan.stops.clear(), Missing::Stops);
        check_missing(|plan| plan.stops.iter_mut().for_each(|it| it.position = None), Missing::Positions);
        check_missing(|plan| plan.depot = None, Missing::Depot);
        check_missing(|plan| plan.drivers.clear(), Missing::Drivers);
        check_missing(|plan| plan.routes.iter_mut().for_each(|it| it.locked = true), Missing::FreeRoutes);
    }

    #[test]
    fn an_empty_solution_clears_the_routes_but_for_stops_without_a_position() {
        let plan = plan();
        let edit = posed(&plan).names.edit(&plan, &Solution::default());
        assert_eq!(
            edit,
            Edit::ApplySolution(vec![("Aino".into(), vec!["S4".into()]), ("Eero".into(), vec![])])
        );
    }

    #[test]
    fn wishes_are_posed() {
        let mut plan = plan();
        plan.stops[0].driver = Some("Eero".into());
        plan.stops[0].priority = Stop::HIGH;
        plan.stops[1].turn = Turn::First;
        plan.stops[2].turn = Turn::Last;
        plan.stops[0].needs = vec!["Cold".into()];
        plan.stops[2].needs = vec!["lift".into(), "cold".into()];
        plan.drivers[1].can = vec!["COLD".into(), "radio".into()];
        plan.stops[2].window = Some(TimeWindow::hours(9, 10));
        plan.drivers[1].pause = Some(Pause { window: TimeWindow::hours(11, 13), seconds: 1_800 });
        plan.settings.rates =
            Rates { fixed: 500, per_hour: 2_000, per_km: 50, late_per_minute: 7, ..Rates::default() };
        plan.settings.aim = Aim::EvenDays;
        let problem = posed(&plan).problem;
        problem.validate().unwrap();
        assert_eq!(problem.stops.iter().map(|it| it.skills).collect::<Vec<_>>(), [1, 0, 3]);
        assert_eq!(problem.vehicles.iter().map(|it| it.skills).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(problem.objective, Objective::Balanced);
        assert_eq!((problem.stops[0].vehicle, problem.stops[0].priority), (Some(1), Stop::HIGH));
        let places: Vec<_> = problem.stops.iter().map(|it| it.position).collect();
        assert_eq!(places, [None, Some(0), Some(u32::MAX)]);
        let late: Vec<_> = problem.stops.iter().map(|it| it.late_per_minute).collect();
        assert_eq!(late, [None, None, Some(7)], "what has no window cannot be late");
        assert_eq!(problem.vehicles[1].breaks, [Break::of(1_800).with_window(39_600, 46_800)]);
        assert_eq!(problem.vehicles[0].costs, Costs::new(500, 2_000, 50));
        plan.settings.rates = Rates { per_hour: 0, per_km: 0, ..plan.settings.rates };
        assert_eq!(posed(&plan).problem.vehicles[0].costs, Costs::new(500, 3_000, 30));
    }

    /// What an optimisation makes of a plan.
    fn optimised(plan: &Plan) -> Plan {
        let task = posed(plan);
        let mut solver = Solver::new(&task.problem, Params::iterations(2_000, 1)).unwrap();
        while !solver.step(500).done {}
        let mut history = History::new(plan.clone());
        history.apply(task.names.edit(plan, solver.best())).unwrap();
        history.plan().clone()
    }

    #[test]
    fn wishes_are_kept() {
        let mut plan = plan();
        plan.routes[0].stops.clear();
        plan.stops.truncate(3);
        plan.stops[0].driver = Some("Eero".into());
        plan.stops[1].needs = vec!["cold".into()];
        plan.stops[2].turn = Turn::First;
        plan.drivers[1].can = vec!["Cold".into()];
        plan.drivers[0].shift.end = plan.drivers[0].shift.start;
        plan.drivers[1].pause = Some(Pause { window: TimeWindow::new(29_100, 29_300), seconds: 300 });
        let plan = optimised(&plan);
        assert_eq!(plan.routes[1].stops.len(), 3, "Aino has no time, and may serve only one of them");
        assert_eq!(plan.routes[1].stops[0], "S3".into());
        let it = schedule(&plan, &plan.routes[1], &TravelTimes::estimated());
        assert!(!it.has_trouble() && it.rest.is_some(), "{it:?}");
    }

    #[test]
    fn the_kept_beginning_of_a_route_stays_whatever_was_asked_of_its_stops() {
        let mut plan = plan();
        plan.routes[0].stops = ["S3", "S4", "S1"].map(StopId::from).to_vec();
        plan.routes[0].kept_to = Some("S4".into());
        plan.stops[2].driver = Some("Eero".into());
        plan.stops[2].turn = Turn::Last;
        let problem = posed(&plan).problem;
        problem.validate().unwrap();
        assert_eq!(problem.vehicles[0].first, [2], "S4 has no position");
        assert_eq!((problem.stops[2].vehicle, problem.stops[2].position), (None, None));
    }

    #[test]
    fn a_stop_for_a_driver_who_is_not_free_stays_out() {
        let mut plan = plan();
        plan.stops[1].driver = Some("Eero".into());
        plan.routes[1].locked = true;
        let task = posed(&plan);
        assert_eq!(task.names.stops, ["S1".into(), "S3".into()]);
        let told = task.names.unserved(&plan, &[]);
        assert_eq!(told[0].stop, "S2".into());
        assert!(told[0].why.contains("Eero"), "{}", told[0].why);
    }
}
