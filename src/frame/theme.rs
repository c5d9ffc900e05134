//! Day, night, or whatever the system says.

use milkrun_lean::prelude::*;

use crate::ui::icon::{Icon, IconView};

const KEY: &str = "milkrun.theme";
const ORDER: [&str; 3] = ["system", "light", "dark"];

/// Steps through system, light and dark, and remembers the choice in this browser.
#[component]
pub(super) fn ThemeButton() -> View {
    let theme = RwSignal::new(stored());
    Effect::new(move |_| apply(&theme.get()));
    let step = move |_| {
        let at = ORDER.iter().position(|name| *name == theme.get()).unwrap_or(0);
        theme.set(ORDER[(at + 1) % ORDER.len()].to_owned());
    };
    view! {
        <button class="rail__link rail__theme" on:click=step title="Switch between system, light and dark">
            <IconView icon=Icon::Theme/>
            <span>{move || match theme.get().as_str() { "light" => "Light", "dark" => "Dark", _ => "System" }}</span>
        </button>
    }
}

fn stored() -> String {
    // A browser that forbids storage simply follows the system.
    let stored =
        window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok().flatten());
    stored.filter(|name| ORDER.contains(&name.as_str())).unwrap_or_else(|| ORDER[0].to_owned())
}

fn apply(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = if theme == "system" {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", theme)
        };
    }
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, theme);
    }
}
