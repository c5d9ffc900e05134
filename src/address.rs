//! The page's address: which page it names, and going elsewhere without loading anything anew.

use milkrun_lean::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

/// The path of the address, such as `/day`; a handle to copy.
#[derive(Clone, Copy)]
pub struct Address(RwSignal<String>);

impl Address {
    /// Reads the address, and follows it: when somebody goes back or forth, and when a link of ours is clicked.
    #[must_use]
    pub fn start() -> Self {
        let this = Self(RwSignal::new(now()));
        window_event_listener("popstate", move |_: web_sys::Event| this.read());
        window_event_listener("click", move |event: MouseEvent| this.follow(&event));
        this
    }

    /// The running portal's address.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// The path. Reactive.
    #[must_use]
    pub fn path(self) -> String {
        self.0.get()
    }

    /// Whether the address names this path. Reactive.
    #[must_use]
    pub fn is(self, path: &str) -> bool {
        self.0.with(|now| now == path)
    }

    /// Goes to another path in the place of this one, which going back then leaves out.
    pub fn replace(self, path: &str) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
        }
        self.read();
    }

    fn read(self) {
        let path = now();
        // Another mark on the same page is no other page.
        if self.0.with_untracked(|old| *old != path) {
            self.0.set(path);
        }
    }

    /// Goes where a link leads, if that is one of our pages and nobody wants it in another tab.
    fn follow(self, event: &MouseEvent) {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || elsewhere {
            return;
        }
        let Some(link) = crate::ui::around(event, "a[href]") else { return };
        let link: HtmlAnchorElement = link.unchecked_into();
        let location = window().location();
        let ours = location.origin().is_ok_and(|it| it == link.origin());
        if !ours || link.has_attribute("download") || !link.target().is_empty() || !is_page(&link.pathname())
        {
            return;
        }
        // A mark on this page is the browser's own to go to.
        if !link.hash().is_empty() && now() == link.pathname() {
            return;
        }
        event.prevent_default();
        if now() != link.pathname()
            && let Ok(history) = window().history()
        {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&link.href()));
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        self.read();
    }
}

fn now() -> String {
    let path = window().location().pathname().unwrap_or_default();
    // `/day/` is `/day`.
    if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path }
}

/// Whether the portal has the page: files and the API are the server's.
fn is_page(path: &str) -> bool {
    !path.starts_with("/api/") && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_files() {
        for (path, expected) in
            [("/", true), ("/day", true), ("/nowhere", true), ("/widget/v1.js", false), ("/api/v1/x", false)]
        {
            assert_eq!(is_page(path), expected, "{path}");
        }
    }
}
