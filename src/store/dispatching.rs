//! Handing routes to drivers, once each.
//!
//! The key that makes a repeated send harmless is kept with the plan before the first byte leaves, so that
//! neither a lost reply nor a reload can dispatch a route twice.

use std::collections::HashMap;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, History};
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::sorted::sort_by;
use milkrun_plan::{DispatchInfo, DriverId, Plan, StopId};
use milkrun_wire::api::dispatch::{Dispatch, DispatchRequest, DispatchState, DispatchStop};

use super::PlanStore;
use crate::api;
use crate::ui::poll::{OFTEN, Poll};
use crate::ui::time;

/// What is known of sent routes beyond what the plan keeps.
#[derive(Clone, Copy, Default)]
pub struct Dispatching {
    /// The proxy's dispatches of the plan's day by our own job id.
    jobs: RwSignal<HashMap<String, Dispatch>>,
    /// Why sending failed, by driver.
    failures: RwSignal<HashMap<DriverId, String>>,
    /// The drivers whose route is on its way.
    sending: RwSignal<Vec<DriverId>>,
    /// Why the state of sent routes could not be read, if so.
    pub stale: RwSignal<Option<String>>,
}

impl Dispatching {
    /// What the proxy knows of a dispatch. Reactive.
    #[must_use]
    pub fn job(self, info: &DispatchInfo) -> Option<Dispatch> {
        self.jobs.with(|jobs| jobs.get(&info.dispatch_id).cloned())
    }

    /// Why sending this driver's route failed. Reactive.
    #[must_use]
    pub fn failure(self, driver: &DriverId) -> Option<String> {
        self.failures.with(|failures| failures.get(driver).cloned())
    }

    /// Whether this driver's route is on its way. Reactive.
    #[must_use]
    pub fn is_sending(self, driver: &DriverId) -> bool {
        self.sending.with(|sending| sending.contains(driver))
    }

    fn fail(self, driver: &DriverId, why: Option<String>) {
        self.failures.update(|failures| match why {
            Some(why) => drop(failures.insert(driver.clone(), why)),
            None => drop(failures.remove(driver)),
        });
    }
}

impl PlanStore {
    /// Sends a route to its driver: anew when it is new or was changed since, else again with the same key.
    pub fn dispatch(self, driver: DriverId) {
        let state = self.dispatching;
        if state.sending.with_untracked(|sending| sending.contains(&driver)) {
            return;
        }
        self.accept_run();
        let plan = self.plan_now();
        let Some(route) = plan.route(&driver) else { return };
        let unanswered = route.dispatched.clone().filter(|it| it.job_id.is_none());
        let info = unanswered.unwrap_or_else(|| fresh(&plan, &driver));
        if !self.note(&driver, info.clone()) {
            return;
        }
        state.fail(&driver, None);
        state.sending.update(|sending| sending.push(driver.clone()));
        spawn_local(async move {
            // What was stored before wins over the present plan: the same key means the same body.
            self.write_now().await;
            let stored =
                state.jobs.with_untracked(|jobs| jobs.get(&info.dispatch_id).map(|it| it.request.clone()));
            let request = stored.unwrap_or_else(|| {
                let plan = self.plan_now();
                let at = plan.routes.iter().position(|it| it.driver == driver);
                let schedules = self.schedules.get_untracked();
                request(&plan, &driver, &info, at.and_then(|at| schedules.get(at)))
            });
            let reply = api::dispatch(&info.idempotency_key, &request).await;
            state.sending.update(|sending| sending.retain(|it| *it != driver));
            match reply {
                Ok(job) => self.take_in(&driver, job),
                Err(problem) => {
                    // What the server refused outright was never handed on: the next try is a new intent.
                    if (400..500).contains(&problem.status) && ![401, 408, 409, 429].contains(&problem.status)
                    {
                        self.forget_dispatch(&driver);
                    }
                    state.fail(&driver, Some(problem.to_string()));
                }
            }
        });
    }

    /// Gives up a dispatch that RouteMate did not take, so that the route can be changed and sent anew.
    pub fn forget_dispatch(self, driver: &DriverId) {
        self.dispatching.fail(driver, None);
        self.edit(Edit::ClearDispatch(driver.clone()));
    }

    /// Asks after sent routes whenever the server says that one has changed.
    pub(super) fn follow_dispatches(self) {
        let sent = Memo::new(move |_| {
            self.ready.get() && self.with(|plan| plan.routes.iter().any(|it| it.dispatched.is_some()))
        });
        let date = Memo::new(move |_| self.with(|plan| plan.date.clone()));
        // Each day has a reading of its own, which ends with this effect's turn.
        Effect::new(move |_| {
            if sent.get() {
                let date = date.get();
                Poll::start(OFTEN, "dispatch", move || self.ask_after(date.clone()));
            }
        });
    }

    async fn ask_after(self, date: String) {
        match api::dispatches(Some(&date)).await {
            Ok(list) => {
                self.dispatching.stale.set(None);
                let plan = self.plan_now();
                for job in &list.dispatches {
                    let id = &job.request.external_job_id;
                    let route = plan.routes.iter().find(|it| {
                        it.dispatched.as_ref().is_some_and(|it| it.dispatch_id == *id && it.job_id.is_none())
                    });
                    // A reply that was lost on its way still arrives here.
                    if let (Some(route), DispatchState::Accepted) = (route, job.state) {
                        self.take_in(&route.driver, job.clone());
                    }
                }
                let jobs: HashMap<String, Dispatch> = list
                    .dispatches
                    .into_iter()
                    .map(|job| (job.request.external_job_id.clone(), job))
                    .collect();
                if self.dispatching.jobs.with_untracked(|old| *old != jobs) {
                    self.dispatching.jobs.set(jobs);
                }
            }
            Err(problem) => self.dispatching.stale.set(Some(problem.to_string())),
        }
    }

    /// Keeps what RouteMate answered.
    fn take_in(self, driver: &DriverId, job: Dispatch) {
        let old = self.plan_now().route(driver).and_then(|it| it.dispatched.clone());
        let Some(mut info) = old.filter(|it| it.dispatch_id == job.request.external_job_id) else { return };
        match job.state {
            DispatchState::Accepted => {
                info.job_id.clone_from(&job.job_id);
                info.returned_order = returned_order(&job);
                info.returned_km = job.total_distance_km;
                info.returned_minutes = job.total_duration_minutes;
                info.warnings =
                    job.warnings.iter().map(|it| warning(it.stop_id.as_deref(), &it.message)).collect();
                self.dispatching.fail(driver, None);
                self.note(driver, info);
            }
            DispatchState::Refused => {
                let why = job.error.clone().unwrap_or_else(|| "RouteMate refused this route".to_owned());
                self.forget_dispatch(driver);
                self.dispatching.fail(driver, Some(why));
            }
            DispatchState::Sending => {
                let why = "RouteMate has not answered yet. The server goes on trying; nothing is sent twice.";
                self.dispatching.fail(driver, Some(job.error.clone().unwrap_or_else(|| why.to_owned())));
            }
        }
        self.dispatching.jobs.update(|jobs| drop(jobs.insert(job.request.external_job_id.clone(), job)));
    }

    /// Writes a dispatch into the plan; what was sent is no step of undo.
    fn note(self, driver: &DriverId, info: DispatchInfo) -> bool {
        let edit = Edit::MarkDispatched { driver: driver.clone(), info };
        self.change(|history: &mut History| history.apply(edit)).is_ok()
    }
}

/// A new intent to send a route as it is now.
fn fresh(plan: &Plan, driver: &DriverId) -> DispatchInfo {
    let key = crate::store::random_key();
    let short: String = key.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    DispatchInfo {
        dispatch_id: format!("milkrun-{}-{driver}-{short}", plan.date),
        idempotency_key: key,
        sent: plan.route(driver).map(|route| plan.sendable(route)).unwrap_or_default(),
        ..DispatchInfo::default()
    }
}

/// What is sent: the stops as they were when the route was sent first, when the driver is to be at each, and by what
/// its customer may look it up. The stop's id is what shops call their order.
fn request(
    plan: &Plan,
    driver: &DriverId,
    info: &DispatchInfo,
    schedule: Option<&RouteSchedule>,
) -> DispatchRequest {
    let planned = |id: &StopId| {
        let leg = schedule?.legs.iter().find(|it| it.stop == *id && !it.unplaced)?;
        time::instant(&plan.date, leg.start)
    };
    let all = plan.lookup();
    let driver = plan.driver(driver);
    let (name, email) = driver.map(|it| (it.name.clone(), it.email.clone())).unwrap_or_default();
    let title = if plan.name.is_empty() { name } else { format!("{}: {name}", plan.name) };
    let stops = info.sent.iter().map(|it| {
        let stop = all.get(&it.id);
        DispatchStop {
            stop_id: it.id.to_string(),
            address: it.address.clone(),
            label: it.label.clone(),
            parcel_count: it.parcels,
            planned_at: planned(&it.id),
            order_number: Some(it.id.to_string()),
            // What cannot be one would keep the whole route from being sent.
            email: stop.and_then(|it| it.email.clone()).filter(|it| it.contains('@') && it.len() < 255),
            phone: stop.and_then(|it| it.phone.clone()).filter(|it| it.len() < 100),
            postcode: milkrun_plan::postcode(&it.address),
        }
    });
    DispatchRequest {
        date: plan.date.clone(),
        external_job_id: info.dispatch_id.clone(),
        title,
        driver_email: email,
        stops: stops.collect(),
    }
}

/// RouteMate's order: by the sequence it gave, else as it listed them.
fn returned_order(job: &Dispatch) -> Vec<StopId> {
    let mut stops: Vec<_> = job.stops.iter().collect();
    if stops.iter().all(|it| it.sequence.is_some()) {
        sort_by(&mut stops, |a, b| a.sequence.cmp(&b.sequence));
    }
    stops.iter().map(|it| StopId(it.stop_id.clone())).collect()
}

fn warning(stop: Option<&str>, message: &str) -> String {
    stop.map_or_else(|| message.to_owned(), |stop| format!("{stop}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{SentStop, Stop};
    use milkrun_wire::api::dispatch::StopProgress;

    fn check_order(stops: &[(&str, Option<u32>)], expected: &[&str]) {
        let info = DispatchInfo::default();
        let stops = stops.iter().map(|(id, sequence)| StopProgress {
            stop_id: (*id).to_owned(),
            sequence: *sequence,
            status: "pending".into(),
        });
        let job = Dispatch {
            id: "1".into(),
            request: request(&Plan::default(), &"x".into(), &info, None),
            state: DispatchState::Accepted,
            job_id: None,
            total_distance_km: None,
            total_duration_minutes: None,
            job_status: None,
            stops: stops.collect(),
            warnings: Vec::new(),
            error: None,
            created_at: String::new(),
            updated_at: String::new(),
        };
        assert_eq!(returned_order(&job).iter().map(StopId::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_shopper_is_known_by_what_the_stop_says() {
        let stop = Stop {
            email: Some("aino@example.com".to_owned()),
            phone: Some("040 1".to_owned()),
            ..Stop::new("HEL-1", "Street 3, 00100 Helsinki")
        };
        let sent = SentStop::from(&stop);
        let plan = Plan { stops: vec![stop], ..Plan::default() };
        let info = DispatchInfo { sent: vec![sent], ..DispatchInfo::default() };
        let request = request(&plan, &"x".into(), &info, None);
        let it = &request.stops[0];
        assert_eq!(
            [&it.order_number, &it.email, &it.phone, &it.postcode].map(Option::as_deref),
            [Some("HEL-1"), Some("aino@example.com"), Some("040 1"), Some("00100")]
        );
    }

    #[test]
    fn the_returned_order_is_by_sequence_where_every_stop_has_one() {
        check_order(&[("a", Some(2)), ("b", Some(1))], &["b", "a"]);
        check_order(&[("a", Some(2)), ("b", None)], &["a", "b"]);
        check_order(&[], &[]);
    }
}
