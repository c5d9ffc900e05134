//! One parcel's story: where it stands, and how it got there.

use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::{Checkpoint, Parcel};

use super::remove::RemoveButton;
use super::state::TrackState;
use super::status::{icon, tone};
use crate::api;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::time;

/// The drawer with the open parcel, if one is open.
#[component]
pub(super) fn Detail() -> View {
    let track = TrackState::get();
    let parcel = RwSignal::new(None::<Parcel>);
    let problem = RwSignal::new(None::<String>);
    // Read again whenever another parcel is opened or the list has news of this one.
    let wanted = Memo::new(move |_| {
        let id = track.open.get()?;
        let known = track.parcels.with(|all| all.iter().flatten().find(|parcel| parcel.id == id).cloned());
        Some((id, known))
    });
    Effect::new(move |_| {
        problem.set(None);
        let Some((id, known)) = wanted.get() else {
            parcel.set(None);
            return;
        };
        // What the list knows is shown at once; the story follows.
        parcel.update(|shown| match (shown.as_mut(), known) {
            (Some(shown), Some(known)) if shown.id == known.id && known.checkpoints.is_empty() => {
                *shown = Parcel { checkpoints: std::mem::take(&mut shown.checkpoints), ..known };
            }
            (_, known) => *shown = known,
        });
        spawn_local(async move {
            let read = api::parcel(&id).await;
            if track.open.try_with_untracked(|open| open.as_ref() == Some(&id)) != Some(true) {
                return;
            }
            match read {
                Ok(read) => {
                    if parcel.try_with_untracked(|shown| shown.as_ref() != Some(&read)) == Some(true) {
                        parcel.try_set(Some(read));
                    }
                }
                Err(error) => {
                    problem.try_set(Some(error.to_string()));
                }
            }
        });
    });
    window_event_listener("keydown", move |event: web_sys::KeyboardEvent| {
        let in_dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
        if event.key() == "Escape" && !in_dialog && track.open.with_untracked(Option::is_some) {
            track.open.set(None);
        }
    });
    let shown = Memo::new(move |_| {
        parcel
            .with(|parcel| parcel.as_ref().map(|parcel| (parcel.id.clone(), parcel.tracking_number.clone())))
    });
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <aside class="track__detail" data-test="parcel-detail" aria-label="Parcel">
                <header class="track__detail-head">
                    <span class="track__mono truncate">{move || shown.get().map(|(_, number)| number)}</span>
                    <button class="button button--quiet button--icon" aria-label="Close" on:click=move |_| track.open.set(None)>
                        <IconView icon=Icon::Close/>
                    </button>
                </header>
                <div class="track__detail-body">
                    {move || parcel.get().map(|parcel| view! { <Story parcel problem/> })}
                    // Outside the story, so that news of the parcel does not take its question away.
                    {move || shown.get().map(|(id, number)| view! { <RemoveButton id number/> })}
                </div>
            </aside>
        </Show>
    }
}

#[component]
fn Story(parcel: Parcel, problem: RwSignal<Option<String>>) -> View {
    let track = TrackState::get();
    let carrier =
        parcel.courier_name.clone().filter(|name| !name.is_empty()).unwrap_or(parcel.courier_code.clone());
    let facts = [
        ("Carrier", Some(carrier)),
        ("Expected", parcel.expected_at.as_deref().map(time::day_or_moment)),
        ("Name", parcel.title.clone()),
        ("Order", parcel.order_number.clone()),
        ("Read", Some(format::moment(&parcel.read_at))),
    ];
    let facts =
        facts.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    let days = by_day(&parcel.checkpoints);
    let latest = StoredValue::new(parcel.latest_event_at.clone());
    let since = move || {
        let aged = latest.with_value(|at| at.as_ref().map(|at| time::since(at, track.now.get())))?;
        Some(if aged == "just now" { aged } else { format!("{aged} ago") })
    };
    let news = parcel.latest_event.unwrap_or_else(|| "The carrier has not reported anything yet".to_owned());
    view! {
        <div class=format!("track__headline track__headline--{}", tone(parcel.status))>
            <span class="track__badge"><IconView icon=icon(parcel.status)/></span>
            <div>
                <h2>{parcel.status.words()}</h2>
                <p>{news}</p>
                <p class="muted small">{since}</p>
            </div>
        </div>
        {parcel.stale.then(|| view! {
            <div class="notice notice--warn"><IconView icon=Icon::Warn/>
                <p>"51Tracking could not be asked just now. This is what was known before; it is asked again by itself."</p>
            </div>
        })}
        {move || problem.get().map(|why| view! {
            <div class="notice notice--bad" role="alert"><IconView icon=Icon::Warn/><p>{why}</p></div>
        })}
        <dl class="track__facts">
            {facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
        </dl>
        <section aria-label="What happened">
            {days.into_iter().map(|(day, checkpoints)| view! {
                <h3 class="track__day">{day}</h3>
                <ol class="track__story">
                    {checkpoints.into_iter().map(|checkpoint| view! { <Event checkpoint/> }).collect_view()}
                </ol>
            }).collect_view()}
        </section>
    }
}

#[component]
fn Event(checkpoint: Checkpoint) -> View {
    view! {
        <li class=format!("track__event-item track__event-item--{}", tone(checkpoint.status)) data-test="checkpoint">
            <time class="number muted small" datetime=checkpoint.at.clone()>{time::time_of_day(&checkpoint.at)}</time>
            <div>
                <p>{checkpoint.detail}</p>
                {checkpoint.place.filter(|place| !place.is_empty()).map(|place| view! { <p class="muted small">{place}</p> })}
            </div>
        </li>
    }
}

/// Neighbouring checkpoints of the same day under its name, in the order given.
fn by_day(checkpoints: &[Checkpoint]) -> Vec<(String, Vec<Checkpoint>)> {
    let mut days: Vec<(String, Vec<Checkpoint>)> = Vec::new();
    for checkpoint in checkpoints {
        let day = time::day(&checkpoint.at);
        match days.last_mut() {
            Some((last, those)) if *last == day => those.push(checkpoint.clone()),
            _ => days.push((day, vec![checkpoint.clone()])),
        }
    }
    days
}
