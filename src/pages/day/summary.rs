//! The whole day in four numbers.

use milkrun_lean::prelude::*;

use super::job::{JobView, Rank};

/// Numbers lead: stops done, failures, drivers on the road, routes over.
#[component]
pub(super) fn Summary(#[prop(into)] jobs: Signal<Vec<JobView>>) -> View {
    let sum = move |count: fn(&JobView) -> usize| jobs.with(|jobs| jobs.iter().map(count).sum::<usize>());
    let figure = |name: &'static str, value: View, class: &'static str| {
        view! { <div class="day__figure"><dt class="muted small">{name}</dt><dd class=format!("number {class}")>{value}</dd></div> }
    };
    view! {
        <dl class="day__figures">
            {figure("Stops done", view! {
                {move || sum(|job| job.counts.done)}<span class="muted day__of">{move || format!(" of {}", sum(|job| job.counts.all))}</span>
            }, "")}
            {figure("Not delivered", view! {
                <span class:bad=move || sum(|job| job.counts.failed) != 0>{move || sum(|job| job.counts.failed)}</span>
            }, "")}
            {figure("On the road", View::of(move || sum(|job| usize::from(job.status.0 == "On the road"))), "")}
            {figure("Routes completed", view! {
                {move || sum(|job| usize::from(job.rank == Rank::Over))}<span class="muted day__of">{move || format!(" of {}", jobs.with(Vec::len))}</span>
            }, "")}
        </dl>
    }
}
