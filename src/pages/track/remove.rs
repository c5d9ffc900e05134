//! Stopping to track a parcel. The vendor forgets it for good, so this asks first.

use milkrun_lean::prelude::*;

use super::state::TrackState;
use crate::api;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// The button and the question it leads to.
#[component]
pub(super) fn RemoveButton(id: String, number: String) -> View {
    let track = TrackState::get();
    let toaster = Toaster::get();
    let dialog = NodeRef::<web_sys::HtmlDialogElement>::new();
    let busy = RwSignal::new(false);
    let id = StoredValue::new(id);
    let number = StoredValue::new(number);
    let ask = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let remove = move |_| {
        busy.set(true);
        let (id, number) = (id.get_value(), number.get_value());
        spawn_local(async move {
            match api::delete_parcel(&id).await {
                Ok(()) => {
                    toaster.say(format!("{number} is not tracked any more"));
                    close();
                    track.open.try_set(None);
                    track.refresh();
                }
                Err(problem) => toaster.problem(&problem),
            }
            busy.try_set(false);
        });
    };
    view! {
        <div>
            <button class="button button--danger" data-test="parcel-delete" on:click=ask>
                <IconView icon=Icon::Trash/>"Stop tracking"
            </button>
        </div>
        <dialog class="sheet" node_ref=dialog aria-labelledby="remove-title">
            <div class="sheet__head"><h2 id="remove-title">"Stop tracking this parcel?"</h2></div>
            <div class="sheet__body">
                <p><span class="track__mono strong">{number.get_value()}</span>" is deleted at 51Tracking too, with its history. This cannot be undone; adding it again may cost a tracking credit."</p>
            </div>
            <div class="sheet__foot">
                <button class="button" on:click=move |_| close()>"Keep it"</button>
                <button class="button button--danger" data-test="parcel-delete-confirm" disabled=busy on:click=remove>
                    <IconView icon=Icon::Trash/>"Stop tracking"
                </button>
            </div>
        </dialog>
    }
}
