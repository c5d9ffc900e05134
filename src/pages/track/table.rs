//! The list of parcels: dense, and only as many rows in the page as the eye can see.

use milkrun_host::pixels;
use milkrun_lean::prelude::*;
use milkrun_wire::api::parcel::Parcel;
use web_sys::HtmlElement;
use web_sys::KeyboardEvent;

use super::state::TrackState;
use super::status::StatusChip;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::time;

/// Heights of a row in pixels, as the style sheet sets them; windowing counts with them.
const ROW: f64 = 48.0;
const ROW_NARROW: f64 = 88.0;
/// Up to so many rows all of them are in the page.
const WINDOWED_FROM: usize = 200;
/// Rows kept ready beyond both edges.
const SPARE: usize = 12;

/// The parcels that search and view leave over.
#[component]
pub(super) fn ParcelTable() -> View {
    let track = TrackState::get();
    let frame = NodeRef::<HtmlElement>::new();
    let scrolled = RwSignal::new((0.0, 900.0));
    let measure = move || {
        if let Some(frame) = frame.get_untracked() {
            scrolled.set((f64::from(frame.scroll_top()), f64::from(frame.client_height())));
        }
    };
    Effect::new(move |_| {
        frame.track();
        measure();
    });
    window_event_listener("resize", move |_: web_sys::Event| measure());
    let row = move || if window_is_narrow() { ROW_NARROW } else { ROW };
    let range = Memo::new(move |_| {
        let (top, height) = scrolled.get();
        window_of(track.shown.with(Vec::len), top, height, row())
    });
    let rows = move || {
        let (from, to) = range.get();
        track.shown.with(|shown| shown.get(from..to.min(shown.len())).unwrap_or_default().to_vec())
    };
    let before = move || pixels(range.get().0 as f64 * row());
    let after = move || pixels(track.shown.with(Vec::len).saturating_sub(range.get().1) as f64 * row());
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "j" | "ArrowDown" => {
            event.prevent_default();
            track.step(1);
        }
        "k" | "ArrowUp" => {
            event.prevent_default();
            track.step(-1);
        }
        _ => {}
    };
    view! {
        <div class="track__frame" node_ref=frame on:scroll=move |_| measure() on:keydown=keys>
            <table class="table table--rows track__table" aria-rowcount=move || track.shown.with(Vec::len).to_string()>
                <thead>
                    <tr>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Number"</th>
                        <th scope="col">"Latest event"</th>
                        <th scope="col">"Carrier"</th>
                        <th scope="col" class="track__age">"Age"</th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="track__spacer" aria-hidden="true" style:height=before></tr>
                    <For each=rows key=|parcel| (parcel.id.clone(), parcel.status, parcel.latest_event_at.clone(), parcel.latest_event.clone(), parcel.stale) let(parcel)>
                        <Row parcel/>
                    </For>
                    <tr class="track__spacer" aria-hidden="true" style:height=after></tr>
                </tbody>
            </table>
            <Show when=move || track.shown.with(Vec::is_empty)>
                <div class="empty">
                    <h2>"Nothing matches"</h2>
                    <p>"No parcel fits both the search and the chosen view."</p>
                    <button class="button" on:click=move |_| {
                        track.search.set(String::new());
                        track.view.set(super::views::ParcelView::All);
                    }>"Show all parcels"</button>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Row(parcel: Parcel) -> View {
    let track = TrackState::get();
    let id = StoredValue::new(parcel.id.clone());
    let is_open = move || track.open.with(|open| id.with_value(|id| open.as_ref() == Some(id)));
    let event_at = StoredValue::new(parcel.latest_event_at.clone());
    let aged = move || event_at.with_value(|at| at.as_ref().map(|at| time::since(at, track.now.get())));
    let exact = parcel.latest_event_at.as_deref().map(format::moment);
    let sub = parcel.title.clone().or_else(|| parcel.order_number.clone());
    let carrier = parcel.courier_name.clone().filter(|name| !name.is_empty()).unwrap_or(parcel.courier_code);
    view! {
        <tr data-test="parcel-row" aria-selected=move || is_open().to_string() on:click=move |_| track.open.set(Some(id.get_value()))>
            <td class="track__status"><StatusChip status=parcel.status/></td>
            <td class="track__number">
                <button class="track__open track__mono truncate" aria-expanded=move || is_open().to_string()>{parcel.tracking_number}</button>
                {sub.map(|sub| view! { <span class="muted small truncate">{sub}</span> })}
            </td>
            <td class="track__event">
                <span class="truncate">{parcel.latest_event.unwrap_or_else(|| "No event yet".to_owned())}</span>
            </td>
            <td class="track__carrier"><span class="truncate">{carrier}</span></td>
            <td class="track__age number muted" title=exact>
                {parcel.stale.then(|| view! { <span class="warn" title="51Tracking could not be asked; this is what was known before"><IconView icon=Icon::Refresh/><span class="visually-hidden">"May be old"</span></span> })}
                {aged}
            </td>
        </tr>
    }
}

fn window_is_narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < 768.0)
}

/// Which rows to have in the page: the first, and the one after the last.
fn window_of(rows: usize, top: f64, height: f64, row: f64) -> (usize, usize) {
    if rows <= WINDOWED_FROM {
        return (0, rows);
    }
    let first = (top / row).max(0.0) as usize;
    let last = ((top + height) / row).max(0.0).ceil() as usize;
    // In steps, so that scrolling by a pixel does not rebuild the window.
    let from = first.saturating_sub(SPARE) / SPARE * SPARE;
    let to = ((last + SPARE) / SPARE + 1) * SPARE;
    (from.min(rows), to.min(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_all_there() {
        assert_eq!(window_of(200, 5_000.0, 600.0, 48.0), (0, 200));
        assert_eq!(window_of(0, 0.0, 600.0, 48.0), (0, 0));
    }

    #[test]
    fn of_many_rows_all_that_are_seen_are_there_and_not_many_more() {
        for top in (0..480_000).step_by(1_237) {
            let top = f64::from(top);
            let (from, to) = window_of(10_000, top, 600.0, 48.0);
            let (first, last) = ((top / 48.0) as usize, (((top + 600.0) / 48.0).ceil() as usize).min(10_000));
            assert!(from <= first && to >= last && to - from <= 60, "{top}: {from}..{to}");
        }
    }
}
