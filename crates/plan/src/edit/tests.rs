//! What edits do, what they refuse, and that undo is exact for any sequence of them.

use super::{Change, Edit, EditError, History, ImportMode, Slot};
use crate::fixture::{driver, ids, plan, stop};
use crate::plan::{Place, Plan, Settings};
use crate::route::DispatchInfo;
use crate::stop::{Position, PositionSource, StopId};
use proptest::prelude::*;
use std::collections::HashSet;

/// The routes as text: `S1 S2 | S4 / S5` with the unassigned stops behind the slash.
fn show(plan: &Plan) -> String {
    let words = |list: Vec<&StopId>| list.iter().map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
    let routes: Vec<String> = plan.routes.iter().map(|it| words(it.stops.iter().collect())).collect();
    format!("{} / {}", routes.join(" | "), words(plan.unassigned().iter().map(|it| &it.id).collect()))
}

/// Applies the edit to the fixture, looks at routes and label, and takes it back and forth.
fn check(edit: Edit, routes: &str, label: &str) -> Change {
    let mut history = History::new(plan());
    let change = history.apply(edit).unwrap();
    assert_eq!(show(history.plan()), routes);
    assert_eq!(change.label, label);
    let after = history.plan().clone();
    if change.changed {
        assert_eq!(history.undo_label(), Some(label));
        history.undo().unwrap();
        assert_eq!(*history.plan(), plan(), "undo of {label}");
        assert_eq!(history.redo_label(), Some(label));
        history.redo().unwrap();
        assert_eq!(*history.plan(), after, "redo of {label}");
    } else {
        assert!(!history.can_undo());
    }
    change
}

const UNCHANGED: &str = "S1 S2 S3 | S4 / S5 S6";

fn aino() -> crate::DriverId {
    "aino".into()
}

#[test]
fn moving_stops() {
    let eero = "eero".into();
    let to = |driver: &crate::DriverId, place| Slot::of(driver, place);
    check(Edit::move_stop(&"S2".into(), to(&eero, 0)), "S1 S3 | S2 S4 / S5 S6", "Move stop S2 to Eero");
    check(
        Edit::move_stop(&"S5".into(), Slot::end_of(&aino())),
        "S1 S2 S3 S5 | S4 / S6",
        "Move stop S5 to Aino",
    );
    check(
        Edit::move_stop(&"S1".into(), to(&aino(), 1)),
        "S2 S1 S3 | S4 / S5 S6",
        "Reorder stop S1 on Aino's route",
    );
    check(Edit::move_stop(&"S1".into(), Slot::unassigned()), "S2 S3 | S4 / S1 S5 S6", "Unassign stop S1");
    let change = check(
        Edit::MoveStops { stops: ids("S3 S6 S1"), to: to(&eero, 1) },
        "S2 | S4 S3 S6 S1 / S5",
        "Move 3 stops to Eero",
    );
    assert_eq!(change.drivers, [aino(), eero]);
    check(Edit::ReverseRoute(aino()), "S3 S2 S1 | S4 / S5 S6", "Reverse Aino's route");
}

#[test]
fn what_changes_nothing_leaves_no_step() {
    for edit in [
        Edit::move_stop(&"S2".into(), Slot::of(&aino(), 1)),
        Edit::move_stop(&"S6".into(), Slot::unassigned()),
        Edit::Rename("Tuesday".into()),
        Edit::UpdateStop(stop(1)),
        Edit::UpdateDriver(driver("Aino")),
        Edit::ReverseRoute("eero".into()),
        Edit::SetPositions(vec![("gone".into(), None)]),
        Edit::ImportStops { stops: vec![stop(2)], mode: ImportMode::Merge },
    ] {
        let mut history = History::new(plan());
        assert!(!history.apply(edit.clone()).unwrap().changed, "{edit:?}");
        assert!(!history.can_undo());
    }
}

#[test]
fn stops_and_drivers_come_and_go() {
    check(Edit::AddStop(stop(7)), "S1 S2 S3 | S4 / S5 S6 S7", "Add stop S7");
    check(Edit::RemoveStops(ids("S4 S1 S6")), "S2 S3 |  / S5", "Remove 3 stops");
    check(Edit::RemoveDriver(aino()), "S4 / S1 S2 S3 S5 S6", "Remove driver Aino");
    check(Edit::AddDriver(driver("Ilmari")), "S1 S2 S3 | S4 |  / S5 S6", "Add driver Ilmari");
    let solution = vec![(aino(), ids("S6 S2")), ("eero".into(), ids("S4 S3 S5"))];
    check(Edit::ApplySolution(solution), "S6 S2 | S4 S3 S5 / S1", "Optimise 2 routes");
    check(Edit::LockRoute { driver: aino(), locked: true }, UNCHANGED, "Lock Aino's route");
}

#[test]
fn importing() {
    let stops = || vec![stop(2), stop(9)];
    check(Edit::ImportStops { stops: stops(), mode: ImportMode::Replace }, "S2 |  / S9", "Import 2 stops");
    let merge = Edit::ImportStops { stops: stops(), mode: ImportMode::Merge };
    check(merge, "S1 S2 S3 | S4 / S5 S6 S9", "Import 2 stops into the plan");
}

#[test]
fn many_stops_are_removed_as_well() {
    let mut large = plan();
    large.stops = (1..=30).map(stop).collect();
    let mut history = History::new(large.clone());
    history.apply(Edit::RemoveStops((2..=20).map(|n| StopId(format!("S{n}"))).collect())).unwrap();
    assert_eq!((history.plan().stops.len(), show(history.plan()).starts_with("S1 |  /")), (11, true));
    history.undo().unwrap();
    assert_eq!(*history.plan(), large);
}

#[test]
fn a_pin_follows_its_address() {
    let mut plan = plan();
    plan.stops[1].position =
        Some(Position { lat: 60.0, lon: 25.0, source: PositionSource::Hand, confidence: 1.0 });
    let mut history = History::new(plan);
    for (n, kept) in [(1, false), (2, true)] {
        let id = StopId(format!("S{n}"));
        let old = history.plan().stop(&id).unwrap().clone();
        history.apply(Edit::UpdateStop(crate::Stop { address: "Elsewhere 5".into(), ..old })).unwrap();
        assert_eq!(history.plan().stop(&id).unwrap().position.is_some(), kept, "S{n}");
    }
    let mut fresh = stop(3);
    fresh.position = None;
    history.apply(Edit::ImportStops { stops: vec![fresh], mode: ImportMode::Replace }).unwrap();
    assert!(history.plan().stops[0].position.is_some(), "a re-import of the same address keeps the pin");
}

fn check_refused(edit: Edit, error: &EditError) {
    let mut before = plan();
    before.routes[0].locked = true;
    before.routes[1].dispatched = Some(DispatchInfo::default());
    let mut history = History::new(before.clone());
    assert_eq!(history.apply(edit).unwrap_err(), *error);
    assert_eq!(*history.plan(), before);
}

#[test]
fn the_beginning_of_a_route_is_kept_while_its_last_stop_is_there() {
    let keep = |stop: Option<&str>| Edit::KeepTo { driver: aino(), stop: stop.map(StopId::from) };
    check(keep(Some("S2")), UNCHANGED, "Keep Aino's route up to S2");
    let mut history = History::new(plan());
    history.apply(keep(Some("S2"))).unwrap();
    assert_eq!(history.plan().routes[0].kept(), 2);
    history.apply(Edit::move_stop(&"S1".into(), Slot::unassigned())).unwrap();
    assert_eq!(history.plan().routes[0].kept(), 1);
    history.apply(Edit::move_stop(&"S2".into(), Slot::unassigned())).unwrap();
    assert_eq!(history.plan().routes[0].kept(), 0);
    assert_eq!(history.apply(keep(Some("S4"))).unwrap_err(), EditError::UnknownStop("S4".into()));
    assert_eq!(history.apply(keep(None)).unwrap().label, "Free Aino's whole route");
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_the_plan_alone() {
    let locked = EditError::Locked("Aino".into());
    let dispatched = EditError::Dispatched("Eero".into());
    check_refused(Edit::move_stop(&"S1".into(), Slot::unassigned()), &locked);
    check_refused(Edit::move_stop(&"S5".into(), Slot::end_of(&aino())), &locked);
    check_refused(Edit::RemoveStops(ids("S5 S1")), &locked);
    check_refused(Edit::RemoveDriver(aino()), &locked);
    check_refused(Edit::ImportStops { stops: vec![stop(4)], mode: ImportMode::Replace }, &locked);
    check_refused(Edit::RemoveDriver("eero".into()), &dispatched);
    check_refused(Edit::ApplySolution(vec![("eero".into(), ids("S4 S5"))]), &dispatched);
    check_refused(
        Edit::ApplySolution(vec![("eero".into(), ids("S1"))]),
        &EditError::Foreign("S1".into(), "Aino".into()),
    );
    check_refused(
        Edit::ApplySolution(vec![("eero".into(), ids("S9"))]),
        &EditError::UnknownStop("S9".into()),
    );
    check_refused(Edit::ApplySolution(vec![("x".into(), ids("S1"))]), &EditError::UnknownDriver("x".into()));
    check_refused(Edit::AddStop(stop(1)), &EditError::DuplicateStop("S1".into()));
    check_refused(Edit::AddStop(crate::Stop::new("", "x")), &EditError::EmptyId);
    check_refused(Edit::AddDriver(driver("Eero")), &EditError::DuplicateDriver("eero".into()));
    let twice = Edit::ImportStops { stops: vec![stop(5), stop(5)], mode: ImportMode::Merge };
    check_refused(twice, &EditError::DuplicateStop("S5".into()));
    let twice = Edit::MoveStops { stops: ids("S5 S5"), to: Slot::unassigned() };
    check_refused(twice, &EditError::DuplicateStop("S5".into()));
}

#[test]
fn a_dispatched_route_may_be_changed_but_not_silently() {
    let mut history = History::new(plan());
    let eero = || crate::DriverId::from("eero");
    let sent = history.plan().sendable(&history.plan().routes[1]);
    let info = DispatchInfo { sent, ..DispatchInfo::default() };
    let change = history.apply(Edit::MarkDispatched { driver: eero(), info: info.clone() }).unwrap();
    assert_eq!(change.label, "Dispatch Eero's route");
    assert!(change.redispatch.is_empty() && !history.can_undo(), "a sent route cannot be unsent");

    let change = history.apply(Edit::move_stop(&"S5".into(), Slot::end_of(&eero()))).unwrap();
    assert_eq!(change.redispatch, [eero()]);
    assert!(history.undo().unwrap().redispatch.is_empty(), "changed back is not changed");
    let edited = crate::Stop { parcels: 9, ..stop(4) };
    assert_eq!(history.apply(Edit::UpdateStop(edited)).unwrap().redispatch, [eero()]);
    assert_eq!(history.plan().routes[1].dispatched, Some(info));
}

#[test]
fn a_driver_on_the_road_is_not_undone_away() {
    let mut history = History::new(Plan::new("", ""));
    history.apply(Edit::AddDriver(driver("Aino"))).unwrap();
    history.apply(Edit::MarkDispatched { driver: aino(), info: DispatchInfo::default() }).unwrap();
    assert_eq!(history.undo(), Err(EditError::Dispatched("Aino".into())));
    history.apply(Edit::ClearDispatch(aino())).unwrap();
    history.undo().unwrap();
    assert!(history.plan().drivers.is_empty());
    assert_eq!(history.undo(), Err(EditError::NothingToUndo));
}

#[test]
fn a_joined_edit_is_undone_with_the_one_before() {
    let mut history = History::new(plan());
    history.apply(Edit::AddStop(crate::Stop::new("N", "x"))).unwrap();
    let pin =
        Position { lat: 60.0, lon: 25.0, source: PositionSource::Geocoder("g".into()), confidence: 0.5 };
    history.apply_joined(Edit::SetPositions(vec![("N".into(), Some(pin))])).unwrap();
    assert_eq!(history.steps().collect::<Vec<_>>(), ["Add stop N"]);
    history.undo().unwrap();
    assert_eq!(*history.plan(), plan());
    history.redo().unwrap();
    assert!(history.plan().stop(&"N".into()).unwrap().position.is_some());
}

/// Any edit over a small set of names, so that most of them meet something.
fn any_edit() -> impl Strategy<Value = Edit> {
    let id = || (1..9u32).prop_map(|n| StopId(format!("S{n}")));
    let who = || prop_oneof![Just("Aino"), Just("Eero"), Just("Ilmari")];
    let list = || proptest::sample::subsequence((1..9u32).collect::<Vec<_>>(), 0..8).prop_shuffle();
    let names = |list: Vec<u32>| list.into_iter().map(|n| StopId(format!("S{n}"))).collect::<Vec<_>>();
    let key = |name: &str| driver(name).id;
    prop_oneof![
        (who(), proptest::option::of(id()))
            .prop_map(move |(it, stop)| Edit::KeepTo { driver: key(it), stop }),
        (list(), proptest::option::of(who()), 0..5usize).prop_map(move |(stops, who, place)| {
            Edit::MoveStops { stops: names(stops), to: Slot { driver: who.map(key), place } }
        }),
        (list(), any::<bool>()).prop_map(|(list, all)| Edit::ImportStops {
            stops: list.into_iter().map(stop).collect(),
            mode: if all { ImportMode::Replace } else { ImportMode::Merge },
        }),
        (1..9u32).prop_map(|n| Edit::AddStop(stop(n))),
        ((1..9u32), 0..9u32).prop_map(|(n, parcels)| Edit::UpdateStop(crate::Stop { parcels, ..stop(n) })),
        list().prop_map(move |it| Edit::RemoveStops(names(it))),
        proptest::collection::vec(id(), 0..5)
            .prop_map(|it| Edit::SetPositions(it.into_iter().map(|id| (id, None)).collect())),
        who().prop_map(move |it| Edit::ReverseRoute(key(it))),
        who().prop_map(|it| Edit::AddDriver(driver(it))),
        who().prop_map(move |it| Edit::RemoveDriver(key(it))),
        (who(), 0..9u32)
            .prop_map(|(it, capacity)| Edit::UpdateDriver(crate::Driver { capacity, ..driver(it) })),
        (who(), list()).prop_map(move |(who, it)| Edit::ApplySolution(vec![(key(who), names(it))])),
        (who(), any::<bool>()).prop_map(move |(it, locked)| Edit::LockRoute { driver: key(it), locked }),
        Just(Edit::SetDepot(None)),
        Just(Edit::SetDepot(Some(Place { lat: 1.0, lon: 2.0, address: "x".into() }))),
        Just(Edit::SetSettings(Settings { default_capacity: 7, ..Settings::default() })),
        "[ab]".prop_map(Edit::Rename),
        "[ab]".prop_map(Edit::SetDate),
    ]
}

fn check_invariants(plan: &Plan) {
    let known: HashSet<&StopId> = plan.stops.iter().map(|it| &it.id).collect();
    assert_eq!(known.len(), plan.stops.len(), "stop ids are unique");
    let owners: Vec<_> = plan.routes.iter().map(|it| &it.driver).collect();
    assert_eq!(
        owners,
        plan.drivers.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "one route per driver, in order"
    );
    let mut served = HashSet::new();
    for id in plan.routes.iter().flat_map(|it| &it.stops) {
        assert!(known.contains(id), "{id} is in a route but not in the plan");
        assert!(served.insert(id), "{id} is served twice");
    }
}

proptest! {
    #[test]
    fn any_history_can_be_walked_back_and_forth(edits in proptest::collection::vec(any_edit(), 1..25)) {
        let mut history = History::new(plan());
        let mut states = vec![plan()];
        for edit in edits {
            let before = history.plan().clone();
            match history.apply(edit) {
                Ok(change) if change.changed => states.push(history.plan().clone()),
                _ => prop_assert_eq!(&before, history.plan(), "refused or void, so nothing moved"),
            }
            check_invariants(history.plan());
        }
        for state in states.iter().rev().skip(1) {
            history.undo().unwrap();
            prop_assert_eq!(state, history.plan());
        }
        prop_assert!(!history.can_undo());
        for state in states.iter().skip(1) {
            history.redo().unwrap();
            prop_assert_eq!(state, history.plan());
        }
        prop_assert!(!history.can_redo());
    }
}
