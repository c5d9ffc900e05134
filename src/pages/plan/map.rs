//! The plan as the map shows it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::price::price_position;
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::{LatLon, Place, Plan, Position, PositionSource, StopId};
use milkrun_wire::api::geo::{MAX_POINTS, Point};

use super::{PlanView, Tab, drag};
use crate::api;
use crate::app::Gate;
use crate::map::{MapLine, MapPin, MapScene, MapView, PinState, route_colour};
use crate::store::PlanStore;

/// The depot's pin.
const DEPOT: &str = "\u{0}depot";

/// What the service that knows no roads calls itself.
const NO_ROADS: &str = "great_circle";

/// The roads between the points of a route, once the server has told them; kept by the points.
type Roads = HashMap<Vec<(u64, u64)>, Arc<Vec<[f64; 2]>>>;

/// The map of the plan.
#[component]
pub(super) fn PlanMap() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let roads = RwSignal::new(Roads::new());
    follow_roads(store, roads);
    follow_places(store, page);
    let scene = Memo::new(move |_| {
        let schedules = store.schedules();
        let selected = store.selected.get();
        let editing = page.editing.get();
        let mut scene = store.with(|plan| {
            roads.with(|roads| {
                scene(plan, &schedules, roads, selected.as_ref(), editing.as_ref(), &statuses(store, plan))
            })
        });
        scene.fit = page.fit.get();
        if let Some(depot) = &mut scene.depot {
            depot.draggable = page.tab.get() == Tab::Drivers;
        }
        scene
    });
    let select = move |id: Option<String>| match id {
        Some(id) if id == DEPOT => page.tab.set(Tab::Drivers),
        Some(id) => {
            let stop = StopId(id);
            if page.editing.with_untracked(Option::is_some) {
                page.editing.set(Some(stop.clone()));
            }
            store.selected.set(Some(stop));
        }
        None => store.selected.set(None),
    };
    let move_pin = move |(id, lat, lon): (String, f64, f64)| {
        if id == DEPOT {
            let address = store.plan_now().depot.as_ref().map(|it| it.address.clone()).unwrap_or_default();
            store.edit(Edit::SetDepot(Some(Place { lat, lon, address })));
        } else {
            let position = Position { lat, lon, source: PositionSource::Hand, confidence: 1.0 };
            store.edit(Edit::SetPositions(vec![(StopId(id), Some(position))]));
        }
    };
    let price = Callback::new(move |(id, lat, lon): (String, f64, f64)| {
        let plan = store.plan_now();
        match price_position(&plan, &StopId(id), LatLon::new(lat, lon)) {
            // Nobody has measured the roads to a place that is only pointed at.
            Some(price) => format!("{} (estimated)", drag::price_text(&price, plan.settings.rates.currency)),
            None => String::new(),
        }
    });
    view! { <MapView scene=scene on_select=select on_move=move_pin price/> }
}

/// Shows everything anew when many places came or went, as by an import, its undo or a geocoding.
fn follow_places(store: PlanStore, page: PlanView) {
    let count =
        Memo::new(move |_| store.with(|plan| plan.stops.iter().filter(|it| it.position.is_some()).count()));
    Effect::new(move |before: Option<usize>| {
        let (before, now) = (before.unwrap_or(0), count.get());
        // Room for the map may have changed as well, which is known once the page is drawn.
        if before.abs_diff(now) * 5 > before.min(now) {
            request_animation_frame(move || {
                page.fit.try_update(|fit| *fit += 1);
            });
        }
        now
    });
    Effect::new(move |before: Option<bool>| {
        let tall = page.tall.get();
        if before.is_some_and(|before| before && !tall) {
            request_animation_frame(move || {
                page.fit.try_update(|fit| *fit += 1);
            });
        }
        tall
    });
}

/// How the stops of sent routes stand, by stop.
fn statuses(store: PlanStore, plan: &Plan) -> HashMap<String, String> {
    let jobs = plan.routes.iter().filter_map(|it| store.dispatching.job(it.dispatched.as_ref()?));
    jobs.flat_map(|job| job.stops).map(|it| (it.stop_id, it.status)).collect()
}

fn scene(
    plan: &Plan,
    schedules: &[RouteSchedule],
    roads: &Roads,
    selected: Option<&StopId>,
    editing: Option<&StopId>,
    statuses: &HashMap<String, String>,
) -> MapScene {
    struct On {
        colour: usize,
        letter: String,
        number: u32,
        late: bool,
    }
    let mut on: HashMap<&StopId, On> = HashMap::new();
    let mut lines = Vec::new();
    for ((driver, route), schedule) in plan.drivers.iter().zip(&plan.routes).zip(schedules) {
        let colour = route_colour(driver);
        for (number, id) in (1..).zip(&route.stops) {
            let late = schedule.legs.get(number as usize - 1).is_some_and(|it| it.late_by > 0);
            on.insert(id, On { colour, letter: driver.letter().to_string(), number, late });
        }
        let points = points(plan, driver.returns_to_depot, &route.stops);
        if points.len() > 1 {
            let known = roads.get(&key(&points));
            let straight = || points.iter().map(|it| [it.lat, it.lon]).collect();
            lines.push(MapLine {
                route: colour,
                points: known.map_or_else(straight, |it| it.to_vec()),
                selected: selected.is_some_and(|it| route.stops.contains(it)),
            });
        }
    }
    let pin = |stop: &milkrun_plan::Stop| {
        let point = stop.point()?;
        let on = on.get(&stop.id);
        let state = match (statuses.get(&stop.id.0).map(String::as_str), on) {
            (Some("completed"), _) => PinState::Done,
            (Some("failed"), _) => PinState::Failed,
            (_, None) => PinState::Unserved,
            (_, Some(on)) if on.late => PinState::Late,
            _ => PinState::Normal,
        };
        Some(MapPin {
            id: stop.id.0.clone(),
            lat: point.lat,
            lon: point.lon,
            route: on.map(|it| it.colour),
            letter: on.map(|it| it.letter.clone()).unwrap_or_default(),
            number: on.map(|it| it.number),
            state,
            draggable: editing == Some(&stop.id),
            label: stop.title().to_owned(),
        })
    };
    MapScene {
        depot: plan.depot.as_ref().map(|it| MapPin {
            id: DEPOT.to_owned(),
            lat: it.lat,
            lon: it.lon,
            label: it.address.clone(),
            ..MapPin::default()
        }),
        pins: plan.stops.iter().filter_map(pin).collect(),
        lines,
        selected: selected.map(|it| it.0.clone()),
        fit: 0,
    }
}

/// The points a route passes: the depot, its located stops, and the depot again if the driver returns.
fn points(plan: &Plan, returns: bool, stops: &[StopId]) -> Vec<LatLon> {
    let wanted: HashSet<&StopId> = stops.iter().collect();
    let known: HashMap<&StopId, LatLon> = plan
        .stops
        .iter()
        .filter(|it| wanted.contains(&it.id))
        .filter_map(|it| Some((&it.id, it.point()?)))
        .collect();
    let depot = plan.depot.as_ref().map(Place::point);
    let located: Vec<LatLon> = stops.iter().filter_map(|it| known.get(it).copied()).collect();
    if located.is_empty() {
        return Vec::new();
    }
    depot.into_iter().chain(located).chain(depot.filter(|_| returns)).collect()
}

fn key(points: &[LatLon]) -> Vec<(u64, u64)> {
    points.iter().map(|it| (it.lat.to_bits(), it.lon.to_bits())).collect()
}

/// Asks for the roads of every route that the search is done with, where a service knows roads at all.
fn follow_roads(store: PlanStore, roads: RwSignal<Roads>) {
    let gate = Gate::get();
    let knows_roads = Memo::new(move |_| gate.session().is_some_and(|it| it.services.matrix.id != NO_ROADS));
    let asked = StoredValue::new(HashSet::new());
    Effect::new(move |_| {
        if !knows_roads.get() || store.run.is_busy() {
            return;
        }
        let plan = store.plan();
        for (driver, route) in plan.drivers.iter().zip(&plan.routes) {
            let points = points(&plan, driver.returns_to_depot, &route.stops);
            let key = key(&points);
            let fits = (2..=MAX_POINTS).contains(&points.len());
            if !fits || asked.try_update_value(|asked| !asked.insert(key.clone())) != Some(false) {
                continue;
            }
            spawn_local(async move {
                let wanted = points.iter().map(|it| Point { lat: it.lat, lon: it.lon }).collect();
                match api::route_line(wanted).await {
                    Ok(reply) => drop(roads.try_update(|roads| roads.insert(key, Arc::new(reply.line)))),
                    // A straight line is drawn instead; the next change of the route asks again.
                    Err(_) => drop(asked.try_update_value(|asked| asked.remove(&key))),
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::Stop;

    #[test]
    fn a_route_is_drawn_from_and_back_to_the_depot() {
        let mut plan = Plan::new("a", "2026-03-03");
        plan.depot = Some(Place { lat: 1.0, lon: 1.0, address: String::new() });
        let position = Position { lat: 2.0, lon: 2.0, source: PositionSource::Hand, confidence: 1.0 };
        plan.stops = vec![Stop { position: Some(position), ..Stop::new("1", "x") }, Stop::new("2", "y")];
        let stops = ["1".into(), "2".into()];
        assert_eq!(points(&plan, true, &stops).len(), 3);
        assert_eq!(points(&plan, false, &stops).len(), 2);
        assert_eq!(points(&plan, true, &stops[1..]), []);
    }
}
