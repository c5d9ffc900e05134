//! A stop in the hand: which slot the pointer is over, what dropping there costs, and the drop.

use milkrun_plan::edit::{Edit, Slot};
use milkrun_plan::price::{Delta, best_slots, price_move};
use milkrun_plan::{DriverId, Plan, StopId};
use wasm_bindgen::JsCast;
use web_sys::DragEvent;

use crate::pages::plan::PlanView;
use crate::store::PlanStore;
use crate::ui::format;

/// How many slots glow.
const GLOWING: usize = 3;

/// Takes a stop in the hand.
pub(super) fn pick_up(store: PlanStore, page: PlanView, event: &DragEvent, stop: &StopId) {
    if let Some(data) = event.data_transfer() {
        data.set_effect_allowed("move");
        // Firefox drags nothing that carries no data.
        let _ = data.set_data("text/plain", stop.as_str());
    }
    store.selected.set(Some(stop.clone()));
    let best = best_slots(&store.plan_now(), &store.travel_now(), stop, GLOWING);
    page.best.set(best.into_iter().map(|(slot, _)| slot).collect());
    page.dragged.set(Some(stop.clone()));
}

/// Puts the hand down, with or without a drop before.
pub(super) fn let_go(page: PlanView) {
    page.dragged.set(None);
    page.hovered.set(None);
    page.best.set(Vec::new());
}

/// The pointer is over a row of a route, the `at`-th of it: the slot before or after that row is meant.
pub(super) fn over_row(store: PlanStore, page: PlanView, event: &DragEvent, driver: &DriverId, at: usize) {
    let row = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let below = row.is_some_and(|row| {
        let frame = row.get_bounding_client_rect();
        f64::from(event.client_y()) > frame.top() + frame.height() / 2.0
    });
    over(store, page, event, Some(driver), at + usize::from(below));
}

/// The pointer is over a slot, counted among the rows as they stand; without a driver it is no route.
pub(super) fn over(
    store: PlanStore,
    page: PlanView,
    event: &DragEvent,
    driver: Option<&DriverId>,
    at: usize,
) {
    let Some(stop) = page.dragged.get_untracked() else { return };
    event.stop_propagation();
    let plan = store.plan_now();
    if is_locked(&plan, driver) || is_locked(&plan, plan.route_of(&stop).map(|(route, _)| &route.driver)) {
        page.hovered.set(None);
        return;
    }
    event.prevent_default();
    if let Some(data) = event.data_transfer() {
        data.set_drop_effect("move");
    }
    let slot = driver.map_or_else(Slot::unassigned, |driver| slot(&plan, &stop, driver, at));
    if page.hovered.with_untracked(|it| it.as_ref().is_some_and(|(old, _)| *old == slot)) {
        return;
    }
    let price = price_move(&plan, &store.travel_now(), &stop, &slot).unwrap_or_default();
    page.hovered.set(Some((slot, price)));
}

/// Drops the stop where the pointer is.
pub(super) fn put_down(store: PlanStore, page: PlanView, event: &DragEvent) {
    event.prevent_default();
    event.stop_propagation();
    let (stop, hovered) = (page.dragged.get_untracked(), page.hovered.get_untracked());
    let_go(page);
    if let (Some(stop), Some((slot, _))) = (stop, hovered) {
        store.edit(Edit::move_stop(&stop, slot));
    }
}

fn is_locked(plan: &Plan, driver: Option<&DriverId>) -> bool {
    driver.and_then(|it| plan.route(it)).is_some_and(|it| it.locked)
}

/// The slot before the `at`-th row of a route; slots are counted without the moved stop.
pub(super) fn slot(plan: &Plan, stop: &StopId, driver: &DriverId, at: usize) -> Slot {
    let own = plan.route(driver).and_then(|it| it.stops.iter().position(|it| it == stop));
    Slot::of(driver, at - usize::from(own.is_some_and(|own| own < at)))
}

/// What a drop would change, in words.
pub(super) fn price_text(price: &Delta) -> String {
    if *price == Delta::default() {
        return "No change".to_owned();
    }
    let mut parts = Vec::new();
    if price.metres != 0 {
        parts.push(format::signed(&format::distance(price.metres), price.metres));
    }
    if price.seconds.abs() >= 30 {
        parts.push(format::signed(&format::duration(price.seconds), price.seconds));
    }
    for (seconds, what) in [(price.late_s, "late"), (price.overtime_s, "overtime")] {
        if seconds.abs() >= 30 {
            parts.push(format!("{} {what}", format::signed(&format::duration(seconds), seconds)));
        }
    }
    if price.over_capacity > 0 {
        parts.push(format!("{} parcels too many", price.over_capacity));
    }
    if parts.is_empty() { "No change".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{Route, Stop};

    #[test]
    fn slots_are_counted_without_the_stop_in_the_hand() {
        let mut plan = Plan::new("a", "2026-03-03");
        plan.stops = ["1", "2", "3"].map(|id| Stop::new(id, "x")).to_vec();
        let ids = |ids: &[&str]| ids.iter().map(|it| (*it).into()).collect();
        plan.routes =
            vec![Route { stops: ids(&["1", "2", "3"]), ..Route::new("a".into()) }, Route::new("b".into())];
        for (stop, driver, at, expected) in
            [("1", "a", 0, 0), ("1", "a", 1, 0), ("1", "a", 3, 2), ("3", "a", 1, 1), ("1", "b", 0, 0)]
        {
            assert_eq!(
                slot(&plan, &stop.into(), &driver.into(), at).place,
                expected,
                "{stop} to {driver} {at}"
            );
        }
    }

    #[test]
    fn a_price_reads_like_a_price_tag() {
        let check = |metres, seconds, late_s, expected| {
            assert_eq!(price_text(&Delta { metres, seconds, late_s, ..Delta::default() }), expected);
        };
        check(0, 0, 0, "No change");
        check(1_200, 180, 0, "+1.2 km, +3 min");
        check(-850, -60, 120, "-850 m, -1 min, +2 min late");
    }
}
