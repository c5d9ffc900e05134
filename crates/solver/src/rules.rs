//! The rules that a route has to be driven through for: what makes a place's price depend on more than the two stops
//! around it.
//!
//! A problem that asks for none of them is searched as if they did not exist.

use crate::model::{Costs, Job, Objective, Problem, Travel, Vehicle};
use crate::prepared::Van;
use crate::travel::Table;

/// What only matters to those who drive through routes, of a stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct More {
    pub(crate) setup: i32,
    pub(crate) release: i32,
    /// The price of a second of lateness where there is one.
    pub(crate) late: Option<i64>,
    /// Whether it is fixed at the beginning of a route, and where on a route it is locked to.
    pub(crate) fixed: bool,
    pub(crate) position: Option<u32>,
    /// What it asks for itself, whatever the other end of its shipment does.
    pub(crate) skills: u64,
    pub(crate) vehicle: Option<usize>,
}

impl More {
    pub(crate) fn of(job: &Job, objective: Objective) -> Self {
        let priced = job.late_per_minute.filter(|_| objective == Objective::Cheapest);
        let late = priced.map(|cents| i64::from(cents) * (Costs::UNITS_PER_CENT / 60));
        Self {
            setup: job.setup,
            release: job.release,
            late,
            fixed: false,
            position: job.position,
            skills: job.skills,
            vehicle: job.vehicle,
        }
    }
}

/// Whether any rule of a problem needs routes driven through.
pub(crate) fn needs_driving(problem: &Problem, vans: &[Van]) -> bool {
    let cheapest = problem.objective == Objective::Cheapest;
    let job = |job: &Job| {
        let priced = cheapest && job.late_per_minute.is_some();
        job.setup > 0 || job.release > 0 || job.position.is_some() || priced
    };
    let vehicle = |vehicle: &Vehicle| {
        let overtime = cheapest && vehicle.costs.per_overtime_hour > 0;
        vehicle.max_driving.is_some() || !vehicle.first.is_empty() || overtime
    };
    problem.objective == Objective::Balanced
        || problem.stops.iter().any(job)
        || problem.vehicles.iter().any(vehicle)
        || vans.iter().any(|van| van.table > 0)
}

/// The legs of each combination of profile and speed but the plain one, and tells each vehicle its own.
pub(crate) fn tables(problem: &Problem, vans: &mut [Van], lay: impl Fn(&Travel) -> Table) -> Vec<Table> {
    let mut kinds: Vec<(usize, i32)> = Vec::new();
    let mut tables = Vec::new();
    for (van, vehicle) in vans.iter_mut().zip(&problem.vehicles) {
        let kind = (vehicle.profile, vehicle.speed);
        if kind == (0, Vehicle::AS_IT_IS) {
            continue;
        }
        let at = kinds.iter().position(|&other| other == kind).unwrap_or_else(|| {
            kinds.push(kind);
            tables.push(lay(problem.travel_of(vehicle)).paced(vehicle));
            kinds.len() - 1
        });
        van.table = at as u32 + 1;
    }
    tables
}
