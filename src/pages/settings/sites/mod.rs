//! Merchants' sites: which pages may embed the widget, and the tags to paste there.

mod edit;
mod tags;

use milkrun_lean::prelude::*;
use milkrun_wire::api::people::Role;
use milkrun_wire::api::site::Site;

use super::role;
use crate::api::sites;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;
use edit::{EditSheet, Form, RemoveSheet};
use tags::TagsSheet;

/// What the part knows. A handle to copy.
#[derive(Clone, Copy)]
struct Sites {
    all: RwSignal<Option<Vec<Site>>>,
    /// The one that is shown, changed or removed; none while a new one is made.
    chosen: RwSignal<Option<Site>>,
    form: Form,
    editing: RwSignal<bool>,
    showing: RwSignal<bool>,
    removing: RwSignal<bool>,
    toaster: Toaster,
}

impl Sites {
    fn read(self) {
        spawn_local(async move {
            match sites::sites().await {
                Ok(list) => drop(self.all.try_set(Some(list.sites))),
                Err(problem) => self.toaster.problem(&problem),
            }
        });
    }

    fn edit(self, site: Option<Site>) {
        self.form.fill(site.as_ref().map(|it| &it.settings));
        self.chosen.set(site);
        self.editing.set(true);
    }

    fn show(self, site: Site) {
        self.chosen.try_set(Some(site));
        self.showing.try_set(true);
    }
}

/// The part about merchants' sites.
#[component]
pub(super) fn SitesPart() -> View {
    let sites = Sites {
        all: RwSignal::new(None),
        chosen: RwSignal::new(None),
        form: Form::default(),
        editing: RwSignal::new(false),
        showing: RwSignal::new(false),
        removing: RwSignal::new(false),
        toaster: Toaster::get(),
    };
    sites.read();
    let role = role();
    let owner = Memo::new(move |_| role.get() == Role::Owner);
    let none = Memo::new(move |_| sites.all.with(|it| it.as_ref().is_some_and(Vec::is_empty)));
    let rows = move || {
        let owner = owner.get();
        sites.all.get().unwrap_or_default().into_iter().map(move |it| (owner, it)).collect::<Vec<_>>()
    };
    view! {
        <section class="card" aria-label="Merchants' sites">
            <div class="card__head">
                <h2>"Merchants' sites"</h2>
                <Show when=move || owner.get()>
                    <button class="button button--primary settings__end" data-test="site-add" on:click=move |_| sites.edit(None)>
                        <IconView icon=Icon::Plus/>"Add a site"
                    </button>
                </Show>
            </div>
            <Show when=move || none.get()>
                <div class="empty">
                    <h2>"No sites yet"</h2>
                    <p>"A shop that is set up here shows its shoppers where their parcels are, without their leaving its pages."</p>
                </div>
            </Show>
            <ul class="settings__rows">
                <For each=rows key=|(owner, it)| (*owner, it.key.clone(), it.settings.name.clone(), it.settings.origins.clone(), it.settings.lookups.clone()) let(row)>
                    <Row sites owner=row.0 site=row.1/>
                </For>
            </ul>
        </section>
        <EditSheet sites/>
        <TagsSheet sites/>
        <RemoveSheet sites/>
    }
}

#[component]
fn Row(sites: Sites, owner: bool, site: Site) -> View {
    let fixed = site.fixed;
    let name = site.settings.name.clone();
    let label = move |deed: &str| format!("{deed} {name}");
    let (tags, edit, remove) = (label("Tags of"), label("Change"), label("Remove"));
    let lookups = site.settings.lookups.iter().map(|it| match it.as_str() {
        "order" => "by order",
        _ => "by number",
    });
    let kept = StoredValue::new(site.clone());
    view! {
        <li class="settings__row" data-test="site">
            <div class="settings__who">
                <span class="strong truncate">{site.settings.name.clone()}</span>
                <span class="muted small settings__origins">{site.settings.origins.join(", ")}</span>
                <span class="settings__scopes">
                    <span class="chip settings__word">{site.key.clone()}</span>
                    {lookups.map(|it| view! { <span class="chip">{it}</span> }).collect_view()}
                    {fixed.then(|| view! { <span class="chip" title="Change it there and start the server again">"configuration file"</span> })}
                </span>
            </div>
            <button class="button" aria-label=tags data-test="site-tags" on:click=move |_| sites.show(kept.get_value())>
                <IconView icon=Icon::Copy/>"Tags"
            </button>
            {(owner && !fixed).then(move || view! {
                <button class="button" aria-label=edit data-test="site-edit" on:click=move |_| sites.edit(Some(kept.get_value()))>"Change"</button>
                <button class="button button--danger button--icon" aria-label=remove data-test="site-remove" on:click=move |_| {
                    sites.chosen.set(Some(kept.get_value()));
                    sites.removing.set(true);
                }><IconView icon=Icon::Trash/></button>
            })}
        </li>
    }
}
