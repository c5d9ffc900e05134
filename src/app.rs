//! Start, sign-in gate and the routes of the single page.

use milkrun_lean::prelude::*;
use milkrun_wire::api::session::Session;

use crate::address::Address;
use crate::api;
use crate::frame::Frame;
use crate::pages::SignInPage;
use crate::parts::{self, Lazy};
use crate::ui::live::Live;
use crate::ui::toast::{Toaster, Toasts};

/// Mounts the portal and removes the page's start-up message.
pub fn start() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    leptos::mount::mount_to_body(|| {
        if let Some(body) = document().body() {
            let _ = body.append_child(&App().into_node());
        }
    });
}

/// What the portal knows of the signed-in user; `None` until the server has answered.
#[derive(Clone, Copy)]
pub struct Gate(pub RwSignal<Option<GateState>>);

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is one of it, and it is nearly always the large one")]
pub enum GateState {
    /// Signed in.
    Open(Session),
    /// Nobody is signed in.
    Closed,
    /// The server could not be asked; the sentence says why.
    Unknown(String),
}

impl Gate {
    /// The gate of the running portal.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// The session, if somebody is signed in. Reactive.
    #[must_use]
    pub fn session(self) -> Option<Session> {
        match self.0.get() {
            Some(GateState::Open(session)) => Some(session),
            _ => None,
        }
    }

    /// Asks the server who is signed in.
    pub fn refresh(self) {
        spawn_local(async move {
            let state = match api::session().await {
                Ok(session) => GateState::Open(session),
                Err(problem) if problem.status == 401 => GateState::Closed,
                Err(problem) => GateState::Unknown(problem.to_string()),
            };
            self.0.set(Some(state));
        });
    }
}

/// The owner of what lives as long as the portal does, whichever page made it.
#[derive(Clone)]
pub(crate) struct Portal(pub(crate) Owner);

#[component]
fn App() -> View {
    let gate = Gate(RwSignal::new(None));
    provide_context(gate);
    provide_context(Toaster::default());
    provide_context(Live::start(gate));
    provide_context(Portal(Owner::current().unwrap_or_default()));
    // Somebody who comes with a sign-in link is asked for it first: whoever is not signed in need not hear it.
    if !crate::pages::has_sign_in_token() {
        gate.refresh();
    }
    let address = Address::start();
    provide_context(address);
    view! {
        {move || match address.path().as_str() {
            "/sign-in" => view! { <SignInPage/> },
            "/" => view! { <Gated><Lazy part=&parts::PLAN/></Gated> },
            "/day" => view! { <Gated><Lazy part=&parts::DAY/></Gated> },
            "/track" => view! { <Gated><Lazy part=&parts::TRACK/></Gated> },
            "/settings" => view! { <Gated><Lazy part=&parts::SETTINGS/></Gated> },
            _ => view! { <Gated><NotFound/></Gated> },
        }}
        <Toasts/>
    }
}

/// Shows its children inside the frame to somebody signed in, and the way in to everybody else.
#[component]
fn Gated(children: ChildrenFn) -> View {
    let gate = Gate::get();
    // The page inside must not be built anew whenever the session is merely read again.
    let kind = Memo::new(move |_| {
        gate.0.with(|state| match state {
            None => 0,
            Some(GateState::Open(_)) => 1,
            Some(GateState::Closed | GateState::Unknown(_)) => 2,
        })
    });
    view! {
        {move || match kind.get() {
            0 => View::none(),
            1 => {
                let children = ChildrenFn::clone(&children);
                view! { <Frame>{children()}</Frame> }
            }
            _ => view! { <SignInPage/> },
        }}
    }
}

#[component]
fn NotFound() -> View {
    view! {
        <div class="empty">
            <h2>"There is no such page"</h2>
            <p>"The address may be mistyped, or the page has moved."</p>
            <a class="button" href="/">"Go to the plan"</a>
        </div>
    }
}
