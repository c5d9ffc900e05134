//! What a route costs and what that is made of.

use milkrun_host::fixed;
use milkrun_lean::prelude::*;
use milkrun_plan::cost::Cost;
use milkrun_plan::schedule::RouteSchedule;

use super::card::Shown;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// One part of the cost: what it is for, how much of that there is, and its units of cost.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    name: &'static str,
    amount: String,
    units: i64,
}

/// The sum, which opens to its parts.
#[component]
pub(super) fn Costs(shown: Memo<Option<Shown>>) -> View {
    let store = PlanStore::get();
    let rates = Memo::new(move |_| store.with(|plan| plan.settings.rates));
    let parts = Memo::new(move |_| {
        shown.with(|it| {
            it.as_ref()
                .map(|it| parts(&it.schedule, &Cost::of(&rates.get(), &it.schedule)))
                .unwrap_or_default()
        })
    });
    let total = Memo::new(move |_| parts.with(|parts| parts.iter().map(|it| it.units).sum::<i64>()));
    let money = move |units: i64| format::money(units, rates.get().currency);
    let share = move |units: i64| {
        let total = total.get();
        if total > 0 { fixed(units as f64 / total as f64 * 100.0, 1) + "%" } else { "0%".to_owned() }
    };
    view! {
        <details class="costs" data-test="route-costs">
            <summary class="costs__sum">
                <span class="costs__word">"Cost"</span>
                <span class="costs__bar" aria-hidden="true">
                    {move || parts.get().into_iter().map(|it| view! { <span style:width=share(it.units)></span> }).collect_view()}
                </span>
                <span class="number strong" data-test="route-cost">{move || money(total.get())}</span>
                <span class="costs__chevron"><IconView icon=Icon::Right/></span>
            </summary>
            <table class="costs__parts small">
                <caption class="visually-hidden">"What the cost of this route is made of"</caption>
                <tbody>
                    {move || parts.get().into_iter().map(|it| view! {
                        <tr>
                            <th scope="row"><span class="costs__key" aria-hidden="true"></span>{it.name}</th>
                            <td class="number muted">{it.amount}</td>
                            <td class="number">{money(it.units)}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </details>
    }
}

/// The parts there is anything of, in the order of a day.
fn parts(schedule: &RouteSchedule, cost: &Cost) -> Vec<Part> {
    let time = |seconds: u32| (seconds > 0).then(|| format::duration(i64::from(seconds)));
    let way = (schedule.distance > 0).then(|| format::distance(i64::from(schedule.distance)));
    let van = (cost.fixed > 0).then(|| "1 van".to_owned());
    [
        ("Driving", time(schedule.driving), cost.driving),
        ("Distance", way, cost.distance),
        ("At stops", time(schedule.service), cost.service),
        ("Waiting", time(schedule.waiting), cost.waiting),
        ("Break", time(schedule.resting), cost.breaks),
        ("Sending the van", van, cost.fixed),
        ("Overtime", time(schedule.overtime), cost.overtime),
        ("Lateness", time(schedule.lateness), cost.lateness),
    ]
    .into_iter()
    .filter_map(|(name, amount, units)| Some(Part { name, amount: amount?, units }))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use milkrun_plan::Rates;

    fn check(schedule: RouteSchedule, expected: &[(&str, &str)]) {
        let schedule = RouteSchedule { stops: 1, ..schedule };
        let rates = Rates { fixed: 250, per_overtime_hour: 900, late_per_minute: 5, ..Rates::default() };
        let cost = Cost::of(&rates, &schedule);
        let parts = parts(&schedule, &cost);
        assert_eq!(parts.iter().map(|it| (it.name, it.amount.as_str())).collect::<Vec<_>>(), expected);
        assert_eq!(parts.iter().map(|it| it.units).sum::<i64>(), cost.total(), "nothing is left out");
    }

    #[test]
    fn what_there_is_nothing_of_is_not_listed() {
        let none = RouteSchedule::default;
        check(none(), &[("Sending the van", "1 van")]);
        check(
            RouteSchedule { driving: 4_000, distance: 12_345, service: 600, ..none() },
            &[
                ("Driving", "1 h 07"),
                ("Distance", "12.3 km"),
                ("At stops", "10 min"),
                ("Sending the van", "1 van"),
            ],
        );
        check(
            RouteSchedule { waiting: 300, resting: 1_800, overtime: 60, lateness: 120, ..none() },
            &[
                ("Waiting", "5 min"),
                ("Break", "30 min"),
                ("Sending the van", "1 van"),
                ("Overtime", "1 min"),
                ("Lateness", "2 min"),
            ],
        );
    }
}
