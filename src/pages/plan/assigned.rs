//! Which route a stop is on and where on it, and what every other place would change: what dragging shows to a pointer,
//! for whoever has none.

use milkrun_lean::prelude::*;
use milkrun_plan::edit::{Edit, Slot};
use milkrun_plan::price::{Delta, slots_on};
use milkrun_plan::{DriverId, Plan, StopId, clock};

use super::advice::AdviceView;
use super::drag::price_text;
use crate::store::PlanStore;
use crate::ui::format;

/// On a longer route places are not priced one by one: that many prices would be felt.
const MOST_PRICED: usize = 250;

/// One choice of a menu: its value, what it is called, and whether it is the present state.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    value: String,
    text: String,
    now: bool,
}

/// The stop's route and place.
#[component]
pub(super) fn Assigned(id: StoredValue<StopId>) -> View {
    let store = PlanStore::get();
    let routes = Memo::new(move |_| {
        let travel = store.travelling.times();
        store.with(|plan| routes(plan, &travel, &id.get_value()))
    });
    let places = Memo::new(move |_| {
        let travel = store.travelling.times();
        store.with(|plan| places(plan, &travel, &id.get_value()))
    });
    let open = Memo::new(move |_| store.with(|plan| plan.route_of(&id.get_value()).is_none()));
    let any = Memo::new(move |_| !places.with(Vec::is_empty));
    let times = move || {
        store.with(|plan| {
            let (route, at) = plan.route_of(&id.get_value())?;
            let schedules = store.schedules();
            let leg =
                schedules.get(plan.routes.iter().position(|it| it.driver == route.driver)?)?.legs.get(at)?;
            let late = if leg.late_by > 0 {
                format!(", {} late", format::duration(i64::from(leg.late_by).max(60)))
            } else {
                String::new()
            };
            Some(format!(
                "Stop {} of {}, arrives {}{late}",
                at + 1,
                route.stops.len(),
                clock::format_time(leg.arrival)
            ))
        })
    };
    let assign = move |chosen: String| {
        let driver = Some(DriverId(chosen)).filter(|it| !it.as_str().is_empty());
        store.assign(&id.get_value(), driver.as_ref());
    };
    let put = move |chosen: String| {
        let plan = store.plan_now();
        if let (Some((route, _)), Ok(place)) = (plan.route_of(&id.get_value()), chosen.parse()) {
            store.edit(Edit::move_stop(&id.get_value(), Slot::of(&route.driver, place)));
        }
    };
    view! {
        <div class="field">
            <label for="stop-route">"Route"</label>
            <Menu id="stop-route" choices=routes take=Callback::new(assign)/>
        </div>
        {move || any.get().then(|| view! {
            <div class="field details__follows">
                <label for="stop-place">"Place on the route"</label>
                <Menu id="stop-place" choices=places take=Callback::new(put)/>
            </div>
        })}
        {move || if open.get() {
            view! { <AdviceView stop=id.get_value()/> }
        } else {
            view! {
                <div class="details__times">
                    <span class="muted small">{times}</span>
                    <KeepTo id/>
                </div>
            }
        }}
    }
}

/// Settles the route up to this stop, or frees it again.
#[component]
fn KeepTo(id: StoredValue<StopId>) -> View {
    let store = PlanStore::get();
    let kept = Memo::new(move |_| {
        store.with(|plan| {
            let (route, _) = plan.route_of(&id.get_value())?;
            (!route.is_fixed())
                .then(|| (route.driver.clone(), route.kept_to.as_ref() == Some(&id.get_value())))
        })
    });
    View::of(move || {
        kept.get().map(|(driver, kept)| {
            view! {
                <button class="chip chip--button" data-test="keep-to" aria-pressed=kept.to_string()
                    title="Optimise leaves the route as it is up to this stop, for instance because the driver is on the way already"
                    on:click=move |_| {
                        let stop = (!kept).then(|| id.get_value());
                        store.edit(Edit::KeepTo { driver: driver.clone(), stop });
                    }>
                    "Keep the route up to here"
                </button>
            }
        })
    })
}

/// A menu whose choices are made anew when one of them changes.
#[component]
fn Menu(id: &'static str, choices: Memo<Vec<Choice>>, take: Callback<String>) -> View {
    let now = move || {
        choices.with(|all| all.iter().find(|it| it.now).map(|it| it.value.clone()).unwrap_or_default())
    };
    view! {
        <select class="input" id=id data-test=id on:change=move |event| take.run(event_target_value(&event)) prop:value=now>
            {move || choices.get().into_iter().map(|it| view! {
                <option value=it.value selected=it.now>{it.text}</option>
            }).collect_view()}
        </select>
    }
}

/// The routes, each with what the best place on it would change.
fn routes(plan: &Plan, travel: &milkrun_plan::travel::TravelTimes, stop: &StopId) -> Vec<Choice> {
    let currency = plan.settings.rates.currency;
    let now = plan.route_of(stop).map(|(route, _)| &route.driver);
    let none = Choice { value: String::new(), text: "On no route".to_owned(), now: now.is_none() };
    let choice = |(driver, route): (&milkrun_plan::Driver, &milkrun_plan::Route)| {
        let name = format!("{}, {}", driver.letter(), driver.name);
        let is_now = now == Some(&driver.id);
        let priced = !is_now && !route.locked && route.stops.len() <= MOST_PRICED;
        let best = priced.then(|| slots_on(plan, travel, stop, route)).flatten();
        let best = best.and_then(|all| all.into_iter().map(|it| it.1).min_by_key(Delta::rank));
        let text = match best {
            Some(price) => format!("{name}: {}", price_text(&price, currency)),
            None if route.locked => format!("{name}, locked"),
            None => name,
        };
        Choice { value: driver.id.0.clone(), text, now: is_now }
    };
    std::iter::once(none).chain(plan.drivers.iter().zip(&plan.routes).map(choice)).collect()
}

/// The places on the stop's route, each with what moving there would change; none on a route that cannot be changed.
fn places(plan: &Plan, travel: &milkrun_plan::travel::TravelTimes, stop: &StopId) -> Vec<Choice> {
    let Some((route, at)) = plan.route_of(stop) else { return Vec::new() };
    if route.locked || route.stops.len() > MOST_PRICED {
        return Vec::new();
    }
    let stops = plan.lookup();
    let others: Vec<&StopId> = route.stops.iter().filter(|it| *it != stop).collect();
    let after = |place: usize| match place.checked_sub(1).and_then(|before| others.get(before)) {
        Some(before) => {
            format!("{}, after {}", place + 1, stops.get(before).map_or(before.as_str(), |it| it.title()))
        }
        None => "1, first".to_owned(),
    };
    let slots = slots_on(plan, travel, stop, route).unwrap_or_default();
    let choice = |(slot, price): (Slot, Delta)| Choice {
        value: slot.place.to_string(),
        text: match slot.place == at {
            true => after(slot.place),
            false => format!("{}: {}", after(slot.place), price_text(&price, plan.settings.rates.currency)),
        },
        now: slot.place == at,
    };
    slots.into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::travel::TravelTimes;
    use milkrun_plan::{Place, Position, PositionSource, Route, Stop};

    fn plan() -> Plan {
        let mut plan = Plan::new("a", "2026-03-03");
        plan.depot = Some(Place { lat: 60.0, lon: 25.0, address: String::new() });
        for (n, name) in [(1_u8, "Bakery"), (2, "Café"), (3, "Florist")] {
            let lon = 25.0 + f64::from(n) / 100.0;
            let position = Position { lat: 60.0, lon, source: PositionSource::Hand, confidence: 1.0 };
            let stop = Stop { label: name.into(), position: Some(position), ..Stop::new(n.to_string(), "x") };
            plan.stops.push(stop);
        }
        for name in ["Aino", "Eero"] {
            let driver = plan.new_driver(name, "");
            plan.routes.push(Route::new(driver.id.clone()));
            plan.drivers.push(driver);
        }
        plan.routes[0].stops = ["1", "2"].map(StopId::from).to_vec();
        plan
    }

    fn check(choices: &[Choice], expected: &[(&str, &str)]) {
        assert_eq!(choices.len(), expected.len(), "{choices:?}");
        for (choice, (value, text)) in choices.iter().zip(expected) {
            assert_eq!(&choice.value, value);
            let marked = format!("{}{}", if choice.now { "* " } else { "" }, choice.text);
            assert!(marked.starts_with(text), "{marked}");
        }
    }

    #[test]
    fn every_place_has_its_price() {
        let (mut plan, travel) = (plan(), TravelTimes::estimated());
        check(
            &routes(&plan, &travel, &"3".into()),
            &[("", "* On no route"), ("aino", "A, Aino: +"), ("eero", "B, Eero: +")],
        );
        check(&places(&plan, &travel, &"3".into()), &[]);
        check(
            &routes(&plan, &travel, &"1".into()),
            &[("", "On no route"), ("aino", "* A, Aino"), ("eero", "B, Eero: +")],
        );
        check(
            &places(&plan, &travel, &"1".into()),
            &[("0", "* 1, first"), ("1", "2, after Café: No change")],
        );
        plan.routes[0].locked = true;
        check(&places(&plan, &travel, &"1".into()), &[]);
        check(
            &routes(&plan, &travel, &"3".into()),
            &[("", "* On no route"), ("aino", "A, Aino, locked"), ("eero", "B, Eero: +")],
        );
    }
}
