//! What stands around every page: the rail, and the ribbon while stand-ins are in use.

mod ribbon;
mod theme;

use milkrun_lean::prelude::*;

use crate::address::Address;
use crate::parts::{self, Part};
use crate::ui::icon::{Icon, IconView};
use ribbon::Ribbon;
use theme::ThemeButton;

/// The rail, the ribbon and the page.
#[component]
pub fn Frame(children: Children) -> View {
    parts::preload_all();
    view! {
        <a class="skip-link" href="#page">"Skip to the page"</a>
        <div class="frame">
            <nav class="rail" aria-label="Main">
                <div class="rail__mark"><Mark/></div>
                <RailLink href="/" part=&parts::PLAN icon=Icon::Route text="Plan"/>
                <RailLink href="/day" part=&parts::DAY icon=Icon::Day text="Day"/>
                <RailLink href="/track" part=&parts::TRACK icon=Icon::Parcel text="Track"/>
                <RailLink href="/settings" part=&parts::SETTINGS icon=Icon::Settings text="Settings"/>
                <div class="rail__gap"></div>
                <ThemeButton/>
            </nav>
            <Ribbon/>
            <main class="frame__page" id="page" tabindex="-1">{children()}</main>
        </div>
    }
}

/// The product's mark.
#[component]
pub fn Mark() -> View {
    view! {
        <svg viewBox="0 0 32 32" role="img" aria-label="Milkrun">
            <rect width="32" height="32" rx="8" fill="var(--accent)"/>
            <path d="M8 22c4 0 3.500-12 8-12s4 12 8 12" fill="none" stroke="var(--on-accent)" stroke-width="2.500" stroke-linecap="round"/>
            <circle cx="8" cy="22" r="3" fill="var(--on-accent)"/>
            <circle cx="24" cy="22" r="3" fill="var(--on-accent)"/>
            <circle cx="16" cy="10" r="3" fill="var(--on-accent)"/>
        </svg>
    }
}

#[component]
fn RailLink(href: &'static str, part: &'static Part, icon: Icon, text: &'static str) -> View {
    let address = Address::get();
    view! {
        <a class="rail__link" href=href aria-current=move || address.is(href).then_some("page")
            on:pointerenter=move |_| part.preload() on:focus=move |_| part.preload()>
            <IconView icon/>
            <span>{text}</span>
        </a>
    }
}
