//! A canvas context in the words the drawing code needs.

use web_sys::CanvasRenderingContext2d;

/// Wraps a 2D context; what it draws is in CSS pixels.
pub(super) struct Brush<'a>(pub(super) &'a CanvasRenderingContext2d);

impl Brush<'_> {
    pub(super) fn fill_colour(&self, colour: &str) {
        self.0.set_fill_style_str(colour);
    }

    pub(super) fn stroke_colour(&self, colour: &str, width: f64) {
        self.0.set_stroke_style_str(colour);
        self.0.set_line_width(width);
    }

    pub(super) fn alpha(&self, alpha: f64) {
        self.0.set_global_alpha(alpha);
    }

    /// Dashes of the lengths given; none for a solid line.
    pub(super) fn dash(&self, lengths: &[f64]) {
        let list: js_sys::Array =
            lengths.iter().map(|length| wasm_bindgen::JsValue::from_f64(*length)).collect();
        // The lengths are our own finite numbers, which a canvas never refuses.
        let _ = self.0.set_line_dash(&list);
    }

    /// Begins a path that is a circle.
    pub(super) fn circle(&self, x: f64, y: f64, radius: f64) {
        self.0.begin_path();
        self.add_circle(x, y, radius);
    }

    /// Adds a circle to the path.
    pub(super) fn add_circle(&self, x: f64, y: f64, radius: f64) {
        self.0.move_to(x + radius, y);
        let _ = self.0.arc(x, y, radius, 0.0, std::f64::consts::TAU);
    }

    /// Begins a path that is a rectangle around a point, its corners rounded.
    pub(super) fn pill(&self, x: f64, y: f64, width: f64, height: f64, radius: f64) {
        let (left, top, right, bottom) =
            (x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0);
        let path = self.0;
        path.begin_path();
        path.move_to(x, top);
        for (x1, y1, x2, y2) in [
            (right, top, right, bottom),
            (right, bottom, left, bottom),
            (left, bottom, left, top),
            (left, top, right, top),
        ] {
            let _ = path.arc_to(x1, y1, x2, y2, radius);
        }
        path.close_path();
    }

    /// Strokes a line through points.
    pub(super) fn stroke_through(&self, points: &[(f64, f64)]) {
        let Some((first, rest)) = points.split_first() else { return };
        self.0.begin_path();
        self.0.move_to(first.0, first.1);
        for (x, y) in rest {
            self.0.line_to(*x, *y);
        }
        self.0.stroke();
    }

    pub(super) fn font(&self, weight: u32, size: f64, family: &str) {
        self.0.set_font(&format!("{weight} {size}px {family}"));
    }

    /// How wide a text is in the current font.
    pub(super) fn text_width(&self, text: &str) -> f64 {
        self.0.measure_text(text).map_or(0.0, |measured| measured.width())
    }

    /// Writes with the text's middle at a point.
    pub(super) fn write_centred(&self, text: &str, x: f64, y: f64) {
        self.0.set_text_align("center");
        self.0.set_text_baseline("middle");
        let _ = self.0.fill_text(text, x, y);
    }

    /// Writes to the right of a point, with a halo that keeps it readable over lines.
    pub(super) fn write_haloed(&self, text: &str, x: f64, y: f64, ink: &str, halo: &str) {
        self.0.set_text_align("left");
        self.0.set_text_baseline("middle");
        self.stroke_colour(halo, 3.0);
        self.0.set_line_join("round");
        let _ = self.0.stroke_text(text, x, y);
        self.fill_colour(ink);
        let _ = self.0.fill_text(text, x, y);
    }
}
