//! What the page has to say about the whole plan: what is missing, what the optimiser left out, whose distances.

use milkrun_lean::prelude::*;
use milkrun_plan::StopId;

use super::advice::AdviceView;
use super::run_strip::RunStrip;
use super::{PlanView, Tab};
use crate::store::{Missing, Outcome, PlanStore, TravelState, summary};
use crate::ui::icon::{Icon, IconView};

/// The stack of notices over the map.
#[component]
pub(super) fn Notices() -> View {
    let store = PlanStore::get();
    view! {
        <div class="notices">
            <RunStrip/>
            {move || store.run.missing.get().map(|missing| view! { <MissingNotice missing/> })}
            {move || store.run.outcome.get().map(|outcome| view! { <OutcomeNotice outcome/> })}
            <TravelNotice/>
        </div>
    }
}

#[component]
fn MissingNotice(missing: Missing) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let close = move || store.run.missing.set(None);
    let (text, tab) = match missing {
        Missing::Depot => ("Set the depot", Some(Tab::Drivers)),
        Missing::Drivers => ("Add a driver", Some(Tab::Drivers)),
        Missing::Positions => ("Look at the stops", Some(Tab::Stops)),
        Missing::FreeRoutes | Missing::FreeStops => ("Look at the routes", Some(Tab::Routes)),
        Missing::Stops => ("Import stops", None),
    };
    let mend = move |_| {
        close();
        match tab {
            Some(tab) => {
                page.editing.set(None);
                page.tab.set(tab);
                let field =
                    if missing == Missing::Depot { "#depot-address" } else { "[data-test=driver-add]" };
                if tab == Tab::Drivers {
                    super::keys::focus_within(super::keys::PATIENCE, field.to_owned());
                }
            }
            None => page.importing.set(Some(crate::pages::import::Source::Paste)),
        }
    };
    view! {
        <div class="notice notice--warn notice--float" role="alert" data-test="optimise-missing">
            <IconView icon=Icon::Warn/>
            <p>{missing.sentence()}"."</p>
            <button class="button" on:click=mend>{text}</button>
            <Close on_close=Callback::new(move |()| close())/>
        </div>
    }
}

#[component]
fn OutcomeNotice(outcome: Outcome) -> View {
    let store = PlanStore::get();
    let text = summary(&outcome);
    // A stop that found a route meanwhile needs no mention any more.
    let open = Memo::new(move |_| {
        store.with(|plan| {
            let is_open = |it: &&StopId| plan.stop(it).is_some() && plan.route_of(it).is_none();
            store
                .run
                .advice
                .with(|all| all.stops.iter().map(|it| &it.stop).filter(is_open).cloned().collect::<Vec<_>>())
        })
    });
    let any = Memo::new(move |_| !open.with(Vec::is_empty));
    let lead = if outcome.stopped { "Stopped. " } else { "" };
    view! {
        <div class="notice notice--warn notice--float" data-test="optimise-outcome">
            <IconView icon=Icon::Warn/>
            <div class="outcome">
                <p>{lead}{text}"."</p>
                {move || any.get().then(|| view! {
                    <ul class="outcome__list">
                        <For each=move || open.get() key=Clone::clone let(stop)>
                            <UnservedRow stop/>
                        </For>
                    </ul>
                })}
            </div>
            <Close on_close=Callback::new(move |()| store.run.outcome.set(None))/>
        </div>
    }
}

#[component]
fn UnservedRow(stop: StopId) -> View {
    let store = PlanStore::get();
    let title = store.plan_now().stop(&stop).map(|it| it.title().to_owned()).unwrap_or_default();
    let select = stop.clone();
    view! {
        <li class="outcome__row">
            <button class="link" on:click=move |_| store.selected.set(Some(select.clone()))>{title}</button>
            <AdviceView stop/>
        </li>
    }
}

#[component]
fn TravelNotice() -> View {
    let store = PlanStore::get();
    View::of(move || match store.travelling.state.get() {
        TravelState::Failed(why) => Some(view! {
            <div class="notice notice--warn notice--float" role="status">
                <IconView icon=Icon::Warn/>
                <p>"Times and distances are estimates from straight lines. "{why}</p>
                <button class="button" on:click=move |_| store.fetch_travel_again()>"Try again"</button>
            </div>
        }),
        _ => None,
    })
}

#[component]
fn Close(on_close: Callback<()>) -> View {
    view! {
        <button class="button button--quiet button--icon notice__close" aria-label="Close this notice"
            on:click=move |_| on_close.run(())>
            <IconView icon=Icon::Close/>
        </button>
    }
}
