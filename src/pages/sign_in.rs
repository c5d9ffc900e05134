//! The way in: by a one-time link, whose token is in the fragment that no server ever sees, or by a password.

use milkrun_lean::prelude::*;

use crate::address::Address;
use crate::api;
use crate::app::{Gate, GateState};
use crate::frame::Mark;
use crate::parts;
use crate::ui::field::Field;
use crate::ui::icon::{Icon, IconView};

/// Exchanges the link's token for a session, or asks for a password and says how to get a link.
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
    let gate = Gate::get();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        if at_sign_in() {
            parts::PLAN.preload();
        }
        spawn_local(async move {
            let entered = api::sign_in_by_password(email.get_untracked(), password.get_untracked()).await;
            // What was typed does not stay in the page.
            password.try_set(String::new());
            match entered {
                Ok(session) => gate.0.set(Some(GateState::Open(session))),
                Err(problem) => drop(failure.try_set(Some(problem.to_string()))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="sign-in__form" on:submit=enter>
            <Field id="sign-in-email" label="E-mail address" value=email kind="email" complete="username"/>
            <Field id="sign-in-password" label="Password" value=password kind="password" complete="current-password"/>
            {move || failure.get().map(|why| view! { <p class="field__error" role="alert">{why}</p> })}
            <button class="button button--primary" data-test="sign-in"
                disabled=move || busy.get() || email.with(String::is_empty) || password.with(String::is_empty)>"Sign in"</button>
        </form>
        <p class="muted small">
            "No password yet, or forgotten? Open the sign-in link that an owner has given you. The very first link is printed by the server when it starts."
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
