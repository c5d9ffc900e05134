//! The one question that is asked: sending a route cannot be taken back.

use milkrun_lean::prelude::*;
use milkrun_plan::{DriverId, Plan};

use crate::pages::plan::{PlanView, Tab, keys};
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// A route that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiting {
    driver: DriverId,
    name: String,
    letter: char,
    colour: usize,
    email: String,
    stops: usize,
    again: bool,
}

/// Asks before routes are sent.
#[component]
pub(crate) fn DispatchDialog() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let dialog = NodeRef::<web_sys::HtmlDialogElement>::new();
    let waiting = Memo::new(move |_| {
        let drivers = page.sending.get().unwrap_or_default();
        store.with(|plan| drivers.iter().filter_map(|it| waiting(plan, it)).collect::<Vec<_>>())
    });
    let ready = Memo::new(move |_| waiting.with(|all| all.iter().filter(|it| !it.email.is_empty()).count()));
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    // Closing it gives the focus back; it leaves the page by what it then tells.
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let send = move |_| {
        let all = waiting.get_untracked();
        close();
        for it in all.into_iter().filter(|it| !it.email.is_empty()) {
            store.dispatch(it.driver);
        }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-labelledby="dispatch-title" on:close=move |_| page.sending.set(None)>
            <div class="sheet__head"><h2 id="dispatch-title">
                {move || if waiting.with(Vec::len) == 1 { "Send this route to its driver" } else { "Send the routes to their drivers" }}
            </h2></div>
            <div class="sheet__body">
                <p>"RouteMate tells each driver at once. This cannot be taken back from here."</p>
                <ul class="confirm">
                    {move || waiting.get().into_iter().map(|it| view! { <Row it/> }).collect_view()}
                </ul>
            </div>
            <div class="sheet__foot">
                <button class="button" on:click=move |_| close()>"Not yet"</button>
                <button class="button button--primary" data-test="dispatch-confirm" disabled=move || ready.get() == 0 on:click=send>
                    <IconView icon=Icon::Send/>
                    {move || format!("Send {}", format::count(ready.get(), "route"))}
                </button>
            </div>
        </dialog>
    }
}

#[component]
fn Row(it: Waiting) -> View {
    let page = PlanView::get();
    let field = format!("#driver-email-{}", it.driver);
    let mend = move |_| {
        page.sending.set(None);
        page.editing.set(None);
        page.tab.set(Tab::Drivers);
        keys::focus_within(keys::PATIENCE, field.clone());
    };
    view! {
        <li class="confirm__row">
            <span class=format!("letter route-{}", it.colour)>{it.letter}</span>
            <div class="confirm__text">
                <span class="strong">{it.name}</span>
                {if it.email.is_empty() {
                    view! { <span class="bad small">"Has no e-mail address, so RouteMate cannot find the driver; left out."</span> }
                } else {
                    view! { <span class="muted small">{it.email.clone()}</span> }
                }}
                {it.again.then(|| view! { <span class="warn small">"Was sent before: the driver gets a second job, the first one stays in RouteMate."</span> })}
            </div>
            {if it.email.is_empty() {
                view! { <button class="button" on:click=mend>"Add it"</button> }
            } else {
                view! { <span class="number">{format::count(it.stops, "stop")}</span> }
            }}
        </li>
    }
}

fn waiting(plan: &Plan, id: &DriverId) -> Option<Waiting> {
    let (driver, route) = (plan.driver(id)?, plan.route(id)?);
    Some(Waiting {
        driver: id.clone(),
        name: driver.name.clone(),
        letter: driver.letter(),
        colour: crate::map::route_colour(driver),
        email: driver.email.clone(),
        stops: route.stops.len(),
        again: route.dispatched.as_ref().is_some_and(|it| it.job_id.is_some()),
    })
}
