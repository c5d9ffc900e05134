//! Adding parcels by their numbers, as many as are pasted.

use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::{CourierName, MAX_ADD, NewParcel};
use milkrun_wire::api::session::Upstream;

use super::state::TrackState;
use crate::api;
use crate::app::Gate;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// Numbers with which the sandbox shows what it can do.
const HINTS: [&str; 5] =
    ["MR-TRANSIT-1", "MR-PICKUP-1", "MR-DELIVERED-1", "MR-UNDELIVERED-1", "MR-EXCEPTION-1"];

/// What the form holds; shared with the hints of the empty page. A handle to copy.
#[derive(Clone, Copy, Default)]
pub(super) struct Form {
    text: RwSignal<String>,
    courier: RwSignal<String>,
    /// How many of how many numbers are sent.
    busy: RwSignal<Option<(usize, usize)>>,
    /// Numbers that are not tracked, and why.
    refused: RwSignal<Vec<(String, String)>>,
}

/// The form.
#[component]
pub(super) fn AddParcels() -> View {
    let track = TrackState::get();
    let toaster = Toaster::get();
    let form: Form = expect_context();
    let couriers = RwSignal::new(Vec::<CourierName>::new());
    spawn_local(async move {
        // Without the list the carrier is still found from the number.
        if let Ok(list) = api::couriers().await {
            couriers.try_set(list.couriers);
        }
    });
    let numbers = Memo::new(move |_| form.text.with(|text| numbers_in(text)));
    let many = move || numbers.with(Vec::len);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if many() > 0 && form.busy.with_untracked(Option::is_none) {
            spawn_local(send(form, track, toaster, numbers.get_untracked()));
        }
    };
    view! {
        <form class="track__add card" on:submit=submit aria-label="Add parcels">
            <div class="field">
                <label for="track-numbers">"Tracking numbers, one a line"</label>
                <textarea class="input track__numbers" id="track-numbers" data-test="track-numbers" rows="4" spellcheck="false"
                    autocomplete="off" autocapitalize="characters" placeholder="JJFI64500000123456789"
                    prop:value=form.text on:input=move |event| form.text.set(event_target_value(&event))></textarea>
            </div>
            <div class="field">
                <label for="track-courier">"Carrier"</label>
                <select class="input" id="track-courier" data-test="track-courier"
                    on:change=move |event| form.courier.set(event_target_value(&event))>
                    <option value="">"Find it from the number"</option>
                    <For each=move || couriers.get() key=|courier| courier.code.clone() let(courier)>
                        <option value=courier.code>{courier.name}</option>
                    </For>
                </select>
            </div>
            <button class="button button--primary" type="submit" data-test="track-add"
                disabled=move || many() == 0 || form.busy.with(Option::is_some)>
                {move || match (form.busy.get(), many()) {
                    (Some((done, all)), _) => view! { <IconView icon=Icon::Busy class="spin"/> {format!("Adding {done} of {all}")} },
                    (None, 0 | 1) => view! { <IconView icon=Icon::Plus/> "Track" },
                    (None, many) => view! { <IconView icon=Icon::Plus/> {format!("Track {many} parcels")} },
                }}
            </button>
            <Refused form=form/>
        </form>
    }
}

#[component]
fn Refused(form: Form) -> View {
    View::of(move || {
        let refused = form.refused.get();
        (!refused.is_empty()).then(|| {
            view! {
                <div class="track__refused" role="alert" data-test="track-refused">
                    <p class="strong bad">{match refused.len() {
                        1 => "One number is not tracked; it stays in the field above.".to_owned(),
                        many => format!("{many} numbers are not tracked; they stay in the field above."),
                    }}</p>
                    <ul>
                        {refused.into_iter().map(|(number, why)| view! {
                            <li><span class="track__mono">{number}</span><span class="muted">{why}</span></li>
                        }).collect_view()}
                    </ul>
                </div>
            }
        })
    })
}

/// While the sandbox stands in: numbers to try, a click each.
#[component]
pub(super) fn Hints() -> View {
    let form: Form = expect_context();
    let gate = Gate::get();
    let sandbox = Memo::new(move |_| {
        gate.session().is_some_and(|session| session.services.tracking == Upstream::Sandbox)
    });
    let add = move |number: &'static str| {
        form.text.update(|text| {
            if !numbers_in(text).iter().any(|known| known == number) {
                *text = format!("{}\n{number}", text.trim_end()).trim_start().to_owned();
            }
        });
    };
    view! {
        <Show when=move || sandbox.get()>
            <div class="track__hints">
                <p class="small">"The sandbox knows these; any other number moves as its clock does."</p>
                <div class="toolbar">
                    {HINTS.map(|number| view! {
                        <button class="chip chip--button track__mono" on:click=move |_| add(number)>{number}</button>
                    }).collect_view()}
                </div>
            </div>
        </Show>
    }
}

/// Sends the numbers in batches. What is refused, and what a failure kept from being sent, stays in the field.
async fn send(form: Form, track: TrackState, toaster: Toaster, numbers: Vec<String>) {
    let courier = Some(form.courier.get_untracked()).filter(|code| !code.is_empty());
    let (mut refused, mut left) = (Vec::new(), Vec::new());
    let mut added = 0;
    for (at, batch) in numbers.chunks(MAX_ADD).enumerate() {
        form.busy.set(Some((at * MAX_ADD, numbers.len())));
        let parcels = batch.iter().map(|number| NewParcel {
            tracking_number: number.clone(),
            courier_code: courier.clone(),
            ..NewParcel::default()
        });
        match api::add_parcels(parcels.collect()).await {
            Ok(reply) => {
                for result in reply.results {
                    match result.error {
                        Some(why) => refused.push((result.tracking_number, why)),
                        None => added += 1,
                    }
                }
            }
            Err(problem) => {
                toaster.problem(&problem);
                left.extend_from_slice(&numbers[at * MAX_ADD..]);
                break;
            }
        }
    }
    match added {
        0 => {}
        1 => toaster.say("One parcel is tracked"),
        many => toaster.say(format!("{many} parcels are tracked")),
    }
    // The page may have been left meanwhile; what was sent is sent all the same.
    let kept: Vec<&str> =
        refused.iter().map(|(number, _)| number.as_str()).chain(left.iter().map(String::as_str)).collect();
    form.text.try_set(kept.join("\n"));
    form.refused.try_set(refused);
    form.busy.try_set(None);
    track.refresh();
}

/// The numbers in a pasted text: a line each, or separated by commas, semicolons or tabs; each once.
fn numbers_in(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for part in text.split(['\n', '\r', ',', ';', '\t']) {
        // Carriers print their numbers in groups.
        let number: String = part.chars().filter(|letter| !letter.is_whitespace()).collect();
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_is_pasted() {
        for (text, numbers) in [
            ("", vec![]),
            (" \n\n", vec![]),
            ("A1\nB2\r\nA1", vec!["A1", "B2"]),
            ("RB 123 456 789 FI", vec!["RB123456789FI"]),
            ("A1, B2;C3\tD4", vec!["A1", "B2", "C3", "D4"]),
        ] {
            assert_eq!(numbers_in(text), numbers, "{text:?}");
        }
    }
}
