//! What is made here and shown once: a token, a sign-in link.

use milkrun_lean::prelude::*;

use crate::ui::copy::CopyButton;
use crate::ui::sheet::Sheet;

/// A secret that is shown this once, to be copied.
#[component]
pub(super) fn SecretSheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The id of its heading, unique on the page.
    id: &'static str,
    /// What it is.
    title: Signal<String>,
    /// The secret.
    secret: Signal<String>,
    /// What tests find the secret by.
    test: &'static str,
    /// What tests find the button by that copies it.
    copy_test: &'static str,
    /// What tests find the button by that closes it.
    done_test: &'static str,
    /// Forgets the secret, once the dialog is closed: nothing of it stays in the page.
    on_close: Callback<()>,
    /// What to do with it.
    children: Children,
) -> View {
    Effect::new(move |_| {
        if !open.get() {
            on_close.run(());
        }
    });
    view! {
        <Sheet open id title>
            <div class="sheet__body">
                {children()}
                <pre class="settings__code settings__secret" tabindex="0" data-test=test><code>{secret}</code></pre>
            </div>
            <div class="sheet__foot">
                <CopyButton text=secret test=copy_test/>
                <button class="button button--primary" data-test=done_test on:click=move |_| open.set(false)>"Done"</button>
            </div>
        </Sheet>
    }
}
