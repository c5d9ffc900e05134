//! The tags a merchant pastes.

use milkrun_lean::prelude::*;

use super::Sites;
use crate::ui::copy::CopyButton;
use crate::ui::sheet::Sheet;

/// The tags of the chosen site.
#[component]
pub(super) fn TagsSheet(sites: Sites) -> View {
    let title = Signal::derive(move || {
        sites.chosen.get().map(|it| format!("Tags of {}", it.settings.name)).unwrap_or_default()
    });
    let evergreen = Signal::derive(move || sites.chosen.get().map(|it| it.snippet).unwrap_or_default());
    let pinned = Signal::derive(move || sites.chosen.get().map(|it| it.snippet_pinned).unwrap_or_default());
    let has_pinned = Memo::new(move |_| !pinned.get().is_empty());
    view! {
        <Sheet open=sites.showing id="site-tags-title" title=title>
            <div class="sheet__body">
                <p class="muted">"Paste this where shoppers look for their parcel. The script is always the newest; updates need nothing of the shop."</p>
                <pre class="settings__code settings__secret" tabindex="0" data-test="widget-snippet"><code>{evergreen}</code></pre>
                <div><CopyButton text=evergreen test="widget-copy"/></div>
                <Show when=move || has_pinned.get()>
                    <h3>"Or a script that never changes"</h3>
                    <p class="muted">"Browsers check it against its hash and refuse any other. To get a newer one, come back here and paste again."</p>
                    <pre class="settings__code settings__secret" tabindex="0" data-test="widget-snippet-pinned"><code>{pinned}</code></pre>
                    <div><CopyButton text=pinned test="widget-copy-pinned"/></div>
                </Show>
            </div>
            <div class="sheet__foot">
                <button class="button button--primary" data-test="site-tags-done" on:click=move |_| sites.showing.set(false)>"Done"</button>
            </div>
        </Sheet>
    }
}
