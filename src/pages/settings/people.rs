//! Who may sign in, and as what.

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::{NewUser, Role, SignInLink, User, UserChange};

use super::account::{may, name};
use super::secret::SecretSheet;
use crate::api::{Reply, manage};
use crate::app::{Gate, GateState};
use crate::ui::field::Field;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::sheet::{LossSheet, Sheet};
use crate::ui::toast::Toaster;

const ROLES: [Role; 3] = [Role::Viewer, Role::Dispatcher, Role::Owner];

/// A link that was made, to be handed over: whose, the link, until when.
#[derive(Clone, PartialEq)]
struct Handed {
    name: String,
    link: String,
    until: String,
}

/// What the part knows. A handle to copy.
#[derive(Clone, Copy)]
struct People {
    all: RwSignal<Option<Vec<User>>>,
    adding: RwSignal<bool>,
    handing: RwSignal<bool>,
    handed: RwSignal<Option<Handed>>,
    managing: RwSignal<bool>,
    managed: RwSignal<Option<User>>,
    removing: RwSignal<bool>,
    /// Counts failed changes, after which a row must show what is so and not what was tried.
    failures: RwSignal<u32>,
    toaster: Toaster,
}

impl People {
    fn read(self) {
        spawn_local(async move {
            match manage::users().await {
                Ok(list) => drop(self.all.try_set(Some(list.users))),
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }

    fn change(self, user: &User, change: UserChange, said: String) {
        let id = user.id.clone();
        spawn_local(async move {
            match manage::change_user(&id, &change).await {
                Ok(_) => self.toaster.say(said),
                Err(problem) => {
                    self.toaster.problem(&problem);
                    self.failures.try_update(|it| *it += 1);
                }
            }
            self.read();
        });
    }

    /// Shows a link that was made for somebody.
    fn hand(self, name: String, link: SignInLink) {
        self.handed.try_set(Some(Handed { name, link: link.link, until: format::moment(&link.expires_at) }));
        self.handing.try_set(true);
        self.read();
    }

    fn link(self, user: &User, reset: bool) {
        let (id, name) = (user.id.clone(), user.name.clone());
        spawn_local(async move {
            let link: Reply<SignInLink> =
                if reset { manage::reset_user(&id).await } else { manage::user_link(&id).await };
            match link {
                Ok(link) => self.hand(name, link),
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }
}

/// The part about people.
#[component]
pub(super) fn PeoplePart() -> View {
    let people = People {
        all: RwSignal::new(None),
        adding: RwSignal::new(false),
        handing: RwSignal::new(false),
        handed: RwSignal::new(None),
        managing: RwSignal::new(false),
        managed: RwSignal::new(None),
        removing: RwSignal::new(false),
        failures: RwSignal::new(0),
        toaster: Toaster::get(),
    };
    people.read();
    let rows = move || {
        let failures = people.failures.get();
        people.all.get().unwrap_or_default().into_iter().map(move |it| (failures, it)).collect::<Vec<_>>()
    };
    view! {
        <section class="card" aria-label="People">
            <div class="card__head">
                <h2>"People"</h2>
                <button class="button button--primary settings__end" data-test="person-add" on:click=move |_| people.adding.set(true)>
                    <IconView icon=Icon::Plus/>"Add a person"
                </button>
            </div>
            <ul class="settings__rows">
                <For each=rows key=|(failures, it)| (*failures, it.id.clone(), it.role.as_str(), it.disabled, it.has_password) let(row)>
                    <Person people user=row.1/>
                </For>
            </ul>
        </section>
        <p class="muted small">{ROLES.map(|it| format!("{}: {}.", name(it), may(it))).join(" ")}</p>
        <AddSheet people/>
        <HandSheet people/>
        <ManageSheet people/>
        <RemoveSheet people/>
    }
}

#[component]
fn Person(people: People, user: User) -> View {
    let own = is_own(&user);
    let (state, tone) = match (user.disabled, user.has_password) {
        (true, _) => ("Shut out", "bad"),
        (false, true) => ("Has a password", "ok"),
        (false, false) => ("By link only", "plain"),
    };
    let role = user.role;
    let (label, manage) = (format!("Role of {}", user.name), format!("Manage {}", user.name));
    let title = user.name.clone();
    let email = user.email.clone().unwrap_or_else(|| "No address: signs in by link".to_owned());
    let user = StoredValue::new(user);
    let choose = move |event: web_sys::Event| {
        let role = Role::from_word(&event_target_value(&event));
        let said = user.with_value(|it| format!("{} is a {} now", it.name, role.as_str()));
        user.with_value(|it| {
            people.change(it, UserChange { role: Some(role), ..UserChange::default() }, said);
        });
    };
    view! {
        <li class="settings__row" data-test="person">
            <div class="settings__who">
                <span class="settings__name">
                    <span class="strong truncate">{title}</span>
                    {own.then(|| view! { <span class="chip">"You"</span> })}
                    <span class=format!("chip chip--{tone}")>{state}</span>
                </span>
                <span class="muted small truncate">{email}</span>
            </div>
            <select class="input settings__role" aria-label=label data-test="person-role" prop:value=role.as_str() on:change=choose>
                {ROLES.map(|it| view! { <option value=it.as_str()>{name(it)}</option> }).collect_view()}
            </select>
            <button class="button" aria-label=manage data-test="person-manage" on:click=move |_| {
                people.managed.set(Some(user.get_value()));
                people.managing.set(true);
            }>"Manage"</button>
        </li>
    }
}

/// Whether somebody is the person who is signed in.
fn is_own(user: &User) -> bool {
    Gate::get().0.with_untracked(|it| matches!(it, Some(GateState::Open(it)) if it.user_id == user.id))
}

/// What can be done about one person.
#[component]
fn ManageSheet(people: People) -> View {
    let title = Signal::derive(move || people.managed.get().map(|it| it.name).unwrap_or_default());
    let shut = move |user: &User| {
        let change = UserChange { disabled: Some(!user.disabled), ..UserChange::default() };
        let said = if user.disabled {
            format!("{} may sign in again", user.name)
        } else {
            format!("{} is shut out", user.name)
        };
        people.change(user, change, said);
    };
    let row = move |icon: Icon,
                    text: &'static str,
                    means: &'static str,
                    test: &'static str,
                    act: Callback<()>| {
        let run = move |_| {
            people.managing.set(false);
            act.run(());
        };
        view! {
            <button class="settings__deal" data-test=test on:click=run>
                <IconView icon/><span><span class="strong">{text}</span><span class="muted small settings__means">{means}</span></span>
            </button>
        }
    };
    let deals = move |user: User| {
        let (own, disabled) = (is_own(&user), user.disabled);
        let user = StoredValue::new(user);
        let with =
            move |act: fn(People, &User)| Callback::new(move |()| user.with_value(|it| act(people, it)));
        let link = (!disabled).then(|| {
            row(
                Icon::Copy,
                "New sign-in link",
                "Opens the account once, for a first day or a new device. Earlier links stop working.",
                "person-link",
                with(|people, it| people.link(it, false)),
            )
        });
        let reset = (!disabled).then(|| {
            row(
                Icon::Refresh,
                "Reset the password",
                "Forgets it, ends every session, and makes a sign-in link.",
                "person-reset",
                with(|people, it| people.link(it, true)),
            )
        });
        let (text, means) = if disabled {
            ("Let in again", "A password from before works again.")
        } else {
            (
                "Shut out",
                "Ends every session at once. Nothing is forgotten, so that you can let the person in again.",
            )
        };
        let lock = (!own).then(|| {
            row(Icon::Lock, text, means, "person-shut", Callback::new(move |()| user.with_value(shut)))
        });
        let remove = (!own).then(|| {
            let ask = with(|people, _| people.removing.set(true));
            row(
                Icon::Trash,
                "Remove",
                "Forgets the person. The audit log keeps what was done.",
                "person-remove",
                ask,
            )
        });
        view! { <div class="settings__deals">{link}{reset}{lock}{remove}</div> }
    };
    view! {
        <Sheet open=people.managing id="person-manage-title" title=title>
            <div class="sheet__body">{move || people.managed.get().map(deals)}</div>
            <div class="sheet__foot"><button class="button" on:click=move |_| people.managing.set(false)>"Close"</button></div>
        </Sheet>
    }
}

#[component]
fn AddSheet(people: People) -> View {
    let (called, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Dispatcher);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let new = NewUser {
            email: email.get_untracked(),
            name: called.get_untracked(),
            role: role.get_untracked(),
        };
        spawn_local(async move {
            // Whoever is added without a link could not get in, so that the two are one deed here.
            let made = async {
                let user = manage::add_user(&new).await?;
                Ok((user.name, manage::user_link(&user.id).await?))
            };
            match made.await {
                Ok((name, link)) => {
                    people.adding.try_set(false);
                    called.try_set(String::new());
                    email.try_set(String::new());
                    failure.try_set(None);
                    people.hand(name, link);
                }
                Err(problem) => drop(failure.try_set(Some(sentence(&problem)))),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Sheet open=people.adding id="person-add-title" title=Signal::derive(|| "Add a person".to_owned())>
            <form on:submit=add>
                <div class="sheet__body">
                    <Field id="person-name" label="Name" value=called kind="text" complete="off"/>
                    <Field id="person-email" label="E-mail address" value=email kind="email" complete="off"/>
                    <fieldset class="settings__choices">
                        <legend class="label">"Role"</legend>
                        {ROLES.map(|it| view! {
                            <label class="settings__choice">
                                <input type="radio" name="person-role" data-test=format!("person-role-{}", it.as_str())
                                    prop:checked=move || role.get() == it on:change=move |_| role.set(it)/>
                                <span><span class="strong">{name(it)}</span><span class="muted">" "{may(it)}</span></span>
                            </label>
                        }).collect_view()}
                    </fieldset>
                    {move || failure.get().map(|why| view! { <p class="field__error" role="alert">{why}</p> })}
                </div>
                <div class="sheet__foot">
                    <button class="button" type="button" on:click=move |_| people.adding.set(false)>"Cancel"</button>
                    <button class="button button--primary" data-test="person-add-confirm"
                        disabled=move || busy.get() || called.with(String::is_empty) || email.with(String::is_empty)>
                        "Add and make a link"
                    </button>
                </div>
            </form>
        </Sheet>
    }
}

#[component]
fn HandSheet(people: People) -> View {
    let link = Signal::derive(move || people.handed.get().map(|it| it.link).unwrap_or_default());
    let title = Signal::derive(move || {
        people.handed.get().map(|it| format!("A sign-in link for {}", it.name)).unwrap_or_default()
    });
    let forget = Callback::new(move |()| people.handed.set(None));
    view! {
        <SecretSheet open=people.handing id="person-link-title" title secret=link test="person-link-text"
            copy_test="person-link-copy" done_test="person-link-done" on_close=forget>
            <p>"Hand it over yourself. It works once, until "{move || people.handed.get().map(|it| it.until)}", and is not shown again."</p>
        </SecretSheet>
    }
}

#[component]
fn RemoveSheet(people: People) -> View {
    let title = Signal::derive(move || {
        people.managed.get().map(|it| format!("Remove {}?", it.name)).unwrap_or_default()
    });
    let remove = Callback::new(move |()| {
        let Some(user) = people.managed.get_untracked() else { return };
        spawn_local(async move {
            match manage::remove_user(&user.id).await {
                Ok(()) => people.toaster.say(format!("{} is removed", user.name)),
                Err(problem) => people.toaster.problem(&problem),
            }
            people.read();
        });
    });
    view! {
        <LossSheet open=people.removing id="person-remove-title" title keep="Keep" lose="Remove" test="person-remove-confirm" on_lose=remove
            text="Every session of theirs ends at once. What they did stays in the audit log. To keep somebody out for a while, shut them out instead."/>
    }
}

/// A problem with what it says of single fields.
pub(super) fn sentence(problem: &milkrun_wire::api::problem::Problem) -> String {
    match problem.errors.first() {
        Some(it) if problem.detail.is_empty() => format!("{}: {}", problem.title, it.detail),
        _ => problem.to_string(),
    }
}
