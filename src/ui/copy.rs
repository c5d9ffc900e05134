//! Copying a text that is to be pasted elsewhere.

use milkrun_lean::prelude::*;

use super::icon::{Icon, IconView};
use super::toast::Toaster;

/// A button that copies what the signal holds.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: Signal<String>,
    /// What tests find it by.
    test: &'static str,
) -> View {
    let toaster = Toaster::get();
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text.get_untracked());
        spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(written).await {
                Ok(_) => toaster.say("Copied"),
                Err(_denied) => {
                    toaster.fail("The browser did not allow copying; select the text and copy it yourself");
                }
            }
        });
    };
    view! {
        <button class="button" type="button" data-test=test on:click=copy><IconView icon=Icon::Copy/>"Copy"</button>
    }
}
