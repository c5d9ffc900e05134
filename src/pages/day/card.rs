//! One driver's route: how far it is, what is wrong with it, and its stops.

use milkrun_lean::prelude::*;

use super::job::{JobView, stop_status};
use super::order::Row;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// A route as a card; its stops unfold.
#[component]
pub(super) fn JobCard(job: JobView) -> View {
    let (words, icon, tone) = job.status;
    let counts = job.counts;
    let share = move |part: usize| format!("{}%", part as f64 * 100.0 / counts.all.max(1) as f64);
    let moved = job.rows.iter().filter(|row| row.moved).count();
    let rows = StoredValue::new(job.rows);
    let name = job.title.clone();
    let face = initial(&job.driver);
    let totals = [
        job.totals.0.map(|kilometres| format::distance((kilometres * 1000.0) as i64)),
        job.totals.1.map(|minutes| format::duration((minutes * 60.0) as i64)),
    ];
    let totals: Vec<String> = totals.into_iter().flatten().collect();
    view! {
        <article class=format!("card day__job day__job--{tone}") data-test="day-job" aria-label=name>
            <header class="day__job-head">
                <span class="day__face" aria-hidden="true">{face}</span>
                <div class="day__who">
                    <h2 class="truncate">{job.title}</h2>
                    <p class="muted small truncate">{job.driver}</p>
                </div>
                <span class=format!("chip chip--{tone}") data-test="job-status"><IconView icon/>{words}</span>
            </header>
            <div class="day__bar" role="img" aria-label=format!("{} of {} stops done, {} failed", counts.done, counts.all, counts.failed)>
                <span class="day__part day__part--ok" style:width=share(counts.done)></span>
                <span class="day__part day__part--bad" style:width=share(counts.failed)></span>
                <span class="day__part day__part--info" style:width=share(counts.under_way)></span>
            </div>
            <p class="day__line">
                <span class="strong number" data-test="day-progress">{format!("{} of {} stops", counts.done, counts.all)}</span>
                {(counts.failed > 0).then(|| view! { <span class="bad strong number">{format!("{} not delivered", counts.failed)}</span> })}
                {job.next.map(|next| view! { <span class="muted truncate">"Next: "{next}</span> })}
                {(!totals.is_empty()).then(|| view! { <span class="muted number day__totals">{totals.join(", ")}</span> })}
            </p>
            {job.error.map(|why| view! {
                <div class="notice notice--bad" role="alert"><IconView icon=Icon::Warn/><p>{why}</p></div>
            })}
            {(!job.warnings.is_empty()).then(|| view! {
                <div class="notice notice--warn"><IconView icon=Icon::Warn/>
                    <ul class="day__warnings" aria-label="RouteMate's warnings">
                        {job.warnings.into_iter().map(|warning| view! { <li>{warning}</li> }).collect_view()}
                    </ul>
                </div>
            })}
            <details class="day__stops">
                <summary>
                    "Stops"
                    {(moved > 0).then(|| view! {
                        <span class="chip chip--warn"><IconView icon=Icon::Route/>{match moved {
                            1 => "1 moved by RouteMate".to_owned(),
                            many => format!("{many} moved by RouteMate"),
                        }}</span>
                    })}
                    <span class="muted small number day__asked">"Asked "{format::moment(&job.updated_at)}</span>
                </summary>
                <table class="table day__table">
                    <thead><tr><th scope="col">"RouteMate"</th><th scope="col">"Planned"</th><th scope="col">"Stop"</th><th scope="col">"Status"</th></tr></thead>
                    <tbody>
                        {rows.get_value().into_iter().map(|row| view! { <Stop row/> }).collect_view()}
                    </tbody>
                </table>
            </details>
        </article>
    }
}

#[component]
fn Stop(row: Row) -> View {
    let (words, icon, tone) = stop_status(&row.status);
    let name = row.name();
    let address = (name != row.address).then_some(row.address);
    let parcels = (row.parcels > 1).then(|| format!("{} parcels", row.parcels));
    view! {
        <tr class:day__moved=row.moved data-test="day-stop">
            <td class="number strong">{row.driven.map_or_else(|| "not yet".to_owned(), |at| at.to_string())}</td>
            <td class="number">
                {if row.moved {
                    view! { <span class="chip chip--warn" title="RouteMate drives this stop at another place than planned">{row.planned}" moved"</span> }
                } else {
                    view! { <span class="muted">{row.planned}</span> }
                }}
            </td>
            <td>
                <span class="day__name">{name}</span>
                <span class="muted small">{address}{parcels.map(|parcels| format!(" ({parcels})"))}</span>
            </td>
            <td><span class=format!("chip chip--{tone}") data-test="stop-status"><IconView icon/>{words}</span></td>
        </tr>
    }
}

fn initial(driver: &str) -> String {
    driver
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .map(|letter| milkrun_host::upper(letter.encode_utf8(&mut [0; 4])))
        .unwrap_or_default()
}
