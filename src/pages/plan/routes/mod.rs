//! The Routes tab: one card a driver, the stops on no route, and sending routes out.

mod card;
mod confirm;
mod costs;
mod legs;
mod order;
mod sent;

use milkrun_lean::prelude::*;
use milkrun_plan::{DriverId, Plan};

use super::{PlanView, Tab};
use crate::store::PlanStore;
use card::RouteCard;
use legs::UnassignedCard;

pub(crate) use confirm::DispatchDialog;

/// Up to so many drivers the cards are open from the start.
const OPEN_FROM_THE_START: usize = 4;

/// The Routes tab.
#[component]
pub(super) fn RoutesTab() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let drivers = Memo::new(move |_| {
        store.with(|plan| plan.drivers.iter().map(|it| it.id.clone()).collect::<Vec<_>>())
    });
    let stale = move || store.dispatching.stale.get();
    view! {
        <div class="routes">
            {move || drivers.with(Vec::is_empty).then(|| view! {
                <div class="empty">
                    <h2>"No driver, no route"</h2>
                    <p>"Say who drives today; each driver gets a route."</p>
                    <button class="button" on:click=move |_| page.tab.set(Tab::Drivers)>"Add a driver"</button>
                </div>
            })}
            {move || stale().map(|why| view! {
                <p class="routes__stale small warn" role="status">"The state of sent routes may be old. "{why}</p>
            })}
            <For each=move || drivers.get() key=Clone::clone let(id)>
                <RouteCard id/>
            </For>
            <UnassignedCard/>
        </div>
    }
}

/// Whether a driver's card shows its stops. Reactive.
fn is_open(store: PlanStore, page: PlanView, driver: &DriverId) -> bool {
    let by_default = store.with(|plan| plan.drivers.len() <= OPEN_FROM_THE_START);
    by_default != page.toggled.with(|toggled| toggled.contains(driver))
}

/// The drivers whose route can be sent: new, changed since it was sent, or sent without an answer.
pub(super) fn sendable(plan: &Plan) -> Vec<DriverId> {
    let waits = |route: &&milkrun_plan::Route| {
        !route.stops.is_empty()
            && route
                .dispatched
                .as_ref()
                .is_none_or(|it| it.job_id.is_none() || plan.changed_since_dispatch(route))
    };
    plan.routes.iter().filter(waits).map(|it| it.driver.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{DispatchInfo, Route, Stop};

    fn check(stops: &[&str], dispatched: Option<(bool, &[&str])>, expected: bool) {
        let mut plan = Plan::new("a", "2026-03-03");
        plan.stops = vec![Stop::new("1", "x"), Stop::new("2", "y")];
        let mut route = Route::new("d".into());
        let list = |ids: &[&str]| ids.iter().map(|it| (*it).into()).collect::<Vec<_>>();
        if let Some((answered, sent)) = dispatched {
            route.stops = list(sent);
            let sent = plan.sendable(&route);
            route.dispatched = Some(DispatchInfo {
                sent,
                job_id: answered.then(|| "j".to_owned()),
                ..DispatchInfo::default()
            });
        }
        route.stops = list(stops);
        plan.routes = vec![route];
        assert_eq!(!sendable(&plan).is_empty(), expected, "{stops:?} {dispatched:?}");
    }

    #[test]
    fn what_waits_to_be_sent() {
        check(&[], None, false);
        check(&["1"], None, true);
        check(&["1"], Some((true, &["1"])), false);
        check(&["1", "2"], Some((true, &["1"])), true);
        check(&["1"], Some((false, &["1"])), true);
    }
}
