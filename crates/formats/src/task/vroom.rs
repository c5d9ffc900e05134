//! Tasks from VROOM's JSON.

mod places;
mod types;

use std::collections::BTreeMap;

use milkrun_solver::{
    Break, Costs, DIMENSIONS, Job, Load, Problem, RoutePlan, Shipment, TimeWindow, Vehicle,
};

use super::{Stop, Task, Van};
use crate::error::FormatError;
use crate::vroom::{self, Input, StepKind};
use places::Places;

/// A time that is larger than this is an instant since 1970, not seconds after midnight.
const INSTANT: u32 = 50_000_000;
const DAY: i64 = 86_400;

impl Task {
    /// A problem in VROOM's terms. Vehicles cost by the hour from leaving to arriving, waiting and service included,
    /// where VROOM counts the time on the road alone.
    ///
    /// # Errors
    /// When the input contradicts itself, or asks for what the solver cannot do; the error names the key's path.
    pub fn from_vroom(input: &Input) -> Result<Self, FormatError> {
        supported(input)?;
        distinct(input)?;
        let places = Places::new(input)?;
        let names = Names::new(input)?;
        let (mut jobs, mut stops) = (Vec::new(), Vec::new());
        for (at, job) in input.jobs.iter().enumerate() {
            let path = format!("jobs[{at}]");
            let location = places.visit((job.location, job.location_index), &path)?;
            let times = types::times(input, job, &path)?;
            jobs.push(names.job(job, times, location.number, &path)?);
            stops.push(Stop {
                id: job.id,
                kind: StepKind::Job,
                description: job.description.clone(),
                place: location.place,
                delivery: job.delivery.iter().map(|&amount| i64::from(amount)).collect(),
                pickup: job.pickup.iter().map(|&amount| i64::from(amount)).collect(),
            });
        }
        let mut shipments = Vec::new();
        for (at, shipment) in input.shipments.iter().enumerate() {
            let path = format!("shipments[{at}]");
            let amount: Vec<i64> = shipment.amount.iter().map(|&amount| i64::from(amount)).collect();
            let first = jobs.len();
            for (step, key, kind) in [
                (&shipment.pickup, "pickup", StepKind::Pickup),
                (&shipment.delivery, "delivery", StepKind::Delivery),
            ] {
                let path = format!("{path}.{key}");
                let location = places.visit((step.location, step.location_index), &path)?;
                let times = types::times_of_end(input, shipment, step, &path)?;
                jobs.push(names.end(shipment, step, times, location.number, &path)?);
                let (delivery, pickup) = match kind {
                    StepKind::Pickup => (Vec::new(), amount.clone()),
                    _ => (amount.clone(), Vec::new()),
                };
                let description = step.description.clone();
                stops.push(Stop { id: step.id, kind, description, place: location.place, delivery, pickup });
            }
            let load = load(&shipment.amount, 0, &path, "amount")?;
            priority(shipment.priority, &path)?;
            shipments.push(Shipment::new(first, first + 1, load));
        }
        let (mut vans, mut vehicles) = (Vec::new(), Vec::new());
        for (at, vehicle) in input.vehicles.iter().enumerate() {
            let path = format!("vehicles[{at}]");
            let (start, end) = (places.start(vehicle, &path)?, places.end(vehicle, &path)?);
            let ends = [&start, &end].map(|place| place.as_ref().map(|place| place.number));
            let mut van = names.vehicle(vehicle, ends, &path)?.with_profile(places.profile(vehicle));
            if places.has_costs() {
                van.costs = by_matrix(vehicle, &path)?;
            }
            let mut breaks = Vec::new();
            for (at, rest) in names.breaks(vehicle, &path)? {
                van = van.with_break(rest);
                breaks.push((vehicle.breaks[at].id, vehicle.breaks[at].description.clone()));
            }
            vans.push(van);
            vehicles.push(Van {
                id: vehicle.id,
                description: vehicle.description.clone(),
                start: start.map(|start| start.place),
                end: end.map(|end| end.place),
                breaks,
                reloads: Vec::new(),
            });
        }
        let start = plan(input, &stops)?;
        names.narrow(input, &stops, &mut jobs)?;
        let (mut tables, has_distances) = places.travel()?;
        let mut problem = Problem::new(tables.remove(0));
        problem.profiles = tables;
        (problem.stops, problem.shipments, problem.vehicles) = (jobs, shipments, vans);
        Ok(Self {
            name: String::new(),
            problem,
            stops,
            vehicles,
            start,
            scale: 1,
            epoch: names.epoch,
            has_distances,
        })
    }
}

/// Says what the solver cannot do yet: one line for each.
fn supported(input: &Input) -> Result<(), FormatError> {
    let refuse = |path: String, is_there: bool, mend: &str| match is_there {
        true => Err(FormatError::path(path, "it is not planned with", mend)),
        false => Ok(()),
    };
    for (at, vehicle) in input.vehicles.iter().enumerate() {
        let path = |key: &str| format!("vehicles[{at}].{key}");
        for (at, rest) in vehicle.breaks.iter().enumerate() {
            let mend = "remove it, or set the break's windows so that the van is empty enough by then";
            refuse(path(&format!("breaks[{at}].max_load")), rest.max_load.is_some(), mend)?;
        }
        let count = vehicle.breaks.len();
        if count > Break::MOST {
            let what = format!("it has {count} breaks");
            let mend = format!("{} are the most; join some, or end the shift before the last", Break::MOST);
            return Err(FormatError::path(path("breaks"), what, mend));
        }
        let mend = "remove it; `per_hour` counts service and setup as well as the road";
        let per_task = vehicle.costs.is_some_and(|costs| costs.per_task_hour > 0);
        refuse(path("costs.per_task_hour"), per_task, mend)?;
        for (step_at, step) in vehicle.steps.iter().enumerate() {
            let timed = step.service_at.or(step.service_after).or(step.service_before);
            let mend = "give the time in the vehicle's time_window, or in the break's time_windows";
            refuse(path(&format!("steps[{step_at}]")), timed.is_some() && !step.kind.is_visit(), mend)?;
        }
    }
    Ok(())
}

/// Steps and answers name things by their ids, so each is one thing's.
fn distinct(input: &Input) -> Result<(), FormatError> {
    let twice = |ids: &mut dyn Iterator<Item = u64>, path: &dyn Fn(usize) -> String| {
        let mut known = BTreeMap::new();
        for (at, id) in ids.enumerate() {
            if let Some(before) = known.insert(id, at) {
                let what = format!("it is {id}, as {} is", path(before));
                return Err(FormatError::path(path(at), what, "give each an id of its own"));
            }
        }
        Ok(())
    };
    let ends = |at, end| format!("shipments[{at}].{end}.id");
    twice(&mut input.jobs.iter().map(|job| job.id), &|at| format!("jobs[{at}].id"))?;
    twice(&mut input.shipments.iter().map(|it| it.pickup.id), &|at| ends(at, "pickup"))?;
    twice(&mut input.shipments.iter().map(|it| it.delivery.id), &|at| ends(at, "delivery"))?;
    twice(&mut input.vehicles.iter().map(|vehicle| vehicle.id), &|at| format!("vehicles[{at}].id"))
}

/// What a vehicle costs whose ways cost what a matrix says: a unit of it for each of what the solver takes for metres.
fn by_matrix(vehicle: &vroom::Vehicle, path: &str) -> Result<Costs, FormatError> {
    let costs = vehicle.costs.unwrap_or_default();
    if costs.per_km > 0 || costs.per_hour != vroom::Costs::default().per_hour {
        let what = "there is a matrix of costs, which says what a way costs";
        let mend = "leave out per_hour and per_km, or the matrix";
        return Err(FormatError::path(format!("{path}.costs"), what, mend));
    }
    if vehicle.max_distance.is_some() {
        let what = "ways have costs in place of distances";
        let mend = "remove it, or the matrix of costs";
        return Err(FormatError::path(format!("{path}.max_distance"), what, mend));
    }
    Ok(Costs::new(i32::try_from(costs.fixed).unwrap_or(i32::MAX), 0, 1_000))
}

/// The route that each vehicle has already.
fn plan(input: &Input, visits: &[Stop]) -> Result<Vec<RoutePlan>, FormatError> {
    let index = index(visits);
    let mut plans = Vec::new();
    for (vehicle, van) in input.vehicles.iter().enumerate() {
        let mut stops = Vec::new();
        for (at, step) in van.steps.iter().enumerate().filter(|(_, step)| step.kind.is_visit()) {
            let Some(&stop) = step.id.and_then(|id| index.get(&(step.kind, id))) else {
                let path = format!("vehicles[{vehicle}].steps[{at}].id");
                let what = format!("it names no {}", step.kind.name());
                return Err(FormatError::path(path, what, "give the id of one of the problem's"));
            };
            stops.push(stop);
        }
        if !stops.is_empty() {
            plans.push(RoutePlan { vehicle, stops });
        }
    }
    Ok(plans)
}

/// What is counted over the whole input: the first day, and the bit of each skill.
struct Names {
    epoch: i64,
    skills: BTreeMap<u32, u64>,
}

impl Names {
    fn new(input: &Input) -> Result<Self, FormatError> {
        let ends = input.shipments.iter().flat_map(|shipment| [&shipment.pickup, &shipment.delivery]);
        let windows = input.jobs.iter().flat_map(|job| &job.time_windows);
        let windows = windows.chain(ends.flat_map(|end| &end.time_windows));
        let breaks = input.vehicles.iter().flat_map(|vehicle| &vehicle.breaks);
        let windows = windows.chain(breaks.flat_map(|rest| &rest.time_windows));
        let windows = windows.chain(input.vehicles.iter().filter_map(|vehicle| vehicle.time_window.as_ref()));
        // An open end is often given as the largest number there is, so only beginnings tell.
        let first = windows.map(|window| window.0).filter(|&start| start > 0).min().unwrap_or(0);
        let epoch = if first > INSTANT { i64::from(first) / DAY * DAY } else { 0 };
        let mut skills = BTreeMap::new();
        let jobs = input.jobs.iter().map(|job| &job.skills).enumerate().map(|it| ("jobs", it));
        let shipments = input.shipments.iter().map(|shipment| &shipment.skills).enumerate();
        for (list, (at, needed)) in jobs.chain(shipments.map(|it| ("shipments", it))) {
            for &skill in needed {
                let bit = skills.len();
                if bit == 64 && !skills.contains_key(&skill) {
                    let what = "there are more than 64 different skills";
                    return Err(FormatError::path(format!("{list}[{at}].skills"), what, "use fewer"));
                }
                skills.entry(skill).or_insert_with(|| 1 << bit);
            }
        }
        Ok(Self { epoch, skills })
    }

    fn job(
        &self,
        job: &vroom::Job,
        times: types::Times,
        location: usize,
        path: &str,
    ) -> Result<Job, FormatError> {
        priority(job.priority, path)?;
        let mut it = Job::at(location)
            .with_service(seconds(times.service.into(), path, "service")?)
            .with_setup(seconds(times.setup.into(), path, "setup")?)
            .with_demand(load(&job.delivery, 0, path, "delivery")?)
            .with_pickup(load(&job.pickup, 0, path, "pickup")?)
            .with_priority(job.priority)
            .with_skills(self.bits(&job.skills));
        it.windows = self.windows(&job.time_windows, path)?;
        Ok(it)
    }

    /// One end of a shipment.
    fn end(
        &self,
        shipment: &vroom::Shipment,
        end: &vroom::ShipmentStep,
        times: types::Times,
        location: usize,
        path: &str,
    ) -> Result<Job, FormatError> {
        let mut it = Job::at(location)
            .with_service(seconds(times.service.into(), path, "service")?)
            .with_setup(seconds(times.setup.into(), path, "setup")?)
            .with_priority(shipment.priority)
            .with_skills(self.bits(&shipment.skills));
        it.windows = self.windows(&end.time_windows, path)?;
        Ok(it)
    }

    fn windows(&self, windows: &[vroom::TimeWindow], path: &str) -> Result<Vec<TimeWindow>, FormatError> {
        let window = |(at, &window)| self.window(window, &format!("{path}.time_windows[{at}]"));
        windows.iter().enumerate().map(window).collect()
    }

    fn vehicle(
        &self,
        vehicle: &vroom::Vehicle,
        [start, end]: [Option<usize>; 2],
        path: &str,
    ) -> Result<Vehicle, FormatError> {
        let costs = vehicle.costs.unwrap_or_default();
        let cost = |value: u32, key: &str| {
            i32::try_from(value).ok().filter(|&value| value <= 10_000_000).ok_or_else(|| {
                FormatError::path(
                    format!("{path}.costs.{key}"),
                    format!("it is {value}"),
                    "10,000,000 is the most",
                )
            })
        };
        let costs = Costs::new(
            cost(costs.fixed, "fixed")?,
            cost(costs.per_hour, "per_hour")?,
            cost(costs.per_km, "per_km")?,
        );
        let mut it = Vehicle::between(start, end)
            .with_costs(costs)
            .with_skills(self.bits(&vehicle.skills))
            .with_capacity(match vehicle.capacity.is_empty() {
                // VROOM holds it for a mistake when jobs have amounts and vehicles have no capacity.
                true => Load::UNLIMITED,
                false => load(&vehicle.capacity, i32::MAX, path, "capacity")?,
            });
        if let Some(window) = vehicle.time_window {
            it.shift = self.window(window, &format!("{path}.time_window"))?;
        }
        it.speed = speed(vehicle.speed_factor, path)?;
        it.max_stops = vehicle.max_tasks;
        it.max_driving = vehicle.max_travel_time.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX));
        it.max_distance = vehicle.max_distance.map(|metres| i32::try_from(metres).unwrap_or(i32::MAX));
        Ok(it)
    }

    /// The breaks of a vehicle, by their first windows, each with its place in the file.
    fn breaks(&self, vehicle: &vroom::Vehicle, path: &str) -> Result<Vec<(usize, Break)>, FormatError> {
        let mut breaks = Vec::new();
        for (at, rest) in vehicle.breaks.iter().enumerate() {
            let path = format!("{path}.breaks[{at}]");
            let mut it = Break::of(seconds(rest.service.into(), &path, "service")?).taken_always();
            it.windows = self.windows(&rest.time_windows, &path)?;
            breaks.push((at, it));
        }
        breaks.sort_by_key(|(_, rest)| rest.windows.iter().map(|window| window.start).min());
        Ok(breaks)
    }

    /// Narrows the windows of the visits that steps of vehicles give times for.
    fn narrow(&self, input: &Input, visits: &[Stop], jobs: &mut [Job]) -> Result<(), FormatError> {
        let index = index(visits);
        for (vehicle, van) in input.vehicles.iter().enumerate() {
            for (at, step) in van.steps.iter().enumerate() {
                let path = format!("vehicles[{vehicle}].steps[{at}]");
                let Some(&job) = step.id.and_then(|id| index.get(&(step.kind, id))) else { continue };
                let from = step.service_at.max(step.service_after);
                let to = step.service_at.into_iter().chain(step.service_before).min();
                if from.is_none() && to.is_none() {
                    continue;
                }
                let span = vroom::TimeWindow(from.unwrap_or(0), to.unwrap_or(u32::MAX));
                let span = self.window(span, &path)?;
                let windows = &mut jobs[job].windows;
                if windows.is_empty() {
                    windows.push(TimeWindow::ANY);
                }
                for window in windows.iter_mut() {
                    *window = TimeWindow::new(window.start.max(span.start), window.end.min(span.end));
                }
                windows.retain(|window| window.start <= window.end);
                if windows.is_empty() {
                    let what = "its time is outside the visit's windows";
                    return Err(FormatError::path(path, what, "widen one of them"));
                }
            }
        }
        Ok(())
    }

    /// Skills that no job asks for have no bit.
    fn bits(&self, skills: &[u32]) -> u64 {
        skills.iter().filter_map(|skill| self.skills.get(skill)).fold(0, |bits, bit| bits | bit)
    }

    fn window(
        &self,
        vroom::TimeWindow(from, to): vroom::TimeWindow,
        path: &str,
    ) -> Result<TimeWindow, FormatError> {
        if to < from {
            let what = format!("it ends {} s before it starts", from - to);
            return Err(FormatError::path(path.to_owned(), what, "write the earlier time first"));
        }
        let start = seconds((i64::from(from) - self.epoch).max(0), path, "start")?;
        // Beyond what the solver reckons with is as good as never.
        let end = (i64::from(to) - self.epoch).clamp(0, i64::from(TimeWindow::HORIZON));
        Ok(TimeWindow::new(start, end as i32))
    }
}

/// The visits by what they are called: jobs, pickups and deliveries are numbered apart from each other.
pub(super) fn index(visits: &[Stop]) -> BTreeMap<(StepKind, u64), usize> {
    visits.iter().enumerate().map(|(at, visit)| ((visit.kind, visit.id), at)).collect()
}

fn priority(priority: u8, path: &str) -> Result<(), FormatError> {
    if priority > 100 {
        let path = format!("{path}.priority");
        return Err(FormatError::path(path, format!("it is {priority}"), "write 0 to 100"));
    }
    Ok(())
}

/// A speed factor in whole percent.
fn speed(factor: Option<f64>, path: &str) -> Result<i32, FormatError> {
    let percent = factor.map_or(100.0, |factor| (factor * 100.0).round());
    if (10.0..=1_000.0).contains(&percent) {
        return Ok(percent as i32);
    }
    let what = format!("it is {}", factor.unwrap_or(1.0));
    Err(FormatError::path(format!("{path}.speed_factor"), what, "write 0.1 to 10"))
}

fn seconds(value: i64, path: &str, key: &str) -> Result<i32, FormatError> {
    i32::try_from(value).ok().filter(|&value| value <= TimeWindow::HORIZON).ok_or_else(|| {
        let mend = "100,000,000 s is the most";
        FormatError::path(
            format!("{path}.{key}"),
            format!("it is {value} s after the first day's midnight"),
            mend,
        )
    })
}

/// Amounts in the solver's dimensions; `rest` fills up what is not given.
fn load(amounts: &[u32], rest: i32, path: &str, key: &str) -> Result<Load, FormatError> {
    let path = || format!("{path}.{key}");
    if amounts.len() > DIMENSIONS {
        let what = format!("it has {} dimensions", amounts.len());
        return Err(FormatError::path(path(), what, format!("{DIMENSIONS} are the most")));
    }
    let mut load = Load([rest; DIMENSIONS]);
    for (slot, &amount) in load.0.iter_mut().zip(amounts) {
        *slot = i32::try_from(amount).ok().ok_or_else(|| {
            FormatError::path(path(), format!("an amount is {amount}"), "2,147,483,647 is the most")
        })?;
    }
    Ok(load)
}

#[cfg(test)]
mod tests;
