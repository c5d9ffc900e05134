//! Why a stop is on no route and what would help, kept true while somebody looks.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_plan::StopId;

use super::{PlanView, Tab};
use crate::store::PlanStore;
use crate::ui::icon::{Icon, IconView};

/// Several edits in a row ask once.
const SETTLE: Duration = Duration::from_millis(250);

/// Has the optimiser explain the plan whenever it has changed and the answer can be seen.
pub(super) fn follow() {
    let store = PlanStore::get();
    let page = PlanView::get();
    let seen = Memo::new(move |_| {
        page.tab.get() == Tab::Routes
            || store.run.outcome.with(Option::is_some)
            || page
                .editing
                .with(|it| it.as_ref().is_some_and(|stop| store.with(|plan| plan.route_of(stop).is_none())))
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        // Whatever is planned by is part of the question.
        let (_, _) = (store.plan(), store.travelling.times());
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if seen.get() && store.ready.get() && !store.run.is_busy() {
            timer.set_value(set_timeout_with_handle(move || store.ask_for_advice(), SETTLE).ok());
        }
    });
}

/// Why a stop is on no route, and a button that does what would help; nothing while nobody knows.
#[component]
pub(super) fn AdviceView(stop: StopId) -> View {
    let store = PlanStore::get();
    let id = StoredValue::new(stop);
    let told = Memo::new(move |_| store.run.advice.with(|all| all.of(&id.get_value()).cloned()));
    View::of(move || {
        told.get().map(|it| {
            view! {
                <div class="advice" data-test="advice">
                    <span class="advice__why">{it.why}"."</span>
                    {match it.remedy {
                        Some(remedy) => view! {
                            <span class="muted">{remedy.text.clone()}"."</span>
                            <span class="advice__acts">
                                <button class="button button--small" data-test="advice-take" title=remedy.text
                                    on:click=move |event| {
                                        event.stop_propagation();
                                        store.take_advice(&id.get_value());
                                        go_along(store, id);
                                    }>
                                    <IconView icon=Icon::Check/>{remedy.act}
                                </button>
                                {(!remedy.edits.is_empty()).then(|| view! { <ServeAnyway id/> })}
                            </span>
                        },
                        None => view! { <span class="advice__acts"><ServeAnyway id/></span> },
                    }}
                </div>
            }
        })
    })
}

/// The button has gone with its row: the focus follows the stop.
fn go_along(store: PlanStore, id: StoredValue<StopId>) {
    store.selected.set(Some(id.get_value()));
    super::keys::focus_stop(id.get_value());
}

/// Puts a stop where it costs least, whatever that breaks.
#[component]
fn ServeAnyway(id: StoredValue<StopId>) -> View {
    let store = PlanStore::get();
    view! {
        <button class="button button--small button--quiet" data-test="serve-anyway"
            title="Put it where it costs least and flag what that breaks"
            on:click=move |event| {
                event.stop_propagation();
                store.serve_anyway(&id.get_value());
                go_along(store, id);
            }>
            "Serve anyway"
        </button>
    }
}
