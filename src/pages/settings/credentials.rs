//! The vendors' credentials: entered, tried part by part, and never shown.

use std::future::Future;

use milkrun_lean::prelude::*;
use milkrun_wire::api::credentials::{
    CredentialOrigin, CredentialState, CredentialTest, Credentials, PartState, RouteMateCredentials,
    TrackingCredentials,
};

use crate::api::{Reply, manage};
use crate::app::Gate;
use crate::ui::field::Field;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// What is known of the credentials. A handle to copy.
#[derive(Clone, Copy)]
pub(super) struct Entries(RwSignal<Option<Credentials>>);

impl Entries {
    /// Reads them, once the person turns out to be an owner.
    pub(super) fn start(owner: Memo<bool>) -> Self {
        let this = Self(RwSignal::new(None));
        let toaster = Toaster::get();
        Effect::new(move |_| {
            if owner.get() {
                spawn_local(async move {
                    match manage::credentials().await {
                        Ok(it) => drop(this.0.try_set(Some(it))),
                        Err(problem) => toaster.problem(&problem),
                    }
                });
            }
        });
        this
    }

    fn of(self, service: Service) -> Memo<CredentialState> {
        Memo::new(move |_| {
            let of = |it: &Credentials| match service {
                Service::RouteMate => it.routemate.clone(),
                Service::Tracking => it.tracking.clone(),
            };
            self.0.with(|it| it.as_ref().map(of).unwrap_or_default())
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    RouteMate,
    Tracking,
}

impl Service {
    /// Its word in the API.
    fn word(self) -> &'static str {
        match self {
            Self::RouteMate => "routemate",
            Self::Tracking => "tracking",
        }
    }

    /// How the configuration file has its credentials.
    fn in_the_file(self) -> &'static str {
        match self {
            Self::RouteMate => {
                "[routemate]\nclient_id = \"rm_ci_…\"\nclient_secret_file = \"/run/secrets/routemate\""
            }
            Self::Tracking => {
                "[tracking51]\napi_key_file = \"/run/secrets/51tracking\"\napi_version = \"v4\""
            }
        }
    }

    /// What a part is called before a person.
    fn part(self, part: &str) -> &'static str {
        match (self, part) {
            (_, "plan") => "Plan with API access",
            (_, "organisation") => "Organisation",
            (_, "integration") => "Active integration",
            (_, "version") => "API version",
            (Self::RouteMate, _) => "Client id and secret",
            (Self::Tracking, _) => "API key",
        }
    }
}

/// What a form is doing and what came of it.
#[derive(Clone, Copy)]
struct Attempt {
    service: Service,
    entries: Entries,
    busy: RwSignal<bool>,
    found: RwSignal<Option<CredentialTest>>,
    failure: RwSignal<Option<String>>,
    gate: Gate,
    toaster: Toaster,
}

impl Attempt {
    fn new(service: Service, entries: Entries) -> Self {
        Self {
            service,
            entries,
            busy: RwSignal::new(false),
            found: RwSignal::new(None),
            failure: RwSignal::new(None),
            gate: Gate::get(),
            toaster: Toaster::get(),
        }
    }

    /// Tries credentials and shows what was found.
    fn test(self, reply: impl Future<Output = Reply<CredentialTest>> + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            match reply.await {
                Ok(it) => drop(self.found.try_set(Some(it))),
                Err(problem) => drop(self.failure.try_set(Some(problem.to_string()))),
            }
            self.busy.try_set(false);
        });
    }

    /// Enters credentials or takes them out; `done` runs when that worked.
    fn change(
        self,
        said: &'static str,
        reply: impl Future<Output = Reply<Credentials>> + 'static,
        done: impl FnOnce() + 'static,
    ) {
        self.busy.set(true);
        self.failure.set(None);
        self.found.set(None);
        spawn_local(async move {
            match reply.await {
                Ok(it) => {
                    self.toaster.say(said);
                    self.entries.0.try_set(Some(it));
                    // The services' states, which every page shows.
                    self.gate.refresh();
                    done();
                }
                Err(problem) => drop(self.failure.try_set(Some(problem.to_string()))),
            }
            self.busy.try_set(false);
        });
    }
}

/// RouteMate's credentials.
#[component]
pub(super) fn RouteMateForm(entries: Entries) -> View {
    let attempt = Attempt::new(Service::RouteMate, entries);
    let (id, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let own =
        move || RouteMateCredentials { client_id: id.get_untracked(), client_secret: secret.get_untracked() };
    let filled = Memo::new(move |_| !id.with(String::is_empty) && !secret.with(String::is_empty));
    let clear = move || {
        id.try_set(String::new());
        secret.try_set(String::new());
    };
    let save = Callback::new(move |()| {
        let own = own();
        let test = move || {
            clear();
            attempt.test(async { manage::test_routemate(&RouteMateCredentials::default()).await });
        };
        attempt.change(
            "RouteMate's credentials are in force",
            async move { manage::put_routemate(&own).await },
            test,
        );
    });
    let test = Callback::new(move |()| {
        let own = own();
        attempt.test(async move { manage::test_routemate(&own).await });
    });
    view! {
        <CredentialForm attempt filled save test>
            <Field id="routemate-id" label="Client id" value=id kind="text" complete="off" example="rm_ci_…"/>
            <Field id="routemate-secret" label="Client secret" value=secret kind="password" complete="new-password" example="rm_cs_…"/>
        </CredentialForm>
    }
}

/// 51Tracking's credentials.
#[component]
pub(super) fn TrackingForm(entries: Entries) -> View {
    let attempt = Attempt::new(Service::Tracking, entries);
    let (key, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let version = RwSignal::new("v4".to_owned());
    let known = entries.of(Service::Tracking);
    Effect::new(move |_| {
        if let Some(it) = known.get().api_version {
            version.set(it);
        }
    });
    let own = move || TrackingCredentials {
        api_key: key.get_untracked(),
        api_version: version.get_untracked(),
        account_email: email.get_untracked(),
    };
    let filled = Memo::new(move |_| !key.with(String::is_empty));
    let save = Callback::new(move |()| {
        let own = own();
        let test = move || {
            key.try_set(String::new());
            attempt.test(async { manage::test_tracking(&TrackingCredentials::default()).await });
        };
        attempt.change(
            "51Tracking's credentials are in force",
            async move { manage::put_tracking(&own).await },
            test,
        );
    });
    let test = Callback::new(move |()| {
        let own = own();
        attempt.test(async move { manage::test_tracking(&own).await });
    });
    view! {
        <CredentialForm attempt filled save test>
            <Field id="tracking-key" label="API key" value=key kind="password" complete="new-password" example="from the developer centre"/>
            <div class="field">
                <label for="tracking-version">"API version"</label>
                <select class="input" id="tracking-version" data-test="tracking-version" prop:value=version
                    on:change=move |event| version.set(event_target_value(&event))>
                    <option value="v4">"4, the current one"</option>
                    <option value="v3">"3, if the account has not migrated"</option>
                    <option value="v2">"2, the oldest"</option>
                </select>
            </div>
            <Field id="tracking-email" label="Account e-mail" value=email kind="email" complete="off" example="for webhooks of versions 2 and 3"/>
        </CredentialForm>
    }
}

/// Where the credentials come from, the fields for others, what a try has found.
#[component]
fn CredentialForm(
    attempt: Attempt,
    filled: Memo<bool>,
    save: Callback<()>,
    test: Callback<()>,
    children: ChildrenFn,
) -> View {
    let service = attempt.service;
    let known = attempt.entries.of(service);
    let can_set = Memo::new(move |_| attempt.entries.0.with(|it| it.as_ref().map(|it| it.can_set)));
    let there = Memo::new(move |_| known.with(|it| it.origin != CredentialOrigin::Nowhere));
    let entered = Memo::new(move |_| known.with(|it| it.set_at.is_some()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if filled.get_untracked() && !attempt.busy.get_untracked() {
            save.run(());
        }
    };
    let take_out = move |_| {
        let reply = async move { manage::remove_credentials(service.word()).await };
        attempt.change("The entered credentials are gone", reply, || {});
    };
    let name = |what: &str| format!("{}-{what}", service.word());
    let (test_name, save_name, out_name) = (name("test"), name("save"), name("remove"));
    let buttons = view! {
        <div class="toolbar">
            <Show when=move || can_set.get() == Some(true)>
                <button class="button button--primary" type="submit" data-test=save_name.clone()
                    disabled=move || !filled.get() || attempt.busy.get()>
                    <IconView icon=Icon::Lock/>"Save"
                </button>
            </Show>
            <button class="button" type="button" data-test=test_name on:click=move |_| test.run(())
                disabled=move || attempt.busy.get() || !(filled.get() || there.get())>
                {move || if attempt.busy.get() { view! { <IconView icon=Icon::Busy class="spin"/> } } else { view! { <IconView icon=Icon::Check/> } }}
                {move || if filled.get() { "Test these" } else { "Test" }}
            </button>
            <span class="toolbar__gap"></span>
            <Show when=move || entered.get()>
                <button class="button button--danger" type="button" data-test=out_name.clone() on:click=take_out disabled=attempt.busy>
                    <IconView icon=Icon::Trash/>"Take out"
                </button>
            </Show>
        </div>
    };
    view! {
        <form class="card__body settings__stack settings__credentials" on:submit=submit autocomplete="off">
            {move || origin(&known.get())}
            {move || match can_set.get() {
                None => View::none(),
                Some(true) => view! { <div class="settings__fields">{children()}</div> },
                Some(false) => view! { <HowTo service/> },
            }}
            {buttons}
            {move || attempt.failure.get().map(|why| view! {
                <div class="notice notice--bad" role="alert"><IconView icon=Icon::Warn/><p>{why}</p></div>
            })}
            {move || attempt.found.get().map(|found| result(service, found))}
        </form>
    }
}

/// Where the credentials in force come from.
fn origin(it: &CredentialState) -> View {
    let entered = || {
        let at = it.set_at.as_deref().map(format::moment).unwrap_or_default();
        let by = it.set_by.clone().unwrap_or_default();
        let ends = it.ends_in.as_ref().map(|it| format!("; the secret ends in {it}")).unwrap_or_default();
        format!("{at} by {by}{ends}")
    };
    if it.unreadable {
        return view! {
            <div class="notice notice--bad" role="alert">
                <IconView icon=Icon::Warn/>
                <p>{format!("What was entered on {} cannot be opened: the server's credentials_key is missing or another one. Enter the credentials again.", entered())}</p>
            </div>
        };
    }
    match it.origin {
        CredentialOrigin::Portal => {
            view! { <p data-test="credentials-entered">{format!("Entered here on {}.", entered())}</p> }
        }
        CredentialOrigin::Configuration => {
            view! { <p>"The credentials come from the server's configuration."</p> }
        }
        CredentialOrigin::Sandbox | CredentialOrigin::Nowhere => View::none(),
    }
}

/// What to do where no key for sealing is configured.
#[component]
fn HowTo(service: Service) -> View {
    view! {
        <p class="muted">"This server has no key to seal credentials with, so they cannot be entered here. Set them in its configuration and start it again:"</p>
        <pre class="settings__code" tabindex="0"><code>{service.in_the_file()}</code></pre>
        <p class="muted">"Or give it a key once, and enter them here from then on: "<code class="settings__word">"openssl rand -hex 32"</code>" makes one for "<code class="settings__word">"MILKRUN_CREDENTIALS_KEY_FILE"</code>"."</p>
    }
}

/// What a try found, part by part.
fn result(service: Service, found: CredentialTest) -> View {
    let (tone, icon) = if found.ok { ("ok", Icon::Check) } else { ("bad", Icon::Warn) };
    let part = |it: milkrun_wire::api::credentials::CredentialPart| {
        let (tone, icon, word) = match it.state {
            PartState::Ok => ("ok", Icon::Check, "in order"),
            PartState::Fails => ("bad", Icon::Close, "fails"),
            PartState::Unknown => ("muted", Icon::Question, "not known"),
        };
        view! {
            <li class=format!("settings__part {tone}") data-test=format!("part-{}", it.part)>
                <IconView icon/><span>{service.part(&it.part)}</span><span class="small">{word}</span>
            </li>
        }
    };
    view! {
        <div class=format!("notice notice--{tone}") role="status" data-test=format!("{}-result", service.word())>
            <IconView icon/>
            <div class="settings__result">
                <p>{found.message}</p>
                <ul class="settings__parts">{found.parts.into_iter().map(part).collect_view()}</ul>
            </div>
        </div>
    }
}
