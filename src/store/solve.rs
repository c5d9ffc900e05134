//! Between the plan, which knows stops and drivers by name, and the solver, which counts them.

use std::collections::{HashMap, HashSet};

use milkrun_plan::edit::Edit;
use milkrun_plan::travel::TravelTimes;
use milkrun_plan::{Driver, DriverId, LatLon, Plan, Stop, StopId};
use milkrun_solver::{
    Job, Load, Objective, Point, Problem, Reason, RoadModel, RoutePlan, Solution, SpeedBand, Travel, Vehicle,
};

use crate::ui::format;

/// Above so many places a matrix would be tens of megabytes; the solver then estimates for itself.
const MOST_IN_MATRIX: usize = 700;

/// What an optimisation is to strive for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aim {
    /// Little working time and few kilometres.
    #[default]
    Balanced,
    /// The least working time.
    Fastest,
    /// The fewest kilometres.
    Shortest,
    /// The fewest vans.
    FewestVans,
}

impl Aim {
    /// All aims with what to call them.
    pub const ALL: [(Self, &str); 4] = [
        (Self::Balanced, "Time and distance"),
        (Self::Fastest, "Least working time"),
        (Self::Shortest, "Least distance"),
        (Self::FewestVans, "Fewest vans"),
    ];

    fn objective(self) -> Objective {
        match self {
            Self::Balanced => Objective::Cheapest,
            Self::Fastest => Objective::Fastest,
            Self::Shortest => Objective::Shortest,
            Self::FewestVans => Objective::FewestVehicles,
        }
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
    stops: Vec<StopId>,
    drivers: Vec<DriverId>,
}

/// A problem with the routes to start from and the names to read its answer by.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) problem: Problem,
    pub(super) start: Vec<RoutePlan>,
    pub(super) names: Names,
}

/// Poses the plan's free routes and stops as a problem. Locked and dispatched routes stay out of it.
pub(super) fn pose(plan: &Plan, travel: &TravelTimes, aim: Aim) -> Result<Task, Missing> {
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
    let free: Vec<_> = plan.routes.iter().filter(|it| !it.is_fixed()).collect();
    if free.is_empty() {
        return Err(Missing::FreeRoutes);
    }
    let fixed: HashSet<&StopId> =
        plan.routes.iter().filter(|it| it.is_fixed()).flat_map(|it| &it.stops).collect();
    let stops: Vec<(&Stop, LatLon)> = plan
        .stops
        .iter()
        .filter(|it| !fixed.contains(&it.id))
        .filter_map(|it| Some((it, it.point()?)))
        .collect();
    if stops.is_empty() {
        return Err(Missing::FreeStops);
    }

    let mut points = vec![depot];
    points.extend(stops.iter().map(|(_, point)| *point));
    let mut problem = Problem::new(travel_between(&points, travel)).with_objective(aim.objective());
    for (at, (stop, _)) in stops.iter().enumerate() {
        problem = problem.with_job(job(stop, at + 1));
    }
    let drivers: Vec<DriverId> = free.iter().map(|it| it.driver.clone()).collect();
    for driver in drivers.iter().filter_map(|it| plan.driver(it)) {
        problem = problem.with_vehicle(vehicle(driver));
    }

    let number: HashMap<&StopId, usize> =
        stops.iter().enumerate().map(|(at, (stop, _))| (&stop.id, at)).collect();
    let start = free.iter().enumerate().filter(|(_, it)| !it.stops.is_empty()).map(|(vehicle, route)| {
        RoutePlan { vehicle, stops: route.stops.iter().filter_map(|it| number.get(it).copied()).collect() }
    });
    let start = start.collect();
    let names = Names { stops: stops.iter().map(|(stop, _)| stop.id.clone()).collect(), drivers };
    Ok(Task { problem, start, names })
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

fn job(stop: &Stop, place: usize) -> Job {
    let job = Job::at(place).with_service(whole(stop.service_s)).with_demand(Load::one(whole(stop.parcels)));
    match stop.window {
        Some(window) => job.with_window(whole(window.start), whole(window.end)),
        None => job,
    }
}

fn vehicle(driver: &Driver) -> Vehicle {
    Vehicle::between(Some(0), driver.returns_to_depot.then_some(0))
        .with_capacity(Load::one(whole(driver.capacity)))
        .with_shift(whole(driver.shift.start), whole(driver.shift.end))
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

    /// The stops a solution leaves out, each with the reason in words.
    pub(super) fn unserved(&self, plan: &Plan, solution: &Solution) -> Vec<(StopId, String)> {
        let named = |job: usize| self.stops.get(job);
        solution
            .unserved
            .iter()
            .filter_map(|it| Some((named(it.job)?.clone(), reason(plan, it.reason, &named))))
            .collect()
    }
}

fn reason<'a>(plan: &Plan, reason: Reason, named: &impl Fn(usize) -> Option<&'a StopId>) -> String {
    let time = |seconds: i32| format::duration(i64::from(seconds).max(60));
    match reason {
        Reason::NoVehicle => "No driver is free for it".to_owned(),
        Reason::NotYetPlanned => "The search was stopped before it came to this stop".to_owned(),
        Reason::Skills { .. } => "No vehicle has what it needs".to_owned(),
        Reason::Unreachable => "No road leads there; check its pin".to_owned(),
        Reason::Capacity { over_by, .. } => format!("Every van is full; {over_by} parcels too many"),
        Reason::MaxStops { limit } => format!("Every route has its most stops, {limit}"),
        Reason::TimeWindow { late_by } => {
            format!("The nearest van would come {} after its window closes", time(late_by))
        }
        Reason::LaterStop { job, late_by } => {
            let later = named(job).and_then(|it| plan.stop(it)).map_or("a later stop", |it| it.title());
            format!("It would make {later} {} late", time(late_by))
        }
        Reason::Shift { over_by } => {
            format!("The driver would be back {} after the shift ends", time(over_by))
        }
        Reason::Duration { over_by } => format!("The route would take {} too long", time(over_by)),
        Reason::Distance { over_by } => {
            format!("The route would be {} too long", format::distance(i64::from(over_by)))
        }
        _ => "It does not fit any route".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::edit::History;
    use milkrun_plan::{Place, Position, PositionSource, TimeWindow};

    fn plan() -> Plan {
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
                colour: 0,
            };
            history.apply(Edit::AddDriver(driver)).unwrap();
        }
        history.apply(Edit::ApplySolution(vec![("Aino".into(), vec!["S4".into(), "S1".into()])])).unwrap();
        history.plan().clone()
    }

    fn posed(plan: &Plan) -> Task {
        pose(plan, &TravelTimes::estimated(), Aim::default()).unwrap()
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
        assert_eq!(pose(&plan, &TravelTimes::estimated(), Aim::default()).unwrap_err(), expected);
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
    fn reasons_name_the_stop_that_would_suffer() {
        let plan = plan();
        let names = posed(&plan).names;
        let named = |job: usize| names.stops.get(job);
        let told = reason(&plan, Reason::LaterStop { job: 1, late_by: 240 }, &named);
        assert_eq!(told, "It would make S2 4 min late");
    }
}
