//! The way in: the one-time link carries its token in the fragment, which no server ever sees.

use milkrun_lean::prelude::*;

use crate::address::Address;
use crate::api;
use crate::app::{Gate, GateState};
use crate::frame::Mark;
use crate::parts;
use crate::ui::icon::{Icon, IconView};

/// Exchanges the link's token for a session, or says how to get a link.
#[component]
pub fn SignInPage() -> View {
    let gate = Gate::get();
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let address = Address::get();
    // The way in leads to the plan; a page that asked for it in its own place shows itself again.
    Effect::new(move |_| {
        if gate.session().is_some() && at_sign_in() {
            address.replace("/");
        }
    });
    if let Some(token) = take_token() {
        busy.set(true);
        // That is where the way in leads.
        parts::PLAN.preload();
        spawn_local(async move {
            match api::sign_in(token).await {
                Ok(session) => gate.0.set(Some(GateState::Open(session))),
                Err(problem) => {
                    failure.set(Some(problem.to_string()));
                    // A used link is no trouble to somebody who is signed in already.
                    gate.refresh();
                }
            }
            busy.set(false);
        });
    }
    let unreachable = move || match gate.0.get() {
        Some(GateState::Unknown(why)) => Some(why),
        _ => None,
    };
    view! {
        <main class="sign-in">
            <div class="card">
                <div class="sign-in__mark"><Mark/></div>
                <h1>"Sign in to Milkrun"</h1>
                {move || match (busy.get(), failure.get().or_else(unreachable)) {
                    (true, _) => view! {
                        <p class="muted" role="status"><IconView icon=Icon::Busy class="spin"/>" Signing you in."</p>
                    },
                    (false, Some(why)) => view! {
                        <div class="notice notice--bad" role="alert"><IconView icon=Icon::Warn/><p>{why}</p></div>
                        <HowTo/>
                    },
                    (false, None) => view! { <HowTo/> },
                }}
            </div>
        </main>
    }
}

#[component]
fn HowTo() -> View {
    view! {
        <p class="muted">
            "Open the sign-in link that the server printed when it started. Each link works once; start the server again, and it prints a new one."
        </p>
    }
}

fn at_sign_in() -> bool {
    window().location().pathname().is_ok_and(|path| path == "/sign-in")
}

fn token() -> Option<String> {
    let token = window().location().hash().ok()?.trim_start_matches('#').to_owned();
    (at_sign_in() && !token.is_empty()).then_some(token)
}

/// Whether the address is a sign-in link.
pub(crate) fn has_token() -> bool {
    token().is_some()
}

/// Takes the token out of the address, so that it stays neither on the screen nor in the history.
fn take_token() -> Option<String> {
    let token = token()?;
    let history = window().history().ok()?;
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/sign-in"));
    Some(token)
}
