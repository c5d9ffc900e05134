//! What 51Tracking was asked for: registered numbers cost money, calls are limited.

use milkrun_lean::prelude::*;
use milkrun_wire::api::quota::Quota;

use crate::api::manage;
use crate::ui::toast::Toaster;

/// What was spent at 51Tracking, in a sentence or two.
#[component]
pub(super) fn QuotaSpent() -> View {
    let toaster = Toaster::get();
    let spent = RwSignal::new(None::<Quota>);
    spawn_local(async move {
        match manage::quota().await {
            Ok(quota) => drop(spent.try_set(Some(quota))),
            Err(problem) => toaster.problem(&problem),
        }
    });
    view! {
        {move || spent.get().map(|it| view! {
            <div class="settings__service" data-test="quota">
                <div><h3>"Quota"</h3><p class="muted">{registered(&it)}</p><p class="muted small">{calls(&it)}</p></div>
            </div>
        })}
    }
}

fn registered(quota: &Quota) -> String {
    match quota.registered_this_month {
        0 => "No numbers registered this month.".to_owned(),
        1 => "1 number registered this month; 51Tracking counts it against the plan.".to_owned(),
        many => format!("{many} numbers registered this month; 51Tracking counts them against the plan."),
    }
}

/// The calls of all days, the endpoint that was asked most often first.
fn calls(quota: &Quota) -> String {
    let mut endpoints: Vec<(&str, i64)> = Vec::new();
    for it in &quota.days {
        match endpoints.iter_mut().find(|own| own.0 == it.endpoint) {
            Some(own) => own.1 += it.calls,
            None => endpoints.push((&it.endpoint, it.calls)),
        }
    }
    endpoints.sort_by_key(|it| std::cmp::Reverse(it.1));
    let all: i64 = endpoints.iter().map(|it| it.1).sum();
    let each: Vec<String> = endpoints.iter().map(|(endpoint, calls)| format!("{endpoint} {calls}")).collect();
    match all {
        0 => "No calls in the last 31 days.".to_owned(),
        1 => format!("1 call in the last 31 days: {}.", each.concat()),
        many => format!("{many} calls in the last 31 days: {}.", each.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use milkrun_wire::api::quota::QuotaDay;

    use super::*;

    #[test]
    fn what_was_spent_is_said_in_words() {
        let check = |registered_this_month, days: &[(&str, i64)], expected: [&str; 2]| {
            let day = |&(endpoint, calls): &(&str, i64)| QuotaDay {
                endpoint: endpoint.to_owned(),
                calls,
                ..QuotaDay::default()
            };
            let quota = Quota { registered_this_month, days: days.iter().map(day).collect() };
            assert_eq!([registered(&quota), calls(&quota)], expected);
        };
        check(0, &[], ["No numbers registered this month.", "No calls in the last 31 days."]);
        check(
            1,
            &[("create", 1)],
            [
                "1 number registered this month; 51Tracking counts it against the plan.",
                "1 call in the last 31 days: create 1.",
            ],
        );
        check(
            42,
            &[("create", 2), ("get", 3), ("batch", 1), ("get", 4)],
            [
                "42 numbers registered this month; 51Tracking counts them against the plan.",
                "10 calls in the last 31 days: get 7, create 2, batch 1.",
            ],
        );
    }
}
