//! Why a stop is on no route, and the least that would have to give for it, as words to read and as edits to make.

use milkrun_plan::edit::{Edit, Slot};
use milkrun_plan::{Driver, Plan, Stop, StopId, Turn, clock};
use milkrun_solver::{Reason, Relaxation, Remedy, Unserved};

use super::solve::Names;
use crate::ui::format;

/// A stop that the optimiser would leave out.
#[derive(Clone, Debug, PartialEq)]
pub struct UnservedStop {
    /// Which.
    pub stop: StopId,
    /// What stands in the way, in a sentence without a full stop.
    pub why: String,
    /// What would help, if anything does.
    pub remedy: Option<Advice>,
}

/// The least that would have to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What is asked for and what comes of it, in a sentence without a full stop.
    pub text: String,
    /// The same in as few words as fit on a button.
    pub act: String,
    /// What to do to the plan, as one step; nothing where it fits as it is, and goes where it costs least.
    pub edits: Vec<Edit>,
}

/// What keeps a stop off all routes, and what would help.
pub(super) fn unserved(names: &Names, plan: &Plan, it: &Unserved) -> Option<UnservedStop> {
    let stop = names.stops.get(it.job)?;
    let remedy = it.remedy.as_ref().and_then(|remedy| advice(names, plan, stop, remedy));
    let why = match (&it.remedy, it.reason) {
        // The search would have put it there, so the plan was changed since or nobody has searched yet.
        (Some(remedy), _) if remedy.relaxations.is_empty() => "There is room for it".to_owned(),
        (_, reason) => why(names, plan, reason),
    };
    Some(UnservedStop { stop: stop.clone(), why, remedy })
}

/// What to say of a stop that only a driver may serve whose route is not free.
pub(super) fn barred(plan: &Plan, stop: &StopId) -> UnservedStop {
    let locked = plan.stop(stop);
    let driver = locked.and_then(|it| plan.locked_to(it)).map_or("", |it| it.name.as_str());
    let why = format!("Only {driver} may serve it, and that route is locked or sent");
    let remedy = locked.map(|it| Advice {
        text: "Allow any driver for it, and another may have room".to_owned(),
        act: "Allow any driver".to_owned(),
        edits: vec![Edit::UpdateStop(Stop { driver: None, ..it.clone() })],
    });
    UnservedStop { stop: stop.clone(), why, remedy }
}

fn title<'a>(names: &Names, plan: &'a Plan, job: usize) -> &'a str {
    names.stops.get(job).and_then(|it| plan.stop(it)).map_or("a later stop", Stop::title)
}

fn time(seconds: i32) -> String {
    format::duration(i64::from(seconds).max(60))
}

fn parcels(count: i32) -> String {
    format::count(usize::try_from(count).unwrap_or_default(), "parcel")
}

fn why(names: &Names, plan: &Plan, reason: Reason) -> String {
    match reason {
        Reason::NoVehicle => "No driver is free for it".to_owned(),
        Reason::NotYetPlanned => "The search was stopped before it came to this stop".to_owned(),
        Reason::Skills { missing } => {
            let words = names.needs.iter().enumerate().filter(|(at, _)| missing >> at.min(&63) & 1 == 1);
            let words: Vec<&str> = words.map(|it| it.1.as_str()).collect();
            format!("No van that is free has {}", words.join(", "))
        }
        Reason::Unreachable => "No road leads there; check its pin".to_owned(),
        Reason::Capacity { over_by, .. } => {
            format!("Every van it may go with is full; {} too many", parcels(over_by))
        }
        Reason::MaxStops { limit } => format!("Every route it may go on has its most stops, {limit}"),
        Reason::TimeWindow { late_by } => {
            format!("The nearest van would come {} after its window closes", time(late_by))
        }
        Reason::LaterStop { job, late_by } => {
            format!("It would make {} {} late", title(names, plan, job), time(late_by))
        }
        Reason::Shift { over_by } => {
            format!("The driver would be back {} after the shift ends", time(over_by))
        }
        Reason::Duration { over_by } => format!("The route would take {} too long", time(over_by)),
        Reason::Driving { over_by } => {
            format!("The driver would be on the road {} too long", time(over_by))
        }
        Reason::Distance { over_by } => {
            format!("The route would be {} too long", format::distance(i64::from(over_by)))
        }
        Reason::Break { late_by, .. } => {
            format!("The driver would not come by the break in time, by {}", time(late_by))
        }
        Reason::Fixed => "Its place is taken by stops that were settled".to_owned(),
        _ => "It does not fit any route".to_owned(),
    }
}

/// The end of a window that lasts so much longer, on a full minute as fields show it.
fn later(end: u32, by: i32) -> u32 {
    end.saturating_add(by.unsigned_abs()).div_ceil(clock::MINUTE) * clock::MINUTE
}

/// What a remedy asks for; none when the plan has no word for it.
fn advice(names: &Names, plan: &Plan, stop: &StopId, remedy: &Remedy) -> Option<Advice> {
    let like = plan.driver(names.drivers.get(remedy.vehicle)?)?;
    if remedy.relaxations.is_empty() {
        let text = "It fits as the plan is".to_owned();
        return Some(Advice { text, act: "Put it where it costs least".to_owned(), edits: Vec::new() });
    }
    let another = remedy.relaxations.contains(&Relaxation::AnotherVehicle);
    let mut driver = if another { twin(plan, like) } else { like.clone() };
    let (mut asked, mut acts, mut stops) = (Vec::new(), Vec::new(), Vec::<Stop>::new());
    // One stop may have more than one thing to give.
    let taken = |stops: &mut Vec<Stop>, job: usize| {
        let id = names.stops.get(job)?;
        let known = stops.iter().position(|it| it.id == *id).map(|at| stops.swap_remove(at));
        known.or_else(|| plan.stop(id).cloned())
    };
    for relaxation in &remedy.relaxations {
        match *relaxation {
            Relaxation::Window { job, by } => {
                let mut it = taken(&mut stops, job)?;
                let window = it.window.as_mut()?;
                let end = later(window.end, by);
                let more = format::duration(i64::from(end - window.end));
                window.end = end;
                acts.push(format!("Open until {}", clock::format_time(end)));
                asked.push(match it.id == *stop {
                    true => format!("open its window {more} longer"),
                    false => format!("open the window of {} {more} longer", it.title()),
                });
                stops.push(it);
            }
            Relaxation::Shift { by } => {
                let end = later(driver.shift.end, by);
                let more = format::duration(i64::from(end - driver.shift.end));
                driver.shift.end = end;
                asked.push(format!("let {} work {more} longer", driver.name));
                acts.push(format!("Work until {}", clock::format_time(end)));
            }
            Relaxation::Break { by, .. } => {
                let pause = driver.pause.as_mut()?;
                let end = later(pause.window.end, by);
                let more = format::duration(i64::from(end - pause.window.end));
                pause.window.end = end;
                asked.push(format!("let the break of {} begin {more} later", driver.name));
                acts.push(format!("Break by {}", clock::format_time(end)));
            }
            Relaxation::Capacity { by, .. } => {
                driver.capacity = driver.capacity.saturating_add(by.unsigned_abs());
                asked.push(format!("let the van of {} take {} more", driver.name, parcels(by)));
                acts.push(format!("Raise capacity to {}", driver.capacity));
            }
            Relaxation::Skills { .. } => {
                let needed: Vec<String> = driver.lacks(plan.stop(stop)?).map(str::to_owned).collect();
                let words = needed.join(", ");
                asked.push(format!("give the van of {} what the stop needs, {words}", driver.name));
                acts.push(format!("Add {words}"));
                driver.can.extend(needed);
            }
            Relaxation::Lock { job } | Relaxation::Position { job } => {
                let mut it = taken(&mut stops, job)?;
                let what = match relaxation {
                    Relaxation::Lock { .. } => {
                        it.driver = None;
                        "driver"
                    }
                    _ => {
                        it.turn = Turn::Any;
                        "place"
                    }
                };
                let whom = if it.id == *stop { "it" } else { it.title() };
                asked.push(format!("allow any {what} for {whom}"));
                acts.push(format!("Allow any {what}"));
                stops.push(it);
            }
            Relaxation::AnotherVehicle => {
                asked.insert(0, format!("send 1 more van, like that of {}", like.name));
                acts.insert(0, "Add a driver".to_owned());
            }
            _ => return None,
        }
    }
    let text = format!("{}, and {} can serve it", super::capitalised(&asked.join(" and ")), driver.name);
    let act = match acts.as_slice() {
        [one] => one.clone(),
        _ => "Make room".to_owned(),
    };
    let slot = Slot::of(&driver.id, place(names, plan, like, if another { 0 } else { remedy.position }));
    let mut edits = Vec::new();
    if another {
        edits.push(Edit::AddDriver(driver.clone()));
    }
    edits.push(Edit::move_stop(stop, slot));
    edits.extend(stops.into_iter().map(Edit::UpdateStop));
    if !another && driver != *like {
        edits.push(Edit::UpdateDriver(driver));
    }
    Some(Advice { text, act, edits })
}

/// A driver with the same van and hours.
fn twin(plan: &Plan, like: &Driver) -> Driver {
    let Driver { id, name, email, colour, .. } = plan.next_driver();
    Driver { id, name, email, colour, ..like.clone() }
}

/// The place on a driver's route before the `position`th of the stops that the solver knows.
fn place(names: &Names, plan: &Plan, driver: &Driver, position: usize) -> usize {
    let stops = plan.route(&driver.id).map_or(&[][..], |it| it.stops.as_slice());
    let mut known = stops.iter().enumerate().filter(|(_, it)| names.stops.contains(it));
    known.nth(position).map_or(stops.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::solve::tests::{plan, posed};
    use milkrun_plan::edit::History;
    use milkrun_plan::travel::TravelTimes;
    use milkrun_plan::{Pause, TimeWindow, schedule};
    use milkrun_solver::explain;

    /// What edits make of a plan.
    fn done(plan: Plan, edits: Vec<Edit>) -> Plan {
        let mut history = History::new(plan);
        for edit in edits {
            history.apply(edit).unwrap();
        }
        history.plan().clone()
    }

    /// S2 is on no route after a change of the plan; what is said of it, and what the plan is like once that is done.
    fn check(change: impl Fn(&mut Plan), why: &str, text: &str, act: &str) -> Plan {
        let mut plan = plan();
        plan.drivers.truncate(1);
        plan.routes.truncate(1);
        plan.routes[0].stops = ["S1", "S3"].map(StopId::from).to_vec();
        change(&mut plan);
        let task = posed(&plan);
        let told = task.names.unserved(&plan, &explain(&task.problem, &task.start).unwrap());
        assert_eq!(told.iter().map(|it| it.stop.as_str()).collect::<Vec<_>>(), ["S2"]);
        let remedy = told[0].remedy.clone().unwrap();
        assert_eq!((told[0].why.as_str(), remedy.text.as_str(), remedy.act.as_str()), (why, text, act));
        if remedy.edits.is_empty() {
            return plan;
        }
        let plan = done(plan, remedy.edits);
        for it in schedule::schedule_all(&plan, &TravelTimes::estimated()) {
            assert!(!it.has_trouble(), "{it:?}");
        }
        assert!(plan.route_of(&"S2".into()).is_some());
        plan
    }

    #[test]
    fn what_is_said_helps() {
        check(|_| {}, "There is room for it", "It fits as the plan is", "Put it where it costs least");
        let after = check(
            |plan| plan.drivers[0].capacity = 2,
            "Every van it may go with is full; 1 parcel too many",
            "Let the van of Aino take 1 parcel more, and Aino can serve it",
            "Raise capacity to 3",
        );
        assert_eq!(after.drivers[0].capacity, 3);
        // The demo's streets: S2 is reached at 08:05:20.
        let after = check(
            |plan| plan.stops[1].window = Some(TimeWindow::new(28_000, 28_810)),
            "The nearest van would come 5 min after its window closes",
            "Open its window 6 min longer, and Aino can serve it",
            "Open until 08:06",
        );
        assert!(after.stops[1].window.unwrap().end.is_multiple_of(60));
        check(
            |plan| {
                plan.stops[1].service_s = 7_000;
                plan.drivers[0].shift = TimeWindow::hours(8, 9);
            },
            "The driver would be back 1 h 14 after the shift ends",
            "Let Aino work 1 h 14 longer, and Aino can serve it",
            "Work until 10:14",
        );
    }

    #[test]
    fn a_van_can_be_given_what_a_stop_needs() {
        let after = check(
            |plan| {
                plan.stops[1].needs = vec!["Cold".into(), "lift".into()];
                plan.drivers[0].can = vec!["LIFT".into()];
            },
            "No van that is free has cold",
            "Give the van of Aino what the stop needs, Cold, and Aino can serve it",
            "Add Cold",
        );
        assert_eq!(after.drivers[0].can, ["LIFT", "Cold"]);
    }

    #[test]
    fn what_was_settled_can_give() {
        let after = check(
            |plan| {
                plan.stops[0].turn = Turn::First;
                plan.stops[1].turn = Turn::First;
            },
            "Its place is taken by stops that were settled",
            "Allow any place for it, and Aino can serve it",
            "Allow any place",
        );
        assert_eq!((after.stops[0].turn, after.stops[1].turn), (Turn::First, Turn::Any));
    }

    #[test]
    fn any_driver_may_serve_what_was_locked_to_one() {
        let mut plan = plan();
        plan.stops[1].driver = Some(plan.drivers[0].id.clone());
        plan.stops[1].parcels = 100;
        plan.routes[0].stops = vec!["S1".into()];
        plan.routes[1].stops = vec!["S3".into()];
        (plan.drivers[0].capacity, plan.drivers[1].capacity) = (20, 200);
        let told = |plan: &Plan| {
            let task = posed(plan);
            let told = task.names.unserved(plan, &explain(&task.problem, &task.start).unwrap());
            told.into_iter().find(|it| it.stop.as_str() == "S2").and_then(|it| it.remedy).unwrap()
        };
        // The van is too small by far.
        let remedy = told(&plan);
        let name = &plan.drivers[1].name;
        assert_eq!(remedy.text, format!("Allow any driver for it, and {name} can serve it"));
        let after = done(plan.clone(), remedy.edits);
        assert_eq!(after.stops[1].driver, None);
        assert!(after.routes[1].stops.contains(&"S2".into()));
        // The route is not free at all.
        plan.routes[0].locked = true;
        let remedy = told(&plan);
        assert_eq!(remedy.act, "Allow any driver");
        let after = done(plan, remedy.edits);
        assert!(posed(&after).names.stops.contains(&"S2".into()));
    }

    #[test]
    fn what_asks_for_more_than_a_day_asks_for_a_driver() {
        let after = check(
            |plan| {
                plan.drivers[0].shift = TimeWindow::hours(8, 20);
                plan.drivers[0].pause = Some(Pause { window: TimeWindow::hours(11, 20), seconds: 60 });
                plan.stops[0].service_s = 39_000;
                plan.stops[1].service_s = 39_000;
            },
            "The driver would be back 9 h 58 after the shift ends",
            "Send 1 more van, like that of Aino, and Driver 1 can serve it",
            "Add a driver",
        );
        assert_eq!((after.drivers.len(), after.drivers[1].shift), (2, TimeWindow::hours(8, 20)));
        assert_eq!(after.drivers[1].pause, after.drivers[0].pause);
    }

    #[test]
    fn places_are_counted_among_the_stops_that_the_solver_knows() {
        let mut plan = plan();
        plan.routes[0].stops = ["S4", "S1", "S3"].map(StopId::from).to_vec();
        let names = posed(&plan).names;
        let at = |position| place(&names, &plan, &plan.drivers[0], position);
        assert_eq!([at(0), at(1), at(2)], [1, 2, 3], "S4 has no position");
    }

    #[test]
    fn reasons_name_the_stop_that_would_suffer() {
        let plan = plan();
        let names = posed(&plan).names;
        assert_eq!(
            why(&names, &plan, Reason::LaterStop { job: 1, late_by: 240 }),
            "It would make S2 4 min late"
        );
        let names = Names { needs: vec!["cold".into(), "tail lift".into()], ..names };
        let told = |missing| why(&names, &plan, Reason::Skills { missing });
        assert_eq!(told(3), "No van that is free has cold, tail lift");
        assert_eq!(told(2), "No van that is free has tail lift");
    }
}
