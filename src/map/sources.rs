//! Who the map's data comes from, in the corner where maps say so.

use milkrun_lean::prelude::*;
use milkrun_wire::api::session::Services;

use crate::app::Gate;

/// The page on which OpenStreetMap asks to be credited.
const OSM_COPYRIGHT: &str = "https://www.openstreetmap.org/copyright";

/// The attributions of tiles, geocoder and road data.
#[component]
pub(super) fn Sources() -> View {
    let gate = use_context::<Gate>();
    let texts = move || gate.and_then(Gate::session).map(|session| texts(&session.services));
    view! {
        <ul class="map__sources" aria-label="Sources">
            {move || texts().unwrap_or_default().into_iter().map(|text| view! { <li>{credit(text)}</li> }).collect_view()}
        </ul>
    }
}

fn credit(text: String) -> View {
    if text.contains("OpenStreetMap") {
        view! { <a href=OSM_COPYRIGHT target="_blank" rel="noopener noreferrer">{text}</a> }
    } else {
        View::of(text)
    }
}

/// Each attribution once, tiles first. Each is text: what looks like markup in it is taken out, never obeyed.
fn texts(services: &Services) -> Vec<String> {
    let tiles = services.tiles.as_ref().map(|tiles| tiles.attribution.as_str());
    let all = tiles.into_iter().chain([&*services.geocoder.attribution, &*services.matrix.attribution]);
    let mut texts: Vec<String> = Vec::new();
    for text in all.map(plain).filter(|text| !text.is_empty()) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Attributions are often copied from web pages, links and entities included.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            _ => out.push(letter),
        }
    }
    out.replace("&copy;", "©").replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_become_plain_text() {
        for (markup, text) in [
            (
                "&copy; <a href=\"https://osm.org\">OpenStreetMap</a> contributors",
                "© OpenStreetMap contributors",
            ),
            ("City of Helsinki, CC BY 4.0", "City of Helsinki, CC BY 4.0"),
            ("<img src=x onerror=alert(1)>", ""),
        ] {
            assert_eq!(plain(markup), text);
        }
    }
}
