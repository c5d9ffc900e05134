//! From degrees to pixels and back: the web Mercator projection, and the camera that looks at it.

use std::f64::consts::PI;

/// Pixels of the whole world at zoom 0, as Leaflet and every tile server count it.
const TILE: f64 = 256.0;
/// The projection ends here, where the world becomes a square.
const MAX_LAT: f64 = 85.051_128_779_806_59;
const EARTH_CIRCUMFERENCE: f64 = 40_075_016.685_578_49;

/// A place in the projection's unit square: x to the east, y to the south.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct World {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl World {
    /// Projects WGS 84 degrees.
    pub(super) fn of(lat: f64, lon: f64) -> Self {
        let lat = lat.clamp(-MAX_LAT, MAX_LAT).to_radians();
        Self {
            x: lon / 360.0 + 0.5,
            y: 0.5 - milkrun_host::ln(milkrun_host::tan(PI / 4.0 + lat / 2.0)) / (2.0 * PI),
        }
    }

    /// Latitude and longitude in WGS 84 degrees.
    pub(super) fn degrees(self) -> (f64, f64) {
        let lat = 2.0 * milkrun_host::atan(milkrun_host::exp((0.5 - self.y) * 2.0 * PI)) - PI / 2.0;
        (lat.to_degrees(), (self.x - 0.5) * 360.0)
    }
}

/// Pixels of the whole world at a zoom.
pub(super) fn scale_at(zoom: f64) -> f64 {
    TILE * milkrun_host::exp2(zoom)
}

/// What part of the world is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Camera {
    pub(super) zoom: f64,
    /// World pixels of the map's top left corner.
    pub(super) left: f64,
    pub(super) top: f64,
    /// The map's size in CSS pixels.
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Camera {
    /// Where a place is on the screen, in CSS pixels from the map's top left corner.
    pub(super) fn screen(&self, world: World) -> (f64, f64) {
        let scale = scale_at(self.zoom);
        (world.x * scale - self.left, world.y * scale - self.top)
    }

    /// Which place is at a point of the screen.
    pub(super) fn world(&self, x: f64, y: f64) -> World {
        let scale = scale_at(self.zoom);
        World { x: (x + self.left) / scale, y: (y + self.top) / scale }
    }

    /// Whether a point of the screen is inside the map, or at most `margin` pixels outside.
    pub(super) fn sees(&self, (x, y): (f64, f64), margin: f64) -> bool {
        x >= -margin && y >= -margin && x <= self.width + margin && y <= self.height + margin
    }

    /// Metres on the ground for each pixel in the middle of the map.
    pub(super) fn metres_per_pixel(&self) -> f64 {
        let (lat, _) = self.world(self.width / 2.0, self.height / 2.0).degrees();
        EARTH_CIRCUMFERENCE * milkrun_host::cos(lat.to_radians()) / scale_at(self.zoom)
    }

    /// The longest round distance that fits into `room` pixels: metres, and its length in pixels.
    pub(super) fn scale_bar(&self, room: f64) -> (f64, f64) {
        let metres_per_pixel = self.metres_per_pixel();
        let metres = round_below(metres_per_pixel * room);
        (metres, metres / metres_per_pixel)
    }
}

/// The largest of 1, 2 and 5 times a power of ten that is not above `value`.
pub(super) fn round_below(value: f64) -> f64 {
    let power = milkrun_host::exp10(milkrun_host::log10(value).floor());
    [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|n| *n <= value).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn degrees_survive_the_way_to_the_square_and_back() {
        for (lat, lon) in [(0.0, 0.0), (60.17, 24.94), (-33.86, 151.2), (85.0, -180.0)] {
            let (back_lat, back_lon) = World::of(lat, lon).degrees();
            assert!(near(lat, back_lat) && near(lon, back_lon), "{lat} {lon}: {back_lat} {back_lon}");
        }
        assert!(World::of(90.0, 0.0).y.abs() < 1e-9, "the poles are cut off at the square's edge");
    }

    #[test]
    fn a_camera_finds_what_it_shows() {
        let camera = Camera { zoom: 12.5, left: 1_682_000.0, top: 860_000.0, width: 800.0, height: 600.0 };
        let world = camera.world(123.0, 456.0);
        let (x, y) = camera.screen(world);
        assert!((x - 123.0).abs() < 1e-6 && (y - 456.0).abs() < 1e-6);
        assert!(
            camera.sees((x, y), 0.0) && !camera.sees((-5.0, 10.0), 4.0) && camera.sees((-5.0, 10.0), 6.0)
        );
    }

    #[test]
    fn scale_bars_are_round() {
        for (value, round) in [(1.0, 1.0), (99.0, 50.0), (100.0, 100.0), (2_400.0, 2_000.0), (0.3, 0.2)] {
            assert!(near(round_below(value), round), "{value}: {}", round_below(value));
        }
    }

    #[test]
    fn a_pixel_at_zoom_nought_on_the_equator_is_156_kilometres() {
        let camera = Camera { zoom: 0.0, left: -100.0, top: 28.0, width: 200.0, height: 200.0 };
        assert!((camera.metres_per_pixel() - 156_543.03).abs() < 0.1, "{}", camera.metres_per_pixel());
    }
}
