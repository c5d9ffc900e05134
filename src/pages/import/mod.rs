//! The import: a full-width sheet on which every row of a file can be looked at, understood and mended.

mod columns;
mod foot;
mod sheet;
mod source;
mod status;
mod table;

use milkrun_lean::prelude::*;

use crate::pages::plan::PlanView;
use crate::ui::icon::{Icon, IconView};
use foot::Foot;
use sheet::Sheet;
use source::SourcePane;
use table::Preview;

pub(crate) use source::{FileButton, Source, dropped};

/// The sheet, from a source to imported stops.
#[component]
pub(crate) fn ImportSheet() -> View {
    let page = PlanView::get();
    let sheet = Sheet::new();
    provide_context(sheet);
    sheet.take(page.importing.get_untracked().unwrap_or(Source::Paste));
    let over = RwSignal::new(false);
    let loaded = Memo::new(move |_| sheet.table.with(Option::is_some));
    window_event_listener("keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            page.importing.set(None);
        }
    });
    view! {
        <section class="import" aria-labelledby="import-title" class:import--over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                dropped(&event, move |source| sheet.take(source));
            }>
            <header class="import__head">
                <div class="import__title">
                    <h1 id="import-title">"Import stops"</h1>
                    <p class="muted small" data-test="import-source">{move || sheet.taken.get()}</p>
                </div>
                <span class="toolbar__gap"></span>
                {move || loaded.get().then(|| view! { <button class="button" on:click=move |_| sheet.clear()>"Other source"</button> })}
                <button class="button button--quiet button--icon" aria-label="Close without importing" title="Close without importing (Esc)"
                    on:click=move |_| page.importing.set(None)>
                    <IconView icon=Icon::Close/>
                </button>
            </header>
            {move || sheet.failure.get().map(|why| view! {
                <div class="notice notice--bad import__notice" role="alert" data-test="import-error"><IconView icon=Icon::Warn/><p>{why}"."</p></div>
            })}
            {move || sheet.notes.get().into_iter().map(|note| view! {
                <div class="notice notice--warn import__notice"><IconView icon=Icon::Info/><p>{note}</p></div>
            }).collect_view()}
            {move || if loaded.get() {
                view! { <Preview/> <Foot/> }
            } else {
                view! { <SourcePane/> }
            }}
        </section>
    }
}
