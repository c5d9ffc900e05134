//! One picture of the scene: ground, lines, names, pins, in this order.

use super::backdrop;
use super::brush::Brush;
use super::palette::Palette;
use super::pins::{Detail, PinView};
use super::prepared::{Prepared, PreparedLine};
use super::project::Camera;

/// Most names written at once; more is noise.
const MOST_NAMES: usize = 160;

/// What a picture depends on besides the scene.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub(super) hovered: Option<usize>,
    /// The pin being dragged, and where it is on the screen.
    pub(super) dragged: Option<(usize, (f64, f64))>,
    /// Without tiles the picture brings its own ground and names.
    pub(super) tiles: bool,
}

/// Draws everything and says with how much detail the pins were drawn.
pub(super) fn paint(
    brush: &Brush<'_>,
    camera: &Camera,
    scene: &Prepared,
    palette: &Palette,
    look: Look,
) -> Detail {
    brush.0.clear_rect(0.0, 0.0, camera.width, camera.height);
    if !look.tiles {
        backdrop::draw(brush, camera, palette);
    }
    for selected in [false, true] {
        for line in scene.lines.iter().filter(|line| line.selected == selected) {
            draw_line(brush, camera, palette, line, scene.any_selected);
        }
    }
    let visible: Vec<usize> = (0..scene.pins.len())
        .filter(|index| camera.sees(camera.screen(scene.pins[*index].at), 24.0))
        .collect();
    let detail = Detail::for_crowd(visible.len(), camera.zoom, camera.width * camera.height);
    if !look.tiles && detail > Detail::Dot {
        draw_names(brush, camera, palette, scene, &visible);
    }
    PinView { brush, camera, palette, detail, hovered: look.hovered, dragged: look.dragged }
        .draw(scene, &visible);
    detail
}

fn draw_line(brush: &Brush<'_>, camera: &Camera, palette: &Palette, line: &PreparedLine, any_selected: bool) {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(line.points.len());
    let mut seen = false;
    for world in &line.points {
        let at = camera.screen(*world);
        seen |= camera.sees(at, 400.0);
        // Steps below a pixel cannot be seen, and a road line has thousands of them from afar.
        if points.last().is_none_or(|(x, y)| (at.0 - x).abs() + (at.1 - y).abs() >= 1.0) {
            points.push(at);
        }
    }
    // From very near, the whole screen can lie between two points far outside.
    if !seen && camera.zoom < 15.0 {
        return;
    }
    brush.0.set_line_join("round");
    brush.0.set_line_cap("round");
    if line.selected {
        brush.stroke_colour(&palette.raised, 8.0);
        brush.stroke_through(&points);
        brush.dash(&[14.0, 7.0]);
        brush.stroke_colour(palette.route(Some(line.route)), 4.5);
        brush.stroke_through(&points);
        brush.dash(&[]);
    } else {
        brush.alpha(if any_selected { 0.45 } else { 0.8 });
        brush.stroke_colour(palette.route(Some(line.route)), 3.0);
        brush.stroke_through(&points);
        brush.alpha(1.0);
    }
}

/// Writes the stops' names where they cover neither a pin nor each other.
fn draw_names(brush: &Brush<'_>, camera: &Camera, palette: &Palette, scene: &Prepared, visible: &[usize]) {
    let mut taken = Taken::default();
    for index in visible {
        let (x, y) = camera.screen(scene.pins[*index].at);
        taken.claim([x - 14.0, y - 11.0, x + 14.0, y + 11.0]);
    }
    brush.font(500, 11.0, &palette.font);
    let mut written = 0;
    for index in visible {
        let pin = &scene.pins[*index];
        if pin.pin.label.is_empty() || written == MOST_NAMES {
            continue;
        }
        let (x, y) = camera.screen(pin.at);
        let width = brush.text_width(&pin.pin.label);
        let (right, left) = (x + 19.0, x - 19.0 - width);
        let start = [right, left]
            .into_iter()
            .find(|start| taken.claim_if_free([start - 3.0, y - 7.0, start + width + 3.0, y + 7.0]));
        if let Some(start) = start {
            brush.write_haloed(&pin.pin.label, start, y + 0.5, &palette.muted, &palette.ground);
            written += 1;
        }
    }
}

/// Rectangles already drawn over, found by the cells of a coarse grid they touch.
#[derive(Default)]
struct Taken {
    cells: std::collections::HashMap<(i32, i32), Vec<[f64; 4]>>,
}

impl Taken {
    const CELL: f64 = 64.0;

    fn cells_of([left, top, right, bottom]: [f64; 4]) -> impl Iterator<Item = (i32, i32)> {
        let cell = |at: f64| (at / Self::CELL).floor() as i32;
        (cell(left)..=cell(right)).flat_map(move |x| (cell(top)..=cell(bottom)).map(move |y| (x, y)))
    }

    fn claim(&mut self, area: [f64; 4]) {
        for cell in Self::cells_of(area) {
            self.cells.entry(cell).or_default().push(area);
        }
    }

    fn claim_if_free(&mut self, area: [f64; 4]) -> bool {
        let [left, top, right, bottom] = area;
        let free = Self::cells_of(area).filter_map(|cell| self.cells.get(&cell)).flatten().all(
            |[other_left, other_top, other_right, other_bottom]| {
                right <= *other_left || left >= *other_right || bottom <= *other_top || top >= *other_bottom
            },
        );
        if free {
            self.claim(area);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_given_once() {
        let mut taken = Taken::default();
        taken.claim([0.0, 0.0, 100.0, 20.0]);
        for (area, free) in [
            ([90.0, 10.0, 140.0, 30.0], false),
            ([100.0, 0.0, 180.0, 20.0], true),
            ([150.0, 5.0, 160.0, 8.0], false),
            ([-40.0, -30.0, -1.0, -10.0], true),
        ] {
            assert_eq!(taken.claim_if_free(area), free, "{area:?}");
        }
    }
}
