//! What lies under the stops when there are no tiles: a quiet graticule, so that distance and direction still read.

use super::brush::Brush;
use super::palette::Palette;
use super::project::{Camera, World, round_below};

/// Major lines are about this far apart on the screen, in pixels.
const APART: f64 = 220.0;

/// Draws the ground and its lines.
pub(super) fn draw(brush: &Brush<'_>, camera: &Camera, palette: &Palette) {
    brush.fill_colour(&palette.ground);
    brush.0.fill_rect(0.0, 0.0, camera.width, camera.height);
    let step = step_for(camera);
    brush.stroke_colour(&palette.line, 1.0);
    brush.alpha(0.4);
    lines(brush, camera, step / 5.0, None);
    brush.alpha(1.0);
    lines(brush, camera, step, Some(palette));
}

/// Degrees between two major lines: a round number.
fn step_for(camera: &Camera) -> f64 {
    let degrees_per_pixel = camera.world(1.0, 0.0).degrees().1 - camera.world(0.0, 0.0).degrees().1;
    // Twice as far as asked is closer to the target than half as far, so that round numbers average out on it.
    round_below(degrees_per_pixel * APART * 1.4).clamp(0.0001, 30.0)
}

fn lines(brush: &Brush<'_>, camera: &Camera, step: f64, labels: Option<&Palette>) {
    let (north, west) = camera.world(0.0, 0.0).degrees();
    let (south, east) = camera.world(camera.width, camera.height).degrees();
    if let Some(palette) = labels {
        brush.font(400, 10.0, &palette.font);
    }
    for lon in multiples(west, east, step) {
        // Half a pixel off, so that a one-pixel line is one pixel wide.
        let x = camera.screen(World::of(0.0, lon)).0.round() + 0.5;
        brush.stroke_through(&[(x, 0.0), (x, camera.height)]);
        if let Some(palette) = labels.filter(|_| x > 10.0) {
            let text = degrees(lon, step, 'E', 'W');
            brush.write_haloed(&text, x + 4.0, 11.0, &palette.muted, &palette.ground);
            brush.stroke_colour(&palette.line, 1.0);
        }
    }
    for lat in multiples(south, north, step) {
        let y = camera.screen(World::of(lat, 0.0)).1.round() + 0.5;
        brush.stroke_through(&[(0.0, y), (camera.width, y)]);
        if let Some(palette) = labels.filter(|_| y > 40.0 && y < camera.height - 30.0) {
            let text = degrees(lat, step, 'N', 'S');
            brush.write_haloed(&text, 6.0, y - 8.0, &palette.muted, &palette.ground);
            brush.stroke_colour(&palette.line, 1.0);
        }
    }
}

/// The multiples of a step between two values; few, because the step follows the zoom.
fn multiples(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    let count = ((to / step).floor() - first + 1.0).clamp(0.0, 500.0) as u32;
    (0..count).map(move |n| (first + f64::from(n)) * step)
}

/// `24.95° E`, with as many decimals as the step has.
fn degrees(value: f64, step: f64, positive: char, negative: char) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let side = if value < 0.0 { negative } else { positive };
    format!("{:.decimals$}° {side}", value.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_show_as_much_as_the_step_needs() {
        for (value, step, text) in [
            (24.95, 0.05, "24.95° E"),
            (-0.5, 0.1, "0.5° W"),
            (60.0, 10.0, "60° E"),
            (24.9, 0.01, "24.90° E"),
        ] {
            assert_eq!(degrees(value, step, 'E', 'W'), text);
        }
    }

    #[test]
    fn multiples_lie_between_the_edges() {
        let found: Vec<f64> = multiples(-0.25, 0.31, 0.1).map(|n| (n * 10.0).round()).collect();
        assert_eq!(found, [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(multiples(0.31, 0.39, 0.1).count(), 0);
    }

    #[test]
    fn lines_keep_their_distance_at_every_zoom() {
        for tenths in 20..190 {
            let zoom = f64::from(tenths) / 10.0;
            let camera = Camera { zoom, width: 800.0, height: 600.0, ..Camera::default() };
            let step = step_for(&camera);
            let pixels = step / 360.0 * super::super::project::scale_at(zoom);
            assert!((85.0..=340.0).contains(&pixels) || step >= 30.0, "zoom {zoom}: {pixels} px");
        }
    }
}
