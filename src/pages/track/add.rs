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
    order: RwSignal<String>,
    email: RwSignal<String>,
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
    let lines = Memo::new(move |_| form.text.with(|text| lines_in(text)));
    let many = move || lines.with(Vec::len);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if many() > 0 && form.busy.with_untracked(Option::is_none) {
            spawn_local(send(form, track, toaster, lines.get_untracked()));
        }
    };
    view! {
        <form class="track__add card" on:submit=submit aria-label="Add parcels">
            <div class="field">
                <label for="track-numbers">"Tracking numbers, one a line"<span class="muted small track__how">"From a sheet: number, order, e‑mail"</span></label>
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
            <div class="track__shopper">
                <div class="field">
                    <label for="track-order">"Order number"</label>
                    <input class="input" id="track-order" data-test="track-order" autocomplete="off" maxlength="200" placeholder="Optional"
                        prop:value=form.order on:input=move |event| form.order.set(event_target_value(&event))/>
                </div>
                <div class="field">
                    <label for="track-email">"Shopper's e-mail"</label>
                    <input class="input" id="track-email" data-test="track-email" type="email" autocomplete="off" maxlength="200" placeholder="Optional"
                        title="With the order number it lets the shopper find the parcel; kept as a hash only"
                        prop:value=form.email on:input=move |event| form.email.set(event_target_value(&event))/>
                </div>
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
            if !lines_in(text).iter().any(|known| known.number == number) {
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
async fn send(form: Form, track: TrackState, toaster: Toaster, lines: Vec<Line>) {
    let filled = |field: RwSignal<String>| Some(field.get_untracked()).filter(|it| !it.trim().is_empty());
    let (courier, order, email) = (filled(form.courier), filled(form.order), filled(form.email));
    let (mut refused, mut left) = (Vec::new(), Vec::new());
    let mut added = 0;
    for (at, batch) in lines.chunks(MAX_ADD).enumerate() {
        form.busy.set(Some((at * MAX_ADD, lines.len())));
        let parcels = batch.iter().map(|line| NewParcel {
            tracking_number: line.number.clone(),
            courier_code: courier.clone(),
            order_number: line.order.clone().or_else(|| order.clone()),
            email: line.email.clone().or_else(|| email.clone()),
            ..NewParcel::default()
        });
        match api::add_parcels(parcels.collect()).await {
            Ok(reply) => {
                for result in reply.results {
                    match result.error {
                        Some(why) => {
                            let line = batch.iter().find(|it| it.number == result.tracking_number);
                            left.extend(line.map(Line::written));
                            refused.push((result.tracking_number, why));
                        }
                        None => added += 1,
                    }
                }
            }
            Err(problem) => {
                toaster.problem(&problem);
                left.extend(lines[at * MAX_ADD..].iter().map(Line::written));
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
    if left.is_empty() {
        form.order.try_set(String::new());
        form.email.try_set(String::new());
    }
    form.text.try_set(left.join("\n"));
    form.refused.try_set(refused);
    form.busy.try_set(None);
    track.refresh();
}

/// One number, and what stands beside it in a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Line {
    number: String,
    order: Option<String>,
    email: Option<String>,
}

impl Line {
    /// As it is typed.
    fn written(&self) -> String {
        match &self.email {
            Some(email) => format!("{}, {}, {email}", self.number, self.order.as_deref().unwrap_or_default()),
            None => self.number.clone(),
        }
    }
}

/// The numbers in a pasted text: a line each, or separated by commas, semicolons or tabs; each once. In a line with
/// an e-mail address the other columns are the number and the order.
fn lines_in(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut add = |line: Line| {
        if !line.number.is_empty() && !lines.iter().any(|known| known.number == line.number) {
            lines.push(line);
        }
    };
    // Carriers print their numbers in groups.
    let number = |part: &str| part.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    for line in text.split(['\n', '\r']) {
        let parts = line.split([',', ';', '\t']).map(str::trim);
        if let Some(email) = parts.clone().find(|it| it.contains('@')) {
            let mut others = parts.filter(|it| !it.contains('@'));
            add(Line {
                number: others.next().map(number).unwrap_or_default(),
                order: others.find(|it| !it.is_empty()).map(str::to_owned),
                email: Some(email.to_owned()),
            });
        } else {
            parts.for_each(|it| add(Line { number: number(it), ..Line::default() }));
        }
    }
    lines
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
            let found: Vec<_> = lines_in(text).into_iter().map(|it| it.number).collect();
            assert_eq!(found, numbers, "{text:?}");
        }
    }

    #[test]
    fn a_sheet_has_the_order_and_the_shopper_beside_the_number() {
        let text = "A 1\tORD 7\tanna@example.com\nB2;b@example.com\n@,C3";
        let found = lines_in(text);
        let told: Vec<_> =
            found.iter().map(|it| (it.number.as_str(), it.order.as_deref(), it.email.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("A1", Some("ORD 7"), Some("anna@example.com")),
                ("B2", None, Some("b@example.com")),
                ("C3", None, Some("@"))
            ]
        );
        let again = found.iter().map(Line::written).collect::<Vec<_>>().join("\n");
        assert_eq!(lines_in(&again), found);
    }
}
