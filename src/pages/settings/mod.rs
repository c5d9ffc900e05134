//! What this installation uses, who may use it, and what was done: one part a tab, each for those it concerns.

mod account;
mod audit;
mod credentials;
mod keys;
mod people;
mod quota;
mod secret;
mod services;
mod sites;
mod tokens;

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::Role;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::app::Gate;
use account::AccountPart;
use audit::AuditPart;
use keys::KeysCard;
use people::PeoplePart;
use services::ServicesPart;
use sites::SitesPart;
use tokens::TokensPart;

/// The parts, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    You,
    Services,
    Sites,
    People,
    Tokens,
    Audit,
}

impl Tab {
    const ALL: [Self; 6] = [Self::You, Self::Services, Self::Sites, Self::People, Self::Tokens, Self::Audit];

    /// The word in the address, and what stands on the tab.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::You => ("you", "You"),
            Self::Services => ("services", "Services"),
            Self::Sites => ("sites", "Sites"),
            Self::People => ("people", "People"),
            Self::Tokens => ("tokens", "API tokens"),
            Self::Audit => ("audit", "Audit log"),
        }
    }

    /// Who sees it.
    fn needs(self) -> Role {
        match self {
            Self::You | Self::Services => Role::Viewer,
            Self::Sites => Role::Dispatcher,
            Self::People | Self::Tokens | Self::Audit => Role::Owner,
        }
    }

    /// The one the address names, behind its `#`.
    fn of_address() -> Option<Self> {
        let hash = window().location().hash().ok()?;
        Self::ALL.into_iter().find(|it| hash.trim_start_matches('#') == it.words().0)
    }

    fn show(self) -> View {
        match self {
            Self::You => view! { <AccountPart/> <KeysCard/> },
            Self::Services => view! { <ServicesPart/> },
            Self::Sites => view! { <SitesPart/> },
            Self::People => view! { <PeoplePart/> },
            Self::Tokens => view! { <TokensPart/> },
            Self::Audit => view! { <AuditPart/> },
        }
    }
}

/// What the signed-in person may do. Reactive, and changes only when the role does.
fn role() -> Memo<Role> {
    let gate = Gate::get();
    Memo::new(move |_| gate.session().map(|it| it.role).unwrap_or_default())
}

fn selected_tab() -> Option<web_sys::HtmlElement> {
    let tab = document().query_selector(".settings__tabs [aria-selected=true]").ok().flatten();
    tab?.dyn_into().ok()
}

/// The settings page.
#[component]
pub fn SettingsPage() -> View {
    let role = role();
    let wanted = RwSignal::new(Tab::of_address().unwrap_or(Tab::Services));
    let tab = Memo::new(move |_| if wanted.get().needs() <= role.get() { wanted.get() } else { Tab::You });
    let choose = move |it: Tab| {
        wanted.set(it);
        // So that loading the page again, or a link that somebody sends, shows the same.
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{}", it.words().0)));
        }
    };
    // On a phone the tabs are longer than the screen.
    Effect::new(move |_| {
        let _ = tab.get();
        request_animation_frame(|| {
            if let Some(button) = selected_tab() {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                options.set_inline(web_sys::ScrollLogicalPosition::Center);
                button.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    window_event_listener("hashchange", move |_: web_sys::Event| {
        if let Some(it) = Tab::of_address() {
            wanted.set(it);
        }
    });
    let step = move |event: web_sys::KeyboardEvent| {
        let all: Vec<Tab> = Tab::ALL.into_iter().filter(|it| it.needs() <= role.get_untracked()).collect();
        let step = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let at = all.iter().position(|it| *it == tab.get_untracked()).unwrap_or(0);
        choose(all[(at + step) % all.len()]);
        request_animation_frame(|| {
            if let Some(button) = selected_tab() {
                let _ = button.focus();
            }
        });
    };
    let button = move |it: Tab| {
        let (word, name) = it.words();
        let selected = move || tab.get() == it;
        view! {
            <button class="tab" role="tab" data-test=format!("settings-{word}") aria-controls="settings-panel"
                aria-selected=move || selected().to_string() tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| choose(it)>{name}</button>
        }
    };
    view! {
        <div class="page">
            <div class="page__inner settings">
                <header class="page__head"><h1>"Settings"</h1></header>
                <div class="tabs settings__tabs" role="tablist" aria-label="Settings" on:keydown=step>
                    {move || Tab::ALL.into_iter().filter(|it| it.needs() <= role.get()).map(button).collect_view()}
                </div>
                <div class="settings__panel" id="settings-panel" role="tabpanel" aria-label=move || tab.get().words().1>
                    {move || tab.get().show()}
                </div>
            </div>
        </div>
    }
}
