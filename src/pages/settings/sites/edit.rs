//! Setting a site up, changing and removing it.

use milkrun_lean::prelude::*;
use milkrun_wire::api::site::SiteSettings;

use super::super::people::sentence;
use super::Sites;
use crate::api::sites as api;
use crate::store::random_key;
use crate::ui::field::Field;
use crate::ui::sheet::{LossSheet, Sheet};

/// What shoppers may look up, and what that means.
const LOOKUPS: [(&str, &str, &str); 2] = [
    ("number", "By number", "Whoever has the tracking number"),
    ("order", "By order", "Whoever knows the order and its e-mail, telephone number or postcode"),
];
const THEMES: [(&str, &str); 4] = [
    ("", "As the page around it"),
    ("auto", "As the shopper's system"),
    ("light", "Light"),
    ("dark", "Dark"),
];

/// The form's fields. A handle to copy.
#[derive(Clone, Copy, Default)]
pub(super) struct Form {
    name: RwSignal<String>,
    /// One a line.
    origins: RwSignal<String>,
    lookups: RwSignal<Vec<String>>,
    /// Separated by blanks or commas.
    languages: RwSignal<String>,
    theme: RwSignal<String>,
    accent: RwSignal<String>,
    radius: RwSignal<String>,
    time_zone: RwSignal<String>,
    register_per_day: RwSignal<String>,
    /// Separated by blanks or commas.
    carriers: RwSignal<String>,
    failure: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// Names the intent to make a site, over every try of it.
    key: RwSignal<String>,
}

impl Form {
    /// Shows settings, or those a new site begins with.
    pub(super) fn fill(self, it: Option<&SiteSettings>) {
        let text = |read: fn(&SiteSettings) -> &String| it.map(read).cloned().unwrap_or_default();
        self.name.set(text(|it| &it.name));
        self.origins.set(it.map(|it| it.origins.join("\n")).unwrap_or_default());
        self.lookups.set(
            it.map_or_else(|| LOOKUPS.iter().map(|it| it.0.to_owned()).collect(), |it| it.lookups.clone()),
        );
        self.languages.set(it.map(|it| it.languages.join(", ")).unwrap_or_default());
        self.theme.set(text(|it| &it.theme));
        self.accent.set(text(|it| &it.accent));
        self.radius.set(text(|it| &it.radius));
        self.time_zone.set(it.map_or_else(crate::ui::time::zone, |it| it.time_zone.clone()));
        self.register_per_day.set(it.map_or(0, |it| it.register_per_day).to_string());
        self.carriers.set(it.map(|it| it.carriers.join(", ")).unwrap_or_default());
        self.failure.set(None);
        self.key.set(random_key());
    }

    fn settings(self) -> SiteSettings {
        let words = |text: String| {
            let parts = text.split([',', ' ', '\n', '\r', ';']).filter(|it| !it.is_empty());
            parts.map(str::to_owned).collect::<Vec<_>>()
        };
        SiteSettings {
            name: self.name.get_untracked(),
            origins: words(self.origins.get_untracked()),
            lookups: self.lookups.get_untracked(),
            languages: words(self.languages.get_untracked()),
            theme: self.theme.get_untracked(),
            accent: self.accent.get_untracked().trim().to_owned(),
            radius: self.radius.get_untracked().trim().to_owned(),
            time_zone: self.time_zone.get_untracked().trim().to_owned(),
            register_per_day: self.register_per_day.get_untracked().trim().parse().unwrap_or_default(),
            carriers: words(self.carriers.get_untracked()),
        }
    }

    fn choose(self, lookup: &str, on: bool) {
        self.lookups.update(|all| {
            all.retain(|it| it != lookup);
            if on {
                all.push(lookup.to_owned());
            }
        });
    }
}

/// The form, for a new site or the chosen one.
#[component]
pub(super) fn EditSheet(sites: Sites) -> View {
    let form = sites.form;
    let title = Signal::derive(move || match sites.chosen.get() {
        Some(it) => format!("Change {}", it.settings.name),
        None => "Add a site".to_owned(),
    });
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        form.busy.set(true);
        let settings = form.settings();
        let chosen = sites.chosen.get_untracked();
        spawn_local(async move {
            let saved = match &chosen {
                Some(it) => api::change_site(&it.key, &settings).await,
                None => api::add_site(&form.key.get_untracked(), &settings).await,
            };
            match saved {
                Ok(site) => {
                    sites.editing.try_set(false);
                    sites.toaster.say(format!("{} is set up", site.settings.name));
                    // A new site's tags are what comes next.
                    if chosen.is_none() {
                        sites.show(site);
                    }
                    sites.read();
                }
                Err(problem) => {
                    form.failure.try_set(Some(sentence(&problem)));
                    // What was refused is not what is sent next.
                    form.key.try_set(random_key());
                }
            }
            form.busy.try_set(false);
        });
    };
    let missing =
        move || form.name.with(|it| it.trim().is_empty()) || form.origins.with(|it| it.trim().is_empty());
    view! {
        <Sheet open=sites.editing id="site-edit-title" title=title>
            <form on:submit=save>
                <div class="sheet__body">
                    <Field id="site-name" label="Name, as shoppers know the shop" value=form.name kind="text" complete="off"/>
                    <div class="field">
                        <label for="site-origins">"Addresses of its pages, one a line"</label>
                        <textarea class="input" id="site-origins" data-test="site-origins" rows="2" spellcheck="false" autocapitalize="none"
                            placeholder="https://shop.example" prop:value=form.origins
                            on:input=move |event| form.origins.set(event_target_value(&event))></textarea>
                    </div>
                    <fieldset class="settings__choices settings__choices--two">
                        <legend class="label">"What shoppers may look up"</legend>
                        {LOOKUPS.map(|(word, name, means)| view! {
                            <label class="settings__choice">
                                <input type="checkbox" data-test=format!("site-by-{word}")
                                    prop:checked=move || form.lookups.with(|it| it.iter().any(|it| it == word))
                                    on:change=move |event| form.choose(word, event_target_checked(&event))/>
                                <span>{name}<span class="muted small settings__means">{means}</span></span>
                            </label>
                        }).collect_view()}
                    </fieldset>
                    <div class="settings__fields">
                        <div class="field">
                            <label for="site-theme">"Colours"</label>
                            <select class="input" id="site-theme" data-test="site-theme" prop:value=form.theme
                                on:change=move |event| form.theme.set(event_target_value(&event))>
                                {THEMES.map(|(word, name)| view! { <option value=word>{name}</option> }).collect_view()}
                            </select>
                        </div>
                        <Field id="site-accent" label="Colour of buttons" value=form.accent kind="text" complete="off" example="#0b7a75"/>
                        <Field id="site-radius" label="Rounding of corners" value=form.radius kind="text" complete="off" example="8px"/>
                        <Field id="site-languages" label="Languages; all when empty" value=form.languages kind="text" complete="off" example="en, fi, sv"/>
                        <Field id="site-zone" label="Time zone of parcels' pages" value=form.time_zone kind="text" complete="off" example="Europe/Helsinki"/>
                        <Field id="site-register" label="New numbers a day" value=form.register_per_day kind="text" complete="off" example="0"/>
                        <Field id="site-carriers" label="Carriers it sends with" value=form.carriers kind="text" complete="off" example="posti, dhl"/>
                    </div>
                    <p class="muted small">"A new number is one that nobody has added yet. When a shopper asks for one, it may be registered with 51Tracking, which costs one of the account's quota; 0 registers none. Carriers are named by 51Tracking's codes; a shop that sends with one alone saves the question whose number it is."</p>
                    {move || form.failure.get().map(|why| view! { <p class="field__error" role="alert" data-test="site-failure">{why}</p> })}
                </div>
                <div class="sheet__foot">
                    <button class="button" type="button" on:click=move |_| sites.editing.set(false)>"Cancel"</button>
                    <button class="button button--primary" data-test="site-save"
                        disabled=move || form.busy.get() || missing() || form.lookups.with(Vec::is_empty)>"Save"</button>
                </div>
            </form>
        </Sheet>
    }
}

/// The question before a site is removed.
#[component]
pub(super) fn RemoveSheet(sites: Sites) -> View {
    let title = Signal::derive(move || {
        sites.chosen.get().map(|it| format!("Remove {}?", it.settings.name)).unwrap_or_default()
    });
    let remove = Callback::new(move |()| {
        let Some(site) = sites.chosen.get_untracked() else { return };
        spawn_local(async move {
            match api::remove_site(&site.key).await {
                Ok(()) => sites.toaster.say(format!("{} is removed", site.settings.name)),
                Err(problem) => sites.toaster.problem(&problem),
            }
            sites.read();
        });
    });
    view! {
        <LossSheet open=sites.removing id="site-remove-title" title keep="Keep it" lose="Remove" test="site-remove-confirm" on_lose=remove
            text="Its widget gets no more answers, and links to its parcels' pages lead nowhere. This cannot be undone; a new site has a new key."/>
    }
}
