//! The panel beside the map: three lists behind tabs, and the details of one stop over them.

use milkrun_lean::prelude::*;

use super::routes::RoutesTab;
use super::stops::StopsTab;
use super::{PlanView, Tab};
use crate::parts::{self, Lazy};
use crate::store::PlanStore;
use crate::ui::icon::{Icon, IconView};

/// The panel.
#[component]
pub(super) fn Panel() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let stops = Memo::new(move |_| store.with(|plan| plan.stops.len()));
    let routes =
        Memo::new(move |_| store.with(|plan| plan.routes.iter().filter(|it| !it.stops.is_empty()).count()));
    let drivers = Memo::new(move |_| store.with(|plan| plan.drivers.len()));
    let open = Memo::new(move |_| page.editing.get().filter(|id| store.with(|plan| plan.stop(id).is_some())));
    view! {
        <section class="panel" aria-label="Stops, routes and drivers">
            <button class="panel__grip" aria-expanded=move || page.tall.get().to_string()
                aria-label="Give the list more or less of the screen"
                on:click=move |_| page.tall.update(|tall| *tall = !*tall)>
                <span></span>
            </button>
            <div class="tabs" role="tablist" on:keydown=move |event| step_tab(page, &event)>
                <TabButton tab=Tab::Stops text="Stops" count=stops test="tab-stops"/>
                <TabButton tab=Tab::Routes text="Routes" count=routes test="tab-routes"/>
                <TabButton tab=Tab::Drivers text="Drivers" count=drivers test="tab-drivers"/>
                <span class="toolbar__gap"></span>
                <button class="button button--quiet panel__import" data-test="import-open" aria-label="Import stops"
                    on:click=move |_| page.importing.set(Some(crate::pages::import::Source::Paste))>
                    <IconView icon=Icon::Import/><span class="roomy-only">"Import"</span>
                </button>
            </div>
            <div class="panel__body" role="tabpanel" id="panel-body" aria-label=move || match page.tab.get() {
                Tab::Stops => "Stops",
                Tab::Routes => "Routes",
                Tab::Drivers => "Drivers",
            }>
                {move || match open.get() {
                    Some(_) => view! { <Lazy part=&parts::STOP/> },
                    None => match page.tab.get() {
                        Tab::Stops => view! { <StopsTab/> },
                        Tab::Routes => view! { <RoutesTab/> },
                        Tab::Drivers => view! { <Lazy part=&parts::CREW/> },
                    },
                }}
            </div>
        </section>
    }
}

#[component]
fn TabButton(tab: Tab, text: &'static str, count: Memo<usize>, test: &'static str) -> View {
    let page = PlanView::get();
    let selected = move || page.tab.get() == tab;
    view! {
        <button class="tab" role="tab" data-test=test aria-controls="panel-body"
            aria-selected=move || selected().to_string()
            tabindex=move || if selected() { "0" } else { "-1" }
            on:click=move |_| {
                page.editing.set(None);
                page.tab.set(tab);
            }>
            {text}<span class="tab__count">{move || count.get()}</span>
        </button>
    }
}

/// Arrow keys step through the tabs, as they do everywhere.
fn step_tab(page: PlanView, event: &web_sys::KeyboardEvent) {
    const ORDER: [Tab; 3] = [Tab::Stops, Tab::Routes, Tab::Drivers];
    let step = match event.key().as_str() {
        "ArrowRight" => 1,
        "ArrowLeft" => 2,
        _ => return,
    };
    event.prevent_default();
    let at = ORDER.iter().position(|it| *it == page.tab.get_untracked()).unwrap_or(0);
    page.editing.set(None);
    page.tab.set(ORDER[(at + step) % 3]);
    super::keys::focus_within(1, ".panel [role=tab][aria-selected=true]".to_owned());
}
