//! What became of a route that was sent: how far its driver is, and RouteMate's order beside ours.

use super::card::Shown;
use super::legs::{status_chip, words};
use super::order::moved;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use milkrun_host::fixed;
use milkrun_lean::prelude::*;
use milkrun_plan::{DispatchInfo, DriverId, StopId};
use milkrun_wire::api::dispatch::Dispatch;
use wasm_bindgen::JsCast;

/// RouteMate's word for the job, and how many of its stops are done.
#[component]
pub(super) fn JobChip(id: StoredValue<DriverId>) -> View {
    let store = PlanStore::get();
    let word = Memo::new(move |_| {
        let driver = id.get_value();
        if store.dispatching.is_sending(&driver) {
            return Some((None, "Sending".to_owned(), "chip chip--info"));
        }
        let info = store.with(|plan| plan.route(&driver).and_then(|it| it.dispatched.clone()))?;
        info.job_id.as_ref()?;
        let job = store.dispatching.job(&info);
        let status =
            job.as_ref().and_then(|it| it.job_status.clone()).unwrap_or_else(|| "accepted".to_owned());
        let done = job.as_ref().map_or(0, |it| it.stops.iter().filter(|it| it.status == "completed").count());
        let text = if done > 0 {
            format!("{}, {done} of {} done", words(&status), info.sent.len())
        } else {
            words(&status)
        };
        Some((Some("job-status"), text, status_chip(&status)))
    });
    View::of(move || {
        word.get().map(|(test, text, class)| view! { <span class=class data-test=test>{text}</span> })
    })
}

/// How sending went, and what RouteMate made of the route.
#[component]
pub(super) fn Sent(id: StoredValue<DriverId>, shown: Memo<Option<Shown>>) -> View {
    let store = PlanStore::get();
    let failure = Memo::new(move |_| store.dispatching.failure(&id.get_value()));
    let sending = Memo::new(move |_| store.dispatching.is_sending(&id.get_value()));
    let info = Memo::new(move |_| shown.with(|it| it.as_ref().and_then(|it| it.route.dispatched.clone())));
    let unanswered = Memo::new(move |_| {
        !sending.get() && info.with(|it| it.as_ref().is_some_and(|it| it.job_id.is_none()))
    });
    let changed = Memo::new(move |_| {
        shown.with(|it| {
            it.as_ref().is_some_and(|it| {
                it.changed && it.route.dispatched.as_ref().is_some_and(|it| it.job_id.is_some())
            })
        })
    });
    let ours = Memo::new(move |_| {
        shown.with(|it| it.as_ref().map_or((0, 0), |it| (it.schedule.distance, it.schedule.driving)))
    });
    // News of the job must not fold what somebody has unfolded.
    let unfolded = StoredValue::new(false);
    view! {
        {move || failure.get().or_else(|| unanswered.get().then(|| {
            "Sending was interrupted before RouteMate answered.".to_owned()
        })).map(|why| view! {
            <div class="notice notice--bad sent__notice" role="alert" data-test="dispatch-failure">
                <IconView icon=Icon::Warn/>
                <div class="sent__why">
                    <p>{why}</p>
                    {move || unanswered.get().then(|| view! {
                        <p class="muted small">"Try again is safe: the same key goes along, so the route cannot be sent twice."</p>
                    })}
                    <div class="toolbar">
                        <button class="button" data-test="dispatch-retry" disabled=move || sending.get() on:click=move |_| store.dispatch(id.get_value())>"Try again"</button>
                        {move || unanswered.get().then(|| view! {
                            <button class="button button--quiet" on:click=move |_| store.forget_dispatch(&id.get_value())>"Give up"</button>
                        })}
                    </div>
                </div>
            </div>
        })}
        {move || changed.get().then(|| view! {
            <p class="sent__changed small warn"><IconView icon=Icon::Warn/>"Changed since it was sent. The driver still has the old route until you send it again."</p>
        })}
        {move || info.get().filter(|it| it.job_id.is_some()).map(|info| {
            let job = store.dispatching.job(&info);
            view! { <Answer info job ours=ours.get_untracked() unfolded/> }
        })}
    }
}

/// Whether the details that an event came from are unfolded.
fn is_open(event: &web_sys::Event) -> bool {
    let details = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|it| it.has_attribute("open"))
}

/// RouteMate's answer: its totals, its warnings, its order.
#[component]
fn Answer(info: DispatchInfo, job: Option<Dispatch>, ours: (u32, u32), unfolded: StoredValue<bool>) -> View {
    let store = PlanStore::get();
    let sent: Vec<StopId> = info.sent.iter().map(|it| it.id.clone()).collect();
    let order = info.returned_order.clone();
    let changed = moved(&sent, &order);
    let count = changed.len();
    let plan = store.plan_now();
    let stops = plan.lookup();
    let name = |id: &StopId| stops.get(id).map_or_else(|| id.to_string(), |it| it.title().to_owned());
    let status = |id: &StopId| {
        job.as_ref()
            .and_then(|job| job.stops.iter().find(|it| it.stop_id == id.0))
            .map(|it| it.status.clone())
    };
    let rows: Vec<_> = order
        .iter()
        .enumerate()
        .map(|(at, id)| {
            (
                at + 1,
                sent.iter().position(|it| it == id).map(|it| it + 1),
                name(id),
                changed.contains(id),
                status(id),
            )
        })
        .collect();
    let totals = match (info.returned_km, info.returned_minutes) {
        (None, None) => None,
        (km, minutes) => {
            let parts: Vec<String> = [
                km.map(|it| format!("{} km", fixed(it, 1))),
                minutes.map(|it| format::duration((it * 60.0) as i64)),
            ]
            .into_iter()
            .flatten()
            .collect();
            let own =
                format!("{}, {}", format::distance(i64::from(ours.0)), format::duration(i64::from(ours.1)));
            Some(format!("RouteMate says {}; we planned {own} of driving", parts.join(", ")))
        }
    };
    let summary = match (order.is_empty(), count) {
        (true, _) => "RouteMate gave no order".to_owned(),
        (_, 0) => "RouteMate keeps our order".to_owned(),
        (_, 1) => "RouteMate moved 1 stop".to_owned(),
        (_, n) => format!("RouteMate moved {n} stops"),
    };
    view! {
        <div class="sent" data-test="routemate-answer">
            {totals.map(|it| view! { <p class="small muted">{it}</p> })}
            {(!info.warnings.is_empty()).then(|| view! {
                <ul class="sent__warnings small">
                    {info.warnings.iter().map(|it| view! { <li class="warn"><IconView icon=Icon::Warn/><span>{it.clone()}</span></li> }).collect_view()}
                </ul>
            })}
            <details class="sent__order" open=unfolded.get_value() on:toggle=move |event| unfolded.set_value(is_open(&event))>
                <summary class="small">{summary}</summary>
                <table class="table sent__table small">
                    <thead><tr><th scope="col">"RouteMate"</th><th scope="col">"Ours"</th><th scope="col">"Stop"</th><th scope="col">"State"</th></tr></thead>
                    <tbody>
                        {rows.into_iter().map(|(theirs, ours, name, moved, status)| view! {
                            <tr class:sent__moved=moved>
                                <td class="number">{theirs}</td>
                                <td class="number">{ours.map_or("\u{2013}".to_owned(), |it| it.to_string())}{moved.then_some(" moved")}</td>
                                <td>{name}</td>
                                <td>{status.map(|it| words(&it))}</td>
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </details>
        </div>
    }
}
