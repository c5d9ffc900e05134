//! A stop in the hand: which slot the pointer is over, what dropping there costs, and the drop.
//!
//! One way for mouse, pen and finger, and for lists and timeline alike: a press becomes a drag after some pixels, what
//! is under the pointer is looked up once a frame, and its price comes from the plan's own schedule, so that what is
//! shown is what the drop will make of the plan.

use milkrun_host::pixels;
use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, Slot};
use milkrun_plan::price::{Delta, best_slots, price_move};
use milkrun_plan::{Currency, DriverId, Plan, StopId};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::PlanView;
use crate::store::PlanStore;
use crate::ui::{around, format};

/// How many slots glow.
const GLOWING: usize = 3;
/// A press becomes a drag after so many pixels.
const SLACK: f64 = 5.0;
/// So near the edge of a list it scrolls, by so many pixels a frame.
const EDGE: f64 = 40.0;
const SCROLL: i32 = 10;
/// What the tag below the pointer takes at most, in pixels.
const TAG_HEIGHT: f64 = 90.0;
/// How far right of the pointer the tag begins, in pixels.
const TAG_BESIDE: f64 = 14.0;
/// What scrolls.
const LISTS: [&str; 2] = [".routes", ".timeline__body"];
/// On the page's body while a stop is in the hand.
const HOLDING: &str = "holding";

/// A pointer that has pressed a stop.
#[derive(Clone, Debug)]
pub(crate) struct Grip {
    stop: StopId,
    pointer: i32,
    from: (f64, f64),
    /// Whether the press has become a drag.
    held: bool,
    frame_asked: bool,
}

/// Follows the pointer for as long as the page is there.
pub(super) fn listen() {
    let store = PlanStore::get();
    let page = PlanView::get();
    window_event_listener("pointermove", move |event: PointerEvent| carry(store, page, &event));
    window_event_listener("pointerup", move |event: PointerEvent| {
        if is_ours(page, &event) {
            put_down(store, page, &event);
        }
    });
    window_event_listener("pointercancel", move |event: PointerEvent| {
        if is_ours(page, &event) {
            let_go(page);
        }
    });
    window_event_listener("keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && page.dragged.with_untracked(Option::is_some) {
            event.prevent_default();
            let_go(page);
        }
    });
    on_cleanup(move || hold(false));
}

/// A pointer goes down on a stop. A finger only drags by what says `data-grip`, since elsewhere it scrolls.
pub(super) fn press(page: PlanView, event: &PointerEvent, stop: &StopId) {
    let within = |selector: &str| around(event, selector).is_some();
    let by_finger = event.pointer_type() == "touch";
    if event.button() != 0
        || !event.is_primary()
        || by_finger && !within("[data-grip]")
        || within("button, a")
    {
        return;
    }
    let from = (f64::from(event.client_x()), f64::from(event.client_y()));
    let (stop, pointer) = (stop.clone(), event.pointer_id());
    page.grip.set_value(Some(Grip { stop, pointer, from, held: false, frame_asked: false }));
}

fn is_ours(page: PlanView, event: &PointerEvent) -> bool {
    page.grip.try_with_value(|grip| grip.as_ref().is_some_and(|it| it.pointer == event.pointer_id()))
        == Some(true)
}

fn carry(store: PlanStore, page: PlanView, event: &PointerEvent) {
    if !is_ours(page, event) {
        return;
    }
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let picked = page.grip.try_update_value(|grip| {
        let grip = grip.as_mut()?;
        let far = (at.0 - grip.from.0).hypot(at.1 - grip.from.1) >= SLACK;
        let before = grip.held;
        grip.held |= far;
        (far && !before).then(|| grip.stop.clone())
    });
    if let Some(Some(stop)) = picked {
        pick_up(store, page, &stop);
    }
    if page.dragged.with_untracked(Option::is_some) {
        event.prevent_default();
        page.pointer.set(at);
        look_soon(store, page);
    }
}

/// Takes a stop in the hand, unless its route is locked.
fn pick_up(store: PlanStore, page: PlanView, stop: &StopId) {
    let plan = store.plan_now();
    if plan.route_of(stop).is_some_and(|(route, _)| route.locked) {
        page.grip.set_value(None);
        return;
    }
    store.selected.set(Some(stop.clone()));
    let best = best_slots(&plan, &store.travel_now(), stop, GLOWING);
    page.best.set(best.into_iter().map(|(slot, _)| slot).collect());
    page.dragged.set(Some(stop.clone()));
    hold(true);
}

/// Puts the hand down, with or without a drop before.
fn let_go(page: PlanView) {
    page.grip.set_value(None);
    page.dragged.set(None);
    page.hovered.set(None);
    page.best.set(Vec::new());
    hold(false);
}

fn hold(holding: bool) {
    if let Some(body) = document().body() {
        let _ = body.class_list().toggle_with_force(HOLDING, holding);
    }
}

/// Looks at what is under the pointer once the next frame is drawn.
fn look_soon(store: PlanStore, page: PlanView) {
    let asked = page.grip.try_update_value(|grip| {
        grip.as_mut().is_some_and(|it| !std::mem::replace(&mut it.frame_asked, true))
    });
    if asked == Some(true) {
        request_animation_frame(move || {
            let held = page.grip.try_update_value(|grip| {
                grip.as_mut().is_some_and(|it| {
                    it.frame_asked = false;
                    it.held
                })
            });
            if held == Some(true) {
                look(store, page);
                // A list that scrolls by itself brings other slots under a pointer that rests.
                if scroll(page.pointer.get_untracked()) {
                    look_soon(store, page);
                }
            }
        });
    }
}

/// Prices the slot under the pointer.
fn look(store: PlanStore, page: PlanView) {
    let Some(stop) = page.dragged.get_untracked() else { return };
    let plan = store.plan_now();
    let slot = slot_at(&plan, &stop, page.pointer.get_untracked());
    let locked = |it: &Slot| it.driver.as_ref().and_then(|it| plan.route(it)).is_some_and(|it| it.locked);
    let Some(slot) = slot.filter(|it| !locked(it)) else {
        if page.hovered.with_untracked(Option::is_some) {
            page.hovered.set(None);
        }
        return;
    };
    if page.hovered.with_untracked(|it| it.as_ref().is_some_and(|(old, _)| *old == slot)) {
        return;
    }
    let price = price_move(&plan, &store.travel_now(), &stop, &slot).unwrap_or_default();
    page.hovered.set(Some((slot, price)));
}

/// Drops the stop where the pointer is.
fn put_down(store: PlanStore, page: PlanView, event: &PointerEvent) {
    let stop = page.dragged.get_untracked();
    if stop.is_some() {
        event.prevent_default();
        page.pointer.set((f64::from(event.client_x()), f64::from(event.client_y())));
        look(store, page);
    }
    let hovered = page.hovered.get_untracked();
    let_go(page);
    if let (Some(stop), Some((slot, _))) = (stop, hovered) {
        store.edit(Edit::move_stop(&stop, slot));
    }
}

/// The slot that a point of the window stands for: a row of a route, a place in a lane, a card, or what is on no route.
fn slot_at(plan: &Plan, stop: &StopId, (x, y): (f64, f64)) -> Option<Slot> {
    let under = document().element_from_point(x as f32, y as f32)?;
    let closest = |selector: &str| under.closest(selector).ok().flatten();
    if closest("[data-open]").is_some() {
        return Some(Slot::unassigned());
    }
    let place = closest("[data-driver]")?;
    let driver = DriverId(place.get_attribute("data-driver")?);
    if place.has_attribute("data-lane") {
        return Some(Slot::of(&driver, earlier(&place, stop, x)));
    }
    let at = match place.get_attribute("data-at").and_then(|at| at.parse::<usize>().ok()) {
        Some(at) => {
            let frame = place.get_bounding_client_rect();
            at + usize::from(y > frame.top() + frame.height() / 2.0)
        }
        None => plan.route(&driver)?.stops.len(),
    };
    Some(slot(plan, stop, &driver, at))
}

/// How many stops of a lane, without the one in the hand, are to the left.
fn earlier(lane: &Element, stop: &StopId, x: f64) -> usize {
    let Ok(blocks) = lane.query_selector_all("[data-stop]") else { return 0 };
    let blocks = (0..blocks.length()).filter_map(|at| blocks.get(at)?.dyn_into::<Element>().ok());
    let others = blocks.filter(|it| it.get_attribute("data-stop").as_deref() != Some(stop.as_str()));
    others
        .filter(|it| {
            let frame = it.get_bounding_client_rect();
            frame.left() + frame.width() / 2.0 < x
        })
        .count()
}

/// Scrolls a list whose edge the pointer is near; says whether it did.
fn scroll((x, y): (f64, f64)) -> bool {
    LISTS.into_iter().any(|list| {
        let Ok(Some(list)) = document().query_selector(list) else { return false };
        let frame = list.get_bounding_client_rect();
        if x < frame.left() || x > frame.right() {
            return false;
        }
        let edge = EDGE.min(frame.height() / 4.0);
        let near = |distance: f64| (0.0..edge).contains(&distance);
        let by = match (near(y - frame.top()), near(frame.bottom() - y)) {
            (true, _) => -SCROLL,
            (_, true) => SCROLL,
            _ => return false,
        };
        let before = list.scroll_top();
        list.set_scroll_top(before + by);
        list.scroll_top() != before
    })
}

/// The slot before the `at`-th row of a route; slots are counted without the moved stop.
pub(super) fn slot(plan: &Plan, stop: &StopId, driver: &DriverId, at: usize) -> Slot {
    let own = plan.route(driver).and_then(|it| it.stops.iter().position(|it| it == stop));
    Slot::of(driver, at - usize::from(own.is_some_and(|own| own < at)))
}

/// What stands beside the pointer while a stop is in the hand: where it would go and what that changes. For pointers
/// only; whoever uses the keyboard finds the same in the stop's details.
#[component]
pub(super) fn DragTag() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let shown = Memo::new(move |_| {
        page.dragged.get()?;
        Some(page.hovered.with(|it| {
            let (slot, price) = it.as_ref()?;
            store.with(|plan| {
                let driver = slot.driver.as_ref().and_then(|it| plan.driver(it));
                let letter = driver.map_or('\u{2013}', milkrun_plan::Driver::letter);
                let colour = driver.map(crate::map::route_colour);
                let bad =
                    price.late_s > 0 || price.overtime_s > 0 || price.over_capacity > 0 || price.astray > 0;
                Some((letter, colour, price_text(price, plan.settings.rates.currency), bad))
            })
        }))
    });
    let at = move || {
        let (x, y) = page.pointer.get();
        // Kept on the page, however wide the page and the tag are.
        format!("translate(clamp(8px, {}, 100vw - 100% - 8px), {})", pixels(x + TAG_BESIDE), pixels(y))
    };
    // Below the pointer, or above where there is no room.
    let up = move || {
        let height = window().inner_height().ok().and_then(|it| it.as_f64());
        height.is_some_and(|height| page.pointer.get().1 > height - TAG_HEIGHT)
    };
    View::of(move || {
        shown.get().map(|it| {
            view! {
                <div class="drag-tag" aria-hidden="true" class:drag-tag--up=up style:transform=at>
                    {match it {
                        Some((letter, colour, text, bad)) => view! {
                            <span class="drag-tag__sheet" class:drag-tag__sheet--bad=bad>
                                <span class=colour.map_or("letter letter--open".to_owned(), |it| format!("letter route-{it}"))>{letter}</span>
                                <span class="number" data-test="drag-price">{text}</span>
                            </span>
                        },
                        None => view! { <span class="drag-tag__sheet"><span>"Drag it onto a route"</span></span> },
                    }}
                </div>
            }
        })
    })
}

/// What a change would make different, in words.
pub(super) fn price_text(price: &Delta, currency: Currency) -> String {
    let mut parts = Vec::new();
    if price.metres != 0 {
        parts.push(format::signed(&format::distance(price.metres), price.metres));
    }
    if price.seconds.abs() >= 30 {
        parts.push(format::signed(&format::duration(price.seconds), price.seconds));
    }
    let cents = milkrun_plan::cost::cents(price.cost);
    if cents != 0 {
        parts.push(format::signed(&format::money(price.cost, currency), cents));
    }
    for (seconds, what) in
        [(price.late_s, "late"), (price.overtime_s, "overtime"), (price.break_missed, "without the break")]
    {
        if seconds.abs() >= 30 {
            parts.push(format!("{} {what}", format::signed(&format::duration(seconds), seconds)));
        }
    }
    if price.over_capacity > 0 {
        parts.push(format!("{} too many", format::count(price.over_capacity as usize, "parcel")));
    }
    if price.astray > 0 {
        parts.push("not as was asked".to_owned());
    }
    if parts.is_empty() { "No change".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{Route, Stop, cost};

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
        let check = |metres, seconds, late_s, cents: i64, expected| {
            let price =
                Delta { metres, seconds, late_s, cost: cents * cost::UNITS_PER_CENT, ..Delta::default() };
            assert_eq!(price_text(&price, Currency::Euro), expected);
        };
        check(0, 0, 0, 0, "No change");
        check(1_200, 180, 0, 210, "+1.2 km, +3 min, +€2.10");
        check(-850, -60, 120, -5, "-850 m, -1 min, -€0.05, +2 min late");
        let astray = Delta { astray: 1, over_capacity: 2, break_missed: 600, ..Delta::default() };
        assert_eq!(
            price_text(&astray, Currency::None),
            "+10 min without the break, 2 parcels too many, not as was asked"
        );
    }
}
