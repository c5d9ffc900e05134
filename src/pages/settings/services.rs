//! Which services stand behind the portal. Owners also see, enter and try the vendors' credentials.

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::Role;
use milkrun_wire::api::session::{Services, Source, Upstream};

use super::credentials::{Entries, RouteMateForm, TrackingForm};
use super::quota::QuotaSpent;
use super::role;
use crate::app::Gate;
use crate::ui::icon::{Icon, IconView};

/// The part about services.
#[component]
pub(super) fn ServicesPart() -> View {
    let gate = Gate::get();
    let services = Memo::new(move |_| gate.session().map(|it| it.services));
    // The forms must not be built anew when a service changes its state.
    let routemate = Memo::new(move |_| services.with(|it| it.as_ref().map(|it| it.routemate)));
    let tracking = Memo::new(move |_| services.with(|it| it.as_ref().map(|it| it.tracking)));
    let role = role();
    let owner = Memo::new(move |_| role.get() == Role::Owner);
    let entries = Entries::start(owner);
    view! {
        <section class="card" aria-label="RouteMate">
            <div class="settings__service">
                {move || routemate.get().map(|it| upstream("RouteMate", "hands routes to drivers", it))}
            </div>
            <Show when=move || owner.get()><RouteMateForm entries/></Show>
        </section>
        <section class="card" aria-label="51Tracking">
            <div class="settings__service">
                {move || tracking.get().map(|it| upstream("51Tracking", "follows parcels of other carriers", it))}
            </div>
            <QuotaSpent/>
            <Show when=move || owner.get()><TrackingForm entries/></Show>
        </section>
        {move || services.get().map(|services| view! { <MapCard services/> })}
    }
}

#[component]
fn MapCard(services: Services) -> View {
    let tiles = match &services.tiles {
        Some(tiles) => ("On", "ok", tiles.attribution.clone()),
        None => (
            "Off",
            "plain",
            "The map shows a plain grid. Tiles are set in the configuration file.".to_owned(),
        ),
    };
    view! {
        <section class="card" aria-label="Places and roads">
            <ul class="settings__services">
                {source("Addresses", services.geocoder)}
                {source("Roads", services.matrix)}
                <li class="settings__service">
                    <div><h3>"Map tiles"</h3><p class="muted">{tiles.2}</p></div>
                    <span class=format!("chip chip--{}", tiles.1)>{tiles.0}</span>
                </li>
            </ul>
        </section>
    }
}

fn upstream(name: &'static str, does: &str, state: Upstream) -> View {
    let (word, tone, icon, sentence) = match state {
        Upstream::Live => ("Live", "ok", Icon::Check, format!("The real service {does}.")),
        Upstream::Sandbox => (
            "Sandbox",
            "warn",
            Icon::Sandbox,
            format!("A stand-in on this machine {does}; nothing leaves it."),
        ),
        Upstream::Unconfigured => (
            "Not set up",
            "bad",
            Icon::Warn,
            format!("Nothing {does} yet, so its buttons answer with an explanation."),
        ),
    };
    view! {
        <div><h2>{name}</h2><p class="muted">{sentence}</p></div>
        <span class=format!("chip chip--{tone}")><IconView icon/>{word}</span>
    }
}

fn source(kind: &'static str, source: Source) -> View {
    let sentence = match source.id.as_str() {
        "gazetteer" => {
            "Built-in addresses of central Helsinki. For other places configure Nominatim or Photon."
        }
        "great_circle" => {
            "Straight lines made longer by a usual factor, with usual speeds. For real roads configure OSRM."
        }
        _ => "A configured service, asked by the server and remembered there.",
    };
    view! {
        <li class="settings__service">
            <div>
                <h3>{kind}</h3>
                <p class="muted">{sentence}</p>
                {(!source.attribution.is_empty()).then(|| view! { <p class="muted small">{source.attribution}</p> })}
            </div>
            <span class="chip">{source.name}</span>
        </li>
    }
}
