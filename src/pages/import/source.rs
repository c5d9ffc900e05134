//! Where rows come from: a file, a drop, a paste, or the demo.

use milkrun_lean::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File};

use super::sheet::Sheet;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// What is to be imported.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// Nothing yet: the sheet asks.
    Paste,
    /// Pasted rows.
    Text(String),
    /// A file's name and bytes.
    File(String, Vec<u8>),
    /// The sixty deliveries that come along.
    Demo,
}

/// A button that opens the system's file dialog.
#[component]
pub(crate) fn FileButton(on_file: Callback<Source>, #[prop(optional)] primary: bool) -> View {
    let input = NodeRef::<web_sys::HtmlInputElement>::new();
    let toaster = Toaster::get();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read(file, toaster, move |source| on_file.run(source));
        }
        // The same file can be chosen again after it was mended.
        input.set_value("");
    };
    view! {
        <label class="button file-button" class:button--primary=primary>
            <IconView icon=Icon::Import/>"Choose a file"
            <input class="visually-hidden" type="file" data-test="import-file" node_ref=input
                accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values" on:change=chosen/>
        </label>
    }
}

/// Takes what was dropped: a file, or text dragged from elsewhere.
pub(crate) fn dropped(event: &DragEvent, take: impl Fn(Source) + 'static) {
    event.prevent_default();
    let Some(data) = event.data_transfer() else { return };
    if let Some(file) = data.files().and_then(|files| files.get(0)) {
        read(file, Toaster::get(), take);
    } else if let Some(text) = data.get_data("text/plain").ok().filter(|text| !text.trim().is_empty()) {
        take(Source::Text(text));
    }
}

fn read(file: File, toaster: Toaster, take: impl Fn(Source) + 'static) {
    spawn_local(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => take(Source::File(file.name(), js_sys::Uint8Array::new(&buffer).to_vec())),
            Err(_) => toaster.fail(format!(
                "{} could not be read: it may have been moved or be open elsewhere; choose it again",
                file.name()
            )),
        }
    });
}

/// Asks for rows.
#[component]
pub(super) fn SourcePane() -> View {
    let sheet = Sheet::get();
    let text = NodeRef::<web_sys::HtmlTextAreaElement>::new();
    let take_text = move || {
        if let Some(text) = text.get_untracked().map(|it| it.value()).filter(|it| !it.trim().is_empty()) {
            sheet.take(Source::Text(text));
        }
    };
    // A paste fills the field only after this event.
    let pasted = move |_| request_animation_frame(take_text);
    Effect::new(move |_| {
        if let Some(text) = text.get() {
            let _ = text.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    });
    view! {
        <div class="import__source">
            <div class="import__zone">
                <span class="first-run__icon"><IconView icon=Icon::Import/></span>
                <p class="strong">"Drop a CSV file here"</p>
                <p class="muted small">"Excel: save as CSV, or copy the rows and paste them."</p>
                <div class="toolbar">
                    <FileButton on_file=Callback::new(move |it| sheet.take(it)) primary=true/>
                    <button class="button" data-test="import-demo" on:click=move |_| sheet.take(Source::Demo)>"Try 60 Helsinki deliveries"</button>
                </div>
            </div>
            <div class="import__paste">
                <label class="label" for="import-paste">"Or paste rows, with or without column names"</label>
                <textarea class="input" id="import-paste" data-test="import-paste" node_ref=text on:paste=pasted spellcheck="false"
                    placeholder="id, customer, address, parcels, time window\n1001, Anna, Annankatu 18 Helsinki, 2, 9-12"></textarea>
                <button class="button" data-test="import-paste-read" on:click=move |_| take_text()>"Read these rows"</button>
            </div>
        </div>
    }
}
