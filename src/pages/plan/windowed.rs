//! A list of any length of which only the visible rows exist.

use std::hash::Hash;
use std::ops::Range;

use milkrun_host::pixels;
use milkrun_lean::prelude::*;

/// Rows built beyond the edges, so that scrolling never shows a gap.
const SPARE: usize = 8;

/// A scrolling list of rows of one height. `rows` gives what the rows of a range show (reactively); equal values
/// keep their element. `reveal` names a row that is to be scrolled into view.
#[component]
pub(crate) fn Windowed<T, S, R>(
    /// How many rows there are.
    #[prop(into)]
    count: Signal<usize>,
    /// The height of each row in CSS pixels.
    #[prop(into)]
    height: Signal<f64>,
    /// What the rows of a range show.
    rows: S,
    /// One row.
    row: R,
    /// A row to bring into view.
    #[prop(into, optional)]
    reveal: Signal<Option<usize>>,
    /// The scroller's class.
    class: &'static str,
    /// What the list is called by a screen reader.
    label: &'static str,
    /// What stands above the rows and scrolls with them sideways.
    #[prop(optional)]
    head: Option<View>,
) -> View
where
    T: Clone + Eq + Hash + Send + Sync + 'static,
    S: Fn(Range<usize>) -> Vec<T> + Send + Sync + 'static,
    R: Fn(T) -> View + 'static,
{
    let scroller = NodeRef::<web_sys::HtmlElement>::new();
    let top = RwSignal::new(0.0_f64);
    let seen = RwSignal::new(900.0_f64);
    let measure = move || {
        if let Some(it) = scroller.get_untracked() {
            top.set(f64::from(it.scroll_top()));
            seen.set(f64::from(it.client_height()).max(100.0));
        }
    };
    window_event_listener("resize", move |_: web_sys::Event| measure());
    let range = Memo::new(move |_| visible(top.get(), seen.get(), height.get(), count.get()));
    let shown = Memo::new(move |_| rows(range.get()));
    Effect::new(move |_| {
        let (Some(at), Some(it)) = (reveal.get(), scroller.get()) else { return };
        let (row_top, height) = (at as f64 * height.get_untracked(), height.get_untracked());
        let (from, room) = (f64::from(it.scroll_top()), f64::from(it.client_height()));
        if row_top < from || row_top + height > from + room {
            it.set_scroll_top((row_top - (room - height) / 2.0).max(0.0) as i32);
        }
    });
    Effect::new(move |_| {
        count.track();
        request_animation_frame(measure);
    });
    view! {
        <div class=class node_ref=scroller on:scroll=move |_| measure() tabindex="-1">
            {head}
            <div class="windowed" style:height=move || pixels(count.get() as f64 * height.get())>
                <div class="windowed__rows" role="list" aria-label=label
                    style:transform=move || format!("translateY({})", pixels(range.get().start as f64 * height.get()))>
                    <For each=move || shown.get() key=Clone::clone let(it)>{row(it)}</For>
                </div>
            </div>
        </div>
    }
}

/// Which rows can be seen, and a few more.
fn visible(top: f64, seen: f64, height: f64, count: usize) -> Range<usize> {
    let first = (top / height).floor().max(0.0) as usize;
    let last = ((top + seen) / height).ceil().max(0.0) as usize;
    let start = first.saturating_sub(SPARE).min(count);
    start..(last + SPARE).min(count).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_seen_is_built() {
        assert_eq!(visible(0.0, 500.0, 50.0, 10_000), 0..18);
        assert_eq!(visible(5_000.0, 500.0, 50.0, 10_000), 92..118);
        assert_eq!(visible(5_000.0, 500.0, 50.0, 95), 92..95);
        assert_eq!(visible(5_000.0, 500.0, 50.0, 0), 0..0);
        assert_eq!(visible(0.0, 500.0, 50.0, 3), 0..3);
    }
}
