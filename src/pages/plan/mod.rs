//! The Plan page: one room in which map, list and timeline are views of one plan.

mod advice;
mod aims;
mod assigned;
mod bar;
mod details;
mod drag;
mod drivers;
mod export;
mod first_run;
mod keys;
mod map;
mod menu;
mod notices;
mod panel;
mod rates;
mod routes;
mod run_strip;
mod stops;
mod timeline;
pub(crate) mod windowed;
mod wishes;

use std::collections::HashSet;

use milkrun_lean::prelude::*;
use milkrun_plan::edit::Slot;
use milkrun_plan::price::Delta;
use milkrun_plan::{DriverId, StopId};

use crate::pages::import::{Source, dropped};
use crate::parts::{self, Lazy};
use crate::store::PlanStore;
use bar::TopBar;
use drag::DragTag;
use first_run::FirstRun;
use keys::listen_to_keys;
use map::PlanMap;
use notices::Notices;
use panel::Panel;
use timeline::Timeline;

pub(crate) use aims::Aims;
pub(crate) use details::StopDetails;
pub(crate) use drivers::DriversTab;
pub(crate) use export::FileMenu;
pub(crate) use keys::KeysDialog;
pub(crate) use routes::DispatchDialog;

/// Which list the panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Every stop.
    #[default]
    Stops,
    /// One card a driver.
    Routes,
    /// The depot and who drives.
    Drivers,
}

/// What the page remembers about itself rather than about the plan; a handle to copy.
#[derive(Clone, Copy)]
pub(crate) struct PlanView {
    /// The panel's list.
    pub(crate) tab: RwSignal<Tab>,
    /// The open import, if one is.
    pub(crate) importing: RwSignal<Option<Source>>,
    /// The stop whose details are open.
    pub(crate) editing: RwSignal<Option<StopId>>,
    /// Raised to have the map show everything.
    pub(crate) fit: RwSignal<u32>,
    /// The pointer that has pressed a stop.
    pub(crate) grip: StoredValue<Option<drag::Grip>>,
    /// The stop in the hand while dragging.
    pub(crate) dragged: RwSignal<Option<StopId>>,
    /// The slot under the pointer while dragging, and what dropping there would change.
    pub(crate) hovered: RwSignal<Option<(Slot, Delta)>>,
    /// Where the pointer is while dragging, in CSS pixels of the window.
    pub(crate) pointer: RwSignal<(f64, f64)>,
    /// The best slots for the stop in the hand.
    pub(crate) best: RwSignal<Vec<Slot>>,
    /// The route cards that are not as they are by default: folded in a small plan, open in a large one.
    pub(crate) toggled: RwSignal<HashSet<DriverId>>,
    /// The routes that are about to be dispatched, while the dialog asks.
    pub(crate) sending: RwSignal<Option<Vec<DriverId>>>,
    /// Whether the list of keys is open.
    pub(crate) keys: RwSignal<bool>,
    /// On narrow screens: whether the panel has most of the height.
    pub(crate) tall: RwSignal<bool>,
}

impl PlanView {
    fn new() -> Self {
        Self {
            tab: RwSignal::new(Tab::default()),
            importing: RwSignal::new(None),
            editing: RwSignal::new(None),
            fit: RwSignal::new(0),
            grip: StoredValue::new(None),
            dragged: RwSignal::new(None),
            pointer: RwSignal::new((0.0, 0.0)),
            hovered: RwSignal::new(None),
            best: RwSignal::new(Vec::new()),
            toggled: RwSignal::new(HashSet::new()),
            sending: RwSignal::new(None),
            keys: RwSignal::new(false),
            tall: RwSignal::new(false),
        }
    }

    /// The page's view state.
    pub(crate) fn get() -> Self {
        expect_context()
    }
}

/// The Plan page.
#[component]
pub fn PlanPage() -> View {
    let store = PlanStore::get();
    let page = PlanView::new();
    provide_context(page);
    listen_to_keys();
    drag::listen();
    advice::follow();
    let untouched = Memo::new(move |_| {
        store.with(|plan| plan.stops.is_empty() && plan.drivers.is_empty() && plan.depot.is_none())
    });
    let state =
        Memo::new(move |_| (store.ready.get(), untouched.get(), page.importing.with(Option::is_some)));
    let sending = Memo::new(move |_| page.sending.with(Option::is_some));
    let close = Callback::new(move |()| page.importing.set(None));
    view! {
        <div class="plan"
            on:dragover=move |event| {
                if brings_file(page, &event) {
                    event.prevent_default();
                }
            }
            on:drop=move |event| {
                if brings_file(page, &event) {
                    dropped(&event, move |source| page.importing.set(Some(source)));
                }
            }>
            {move || match state.get() {
                (false, ..) => View::none(),
                (true, _, true) => view! { <Lazy part=&parts::IMPORT close/> },
                (true, true, false) => view! { <FirstRun/> },
                (true, false, false) => view! { <Room/> },
            }}
            <p class="visually-hidden" role="status" aria-live="polite">{move || store.said()}</p>
        </div>
        <DragTag/>
        <div class="over">
            {move || page.keys.get().then(|| view! { <Lazy part=&parts::KEYS close=Callback::new(move |()| page.keys.set(false))/> })}
            {move || sending.get().then(|| view! { <Lazy part=&parts::SENDING close=Callback::new(move |()| page.sending.set(None))/> })}
        </div>
    }
}

/// Whether something from outside is dragged over the plan, which the browser would otherwise open in its place. The
/// import and the first run have ears of their own.
fn brings_file(page: PlanView, event: &web_sys::DragEvent) -> bool {
    let files = event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    files && !event.default_prevented() && page.importing.with_untracked(Option::is_none)
}

#[component]
fn Room() -> View {
    let page = PlanView::get();
    view! {
        <TopBar/>
        <div class="room" class:room--tall=move || page.tall.get()>
            <Panel/>
            <div class="room__map">
                <Notices/>
                <PlanMap/>
            </div>
            <Timeline/>
        </div>
    }
}
