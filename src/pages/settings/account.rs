//! One's own account: the password, and the way out.

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::Role;

use crate::api;
use crate::app::{Gate, GateState};
use crate::ui::field::Field;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// What each role may do, in a person's words.
pub(super) fn may(role: Role) -> &'static str {
    match role {
        Role::Viewer => "sees the day and the parcels, and changes nothing",
        Role::Dispatcher => "plans, dispatches and tracks",
        Role::Owner => "plans, dispatches and tracks, and manages people, keys and services",
    }
}

/// The role's name as it is shown.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Dispatcher => "Dispatcher",
        Role::Owner => "Owner",
    }
}

/// The part about oneself.
#[component]
pub(super) fn AccountPart() -> View {
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
    let session = move || gate.session();
    view! {
        <section class="card" aria-label="Account">
            <div class="card__body settings__account">
                <div>
                    <h2>{move || session().map(|it| it.user)}" "<span class="chip">{move || session().map(|it| name(it.role))}</span></h2>
                    <p class="muted">{move || session().map(|it| format!("This account {}.", may(it.role)))}</p>
                    <p class="muted">"Signed in until "{move || session().map(|it| format::moment(&it.expires_at))}" at the latest. The plan stays in this browser when you sign out."</p>
                </div>
                <button class="button" data-test="sign-out" on:click=leave><IconView icon=Icon::SignOut/>"Sign out"</button>
            </div>
        </section>
        <PasswordCard/>
    }
}

#[component]
fn PasswordCard() -> View {
    let gate = Gate::get();
    let toaster = Toaster::get();
    let has = Memo::new(move |_| gate.session().is_some_and(|it| it.has_password));
    let (current, fresh) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let old = has.get_untracked().then(|| current.get_untracked());
        spawn_local(async move {
            match api::set_password(old, fresh.get_untracked()).await {
                Ok(session) => {
                    toaster.say("The password is set; every other session of yours has ended");
                    current.try_set(String::new());
                    fresh.try_set(String::new());
                    failure.try_set(None);
                    gate.0.set(Some(GateState::Open(session)));
                }
                Err(problem) => {
                    failure.try_set(Some(problem.to_string()));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <section class="card" aria-label="Password">
            <div class="card__head"><h2>{move || if has.get() { "Change your password" } else { "Set a password" }}</h2></div>
            <form class="card__body settings__stack" on:submit=save>
                <p class="muted">
                    {move || if has.get() { "Every other session of yours ends with the change." } else { "Without one you need a new sign-in link from an owner whenever the session ends. At least 12 letters; several words are easy to keep." }}
                </p>
                <div class="settings__fields">
                    <Show when=move || has.get()>
                        <Field id="password-current" label="Password until now" value=current kind="password" complete="current-password"/>
                    </Show>
                    <Field id="password-new" label="New password" value=fresh kind="password" complete="new-password"/>
                </div>
                {move || failure.get().map(|why| view! { <p class="field__error" role="alert">{why}</p> })}
                <div class="toolbar">
                    <button class="button button--primary" data-test="password-save"
                        disabled=move || busy.get() || fresh.with(|it| it.chars().count() < 12)>
                        <IconView icon=Icon::Lock/>"Save the password"
                    </button>
                </div>
            </form>
        </section>
    }
}
