//! The Track page: which parcels are on their way, and which of them need somebody.

mod add;
mod detail;
mod remove;
mod state;
mod status;
mod table;
mod views;

use milkrun_lean::prelude::*;

use crate::ui::icon::{Icon, IconView};
use crate::ui::live::LiveMark;
use add::{AddParcels, Form, Hints};
use detail::Detail;
use state::TrackState;
use table::ParcelTable;
use views::ViewChips;

/// The Track page.
#[component]
pub fn TrackPage() -> View {
    let track = TrackState::start();
    provide_context(track);
    provide_context(Form::default());
    view! {
        <div class="track" class:track--open=move || track.open.with(Option::is_some)>
            <header class="track__head">
                <h1>"Track"</h1>
                <LiveMark/>
                <label class="track__search">
                    <IconView icon=Icon::Search/>
                    <span class="visually-hidden">"Search numbers, names and events"</span>
                    <input class="input" type="search" placeholder="Search" data-test="track-search"
                        prop:value=track.search on:input=move |event| track.search.set(event_target_value(&event))/>
                </label>
            </header>
            <AddParcels/>
            <section class="track__list" aria-label="Parcels">
                <Trouble/>
                {move || match track.phase() {
                    Phase::Loading => view! { <Loading/> },
                    Phase::Empty => view! { <Empty/> },
                    Phase::Listed => view! { <ViewChips/> <ParcelTable/> },
                }}
            </section>
            <Detail/>
        </div>
    }
}

/// What there is to show; each has its own look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Loading,
    Empty,
    Listed,
}

#[component]
fn Trouble() -> View {
    let track = TrackState::get();
    View::of(move || {
        track.problem.get().map(|why| {
            view! {
                <div class="notice notice--warn track__trouble" role="status">
                    <IconView icon=Icon::Warn/>
                    <p>{why}" What you see may be old; Milkrun keeps trying."</p>
                </div>
            }
        })
    })
}

#[component]
fn Loading() -> View {
    view! {
        <div class="track__loading" role="status" aria-label="Loading the parcels">
            {(0..6).map(|_| view! { <div class="track__bone"></div> }).collect_view()}
        </div>
    }
}

#[component]
fn Empty() -> View {
    view! {
        <div class="empty">
            <IconView icon=Icon::Parcel class="track__empty-icon"/>
            <h2>"No parcels yet"</h2>
            <p>"Paste tracking numbers of any carrier, one a line. Milkrun finds the carrier and follows each parcel to its door."</p>
            <Hints/>
        </div>
    }
}
