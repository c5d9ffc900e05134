//! What the page knows: the parcels, which of them are shown, and which one is open.

use milkrun_host::lower;
use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::{Parcel, ParcelStatus};
use milkrun_wire::api::session::Upstream;

use super::Phase;
use super::views::{ParcelView, matches_search};
use crate::api;
use crate::app::Gate;
use crate::ui::poll::{OFTEN, Poll};
use crate::ui::time;

/// The page's state; a handle to copy.
#[derive(Clone, Copy)]
pub(super) struct TrackState {
    /// All parcels, newest first; `None` until they are read for the first time.
    pub(super) parcels: RwSignal<Option<Vec<Parcel>>>,
    /// Why the last reading failed.
    pub(super) problem: RwSignal<Option<String>>,
    pub(super) search: RwSignal<String>,
    pub(super) view: RwSignal<ParcelView>,
    /// Id of the parcel whose details are open.
    pub(super) open: RwSignal<Option<String>>,
    /// The time by which ages are told, milliseconds since 1970: the sandbox's own while it stands in.
    pub(super) now: RwSignal<f64>,
    /// The parcels that search and view leave over.
    pub(super) shown: Memo<Vec<Parcel>>,
    phase: Memo<Phase>,
    poll: Poll,
}

impl TrackState {
    /// Begins to read the parcels, as long as the page is there.
    pub(super) fn start() -> Self {
        let parcels = RwSignal::new(None::<Vec<Parcel>>);
        let problem = RwSignal::new(None);
        let search = RwSignal::new(String::new());
        let view = RwSignal::new(ParcelView::All);
        let now = RwSignal::new(js_sys::Date::now());
        let gate = Gate::get();
        let poll = Poll::start(OFTEN, "parcel", move || async move {
            if let Some(time) = time_there(gate).await {
                now.try_set(time);
            }
            match api::parcels().await {
                Ok(list) => {
                    problem.try_set(None);
                    if parcels.try_with_untracked(|known| known.as_ref() != Some(&list.parcels)) == Some(true)
                    {
                        parcels.try_set(Some(list.parcels));
                    }
                }
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
        let shown = Memo::new(move |_| {
            let (search, view) = (lower(&search.get()), view.get());
            parcels.with(|parcels| {
                let all = parcels.iter().flatten();
                all.filter(|parcel| view.holds(parcel.status) && matches_search(parcel, &search))
                    .cloned()
                    .collect()
            })
        });
        let phase = Memo::new(move |_| {
            parcels.with(|parcels| match parcels {
                // A page that cannot read at all is not loading for ever: its notice says why.
                None if problem.with(Option::is_some) => Phase::Empty,
                None => Phase::Loading,
                Some(parcels) if parcels.is_empty() => Phase::Empty,
                Some(_) => Phase::Listed,
            })
        });
        Self { parcels, problem, search, view, open: RwSignal::new(None), now, shown, phase, poll }
    }

    /// The page's state, from inside the page.
    pub(super) fn get() -> Self {
        expect_context()
    }

    /// What there is to show.
    pub(super) fn phase(self) -> Phase {
        self.phase.get()
    }

    /// Reads everything again now.
    pub(super) fn refresh(self) {
        self.poll.now();
    }

    /// How many parcels stand at a status.
    pub(super) fn count(self, holds: impl Fn(ParcelStatus) -> bool) -> usize {
        self.parcels.with(|parcels| parcels.iter().flatten().filter(|parcel| holds(parcel.status)).count())
    }

    /// Opens the parcel `by` places further down the list.
    pub(super) fn step(self, by: isize) {
        let next = self.shown.with_untracked(|shown| {
            let at = self
                .open
                .with_untracked(|open| shown.iter().position(|parcel| Some(&parcel.id) == open.as_ref()));
            let next = at.map_or(0, |at| at.saturating_add_signed(by)).min(shown.len().saturating_sub(1));
            shown.get(next).map(|parcel| parcel.id.clone())
        });
        if next.is_some() {
            self.open.set(next);
        }
    }
}

/// The time where the parcels are: the sandbox lives in its own.
async fn time_there(gate: Gate) -> Option<f64> {
    let sandbox = gate.0.try_with_untracked(|state| match state {
        Some(crate::app::GateState::Open(session)) => session.services.tracking == Upstream::Sandbox,
        _ => false,
    })?;
    if sandbox
        && let Ok(clock) = api::sandbox_clock().await
        && let Some(time) = time::millis(&clock.now)
    {
        return Some(time);
    }
    Some(js_sys::Date::now())
}
