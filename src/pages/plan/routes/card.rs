//! One driver's route at a glance, open or folded.

use milkrun_host::fixed;
use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::{Driver, DriverId, Route};

use super::costs::Costs;
use super::is_open;
use super::legs::Legs;
use super::sent::{JobChip, Sent};
use crate::pages::plan::PlanView;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// What a card shows of its route.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) driver: Driver,
    pub(super) route: Route,
    pub(super) schedule: RouteSchedule,
    pub(super) changed: bool,
}

/// One driver's card.
#[component]
pub(super) fn RouteCard(id: DriverId) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let id = StoredValue::new(id);
    let shown = Memo::new(move |_| {
        let schedules = store.schedules();
        store.with(|plan| {
            let at = plan.routes.iter().position(|it| it.driver == id.get_value())?;
            let route = plan.routes[at].clone();
            Some(Shown {
                driver: plan.drivers.get(at)?.clone(),
                changed: plan.changed_since_dispatch(&route),
                schedule: schedules.get(at).cloned().unwrap_or_default(),
                route,
            })
        })
    });
    let open = Memo::new(move |_| is_open(store, page, &id.get_value()));
    let count = move || shown.with(|it| it.as_ref().map_or(0, |it| it.route.stops.len()));
    // What the card is made of changes less often than what it tells.
    let empty = Memo::new(move |_| count() == 0);
    let part =
        move |read: fn(&Shown) -> String| move || shown.with(|it| it.as_ref().map(read).unwrap_or_default());
    let toggle = move |_| {
        page.toggled.update(|toggled| {
            if !toggled.remove(&id.get_value()) {
                toggled.insert(id.get_value());
            }
        });
    };
    view! {
        <article class=part(|it| format!("route card route-{}", crate::map::route_colour(&it.driver)))
            data-test="route-card" aria-label=part(|it| format!("Route {}, {}", it.driver.letter(), it.driver.name))
            data-driver=id.get_value().0 class:route--here=move || page.hovered.with(|it| {
                it.as_ref().is_some_and(|(slot, _)| slot.driver.as_ref() == Some(&id.get_value()))
            })>
            <header class="route__head">
                <button class="route__toggle" aria-expanded=move || open.get().to_string() on:click=toggle>
                    <span class="letter">{part(|it| it.driver.letter().to_string())}</span>
                    <span class="route__name truncate">{part(|it| it.driver.name.clone())}</span>
                    <span class="route__chevron" class:route__chevron--open=move || open.get()><IconView icon=Icon::Right/></span>
                </button>
                <JobChip id/>
                <Tools id shown/>
            </header>
            <div class="route__facts">
                {move || if empty.get() {
                    view! { <span class="muted">"No stops. Optimise, or drag stops here."</span> }
                } else {
                    view! { <Facts shown/> }
                }}
            </div>
            {move || (!empty.get()).then(|| view! { <Load shown/> <Costs shown/> })}
            <Sent id shown/>
            {move || (open.get() && !empty.get()).then(|| view! { <Legs id/> })}
        </article>
    }
}

#[component]
fn Facts(shown: Memo<Option<Shown>>) -> View {
    let schedule = move |read: fn(&RouteSchedule) -> String| {
        move || shown.with(|it| it.as_ref().map(|it| read(&it.schedule)).unwrap_or_default())
    };
    let trouble = Memo::new(move |_| {
        shown.with(|it| {
            it.as_ref().map_or((0, 0, 0, 0), |it| {
                let it = &it.schedule;
                (it.late_stops, it.overtime, it.break_missed, it.astray)
            })
        })
    });
    view! {
        <span class="number" title="Departure and return">
            {schedule(|it| format!("{}\u{2013}{}", format::clock(i64::from(it.departure)), format::clock(i64::from(it.finish))))}
        </span>
        <span class="number">{schedule(|it| format::count(it.legs.len(), "stop"))}</span>
        <span class="number">{schedule(|it| format::distance(i64::from(it.distance)))}</span>
        <span class="number">{schedule(|it| format!("{} driving", format::duration(i64::from(it.driving))))}</span>
        {move || {
            let (stops, overtime, missed, astray) = trouble.get();
            view! {
                {(stops > 0).then(|| view! { <span class="chip chip--bad">{format!("{stops} late")}</span> })}
                {(overtime > 0).then(|| view! { <span class="chip chip--bad">{format!("{} overtime", format::duration(i64::from(overtime).max(60)))}</span> })}
                {(missed > 0).then(|| view! { <span class="chip chip--bad">"No time for the break"</span> })}
                {(astray > 0).then(|| view! { <span class="chip chip--warn">{format!("{astray} not as asked")}</span> })}
            }
        }}
    }
}

#[component]
fn Load(shown: Memo<Option<Shown>>) -> View {
    let load =
        move || shown.with(|it| it.as_ref().map_or((0, 0), |it| (it.schedule.load, it.driver.capacity)));
    let share = move || {
        let (load, capacity) = load();
        if capacity == 0 { 100.0 } else { (f64::from(load) / f64::from(capacity) * 100.0).min(100.0) }
    };
    let over = move || load().0 > load().1;
    view! {
        <div class="load" class:load--over=over>
            <div class="load__bar" role="img" aria-label="Load"><span style:width=move || fixed(share(), 1) + "%"></span></div>
            <span class="small number">
                {move || {
                    let (load, capacity) = load();
                    let excess = load.saturating_sub(capacity);
                    let of = format!("{load} of {}", format::count(capacity as usize, "parcel"));
                    if excess > 0 { format!("{of}, {excess} too many") } else { of }
                }}
            </span>
        </div>
    }
}

#[component]
fn Tools(id: StoredValue<DriverId>, shown: Memo<Option<Shown>>) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let locked = Memo::new(move |_| shown.with(|it| it.as_ref().is_some_and(|it| it.route.locked)));
    let ready = Memo::new(move |_| store.with(|plan| super::sendable(plan).contains(&id.get_value())));
    let word = move || {
        shown.with(|it| match it {
            Some(it) if it.changed => "Send again",
            Some(it) if it.route.dispatched.is_some() => "Try again",
            _ => "Dispatch",
        })
    };
    view! {
        <button class="button button--quiet button--icon" aria-pressed=move || locked.get().to_string()
            class:route__lock--on=move || locked.get()
            aria-label=move || if locked.get() { "Unlock this route" } else { "Lock this route" }
            title=move || if locked.get() { "Locked: nothing changes its stops. Click to unlock" } else { "Lock: keep this route as it is" }
            on:click=move |_| { store.edit(Edit::LockRoute { driver: id.get_value(), locked: !locked.get_untracked() }); }>
            <IconView icon=Icon::Lock/>
        </button>
        {move || ready.get().then(|| view! {
            <button class="button route__dispatch" data-test="dispatch-route"
                on:click=move |_| page.sending.set(Some(vec![id.get_value()]))>
                <IconView icon=Icon::Send/>{word}
            </button>
        })}
    }
}
