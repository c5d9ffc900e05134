//! Keys of integrators.

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::{ApiToken, NewApiToken};

use super::people::sentence;
use super::secret::SecretSheet;
use crate::api::manage;
use crate::ui::field::Field;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::sheet::{LossSheet, Sheet};
use crate::ui::time;
use crate::ui::toast::Toaster;

/// What a key can open, and what that means.
const SCOPES: [(&str, &str); 8] = [
    ("dispatches:read", "See routes that were sent and how they go"),
    ("dispatches:write", "Send routes to drivers"),
    ("parcels:read", "See parcels and carriers"),
    ("parcels:write", "Add, change and remove parcels"),
    ("plan:write", "Find addresses, times and distances"),
    ("events:read", "Hear of changes as they happen"),
    ("pushes:read", "See what 51Tracking has pushed"),
    ("pushes:write", "Work pushes through again"),
];

/// How long a key may live, in days; zero for no end.
const LIVES: [(u32, &str); 4] =
    [(30, "30 days"), (90, "90 days"), (365, "One year"), (0, "Until taken back")];

/// What the part knows. A handle to copy.
#[derive(Clone, Copy)]
struct Tokens {
    all: RwSignal<Option<Vec<ApiToken>>>,
    adding: RwSignal<bool>,
    showing: RwSignal<bool>,
    /// Name and secret of the one that was just made.
    made: RwSignal<Option<(String, String)>>,
    ending: RwSignal<bool>,
    ended: RwSignal<Option<ApiToken>>,
    toaster: Toaster,
}

impl Tokens {
    fn read(self) {
        spawn_local(async move {
            match manage::tokens().await {
                Ok(list) => drop(self.all.try_set(Some(list.tokens))),
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }
}

/// The part about API tokens.
#[component]
pub(super) fn TokensPart() -> View {
    let tokens = Tokens {
        all: RwSignal::new(None),
        adding: RwSignal::new(false),
        showing: RwSignal::new(false),
        made: RwSignal::new(None),
        ending: RwSignal::new(false),
        ended: RwSignal::new(None),
        toaster: Toaster::get(),
    };
    tokens.read();
    let none = Memo::new(move |_| tokens.all.with(|it| it.as_ref().is_some_and(Vec::is_empty)));
    view! {
        <section class="card" aria-label="API tokens">
            <div class="card__head">
                <h2>"API tokens"</h2>
                <button class="button button--primary settings__end" data-test="token-add" on:click=move |_| tokens.adding.set(true)>
                    <IconView icon=Icon::Plus/>"Make a token"
                </button>
            </div>
            <Show when=move || none.get()>
                <div class="empty">
                    <h2>"No tokens yet"</h2>
                    <p>"A shop or warehouse system uses one to send routes and follow parcels by itself. What it can call stands in the "<a href="/api/docs" target="_blank">"description of the API"</a>"."</p>
                </div>
            </Show>
            <ul class="settings__rows">
                <For each=move || tokens.all.get().unwrap_or_default() key=|it| (it.id.clone(), it.used_at.clone()) let(token)>
                    <Token tokens token/>
                </For>
            </ul>
        </section>
        <MakeSheet tokens/>
        <MadeSheet tokens/>
        <EndSheet tokens/>
    }
}

#[component]
fn Token(tokens: Tokens, token: ApiToken) -> View {
    let now = js_sys::Date::now();
    let used = match &token.used_at {
        Some(at) => match time::since(at, now).as_str() {
            "just now" => "used just now".to_owned(),
            age => format!("last used {age} ago"),
        },
        None => "never used".to_owned(),
    };
    let over = token.expires_at.as_deref().and_then(time::millis).is_some_and(|it| it <= now);
    let ends = match &token.expires_at {
        Some(_) if over => "has ended".to_owned(),
        Some(at) => format!("ends {}", format::moment(at)),
        None => "no end".to_owned(),
    };
    let line = format!("{used} · made {} · {ends}", format::moment(&token.created_at));
    let label = format!("Take back {}", token.name);
    let kept = StoredValue::new(token.clone());
    view! {
        <li class="settings__row" data-test="token">
            <div class="settings__who">
                <span class="strong truncate">{token.name}</span>
                <span class=if over { "bad small" } else { "muted small" }>{line}</span>
                <span class="settings__scopes">
                    {token.scopes.into_iter().map(|it| view! { <span class="chip settings__word">{it}</span> }).collect_view()}
                </span>
            </div>
            <button class="button button--danger" aria-label=label data-test="token-end" on:click=move |_| {
                tokens.ended.set(Some(kept.get_value()));
                tokens.ending.set(true);
            }>"Take back"</button>
        </li>
    }
}

#[component]
fn MakeSheet(tokens: Tokens) -> View {
    let called = RwSignal::new(String::new());
    let scopes = RwSignal::new(Vec::<&'static str>::new());
    let days = RwSignal::new(90_u32);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let make = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let new = NewApiToken {
            name: called.get_untracked(),
            scopes: scopes.get_untracked().into_iter().map(str::to_owned).collect(),
            days: Some(days.get_untracked()).filter(|it| *it > 0),
        };
        spawn_local(async move {
            match manage::make_token(&new).await {
                Ok(made) => {
                    tokens.adding.try_set(false);
                    called.try_set(String::new());
                    scopes.try_set(Vec::new());
                    failure.try_set(None);
                    tokens.made.try_set(Some((made.token.name, made.secret)));
                    tokens.showing.try_set(true);
                    tokens.read();
                }
                Err(problem) => drop(failure.try_set(Some(sentence(&problem)))),
            }
            busy.try_set(false);
        });
    };
    let choose = move |scope: &'static str, on: bool| {
        scopes.update(|all| {
            all.retain(|it| *it != scope);
            if on {
                all.push(scope);
            }
        });
    };
    view! {
        <Sheet open=tokens.adding id="token-add-title" title=Signal::derive(|| "Make an API token".to_owned())>
            <form on:submit=make>
                <div class="sheet__body">
                    <Field id="token-name" label="Name, such as the system that will use it" value=called kind="text" complete="off"/>
                    <fieldset class="settings__choices settings__choices--two">
                        <legend class="label">"What it opens"</legend>
                        {SCOPES.map(|(scope, means)| view! {
                            <label class="settings__choice">
                                <input type="checkbox" data-test=format!("scope-{}", scope.replace(':', "-"))
                                    prop:checked=move || scopes.with(|it| it.contains(&scope))
                                    on:change=move |event| choose(scope, event_target_checked(&event))/>
                                <span><span class="settings__word">{scope}</span><span class="muted small settings__means">{means}</span></span>
                            </label>
                        }).collect_view()}
                    </fieldset>
                    <div class="field">
                        <label for="token-days">"Ends after"</label>
                        <select class="input" id="token-days" data-test="token-days" prop:value=move || days.get().to_string()
                            on:change=move |event| days.set(event_target_value(&event).parse().unwrap_or(90))>
                            {LIVES.map(|(days, text)| view! { <option value=days.to_string()>{text}</option> }).collect_view()}
                        </select>
                    </div>
                    {move || failure.get().map(|why| view! { <p class="field__error" role="alert">{why}</p> })}
                </div>
                <div class="sheet__foot">
                    <button class="button" type="button" on:click=move |_| tokens.adding.set(false)>"Cancel"</button>
                    <button class="button button--primary" data-test="token-add-confirm"
                        disabled=move || busy.get() || called.with(String::is_empty) || scopes.with(Vec::is_empty)>"Make it"</button>
                </div>
            </form>
        </Sheet>
    }
}

#[component]
fn MadeSheet(tokens: Tokens) -> View {
    let secret = Signal::derive(move || tokens.made.get().map(|it| it.1).unwrap_or_default());
    let title =
        Signal::derive(move || tokens.made.get().map(|it| format!("The token {}", it.0)).unwrap_or_default());
    let forget = Callback::new(move |()| tokens.made.set(None));
    view! {
        <SecretSheet open=tokens.showing id="token-secret-title" title secret test="token-secret" copy_test="token-copy"
            done_test="token-done" on_close=forget>
            <p>"This is the only time it is shown. Its holder sends it as "<code class="settings__word">"Authorization: Bearer"</code>"."</p>
        </SecretSheet>
    }
}

#[component]
fn EndSheet(tokens: Tokens) -> View {
    let title = Signal::derive(move || {
        tokens.ended.get().map(|it| format!("Take back {}?", it.name)).unwrap_or_default()
    });
    let end = Callback::new(move |()| {
        let Some(token) = tokens.ended.get_untracked() else { return };
        spawn_local(async move {
            match manage::end_token(&token.id).await {
                Ok(()) => tokens.toaster.say(format!("{} opens nothing any more", token.name)),
                Err(problem) => tokens.toaster.problem(&problem),
            }
            tokens.read();
        });
    });
    view! {
        <LossSheet open=tokens.ending id="token-end-title" title keep="Keep it" lose="Take back" test="token-end-confirm" on_lose=end
            text="Whatever uses it is refused from now on. This cannot be undone; a new token has a new secret."/>
    }
}
