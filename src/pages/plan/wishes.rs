//! What is asked of a stop beyond its window: how much it matters, who serves it, and when on the route.

use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::{DriverId, Stop, Turn, listed};

use crate::store::PlanStore;

const TURNS: [(Turn, &str, &str); 3] =
    [(Turn::Any, "any", "Wherever is best"), (Turn::First, "first", "First"), (Turn::Last, "last", "Last")];

/// The wishes of a stop.
#[component]
pub(super) fn Wishes(stop: Memo<Option<Stop>>) -> View {
    let store = PlanStore::get();
    let change = move |change: &dyn Fn(&mut Stop)| {
        if let Some(mut stop) = stop.get_untracked() {
            change(&mut stop);
            store.edit(Edit::UpdateStop(stop));
        }
    };
    let priority = Memo::new(move |_| stop.with(|it| it.as_ref().map_or(0, |it| it.priority)));
    let turn = Memo::new(move |_| stop.with(|it| it.as_ref().map(|it| it.turn).unwrap_or_default()));
    let driver =
        Memo::new(move |_| stop.with(|it| store.with(|plan| Some(plan.locked_to(it.as_ref()?)?.id.clone()))));
    let drivers = Memo::new(move |_| {
        store.with(|plan| {
            plan.drivers.iter().map(|it| (it.id.clone(), format!("Only {}", it.name))).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="details__pair">
            <div class="field">
                <label for="stop-priority">"Priority"</label>
                <select class="input" id="stop-priority" data-test="stop-priority" prop:value=move || priority.get().to_string()
                    on:change=move |event| {
                        let chosen = event_target_value(&event).parse().unwrap_or(0);
                        change(&|stop| stop.priority = chosen);
                    }>
                    {move || levels(priority.get()).into_iter().map(|(value, text)| view! {
                        <option value=value.to_string() selected=priority.get() == value>{text}</option>
                    }).collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="stop-turn">"On its route"</label>
                <select class="input" id="stop-turn" data-test="stop-turn"
                    prop:value=move || TURNS.iter().find(|it| it.0 == turn.get()).map_or("", |it| it.1)
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        let turn = TURNS.iter().find(|it| it.1 == chosen).map(|it| it.0).unwrap_or_default();
                        change(&|stop| stop.turn = turn);
                    }>
                    {TURNS.map(|(it, value, text)| view! {
                        <option value=value selected=untrack(|| turn.get()) == it>{text}</option>
                    }).collect_view()}
                </select>
            </div>
        </div>
        <div class="details__pair">
        <div class="field">
            <label for="stop-needs">"Needs"</label>
            <input class="input" id="stop-needs" data-test="stop-needs" placeholder="tail lift, cold"
                prop:value=move || stop.with(|it| it.as_ref().map(|it| it.needs.join(", ")).unwrap_or_default())
                on:change=move |event| {
                    let needs = listed(&event_target_value(&event));
                    change(&|stop| stop.needs.clone_from(&needs));
                }/>
        </div>
        <div class="field">
            <label for="stop-driver">"Driver"</label>
            <select class="input" id="stop-driver" data-test="stop-driver"
                prop:value=move || driver.get().map(|it| it.0).unwrap_or_default()
                on:change=move |event| {
                    let chosen = Some(event_target_value(&event)).filter(|it| !it.is_empty()).map(DriverId);
                    change(&|stop| stop.driver.clone_from(&chosen));
                }>
                <option value="">"Any driver"</option>
                {move || drivers.get().into_iter().map(|(id, text)| {
                    let chosen = driver.get().as_ref() == Some(&id);
                    view! { <option value=id.0 selected=chosen>{text}</option> }
                }).collect_view()}
            </select>
        </div>
        </div>
    }
}

/// The priorities to choose from; one that a file brought and has no word stands among them by its number.
fn levels(now: u8) -> Vec<(u8, String)> {
    let named = |it: u8| priority_word(it).map_or_else(|| format!("Priority {it}"), str::to_owned);
    let mut levels: Vec<u8> = vec![0, Stop::HIGH, Stop::URGENT, now];
    levels.sort_unstable();
    levels.dedup();
    levels.into_iter().map(|it| (it, named(it))).collect()
}

/// What a priority is called, if it has a name.
pub(super) fn priority_word(priority: u8) -> Option<&'static str> {
    match priority {
        0 => Some("Normal"),
        Stop::HIGH => Some("High"),
        Stop::URGENT => Some("Urgent"),
        _ => None,
    }
}

/// The wishes of a stop in a few words, for lists; empty where there are none.
pub(super) fn words(stop: &Stop, only: Option<&str>) -> String {
    let mut words = Vec::new();
    if stop.priority > 0 {
        words.push(
            priority_word(stop.priority).map_or_else(|| format!("Priority {}", stop.priority), str::to_owned),
        );
    }
    if let Some(name) = only {
        words.push(format!("only {name}"));
    }
    if !stop.needs.is_empty() {
        words.push(format!("needs {}", stop.needs.join(", ")));
    }
    match stop.turn {
        Turn::Any => {}
        Turn::First => words.push("first".to_owned()),
        Turn::Last => words.push("last".to_owned()),
    }
    crate::store::capitalised(&words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_without_a_name_keeps_its_number() {
        let words = |now| levels(now).into_iter().map(|it| it.1).collect::<Vec<_>>();
        assert_eq!(words(0), ["Normal", "High", "Urgent"]);
        assert_eq!(words(50), ["Normal", "High", "Priority 50", "Urgent"]);
    }

    #[test]
    fn wishes_in_a_few_words() {
        let stop = |priority, turn| Stop { priority, turn, ..Stop::new("1", "x") };
        assert_eq!(words(&stop(0, Turn::Any), None), "");
        assert_eq!(words(&stop(Stop::HIGH, Turn::Last), Some("Aino")), "High, only Aino, last");
        assert_eq!(words(&stop(7, Turn::Any), None), "Priority 7");
        let cold = Stop { needs: vec!["cold".into(), "lift".into()], ..stop(0, Turn::First) };
        assert_eq!(words(&cold, None), "Needs cold, lift, first");
        assert_eq!(words(&stop(0, Turn::Any), Some("Aino")), "Only Aino");
    }
}
