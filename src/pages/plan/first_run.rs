//! What somebody sees who has no plan yet: one sentence and a place to drop a file.

use milkrun_lean::prelude::*;

use super::PlanView;
use crate::pages::import::{FileButton, Source, dropped};
use crate::ui::icon::{Icon, IconView};

/// The way in to an empty plan.
#[component]
pub(super) fn FirstRun() -> View {
    let page = PlanView::get();
    let over = RwSignal::new(false);
    let take = move |source: Source| page.importing.set(Some(source));
    window_event_listener("paste", move |event: web_sys::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            event.prevent_default();
            take(Source::Text(text));
        }
    });
    view! {
        <div class="first-run"
            class:first-run--over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                dropped(&event, take);
            }>
            <div class="first-run__zone">
                <span class="first-run__icon"><IconView icon=Icon::Import/></span>
                <h1>"Plan today's deliveries"</h1>
                <p class="muted">"Drop a spreadsheet, paste rows, or try 60 Helsinki deliveries."</p>
                <div class="first-run__ways">
                    <FileButton on_file=Callback::new(take) primary=true/>
                    <button class="button" on:click=move |_| take(Source::Paste)>"Paste rows"</button>
                    <button class="button" data-test="import-demo" on:click=move |_| take(Source::Demo)>
                        "Try 60 Helsinki deliveries"
                    </button>
                </div>
            </div>
        </div>
    }
}
