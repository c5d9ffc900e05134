//! The list of all stops: searched, filtered, and of any length.

use std::ops::Range;

use milkrun_host::lower;
use milkrun_lean::prelude::*;
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::{Plan, StopId};

use super::PlanView;
use super::keys::focus_stop;
use super::windowed::Windowed;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// Which stops the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Filter {
    #[default]
    All,
    Unassigned,
    Unplaced,
    Late,
}

const FILTERS: [(Filter, &str); 4] = [
    (Filter::All, "All"),
    (Filter::Unassigned, "Unassigned"),
    (Filter::Unplaced, "No position"),
    (Filter::Late, "Late"),
];

/// What is known of a stop from the routes, found once for all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Served {
    letter: String,
    colour: usize,
    number: usize,
    late_by: u32,
}

/// Everything a row shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    id: StopId,
    title: String,
    address: String,
    window: String,
    parcels: u32,
    unplaced: bool,
    unsure: bool,
    wishes: String,
    served: Option<Served>,
}

/// The Stops tab.
#[component]
pub(super) fn StopsTab() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let search = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::default());
    let served = Memo::new(move |_| store.with(|plan| served(plan, &store.schedules())));
    let found = Memo::new(move |_| {
        let words: Vec<String> = lower(&search.get()).split_whitespace().map(str::to_owned).collect();
        let filter = filter.get();
        store.with(|plan| {
            served.with(|served| {
                let fits = |(at, it): &(usize, &milkrun_plan::Stop)| {
                    let passes = match filter {
                        Filter::All => true,
                        Filter::Unassigned => served[*at].is_none(),
                        Filter::Unplaced => it.position.is_none(),
                        Filter::Late => served[*at].as_ref().is_some_and(|it| it.late_by > 0),
                    };
                    passes && words.iter().all(|word| mentions(it, word))
                };
                plan.stops.iter().enumerate().filter(fits).map(|(at, _)| at).collect::<Vec<_>>()
            })
        })
    });
    let count = Memo::new(move |_| found.with(Vec::len));
    let counts = Memo::new(move |_| {
        let totals = store.totals();
        [store.with(|plan| plan.stops.len()), totals.unassigned, totals.unplaced, totals.late_stops]
    });
    let rows = move |range: Range<usize>| {
        store.with(|plan| {
            let row = |at: &usize| {
                plan.stops
                    .get(*at)
                    .map(|it| served.with(|served| row(plan, it, served.get(*at).cloned().flatten())))
            };
            found.with(|found| found.get(range).unwrap_or_default().iter().filter_map(row).collect())
        })
    };
    let place = move |stop: &StopId| {
        store.with(|plan| {
            found.with(|found| {
                found.iter().position(|at| plan.stops.get(*at).is_some_and(|it| it.id == *stop))
            })
        })
    };
    let reveal = Memo::new(move |_| store.selected.get().and_then(|stop| place(&stop)));
    // The next stop may not be on the page yet: select it, which brings it into view, then focus it.
    let step = Callback::new(move |(stop, forward): (StopId, bool)| {
        let at = untrack(|| place(&stop)).unwrap_or(0);
        let next = if forward { at + 1 } else { at.saturating_sub(1) };
        let id = untrack(|| {
            store.with(|plan| {
                found.with(|found| found.get(next).and_then(|at| Some(plan.stops.get(*at)?.id.clone())))
            })
        });
        if let Some(id) = id {
            store.selected.set(Some(id.clone()));
            request_animation_frame(move || focus_stop(id));
        }
    });
    let add = move |_| {
        let id = untrack(|| store.with(free_id));
        let mut stop = milkrun_plan::Stop::new(id.clone(), "");
        stop.service_s = untrack(|| store.with(|plan| plan.settings.default_service_s));
        if store.edit(milkrun_plan::edit::Edit::AddStop(stop)) {
            store.selected.set(Some(StopId(id.clone())));
            page.editing.set(Some(StopId(id)));
        }
    };
    view! {
        <div class="stops">
            <div class="stops__tools">
                <label class="search">
                    <IconView icon=Icon::Search/>
                    <input class="input" id="stop-search" type="search" placeholder="Search stops" aria-label="Search stops"
                        prop:value=move || search.get() on:input=move |event| search.set(event_target_value(&event))/>
                </label>
                <button class="button button--icon" aria-label="Add a stop" title="Add a stop" on:click=add><IconView icon=Icon::Plus/></button>
            </div>
            <div class="chips" role="group" aria-label="Filter the stops">
                {FILTERS.into_iter().enumerate().map(|(at, (it, text))| view! {
                    <button class="chip chip--button" aria-pressed=move || (filter.get() == it).to_string()
                        on:click=move |_| filter.set(it)>
                        {text}" "<span class="muted">{move || counts.get()[at]}</span>
                    </button>
                }).collect_view()}
            </div>
            {move || (count.get() == 0).then(|| view! { <Nothing filter=filter.get() searched=!search.get().is_empty()/> })}
            <Windowed class="stops__list" label="Stops" count=count height=Signal::derive(|| 68.0) rows
                reveal=reveal row=move |row: Row| view! { <StopRow row step/> }/>
        </div>
    }
}

#[component]
fn Nothing(filter: Filter, searched: bool) -> View {
    let text = match (searched, filter) {
        (true, _) => "No stop mentions this",
        (false, Filter::All) => "There are no stops yet. Import some, or add one with the plus",
        (false, Filter::Unassigned) => "Every stop is on a route",
        (false, Filter::Unplaced) => "Every stop has a position",
        (false, Filter::Late) => "No stop is late",
    };
    view! { <p class="stops__nothing muted">{text}"."</p> }
}

#[component]
fn StopRow(row: Row, step: Callback<(StopId, bool)>) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let id = StoredValue::new(row.id.clone());
    let selected = Memo::new(move |_| store.selected.with(|it| it.as_ref() == Some(&id.get_value())));
    let open = move || {
        store.selected.set(Some(id.get_value()));
        page.editing.set(Some(id.get_value()));
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "Enter" => open(),
            "j" | "J" | "ArrowDown" => step.run((id.get_value(), true)),
            "k" | "K" | "ArrowUp" => step.run((id.get_value(), false)),
            _ => return,
        }
        event.prevent_default();
    };
    let late = row.served.as_ref().filter(|it| it.late_by > 0).map(|it| it.late_by);
    view! {
        <div class="stop-row" role="listitem" tabindex="0" data-test="stop-row" data-stop=row.id.0
            class:stop-row--selected=move || selected.get() aria-current=move || selected.get().then_some("true")
            on:pointerdown=move |event| super::drag::press(page, &event, &id.get_value())
            on:click=move |_| store.selected.set(Some(id.get_value())) on:dblclick=move |_| open() on:keydown=key>
            <Badge served=row.served/>
            <div class="stop-row__text">
                <div class="stop-row__line">
                    <span class="strong truncate">{row.title}</span>
                    <span class="muted small stop-row__id">{row.id.0.clone()}</span>
                </div>
                <div class="stop-row__line muted small">
                    {(!row.wishes.is_empty()).then(|| view! { <span class="stop-row__wishes">{row.wishes}</span> })}
                    <span class="truncate">{if row.address.is_empty() { "No address".to_owned() } else { row.address }}</span>
                </div>
            </div>
            <div class="stop-row__side small">
                <span class="number">{row.window}</span>
                {match (row.unplaced, late, row.unsure) {
                    (true, ..) => view! { <span class="chip chip--bad">"No position"</span> },
                    (_, Some(by), _) => view! { <span class="chip chip--bad">{format!("{} late", crate::ui::format::duration(i64::from(by).max(60)))}</span> },
                    (_, _, true) => view! { <span class="chip chip--warn">"Check pin"</span> },
                    _ => view! { <span class="muted number">{format::count(row.parcels as usize, "parcel")}</span> },
                }}
            </div>
            <button class="button button--quiet button--icon stop-row__edit" tabindex="-1"
                aria-label="Open the details" title="Details (Enter)"
                on:click=move |event| {
                    event.stop_propagation();
                    open();
                }>
                <IconView icon=Icon::Right/>
            </button>
        </div>
    }
}

#[component]
fn Badge(served: Option<Served>) -> View {
    match served {
        Some(it) => view! {
            <span class=format!("letter route-{}", it.colour) title=format!("Route {}, place {}", it.letter, it.number)>
                {it.letter.clone()}
            </span>
        },
        None => view! { <span class="letter letter--open" title="On no route">"\u{2013}"</span> },
    }
}

/// Where each stop of the plan is served, by the stops' order.
fn served(plan: &Plan, schedules: &[RouteSchedule]) -> Vec<Option<Served>> {
    let mut by_id = std::collections::HashMap::new();
    for ((driver, route), schedule) in plan.drivers.iter().zip(&plan.routes).zip(schedules) {
        for (at, id) in route.stops.iter().enumerate() {
            let late_by = schedule.legs.get(at).map_or(0, |it| it.late_by);
            let colour = crate::map::route_colour(driver);
            by_id.insert(id, Served { letter: driver.letter().to_string(), colour, number: at + 1, late_by });
        }
    }
    plan.stops.iter().map(|it| by_id.remove(&it.id)).collect()
}

fn row(plan: &Plan, stop: &milkrun_plan::Stop, served: Option<Served>) -> Row {
    Row {
        id: stop.id.clone(),
        title: stop.title().to_owned(),
        address: stop.address.clone(),
        window: stop.window.map(|it| it.label().replace('-', "\u{2013}")).unwrap_or_default(),
        parcels: stop.parcels,
        unplaced: stop.position.is_none(),
        unsure: stop.position.as_ref().is_some_and(|it| it.confidence < super::details::SURE),
        wishes: super::wishes::words(stop, plan.locked_to(stop).map(|it| it.name.as_str())),
        served,
    }
}

fn mentions(stop: &milkrun_plan::Stop, word: &str) -> bool {
    let texts = [stop.id.as_str(), &stop.label, &stop.address];
    let more = [&stop.note, &stop.phone, &stop.email, &stop.tracking_number];
    let more = more.into_iter().flatten().map(String::as_str);
    texts.into_iter().chain(more).any(|it| lower(it).contains(word))
}

fn free_id(plan: &Plan) -> String {
    let known = plan.lookup();
    let taken = |n: &usize| known.contains_key(&StopId(format!("NEW-{n}")));
    let n = (1..).find(|n| !taken(n)).unwrap_or(1);
    format!("NEW-{n}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::Stop;

    #[test]
    fn a_search_looks_at_everything_a_dispatcher_may_remember() {
        let stop = Stop {
            label: "Leipomo Äkäs".into(),
            phone: Some("+358 40".into()),
            ..Stop::new("HEL-7", "Kirkkokatu 16")
        };
        for (word, found) in
            [("hel-7", true), ("äkäs", true), ("kirkko", true), ("358", true), ("vantaa", false)]
        {
            assert_eq!(mentions(&stop, word), found, "{word}");
        }
    }

    #[test]
    fn a_new_stop_gets_a_number_nobody_has() {
        let mut plan = Plan::new("a", "2026-03-03");
        assert_eq!(free_id(&plan), "NEW-1");
        plan.stops = vec![Stop::new("NEW-1", ""), Stop::new("NEW-3", "")];
        assert_eq!(free_id(&plan), "NEW-2");
    }
}
