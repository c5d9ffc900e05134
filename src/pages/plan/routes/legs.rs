//! The stops of a route in their order, to be dragged and to be moved by keys; and those on no route.

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, Slot};
use milkrun_plan::price::price_move;
use milkrun_plan::schedule::Astray;
use milkrun_plan::{DriverId, Plan, StopId, clock};

use crate::pages::plan::PlanView;
use crate::pages::plan::advice::AdviceView;
use crate::pages::plan::drag;
use crate::pages::plan::keys::{focus_stop, step_row};
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// More stops on no route than this are left to the Stops tab.
const MOST_UNASSIGNED: usize = 100;

/// Everything a row shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    id: StopId,
    at: usize,
    title: String,
    address: String,
    arrival: String,
    waiting: u32,
    late_by: u32,
    way: String,
    window: String,
    status: String,
    unplaced: bool,
    kept: bool,
    /// What was asked of the stop and is not kept.
    astray: String,
    /// The break before its service and after it.
    rests: [String; 2],
}

/// The stops of one driver's route.
#[component]
pub(super) fn Legs(id: StoredValue<DriverId>) -> View {
    let store = PlanStore::get();
    let rows = Memo::new(move |_| {
        let schedules = store.schedules();
        store.with(|plan| {
            let at = plan.routes.iter().position(|it| it.driver == id.get_value());
            let Some((route, schedule)) = at.and_then(|at| Some((&plan.routes[at], schedules.get(at)?)))
            else {
                return Vec::new();
            };
            let job = route.dispatched.as_ref().and_then(|it| store.dispatching.job(it));
            let stops = plan.lookup();
            let row = |(at, leg): (usize, &milkrun_plan::schedule::ScheduledStop)| {
                let stop = stops.get(&leg.stop)?;
                let status = job.as_ref().and_then(|it| it.stops.iter().find(|it| it.stop_id == leg.stop.0));
                Some(Row {
                    id: leg.stop.clone(),
                    at,
                    title: stop.title().to_owned(),
                    address: stop.address.clone(),
                    arrival: clock::format_time(leg.arrival),
                    waiting: leg.waiting,
                    late_by: leg.late_by,
                    way: format::distance(i64::from(leg.leg.metres)),
                    window: stop.window.map(|it| it.label().replace('-', "\u{2013}")).unwrap_or_default(),
                    status: status.map(|it| it.status.clone()).unwrap_or_default(),
                    unplaced: leg.unplaced,
                    kept: at < route.kept(),
                    astray: leg.astray.map(|it| astray(plan, stop, it)).unwrap_or_default(),
                    rests: [true, false].map(|before| {
                        let rest = schedule.rest.filter(|it| (it.stop, it.before) == (at, before));
                        rest.map(|it| {
                            format!(
                                "Break {}\u{2013}{}",
                                clock::format_time(it.start),
                                clock::format_time(it.end)
                            )
                        })
                        .unwrap_or_default()
                    }),
                })
            };
            schedule.legs.iter().enumerate().filter_map(row).collect::<Vec<_>>()
        })
    });
    let last = Memo::new(move |_| rows.with(Vec::len));
    let home = Memo::new(move |_| {
        let schedules = store.schedules();
        store.with(|plan| {
            let at = plan.routes.iter().position(|it| it.driver == id.get_value())?;
            let leg = schedules.get(at)?.return_leg?;
            Some(format!(
                "Back at the depot {}, {}",
                clock::format_time(schedules[at].finish),
                format::distance(i64::from(leg.metres))
            ))
        })
    });
    view! {
        <ol class="legs" aria-label="Stops in driving order">
            <For each=move || rows.get() key=Clone::clone let(row)>
                <LegRow driver=id row/>
            </For>
            <li class="legs__end">
                <Gap driver=id at=last/>
                {move || home.get().map(|text| view! { <span class="muted small"><IconView icon=Icon::Depot/>{text}</span> })}
            </li>
        </ol>
    }
}

/// The line between two rows that shows where a stop would be dropped.
#[component]
fn Gap(driver: StoredValue<DriverId>, #[prop(into)] at: Signal<usize>) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let slot = Memo::new(move |_| {
        let stop = page.dragged.get()?;
        Some(drag::slot(&store.plan_now(), &stop, &driver.get_value(), at.get()))
    });
    let here = Memo::new(move |_| {
        slot.get().is_some_and(|slot| page.hovered.with(|it| it.as_ref().is_some_and(|(it, _)| *it == slot)))
    });
    let best = Memo::new(move |_| slot.get().is_some_and(|slot| page.best.with(|best| best.contains(&slot))));
    view! {
        <span class="gap" class:gap--best=move || best.get() class:gap--here=move || here.get()></span>
    }
}

#[component]
fn LegRow(driver: StoredValue<DriverId>, row: Row) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let at = row.at;
    let id = StoredValue::new(row.id.clone());
    let selected = Memo::new(move |_| store.selected.with(|it| it.as_ref() == Some(&id.get_value())));
    let dragged = Memo::new(move |_| page.dragged.with(|it| it.as_ref() == Some(&id.get_value())));
    view! {
        <li class="leg" tabindex="0" data-test="route-stop" data-stop=row.id.0.clone()
            data-driver=driver.get_value().0 data-at=at.to_string() class:leg--kept=row.kept class:leg--selected=move || selected.get() class:leg--dragged=move || dragged.get()
            aria-current=move || selected.get().then_some("true")
            on:pointerdown=move |event| drag::press(page, &event, &id.get_value())
            on:click=move |_| store.selected.set(Some(id.get_value()))
            on:dblclick=move |_| page.editing.set(Some(id.get_value()))
            on:keydown=move |event| on_key(store, page, &event, &id.get_value())>
            <Gap driver at=Signal::derive(move || at)/>
            <span class="leg__number number">
                {at + 1}
                {row.kept.then(|| view! { <span class="leg__kept" role="img" aria-label="Stays where it is" title="Stays where it is"><IconView icon=Icon::Lock/></span> })}
            </span>
            <div class="leg__text">
                <span class="strong truncate">{row.title}</span>
                <span class="muted small truncate">{row.address}</span>
            </div>
            <div class="leg__side small">
                <span class="number"><span class="strong">{row.arrival}</span>{(!row.window.is_empty()).then(|| view! { <span class="muted">{format!("  {}", row.window)}</span> })}</span>
                <span class="leg__marks">
                    {(!row.status.is_empty() && row.status != "pending").then(|| view! { <span class=status_chip(&row.status)>{words(&row.status)}</span> })}
                    {row.unplaced.then(|| view! { <span class="chip chip--bad">"No position"</span> })}
                    {(!row.astray.is_empty()).then(|| view! { <span class="chip chip--warn">{row.astray}</span> })}
                    {(row.late_by > 0).then(|| view! { <span class="chip chip--bad">{format!("{} late", format::duration(i64::from(row.late_by).max(60)))}</span> })}
                    {(row.waiting >= 60).then(|| view! { <span class="muted">{format!("waits {}", format::duration(i64::from(row.waiting)))}</span> })}
                    <span class="muted number">{row.way}</span>
                </span>
            </div>
            <Grip/>
            {row.rests.into_iter().filter(|it| !it.is_empty()).map(|it| view! {
                <span class="leg__rest small"><IconView icon=Icon::Clock/>{it}</span>
            }).collect_view()}
        </li>
    }
}

/// What a finger drags a row by.
#[component]
fn Grip() -> View {
    view! { <span class="leg__grip" data-grip aria-hidden="true"><IconView icon=Icon::Grip/></span> }
}

/// What was asked of a stop, in as few words as fit a chip.
fn astray(plan: &Plan, stop: &milkrun_plan::Stop, it: Astray) -> String {
    match it {
        Astray::Driver => format!("Only {}", plan.locked_to(stop).map_or("another", |it| it.name.as_str())),
        Astray::Needs => format!("Needs {}", stop.needs.join(", ")),
        Astray::First => "Asked to be first".to_owned(),
        Astray::Last => "Asked to be last".to_owned(),
    }
}

/// The class of a chip for RouteMate's word on a stop.
pub(super) fn status_chip(status: &str) -> &'static str {
    match status {
        "completed" | "delivered" => "chip chip--ok",
        "failed" | "cancelled" => "chip chip--bad",
        "skipped" => "chip chip--warn",
        _ => "chip chip--info",
    }
}

/// A word of the wire as a word of the screen.
pub(super) fn words(status: &str) -> String {
    crate::store::capitalised(&status.replace('_', " "))
}

fn on_key(store: PlanStore, page: PlanView, event: &web_sys::KeyboardEvent, stop: &StopId) {
    let key = event.key();
    // A button inside the row has its own keys.
    let on_button = crate::ui::around(event, "button").is_some();
    if event.ctrl_key() || event.meta_key() || on_button {
        return;
    }
    let plan = store.plan_now();
    if event.alt_key() {
        let to = match key.as_str() {
            "ArrowUp" => beside(&plan, stop, false),
            "ArrowDown" => beside(&plan, stop, true),
            "ArrowLeft" => next_driver(store, &plan, stop, false),
            "ArrowRight" => next_driver(store, &plan, stop, true),
            _ => return,
        };
        event.prevent_default();
        if let Some(to) = to {
            store.edit(Edit::move_stop(stop, to));
            store.selected.set(Some(stop.clone()));
            focus_stop(stop.clone());
        }
        return;
    }
    match key.as_str() {
        "j" | "J" | "ArrowDown" => store.selected.set(step_row(true).or(Some(stop.clone()))),
        "k" | "K" | "ArrowUp" => store.selected.set(step_row(false).or(Some(stop.clone()))),
        "Enter" => page.editing.set(Some(stop.clone())),
        "Delete" | "Backspace" if plan.route_of(stop).is_some() => {
            let next = step_row(true).or_else(|| step_row(false));
            store.assign(stop, None);
            if let Some(next) = next {
                focus_stop(next);
            }
        }
        _ => return,
    }
    event.prevent_default();
}

/// The slot one place earlier or later on the same route; none at its ends.
fn beside(plan: &Plan, stop: &StopId, later: bool) -> Option<Slot> {
    let (route, at) = plan.route_of(stop)?;
    let to = if later { at + 1 } else { at.checked_sub(1)? };
    (to < route.stops.len()).then(|| Slot::of(&route.driver, to))
}

/// The cheapest slot on the route of the driver before or after; from no route, the first or the last driver.
fn next_driver(store: PlanStore, plan: &Plan, stop: &StopId, forward: bool) -> Option<Slot> {
    let now = plan
        .route_of(stop)
        .and_then(|(it, _)| plan.routes.iter().position(|route| route.driver == it.driver));
    let to = match (now, forward) {
        (Some(at), true) => at + 1,
        (Some(at), false) => at.checked_sub(1)?,
        (None, true) => 0,
        (None, false) => plan.routes.len().checked_sub(1)?,
    };
    let route = plan.routes.get(to)?;
    let travel = store.travel_now();
    (0..=route.stops.len())
        .map(|place| Slot::of(&route.driver, place))
        .min_by_key(|slot| price_move(plan, &travel, stop, slot).map(|it| it.rank()))
}

/// The stops on no route, as a place to drag from and to.
#[component]
pub(super) fn UnassignedCard() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let stops = Memo::new(move |_| {
        store.with(|plan| {
            let all = plan.unassigned();
            let row = |it: &&milkrun_plan::Stop| {
                (
                    it.id.clone(),
                    it.title().to_owned(),
                    it.address.clone(),
                    format::count(it.parcels as usize, "parcel"),
                    it.position.is_none(),
                )
            };
            (all.len(), all.iter().take(MOST_UNASSIGNED).map(row).collect::<Vec<_>>())
        })
    });
    let here = Memo::new(move |_| {
        page.hovered.with(|it| it.as_ref().is_some_and(|(slot, _)| slot.driver.is_none()))
    });
    let shown = move || stops.with(|it| it.0 > 0) || page.dragged.with(Option::is_some);
    view! {
        <article class="route card route--open" class:route--here=move || here.get() hidden=move || !shown()
            aria-label="Stops on no route" data-open>
            <header class="route__head">
                <span class="letter letter--open">"\u{2013}"</span>
                <span class="route__name">"On no route"</span>
                <span class="muted number">{move || stops.with(|it| it.0)}</span>
            </header>
            <ol class="legs">
                <For each=move || stops.get().1 key=Clone::clone let((id, title, address, parcels, unplaced))>
                    <UnassignedRow id title address parcels unplaced/>
                </For>
            </ol>
            {move || stops.with(|it| it.0.checked_sub(MOST_UNASSIGNED).filter(|it| *it > 0)).map(|more| view! {
                <p class="muted small route__more">{format!("and {more} more, in the Stops tab")}</p>
            })}
        </article>
    }
}

#[component]
fn UnassignedRow(id: StopId, title: String, address: String, parcels: String, unplaced: bool) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let name = id.0.clone();
    let id = StoredValue::new(id);
    let selected = Memo::new(move |_| store.selected.with(|it| it.as_ref() == Some(&id.get_value())));
    view! {
        <li class="leg" tabindex="0" data-test="open-stop" data-stop=name
            class:leg--selected=move || selected.get() aria-current=move || selected.get().then_some("true")
            on:pointerdown=move |event| drag::press(page, &event, &id.get_value())
            on:click=move |_| store.selected.set(Some(id.get_value()))
            on:dblclick=move |_| page.editing.set(Some(id.get_value()))
            on:keydown=move |event| on_key(store, page, &event, &id.get_value())>
            <span class="leg__number">"\u{2022}"</span>
            <div class="leg__text">
                <span class="strong truncate">{title}</span>
                <span class="muted small truncate">{address}</span>
            </div>
            <div class="leg__side small">
                {if unplaced { view! { <span class="chip chip--bad">"No position"</span> } } else { view! { <span class="muted">{parcels}</span> } }}
            </div>
            <Grip/>
            <AdviceView stop=id.get_value()/>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{Route, Stop};

    #[test]
    fn a_stop_moves_one_place_and_stays_on_its_route() {
        let mut plan = Plan::new("a", "2026-03-03");
        plan.stops = ["1", "2", "3"].map(|id| Stop::new(id, "x")).to_vec();
        plan.routes = vec![Route { stops: vec!["1".into(), "2".into()], ..Route::new("a".into()) }];
        let check = |stop: &str, later, expected: Option<usize>| {
            assert_eq!(beside(&plan, &stop.into(), later).map(|it| it.place), expected, "{stop} {later}");
        };
        check("1", false, None);
        check("1", true, Some(1));
        check("2", false, Some(0));
        check("2", true, None);
        check("3", true, None);
    }

    #[test]
    fn words_of_the_wire_are_put_for_people() {
        assert_eq!(words("in_progress"), "In progress");
        assert_eq!(status_chip("completed"), "chip chip--ok");
    }
}
