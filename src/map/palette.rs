//! The colours of the canvas, read from the same CSS tokens as everything else.

use milkrun_lean::prelude::window;
use web_sys::HtmlElement;

use super::scene::ROUTE_COLOURS;

/// Resolved colours, such as `rgb(0, 114, 178)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Palette {
    pub(super) routes: Vec<String>,
    /// Text on a route's colour.
    pub(super) on_route: String,
    pub(super) ground: String,
    pub(super) raised: String,
    pub(super) line: String,
    pub(super) text: String,
    pub(super) muted: String,
    pub(super) accent: String,
    pub(super) bad: String,
    pub(super) ok: String,
    /// The page's interface font.
    pub(super) font: String,
}

impl Palette {
    /// Reads the tokens as they stand for the current theme.
    ///
    /// A custom property's computed value is its text, `light-dark(…)` and all; only a real property is resolved
    /// to one colour. So an element that is not shown wears each token in turn.
    pub(super) fn read(probe: &HtmlElement) -> Self {
        let resolve = |token: &str| {
            let _ = probe.style().set_property("color", token);
            computed(probe, "color")
        };
        Self {
            routes: (0..ROUTE_COLOURS).map(|n| resolve(&format!("var(--route-{n})"))).collect(),
            on_route: resolve("light-dark(#fff, #101211)"),
            ground: resolve("var(--map-ground)"),
            raised: resolve("var(--raised)"),
            line: resolve("var(--map-line)"),
            text: resolve("var(--text)"),
            muted: resolve("var(--muted)"),
            accent: resolve("var(--accent)"),
            bad: resolve("var(--bad)"),
            ok: resolve("var(--ok)"),
            font: computed(probe, "font-family"),
        }
    }

    /// The colour of a route, or the quiet one of a stop on no route.
    pub(super) fn route(&self, route: Option<usize>) -> &str {
        route.and_then(|route| self.routes.get(route % ROUTE_COLOURS)).unwrap_or(&self.muted)
    }
}

fn computed(element: &HtmlElement, property: &str) -> String {
    let style = window().get_computed_style(element).ok().flatten();
    style.and_then(|style| style.get_property_value(property).ok()).unwrap_or_default()
}
