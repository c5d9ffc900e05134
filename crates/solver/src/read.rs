//! How a page reads an answer: the same as serde does, in a tenth of the code.

mod problem;

use milkrun_json::{Read, Reader, object};

use crate::{Breakdown, Load, Reason, Relaxation, Remedy, Rest, Route, Solution, Unserved, Visit};

object! {
    Solution { routes, unserved, cost, distance, duration; }
    Route {
        vehicle, visits, departure, arrival, distance, duration, travel, service, waiting, load, cost;
        setup, breaks, costs
    }
    Breakdown { ; fixed, driving, waiting, service, breaks, distance, overtime, lateness, balance }
    Rest { number, stop, before, start, end; }
    Visit { job, distance, travel, arrival, start, departure; setup, late }
    Unserved { job, reason; remedy }
    Remedy { vehicle, position, relaxations; partner, reload, behind }
}

impl Read for Load {
    fn blank() -> Self {
        Self(Read::blank())
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        Self(Read::read(reader))
    }
}

/// What reasons tell of themselves.
struct Told {
    missing: u64,
    dimension: usize,
    over_by: i32,
    limit: u32,
    late_by: i32,
    job: usize,
    number: usize,
}

object! {
    Told { ; missing, dimension, over_by, limit, late_by, job, number }
}

impl Read for Reason {
    fn blank() -> Self {
        Self::NotYetPlanned
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut it = Self::blank();
        reader.variant(&mut |name, reader| {
            let alone = match name {
                "no_vehicle" => Some(Self::NoVehicle),
                "not_yet_planned" => Some(Self::NotYetPlanned),
                "unreachable" => Some(Self::Unreachable),
                "fixed" => Some(Self::Fixed),
                _ => None,
            };
            it = match alone {
                Some(alone) => alone,
                None => {
                    let Told { missing, dimension, over_by, limit, late_by, job, number } =
                        Told::read(reader);
                    match name {
                        "skills" => Self::Skills { missing },
                        "capacity" => Self::Capacity { dimension, over_by },
                        "max_stops" => Self::MaxStops { limit },
                        "max_reloads" => Self::MaxReloads { limit },
                        "time_window" => Self::TimeWindow { late_by },
                        "later_stop" => Self::LaterStop { job, late_by },
                        "shift" => Self::Shift { over_by },
                        "duration" => Self::Duration { over_by },
                        "break" => Self::Break { number, late_by },
                        "driving" => Self::Driving { over_by },
                        "distance" => Self::Distance { over_by },
                        _ => return false,
                    }
                }
            };
            true
        });
        it
    }
}

/// What relaxations tell of themselves.
struct Eased {
    job: usize,
    dimension: usize,
    number: usize,
    by: i32,
}

object! {
    Eased { by; job, dimension, number }
}

impl Read for Relaxation {
    fn blank() -> Self {
        Self::AnotherVehicle
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let mut it = Self::blank();
        reader.variant(&mut |name, reader| {
            let settled = match name {
                "another_vehicle" => Some(Self::AnotherVehicle),
                "closed" => Some(Self::Closed),
                "skills" => Some(Self::Skills { missing: Told::read(reader).missing }),
                "lock" => Some(Self::Lock { job: Told::read(reader).job }),
                "position" => Some(Self::Position { job: Told::read(reader).job }),
                _ => None,
            };
            if let Some(settled) = settled {
                it = settled;
                return true;
            }
            let Eased { job, dimension, number, by } = Eased::read(reader);
            it = match name {
                "window" => Self::Window { job, by },
                "shift" => Self::Shift { by },
                "duration" => Self::Duration { by },
                "break" => Self::Break { number, by },
                "driving" => Self::Driving { by },
                "distance" => Self::Distance { by },
                "capacity" => Self::Capacity { dimension, by },
                "max_stops" => Self::MaxStops { by: by.unsigned_abs() },
                "max_reloads" => Self::MaxReloads { by: by.unsigned_abs() },
                _ => return false,
            };
            true
        });
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        let visit = Visit {
            job: 1,
            distance: -2,
            travel: 3,
            arrival: 4,
            start: 5,
            departure: i32::MAX,
            setup: 8,
            late: 9,
        };
        let route = Route {
            vehicle: 0,
            visits: vec![visit],
            departure: 1,
            arrival: 2,
            distance: 3,
            duration: 4,
            travel: 5,
            service: 6,
            waiting: 7,
            setup: 8,
            breaks: vec![Rest { number: 0, stop: 1, before: true, start: 2, end: 3 }],
            load: Load([1, 2, 3]),
            cost: i64::MIN,
            costs: Breakdown {
                fixed: 1,
                driving: 2,
                waiting: 3,
                service: 4,
                breaks: 9,
                distance: 5,
                overtime: 6,
                lateness: 7,
                balance: -8,
            },
        };
        let relaxations = vec![
            Relaxation::Window { job: 1, by: 2 },
            Relaxation::Shift { by: 3 },
            Relaxation::Duration { by: 4 },
            Relaxation::Driving { by: 8 },
            Relaxation::Break { number: 1, by: 9 },
            Relaxation::Distance { by: 5 },
            Relaxation::Capacity { dimension: 1, by: 6 },
            Relaxation::MaxStops { by: 7 },
            Relaxation::MaxReloads { by: 1 },
            Relaxation::Skills { missing: 1 << 63 },
            Relaxation::Lock { job: 3 },
            Relaxation::Position { job: 4 },
            Relaxation::Closed,
            Relaxation::AnotherVehicle,
        ];
        let remedy =
            Remedy { vehicle: 1, position: 2, partner: Some(3), reload: Some(0), behind: true, relaxations };
        let reasons = [
            Reason::NoVehicle,
            Reason::NotYetPlanned,
            Reason::Skills { missing: u64::MAX },
            Reason::Unreachable,
            Reason::Fixed,
            Reason::Capacity { dimension: 1, over_by: 2 },
            Reason::MaxStops { limit: 3 },
            Reason::MaxReloads { limit: 12 },
            Reason::TimeWindow { late_by: 4 },
            Reason::LaterStop { job: 5, late_by: 6 },
            Reason::Shift { over_by: 7 },
            Reason::Duration { over_by: 8 },
            Reason::Driving { over_by: 10 },
            Reason::Break { number: 1, late_by: 11 },
            Reason::Distance { over_by: 9 },
        ];
        let unserved = reasons.into_iter().enumerate().map(|(job, reason)| Unserved {
            job,
            reason,
            remedy: Some(remedy.clone()).filter(|_| job % 2 == 0),
        });
        let solution =
            Solution { routes: vec![route], unserved: unserved.collect(), cost: 1, distance: 2, duration: 3 };
        let text = milkrun_json::to_string(&solution).unwrap();
        assert_eq!(milkrun_json::read::<Solution>(&text).unwrap(), solution);
        let told = milkrun_json::read::<Reason>(r#"{"moon":{}}"#).unwrap_err().to_string();
        assert!(told.contains("`moon`"), "{told}");
    }
}
