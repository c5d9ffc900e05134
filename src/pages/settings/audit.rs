//! The record of who did what.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::AuditEntry;

use crate::api::manage;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// Kinds of deeds, and what they are called.
const KINDS: [(&str, &str); 9] = [
    ("", "Everything"),
    ("session", "Signing in"),
    ("user", "People"),
    ("token", "API tokens"),
    ("credentials", "Credentials"),
    ("dispatch", "Routes sent"),
    ("parcel", "Parcels"),
    ("push", "Pushes"),
    ("services", "Checks"),
];
/// How long somebody stops typing before the search begins.
const PAUSE: Duration = Duration::from_millis(300);

/// The part about the record.
#[component]
pub(super) fn AuditPart() -> View {
    let toaster = Toaster::get();
    let (kind, search) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let entries = RwSignal::new(Vec::<AuditEntry>::new());
    let next = RwSignal::new(None::<String>);
    let read = RwSignal::new(false);
    // Answers to an earlier question come too late.
    let asked = StoredValue::new(0_u32);
    let ask = move |more: bool| {
        asked.update_value(|it| *it += 1);
        let turn = asked.get_value();
        let cursor = if more { next.get_untracked() } else { None };
        let (kind, search) = (kind.get_untracked(), search.get_untracked());
        spawn_local(async move {
            let page = manage::audit(&kind, &search, cursor.as_deref()).await;
            if asked.try_get_value() != Some(turn) {
                return;
            }
            match page {
                Ok(page) => {
                    entries.update(|all| {
                        if !more {
                            all.clear();
                        }
                        all.extend(page.entries);
                    });
                    next.set(page.next);
                    read.set(true);
                }
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    ask(false);
    let typed = StoredValue::new(0_u32);
    let type_in = move |event: web_sys::Event| {
        search.set(event_target_value(&event));
        typed.update_value(|it| *it += 1);
        let turn = typed.get_value();
        set_timeout(
            move || {
                if typed.try_get_value() == Some(turn) {
                    ask(false);
                }
            },
            PAUSE,
        );
    };
    let none = Memo::new(move |_| read.get() && entries.with(Vec::is_empty));
    view! {
        <section class="card" aria-label="Audit log">
            <div class="card__head settings__filter">
                <h2>"Audit log"</h2>
                <label class="settings__end">
                    <span class="visually-hidden">"What it concerns"</span>
                    <select class="input" data-test="audit-kind" on:change=move |event| { kind.set(event_target_value(&event)); ask(false); }>
                        {KINDS.map(|(word, text)| view! { <option value=word>{text}</option> }).collect_view()}
                    </select>
                </label>
                <label class="settings__search">
                    <IconView icon=Icon::Search/>
                    <span class="visually-hidden">"Search who, what and about what"</span>
                    <input class="input" type="search" placeholder="Search" data-test="audit-search" prop:value=search on:input=type_in/>
                </label>
            </div>
            <Show when=move || none.get()>
                <div class="empty"><h2>"Nothing matches"</h2><p>"No deed fits both the kind and the search."</p></div>
            </Show>
            <ol class="settings__deeds">
                <For each=move || entries.get() key=|it| it.id let(entry)><Deed entry/></For>
            </ol>
            <Show when=move || next.with(Option::is_some)>
                <div class="settings__more"><button class="button" data-test="audit-more" on:click=move |_| ask(true)>"Show earlier ones"</button></div>
            </Show>
        </section>
        <p class="muted small">"Each entry carries a digest over itself and the one before; the server's check says when one was changed afterwards."</p>
    }
}

#[component]
fn Deed(entry: AuditEntry) -> View {
    // An id says nothing to people, unless there is nothing else.
    let subject = if is_id(&entry.subject) && !entry.detail.is_empty() { "" } else { entry.subject.as_str() };
    let about = [subject, entry.detail.as_str()].map(str::trim);
    let about = about.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="settings__deed" data-test="deed">
            <time class="muted small number" datetime=entry.at.clone()>{format::moment(&entry.at)}</time>
            <div>
                <p><span class="strong">{entry.actor}</span>" "{words(&entry.action).to_owned()}</p>
                {(!about.is_empty()).then(|| view! { <p class="muted small settings__about" title=entry.subject.clone()>{about}</p> })}
            </div>
            <span class="settings__word muted small">{entry.action}</span>
        </li>
    }
}

/// Whether a text is a UUID.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

/// A deed as the rest of a sentence that begins with who did it.
fn words(action: &str) -> &str {
    match action {
        "session.link" => "signed in by a link",
        "session.password" => "signed in",
        "session.renew" => "renewed the session",
        "session.shut" => "made an account wait after wrong passwords",
        "user.create" => "added a person",
        "user.change" => "changed a person",
        "user.delete" => "removed a person",
        "user.link" => "made a sign-in link",
        "user.password" => "set a password",
        "user.reset" => "reset a person's password",
        "token.create" => "made an API token",
        "token.delete" => "took an API token back",
        "credentials.set" => "entered credentials",
        "credentials.remove" => "took credentials out",
        "credentials.test" => "tried credentials",
        "dispatch.create" => "sent a route",
        "parcel.add" => "added a parcel",
        "parcel.change" => "changed a parcel",
        "parcel.remove" => "removed a parcel",
        "parcel.retrack" => "had a parcel followed again",
        "awb.read" => "read an air waybill",
        "push.replay" => "worked a push through again",
        "services.check" => "checked the services",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_read_as_sentences_and_unknown_ones_as_they_are() {
        assert_eq!(words("user.create"), "added a person");
        assert_eq!(words("of.tomorrow"), "of.tomorrow");
        assert!(is_id("0bb71605-71e9-4c68-8cb2-92bc2847407c") && !is_id("JJFI64500000123456789"));
    }
}
