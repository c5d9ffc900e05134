//! What a page needs: take it in place of Leptos's prelude.

pub use leptos::prelude::{
    Owner, component, document, event_target_checked, event_target_value, expect_context, on_cleanup,
    provide_context, untrack, use_context, window,
};

pub use crate::list::For;
pub use crate::reactive::{Callback, Effect, Memo, NodeRef, RwSignal, Signal, StoredValue};
pub use crate::timing::{
    IntervalHandle, TimeoutHandle, request_animation_frame, set_interval_with_handle, set_timeout,
    set_timeout_with_handle, spawn_local, window_event_listener,
};
pub use crate::value::{Children, ChildrenFn, CollectView, IntoPart, Show, View};
pub use crate::view;
