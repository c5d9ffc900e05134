//! Travel times between the plan's places, fetched anew whenever those places change.
//!
//! Until the server has answered, and beyond the size it answers for, the estimate from straight lines
//! stands in; the page always says which of the two it shows.

use std::sync::Arc;
use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_plan::LatLon;
use milkrun_plan::travel::TravelTimes;
use milkrun_wire::api::geo::{MAX_POINTS, MatrixReply, Point};

use super::PlanStore;
use crate::api;
use crate::app::{Gate, GateState};

/// Several edits in a row, such as a paste or a drag, ask once.
const SETTLE: Duration = Duration::from_millis(250);

/// Travel times and how they were come by.
#[derive(Clone, Copy)]
pub struct Travelling {
    times: RwSignal<Arc<TravelTimes>>,
    /// How fetching them went. Reactive.
    pub state: RwSignal<TravelState>,
    asked: StoredValue<u32>,
}

/// How fetching the travel times went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TravelState {
    /// The times are those of their provider.
    Settled,
    /// The server is being asked; estimates stand in.
    Asking,
    /// More places than the server answers for; holds how many there are.
    TooMany(usize),
    /// The server could not answer; estimates stand in, and the sentence says why.
    Failed(String),
}

impl Default for Travelling {
    fn default() -> Self {
        Self {
            times: RwSignal::new(Arc::new(TravelTimes::estimated())),
            state: RwSignal::new(TravelState::Settled),
            asked: StoredValue::new(0),
        }
    }
}

impl Travelling {
    /// The times. Reactive.
    #[must_use]
    pub fn times(self) -> Arc<TravelTimes> {
        self.times.get()
    }

    /// The times, without subscribing to them.
    #[must_use]
    pub fn times_now(self) -> Arc<TravelTimes> {
        self.times.get_untracked()
    }

    fn fetch(self, points: Vec<LatLon>) {
        let turn = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        if points.len() < 2 {
            self.state.set(TravelState::Settled);
            return;
        }
        if points.len() > MAX_POINTS {
            self.times.set(Arc::new(TravelTimes::estimated()));
            self.state.set(TravelState::TooMany(points.len()));
            return;
        }
        self.state.set(TravelState::Asking);
        spawn_local(async move {
            let wanted = points.iter().map(|it| Point { lat: it.lat, lon: it.lon }).collect();
            let reply = api::matrix(wanted).await;
            // The places may have changed again while the server thought.
            if self.asked.try_get_value() != turn {
                return;
            }
            let times = match reply {
                Ok(reply) => read(reply, points),
                Err(problem) => Err(problem.to_string()),
            };
            match times {
                Ok(times) => {
                    self.times.set(Arc::new(times));
                    self.state.set(TravelState::Settled);
                }
                Err(why) => self.state.set(TravelState::Failed(why)),
            }
        });
    }
}

impl PlanStore {
    /// Asks for travel times whenever the plan's places change.
    pub(super) fn follow_places(self) {
        let gate = Gate::get();
        let places = Memo::new(move |_| self.with(places));
        let signed_in = Memo::new(move |_| gate.0.with(|it| matches!(it, Some(GateState::Open(_)))));
        let timer = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |_| {
            let points = places.get();
            if !signed_in.get() || !self.ready.get() {
                return;
            }
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            let fetch = move || self.travelling.fetch(points);
            timer.set_value(set_timeout_with_handle(fetch, SETTLE).ok());
        });
    }

    /// Asks the server for travel times once more.
    pub fn fetch_travel_again(self) {
        self.travelling.fetch(places(&self.plan_now()));
    }
}

/// The depot and every located stop, each place once.
fn places(plan: &milkrun_plan::Plan) -> Vec<LatLon> {
    let all = plan.depot.iter().map(|it| it.point()).chain(plan.stops.iter().filter_map(|it| it.point()));
    let mut seen = std::collections::HashSet::new();
    all.filter(|it| seen.insert((it.lat.to_bits(), it.lon.to_bits()))).collect()
}

fn read(reply: MatrixReply, points: Vec<LatLon>) -> Result<TravelTimes, String> {
    let MatrixReply { source, durations, distances, .. } = reply;
    let attribution = Some(source.attribution).filter(|it| !it.is_empty());
    TravelTimes::new(source.name, attribution, points, durations, distances)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::{Place, Plan, Position, PositionSource, Stop};

    #[test]
    fn each_place_is_asked_for_once() {
        let mut plan = Plan::new("a", "2026-03-03");
        let position = |lat| Some(Position { lat, lon: 25.0, source: PositionSource::Hand, confidence: 1.0 });
        plan.depot = Some(Place { lat: 60.0, lon: 25.0, address: String::new() });
        for (id, position) in
            [("1", position(60.0)), ("2", None), ("3", position(60.1)), ("4", position(60.1))]
        {
            plan.stops.push(Stop { position, ..Stop::new(id, "x") });
        }
        assert_eq!(places(&plan), [LatLon::new(60.0, 25.0), LatLon::new(60.1, 25.0)]);
    }
}
