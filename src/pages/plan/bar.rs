//! The top bar: which plan this is, what it costs, and what can be done with it.

use milkrun_lean::prelude::*;
use milkrun_plan::cost;
use milkrun_plan::edit::Edit;

use super::PlanView;
use super::menu::Menu;
use crate::parts;
use crate::store::{PlanStore, TravelState};
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// The bar over the room.
#[component]
pub(super) fn TopBar() -> View {
    let store = PlanStore::get();
    let name = Memo::new(move |_| store.with(|plan| plan.name.clone()));
    let date = Memo::new(move |_| store.with(|plan| plan.date.clone()));
    view! {
        <header class="bar plan-bar">
            <div class="plan-bar__name">
                <input class="plan-bar__title" aria-label="Name of the plan" prop:value=move || name.get()
                    on:change=move |event| {
                        let text = event_target_value(&event).trim().to_owned();
                        if !text.is_empty() {
                            store.edit(Edit::Rename(text));
                        }
                    }/>
                <input class="plan-bar__date" type="date" aria-label="Day of the plan" prop:value=move || date.get()
                    on:change=move |event| {
                        let day = event_target_value(&event);
                        if !day.is_empty() {
                            store.edit(Edit::SetDate(day));
                        }
                    }/>
            </div>
            <Totals/>
            <span class="toolbar__gap"></span>
            <div class="plan-bar__actions">
                <UndoButtons/>
                <Menu part=&parts::FILES summary=view! {
                    <summary class="button button--quiet" data-test="export">"File"<IconView icon=Icon::Down/></summary>
                }/>
                <DispatchAll/>
                <OptimiseButton/>
            </div>
        </header>
    }
}

#[component]
fn Totals() -> View {
    let store = PlanStore::get();
    // A change from nothing at all is no change worth a number.
    let compared = move || store.baseline().assigned > 0 && store.totals().assigned > 0;
    let difference = move |now: u64, before: u64, text: fn(i64) -> String| {
        let value = now as i64 - before as i64;
        if compared() { format::signed(&text(value), value) } else { String::new() }
    };
    let number = |value: i64| value.to_string();
    let distance = move || difference(store.totals().distance, store.baseline().distance, format::distance);
    let driving = move || {
        difference(store.totals().driving, store.baseline().driving, |it| {
            // Less than half a minute would read as nothing with a sign.
            if it.abs() < 30 { String::new() } else { format::duration(it) }
        })
    };
    let currency = move || store.with(|plan| plan.settings.rates.currency);
    let cost = move || {
        let value = store.totals().cost - store.baseline().cost;
        let cents = cost::cents(value);
        if compared() { format::signed(&format::money(value, currency()), cents) } else { String::new() }
    };
    let late =
        move || difference(store.totals().late_stops as u64, store.baseline().late_stops as u64, number);
    let open =
        move || difference(store.totals().unassigned as u64, store.baseline().unassigned as u64, number);
    let source = move || match store.travelling.state.get() {
        TravelState::Asking => "Asking for road times".to_owned(),
        TravelState::TooMany(places) => {
            format!(
                "{places} places are more than the server measures at once, so this is estimated from straight lines"
            )
        }
        TravelState::Settled | TravelState::Failed(_) => {
            format!("Distances: {}", store.travelling.times().provider())
        }
    };
    let short = move || match store.travelling.state.get() {
        TravelState::Asking => "measuring".to_owned(),
        TravelState::TooMany(_) => "estimated".to_owned(),
        TravelState::Settled | TravelState::Failed(_) => store.travelling.times().provider().to_owned(),
    };
    view! {
        <dl class="totals">
            <Total name="Distance" test="total-distance" delta=Signal::derive(distance)
                value=Signal::derive(move || format::distance(store.totals().distance as i64))/>
            <Total name="Driving" test="total-driving" delta=Signal::derive(driving)
                value=Signal::derive(move || format::duration(store.totals().driving as i64))/>
            <Total name="Cost" test="total-cost" delta=Signal::derive(cost)
                value=Signal::derive(move || format::money(store.totals().cost, currency()))/>
            <Total name="Late" test="total-late" delta=Signal::derive(late)
                bad=Signal::derive(move || store.totals().late_stops > 0)
                value=Signal::derive(move || store.totals().late_stops.to_string())/>
            <Total name="Unassigned" test="total-unassigned" delta=Signal::derive(open)
                bad=Signal::derive(move || false)
                value=Signal::derive(move || store.totals().unassigned.to_string())/>
            <div class="total total--source" title=source data-test="travel-source">
                <dt>"Measured by"</dt>
                <dd>{short}</dd>
            </div>
        </dl>
    }
}

#[component]
fn Total(
    name: &'static str,
    test: &'static str,
    value: Signal<String>,
    delta: Signal<String>,
    #[prop(optional)] bad: Signal<bool>,
) -> View {
    view! {
        <div class="total" class:total--bad=move || bad.get()>
            <dt>
                {name}
                <span class="delta" class:delta--less=move || delta.get().starts_with('-')>{move || delta.get()}</span>
            </dt>
            <dd data-test=test>{move || value.get()}</dd>
        </div>
    }
}

#[component]
fn UndoButtons() -> View {
    let store = PlanStore::get();
    let undo = Memo::new(move |_| store.undo_label());
    let redo = Memo::new(move |_| store.redo_label());
    let named = |verb: &str, label: Option<String>| match label {
        Some(label) => format!("{verb}: {label}"),
        None => format!("Nothing to {}", verb.to_ascii_lowercase()),
    };
    view! {
        <div class="plan-bar__pair">
            <button class="button button--quiet button--icon" data-test="undo" disabled=move || undo.get().is_none()
                title=move || named("Undo", undo.get()) aria-label=move || named("Undo", undo.get())
                on:click=move |_| store.undo()>
                <IconView icon=Icon::Undo/>
            </button>
            <button class="button button--quiet button--icon" data-test="redo" disabled=move || redo.get().is_none()
                title=move || named("Redo", redo.get()) aria-label=move || named("Redo", redo.get())
                on:click=move |_| store.redo()>
                <IconView icon=Icon::Redo/>
            </button>
        </div>
    }
}

#[component]
fn DispatchAll() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let ready = Memo::new(move |_| store.with(super::routes::sendable));
    view! {
        <button class="button" data-test="dispatch-all" disabled=move || ready.with(Vec::is_empty)
            title=move || match ready.with(Vec::len) {
                0 => "No route is waiting to be sent".to_owned(),
                1 => "Send 1 route to its driver".to_owned(),
                n => format!("Send {n} routes to their drivers"),
            }
            on:click=move |_| page.sending.set(Some(ready.get_untracked()))>
            <IconView icon=Icon::Send/>"Dispatch all"
        </button>
    }
}

#[component]
fn OptimiseButton() -> View {
    let store = PlanStore::get();
    let busy = Memo::new(move |_| store.run.is_busy());
    view! {
        <div class="split">
            {move || if busy.get() {
                view! {
                    <button class="button button--primary split__main" data-test="stop-optimise"
                        on:click=move |_| store.run.stop()>
                        <IconView icon=Icon::Stop/>"Stop here"
                    </button>
                }
            } else {
                view! {
                    <button class="button button--primary split__main" data-test="optimise"
                        on:pointerenter=move |_| store.run.prepare() on:focus=move |_| store.run.prepare()
                        on:click=move |_| store.optimise()>
                        <IconView icon=Icon::Optimise/>"Optimise"
                    </button>
                }
            }}
            <Menu part=&parts::AIMS summary=view! {
                <summary class="button button--primary button--icon split__more" aria-label="How to optimise" data-test="optimise-menu">
                    <IconView icon=Icon::Down/>
                </summary>
            }/>
        </div>
    }
}
