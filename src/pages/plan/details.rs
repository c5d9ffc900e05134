//! One stop with all its fields, and the ways to put its pin right.

use milkrun_host::fixed;
use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::{Position, PositionSource, Stop, StopId, TimeWindow, clock};

use super::PlanView;
use super::assigned::Assigned;
use super::wishes::Wishes;
use crate::store::{PlanStore, locate_one};
use crate::ui::icon::{Icon, IconView};

/// Below this a person should look at a found place.
pub(super) const SURE: f32 = 0.8;

/// The details of the stop that is being edited, over the lists.
#[component]
pub(crate) fn StopDetails() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let id = StoredValue::new(page.editing.get_untracked().unwrap_or_else(|| StopId::from("")));
    let stop = Memo::new(move |_| store.with(|plan| plan.stop(&id.get_value()).cloned()));
    let now = move || stop.get().unwrap_or_else(|| Stop::new("", ""));
    let close = move || {
        page.editing.set(None);
        super::keys::focus_stop(id.get_value());
    };
    let change = move |change: &dyn Fn(&mut Stop)| {
        let mut stop = untrack(now);
        change(&mut stop);
        store.edit(Edit::UpdateStop(stop));
    };
    let text = |value: String| Some(value.trim().to_owned()).filter(|it| !it.is_empty());
    super::keys::focus_within(1, "#stop-back".to_owned());
    view! {
        <div class="details" data-test="stop-details">
            <div class="details__head">
                <button class="button button--quiet button--icon details__back" id="stop-back" aria-label="Back to the list" on:click=move |_| close()>
                    <IconView icon=Icon::Right/>
                </button>
                <div class="details__title">
                    <h2 class="truncate">{move || now().title().to_owned()}</h2>
                    <span class="muted small">{id.get_value().0}</span>
                </div>
            </div>
            <div class="details__body">
                <Assigned id/>
                <Field label="Customer" value=Signal::derive(move || now().label)
                    on_change=move |it: String| change(&|stop| stop.label = it.trim().to_owned())/>
                <Field label="Address" test="stop-address" value=Signal::derive(move || now().address)
                    on_change=move |it: String| change(&|stop| stop.address = it.trim().to_owned())/>
                <Pin stop/>
                <div class="details__pair">
                    <Number label="Parcels" value=Signal::derive(move || now().parcels)
                        on_change=move |it| change(&|stop| stop.parcels = it)/>
                    <Number label="Minutes at stop" value=Signal::derive(move || now().service_s / clock::MINUTE)
                        on_change=move |it: u32| change(&|stop| stop.service_s = it.saturating_mul(clock::MINUTE))/>
                </div>
                <Window stop/>
                <Wishes stop/>
                <div class="details__pair">
                    <Field label="Phone" value=Signal::derive(move || now().phone.unwrap_or_default())
                        on_change=move |it: String| change(&|stop| stop.phone = text(it.clone()))/>
                    <Field label="E-mail" value=Signal::derive(move || now().email.unwrap_or_default())
                        on_change=move |it: String| change(&|stop| stop.email = text(it.clone()))/>
                </div>
                <Field label="Note to the courier" value=Signal::derive(move || now().note.unwrap_or_default())
                    on_change=move |it: String| change(&|stop| stop.note = text(it.clone()))/>
                <Field label="Tracking number" value=Signal::derive(move || now().tracking_number.unwrap_or_default())
                    on_change=move |it: String| change(&|stop| stop.tracking_number = text(it.clone()))/>
                <button class="button button--danger details__remove"
                    on:click=move |_| {
                        if store.edit(Edit::RemoveStops(vec![id.get_value()])) {
                            store.selected.set(None);
                            page.editing.set(None);
                        }
                    }>
                    <IconView icon=Icon::Trash/>"Remove this stop"
                </button>
            </div>
        </div>
    }
}

/// Where the pin stands, who put it there, and how to move it.
#[component]
fn Pin(stop: Memo<Option<Stop>>) -> View {
    let store = PlanStore::get();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let find = move |_| {
        let Some(stop) = stop.get_untracked() else { return };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let found = locate_one(&stop.address).await;
            busy.set(false);
            match found.result {
                Ok(position) => {
                    store.edit(Edit::SetPositions(vec![(stop.id, Some(position))]));
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    let told = move || match stop.get().and_then(|it| it.position) {
        None => {
            ("chip chip--bad", "No position".to_owned(), "Find the address, or mend it first.".to_owned())
        }
        Some(Position { source: PositionSource::Hand, .. }) => {
            ("chip chip--ok", "Set by hand".to_owned(), "Drag the pin on the map to move it.".to_owned())
        }
        Some(Position { source: PositionSource::File, .. }) => {
            ("chip chip--ok", "From the file".to_owned(), "Drag the pin on the map to move it.".to_owned())
        }
        Some(Position { source: PositionSource::Geocoder(name), confidence, .. }) if confidence < SURE => (
            "chip chip--warn",
            "Check the pin".to_owned(),
            format!(
                "{name} is {} % sure. Drag the pin if it is wrong.",
                fixed(f64::from(confidence) * 100.0, 0)
            ),
        ),
        Some(Position { source: PositionSource::Geocoder(name), .. }) => {
            ("chip chip--ok", "Found".to_owned(), format!("By {name}. Drag the pin on the map to move it."))
        }
    };
    view! {
        <div class="pin-field">
            <IconView icon=Icon::Pin/>
            <div class="pin-field__text">
                {move || {
                    let (class, word, more) = told();
                    view! { <span class=class>{word}</span> <span class="muted small">{more}</span> }
                }}
                {move || failure.get().map(|why| view! { <span class="field__error" role="alert">{why}</span> })}
            </div>
            <button class="button" data-test="stop-find" disabled=move || busy.get() on:click=find>
                {move || if busy.get() { "Finding" } else { "Find again" }}
            </button>
        </div>
    }
}

/// When the customer wants to be served.
#[component]
fn Window(stop: Memo<Option<Stop>>) -> View {
    let store = PlanStore::get();
    let failure = RwSignal::new(None::<&'static str>);
    let part = move |end: bool| {
        let window = stop.get().and_then(|it| it.window);
        window.map(|it| clock::format_time(if end { it.end } else { it.start })).unwrap_or_default()
    };
    let start = RwSignal::new(untrack(|| part(false)));
    let end = RwSignal::new(untrack(|| part(true)));
    // Undo, or another view, may change the window under the fields.
    Effect::new(move |_| {
        start.set(part(false));
        end.set(part(true));
    });
    let take = move || {
        let (from, to) = (start.get_untracked(), end.get_untracked());
        let read = read_window(&from, &to);
        failure.set(read.as_ref().err().copied());
        if let (Ok(window), Some(mut stop)) = (read, stop.get_untracked()) {
            stop.window = window;
            store.edit(Edit::UpdateStop(stop));
        }
    };
    view! {
        <fieldset class="details__pair details__window" aria-describedby="window-fault">
            <div class="field">
                <label for="window-start">"Earliest"</label>
                <input class="input" id="window-start" placeholder="any time" inputmode="numeric" prop:value=move || start.get()
                    on:change=move |event| {
                        start.set(event_target_value(&event));
                        take();
                    }/>
            </div>
            <div class="field">
                <label for="window-end">"Latest"</label>
                <input class="input" id="window-end" placeholder="any time" inputmode="numeric" prop:value=move || end.get()
                    on:change=move |event| {
                        end.set(event_target_value(&event));
                        take();
                    }/>
            </div>
            <span class="field__error details__wide" id="window-fault" role="alert">{move || failure.get()}</span>
        </fieldset>
    }
}

/// A window from two fields; an empty one leaves its side open.
fn read_window(from: &str, to: &str) -> Result<Option<TimeWindow>, &'static str> {
    let read = |text: &str, open: u32| match text.trim() {
        "" => Ok(open),
        text => clock::parse_time(text).ok_or("Write times like 9:00 or 14.30"),
    };
    if from.trim().is_empty() && to.trim().is_empty() {
        return Ok(None);
    }
    let window = TimeWindow::new(read(from, 0)?, read(to, 24 * clock::HOUR)?);
    if window.end < window.start {
        Err("The latest time is before the earliest; swap them")
    } else {
        Ok(Some(window))
    }
}

#[component]
fn Field(
    label: &'static str,
    #[prop(optional)] test: Option<&'static str>,
    value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
) -> View {
    let id = format!("stop-{}", label.to_ascii_lowercase().replace(' ', "-"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id data-test=test prop:value=move || value.get()
                on:change=move |event| on_change.run(event_target_value(&event))/>
        </div>
    }
}

#[component]
fn Number(label: &'static str, value: Signal<u32>, #[prop(into)] on_change: Callback<u32>) -> View {
    let failure = RwSignal::new(false);
    let id = format!("stop-{}", label.to_ascii_lowercase().replace(' ', "-"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id inputmode="numeric" prop:value=move || value.get().to_string()
                aria-invalid=move || failure.get().to_string()
                on:change=move |event| {
                    let read = event_target_value(&event).trim().parse();
                    failure.set(read.is_err());
                    if let Ok(it) = read {
                        on_change.run(it);
                    }
                }/>
            {move || failure.get().then(|| view! { <span class="field__error" role="alert">"Write a whole number"</span> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: Result<Option<&str>, &str>) {
        let read = read_window(from, to).map(|it| it.map(TimeWindow::label));
        assert_eq!(
            read.as_ref().map(Option::as_deref).map_err(|it| *it),
            expected.as_ref().map(|it| *it).map_err(|it| *it)
        );
    }

    #[test]
    fn a_window_may_be_open_on_either_side() {
        check("", " ", Ok(None));
        check("9", "12.30", Ok(Some("09:00-12:30")));
        check("9", "", Ok(Some("09:00-24:00")));
        check("", "12", Ok(Some("00:00-12:00")));
        check("12", "9", Err("The latest time is before the earliest; swap them"));
        check("soon", "", Err("Write times like 9:00 or 14.30"));
    }
}
