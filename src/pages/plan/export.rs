//! The plan as files: to begin anew, to open one that was kept, to take elsewhere.

use milkrun_lean::prelude::*;
use milkrun_plan::{Plan, export};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{PlanView, Tab};
use crate::store::PlanStore;
use crate::ui::toast::Toaster;

/// A kind of file a plan can be written as.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    purpose: &'static str,
    ending: &'static str,
    media: &'static str,
    write: fn(PlanStore, &Plan) -> Files,
}

/// The texts to save, each with what tells it from the others; or why there are none.
type Files = Result<Vec<(String, String)>, String>;

const KINDS: [Kind; 4] = [
    Kind {
        name: "CSV",
        purpose: "Stops with routes and times, for a spreadsheet",
        ending: "csv",
        media: "text/csv",
        write: |store, plan| Ok(one(export::csv(plan, &store.travel_now()))),
    },
    Kind {
        name: "GeoJSON",
        purpose: "Stops and routes, for a map",
        ending: "geojson",
        media: "application/geo+json",
        write: |_, plan| Ok(one(export::geojson(plan))),
    },
    Kind {
        name: "GPX",
        purpose: "A file a route, for navigation devices",
        ending: "gpx",
        media: "application/gpx+xml",
        write: |_, plan| {
            let used = plan.drivers.iter().zip(&plan.routes).filter(|(_, route)| !route.stops.is_empty());
            let files: Vec<_> = used
                .filter_map(|(driver, _)| Some((driver.name.clone(), export::gpx(plan, &driver.id)?)))
                .collect();
            if files.is_empty() {
                Err("There is no route to write yet; optimise first".to_owned())
            } else {
                Ok(files)
            }
        },
    },
    Kind {
        name: "Plan (JSON)",
        purpose: "Everything, to open again in Milkrun",
        ending: "json",
        media: "application/json",
        write: |_, plan| export::json(plan).map(one).map_err(|error| error.to_string()),
    },
];

fn one(text: String) -> Vec<(String, String)> {
    vec![(String::new(), text)]
}

/// What can be done with the plan as a file.
#[component]
pub(crate) fn FileMenu() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let toaster = Toaster::get();
    let save = move |kind: Kind| {
        let plan = store.plan_now();
        let saved = (kind.write)(store, &plan).and_then(|files| {
            files.iter().try_for_each(|(part, text)| {
                download(&file_name(&plan, part, kind.ending), kind.media, text).map_err(|_refused| {
                    "The browser refused to save the file; check its download settings".to_owned()
                })
            })
        });
        if let Err(why) = saved {
            toaster.fail(why);
        }
    };
    let new = move |_| {
        store.start_new();
        page.editing.set(None);
        page.tab.set(Tab::Stops);
    };
    view! {
        <button class="menu__item" data-test="plan-new" on:click=new>
            <span class="strong">"New plan"</span>
            <span class="muted small">"Keeps the depot and the drivers"</span>
        </button>
        <OpenSaved/>
        <span class="label menu__head">"Export"</span>
        {KINDS.map(|kind| view! {
            <button class="menu__item" data-test=format!("export-{}", kind.ending) on:click=move |_| save(kind)>
                <span class="strong">{kind.name}</span>
                <span class="muted small">{kind.purpose}</span>
            </button>
        }).collect_view()}
    }
}

/// Opens a plan that was exported as JSON.
#[component]
fn OpenSaved() -> View {
    let store = PlanStore::get();
    let toaster = Toaster::get();
    let input = NodeRef::<web_sys::HtmlInputElement>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|it| it.as_string());
            let opened = text.ok_or_else(|| format!("{} could not be read; choose it again", file.name()));
            if let Err(why) = opened.and_then(|text| store.open_saved(&text)) {
                toaster.fail(why);
            }
        });
    };
    view! {
        <label class="menu__item file-button">
            <span class="strong">"Open a saved plan"</span>
            <span class="muted small">"A JSON file from here"</span>
            <input class="visually-hidden" type="file" accept=".json,application/json" data-test="plan-open"
                node_ref=input on:change=chosen/>
        </label>
    }
}

/// The plan's name and day as a file name that every system takes.
fn file_name(plan: &Plan, part: &str, ending: &str) -> String {
    let safe = |text: &str| -> String {
        text.trim().chars().map(|it| if it.is_alphanumeric() || it == '-' { it } else { '-' }).collect()
    };
    let parts = [safe(&plan.name), plan.date.clone(), safe(part)];
    let name: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    format!("{}.{ending}", name.join("-"))
}

fn download(name: &str, media: &str, text: &str) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken the address by the next turn of the event loop.
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&url)), std::time::Duration::from_secs(1));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_everywhere() {
        for (name, part, expected) in [
            ("Tuesday", "", "Tuesday-2026-03-03.gpx"),
            ("North/South: vans", "", "North-South--vans-2026-03-03.gpx"),
            (" ", "Aino V.", "2026-03-03-Aino-V-.gpx"),
            ("Jakelu äö", "Aino", "Jakelu-äö-2026-03-03-Aino.gpx"),
        ] {
            assert_eq!(file_name(&Plan::new(name, "2026-03-03"), part, "gpx"), expected);
        }
    }
}
