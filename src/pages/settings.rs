//! What this installation uses, how merchants embed the widget, which keys there are, and the way out.

use milkrun_lean::prelude::*;
use milkrun_wire::api::session::{Services, Source, Upstream};

use crate::api;
use crate::app::{Gate, GateState};
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// What the keyboard can do, page by page.
const KEYS: [(&str, &str); 10] = [
    ("Ctrl K", "Open the command palette (on a Mac: Cmd K)"),
    ("?", "Show the keys of the Plan page"),
    ("J, K", "Go down and up a list"),
    ("Alt ↑, Alt ↓", "Move the selected stop within its route"),
    ("Ctrl Z", "Undo the last change of the plan"),
    ("Ctrl Shift Z", "Redo it"),
    ("Enter", "Open what is selected"),
    ("Esc", "Close what is open"),
    ("+, -", "Zoom the map that has the focus"),
    ("← ↑ → ↓", "Move the map that has the focus"),
];

/// The settings page.
#[component]
pub fn SettingsPage() -> View {
    let gate = Gate::get();
    view! {
        <div class="page">
            <div class="page__inner settings">
                <header class="page__head"><h1>"Settings"</h1></header>
                {move || gate.session().map(|session| view! {
                    <ServiceCards services=session.services/>
                    <WidgetCard/>
                    <KeysCard/>
                    <AccountCard user=session.user until=session.expires_at/>
                })}
            </div>
        </div>
    }
}

#[component]
fn ServiceCards(services: Services) -> View {
    let tiles = match &services.tiles {
        Some(tiles) => ("On", "ok", tiles.attribution.clone()),
        None => (
            "Off",
            "plain",
            "The map shows a plain grid. Tiles are set in the configuration file.".to_owned(),
        ),
    };
    view! {
        <section class="card" aria-label="Services">
            <div class="card__head"><h2>"Services"</h2></div>
            <ul class="settings__services">
                {upstream("RouteMate", "hands routes to drivers", services.routemate, "MILKRUN_ROUTEMATE_CLIENT_ID and MILKRUN_ROUTEMATE_CLIENT_SECRET")}
                {upstream("51Tracking", "follows parcels of other carriers", services.tracking, "MILKRUN_51TRACKING_API_KEY")}
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

fn upstream(name: &'static str, does: &str, state: Upstream, keys: &str) -> View {
    let (word, tone, icon, sentence) = match state {
        Upstream::Live => {
            ("Live", "ok", Icon::Check, format!("The real service {does}, with the configured credentials."))
        }
        Upstream::Sandbox => (
            "Sandbox",
            "warn",
            Icon::Sandbox,
            format!(
                "A stand-in on this machine {does}; nothing leaves it. For the real service set {keys} and start the server again."
            ),
        ),
        Upstream::Unconfigured => (
            "Not set up",
            "bad",
            Icon::Warn,
            format!(
                "Nothing {does} yet, so its buttons answer with an explanation. Set {keys} and start the server again."
            ),
        ),
    };
    view! {
        <li class="settings__service">
            <div><h3>{name}</h3><p class="muted">{sentence}</p></div>
            <span class=format!("chip chip--{tone}")><IconView icon/>{word}</span>
        </li>
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

#[component]
fn WidgetCard() -> View {
    let toaster = Toaster::get();
    let snippet = StoredValue::new(widget_snippet(&window().location().origin().unwrap_or_default()));
    let copy = move |_| {
        let clipboard = window().navigator().clipboard();
        spawn_local(async move {
            let written =
                wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&snippet.get_value())).await;
            match written {
                Ok(_) => toaster.say("Copied"),
                Err(_denied) => {
                    toaster.fail("The browser did not allow copying; select the text and copy it yourself");
                }
            }
        });
    };
    view! {
        <section class="card" aria-label="Tracking on merchants' sites">
            <div class="card__head">
                <h2>"Tracking on merchants' sites"</h2>
                <button class="button settings__copy" data-test="widget-copy" on:click=copy><IconView icon=Icon::Copy/>"Copy"</button>
            </div>
            <div class="card__body settings__widget">
                <p class="muted">"Shoppers look their parcel up without leaving the shop. Paste this where it should stand; the site's key and address must be in the server's configuration."</p>
                <pre class="settings__code" tabindex="0" data-test="widget-snippet"><code>{snippet.get_value()}</code></pre>
            </div>
        </section>
    }
}

fn widget_snippet(origin: &str) -> String {
    format!(
        "<script async src=\"{origin}/widget/v1.js\" data-site=\"YOUR-SITE\"></script>\n<milkrun-track></milkrun-track>"
    )
}

#[component]
fn KeysCard() -> View {
    view! {
        <section class="card" aria-label="Keyboard">
            <div class="card__head"><h2>"Keyboard"</h2></div>
            <dl class="card__body settings__keys">
                {KEYS.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> }).collect_view()}
            </dl>
        </section>
    }
}

#[component]
fn AccountCard(user: String, until: String) -> View {
    let gate = Gate::get();
    let toaster = Toaster::get();
    let leave = move |_| {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => gate.0.set(Some(GateState::Closed)),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <section class="card" aria-label="Account">
            <div class="card__body settings__account">
                <div>
                    <h2>{user}</h2>
                    <p class="muted">"Signed in until "{format::moment(&until)}" at the latest. The plan stays in this browser when you sign out."</p>
                </div>
                <button class="button" data-test="sign-out" on:click=leave><IconView icon=Icon::SignOut/>"Sign out"</button>
            </div>
        </section>
    }
}
