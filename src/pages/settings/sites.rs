//! How merchants embed the widget.

use milkrun_lean::prelude::*;

use crate::ui::copy::CopyButton;

/// The part about merchants' sites.
#[component]
pub(super) fn SitesPart() -> View {
    let snippet = widget_snippet(&window().location().origin().unwrap_or_default());
    let text = StoredValue::new(snippet.clone());
    view! {
        <section class="card" aria-label="Tracking on merchants' sites">
            <div class="card__head">
                <h2>"Tracking on merchants' sites"</h2>
                <span class="settings__end"><CopyButton text=Signal::derive(move || text.get_value()) test="widget-copy"/></span>
            </div>
            <div class="card__body settings__stack">
                <p class="muted">"Shoppers look their parcel up without leaving the shop. Paste this where it should stand; the site's key and address must be in the server's configuration."</p>
                <pre class="settings__code" tabindex="0" data-test="widget-snippet"><code>{snippet}</code></pre>
            </div>
        </section>
    }
}

fn widget_snippet(origin: &str) -> String {
    format!(
        "<script async src=\"{origin}/widget/v1.js\" data-site=\"YOUR-SITE\"></script>\n<milkrun-track></milkrun-track>"
    )
}
