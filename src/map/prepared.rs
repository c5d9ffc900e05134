//! A scene made ready to be drawn many times a second: everything projected once.

use super::project::{Camera, World};
use super::scene::{MapPin, MapScene};

/// A projected scene.
#[derive(Clone, Debug, Default)]
pub(super) struct Prepared {
    /// The stops and, last, the depot.
    pub(super) pins: Vec<PreparedPin>,
    pub(super) lines: Vec<PreparedLine>,
    /// Whether one of the lines is selected, so that the others step back.
    pub(super) any_selected: bool,
    /// Index of the selected pin.
    pub(super) selected: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct PreparedPin {
    pub(super) at: World,
    pub(super) pin: MapPin,
    pub(super) depot: bool,
    /// What is written on it: letter and number.
    pub(super) text: String,
}

#[derive(Clone, Debug)]
pub(super) struct PreparedLine {
    pub(super) route: usize,
    pub(super) points: Vec<World>,
    pub(super) selected: bool,
}

impl Prepared {
    pub(super) fn of(scene: &MapScene) -> Self {
        let ready = |pin: &MapPin, depot: bool| PreparedPin {
            at: World::of(pin.lat, pin.lon),
            pin: pin.clone(),
            depot,
            text: match pin.number {
                Some(number) => format!("{}{number}", pin.letter),
                None => pin.letter.clone(),
            },
        };
        let drawable = |pin: &&MapPin| pin.lat.is_finite() && pin.lon.is_finite();
        let mut pins: Vec<_> = scene.pins.iter().filter(drawable).map(|pin| ready(pin, false)).collect();
        pins.extend(scene.depot.as_ref().filter(drawable).map(|pin| ready(pin, true)));
        let lines = scene.lines.iter().map(|line| PreparedLine {
            route: line.route,
            points: line.points.iter().map(|[lat, lon]| World::of(*lat, *lon)).collect(),
            selected: line.selected,
        });
        let selected = scene.selected.as_ref().and_then(|id| pins.iter().position(|pin| &pin.pin.id == id));
        Self {
            selected,
            lines: lines.collect(),
            any_selected: scene.lines.iter().any(|line| line.selected),
            pins,
        }
    }

    /// South, west, north and east of everything, in degrees.
    pub(super) fn bounds(&self) -> Option<[f64; 4]> {
        let mut all = self.pins.iter().map(|pin| pin.at);
        let first = all.next()?;
        let (mut low, mut high) = (first, first);
        for at in all {
            low = World { x: low.x.min(at.x), y: low.y.min(at.y) };
            high = World { x: high.x.max(at.x), y: high.y.max(at.y) };
        }
        let ((north, west), (south, east)) = (low.degrees(), high.degrees());
        Some([south, west, north, east])
    }

    /// The pin at a point of the screen: the topmost of those within `reach` pixels.
    pub(super) fn hit(&self, camera: &Camera, (x, y): (f64, f64), reach: f64) -> Option<usize> {
        let touches = |index: &usize| {
            let (px, py) = camera.screen(self.pins[*index].at);
            (px - x).hypot(py - y) <= reach
        };
        // What is drawn on top is hit first: the selected pin, then the later ones.
        self.selected.filter(touches).or_else(|| (0..self.pins.len()).rev().find(touches))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(id: &str, lat: f64, lon: f64) -> MapPin {
        MapPin { id: id.into(), lat, lon, ..MapPin::default() }
    }

    fn scene() -> MapScene {
        MapScene {
            depot: Some(pin("depot", 60.0, 25.0)),
            pins: vec![pin("a", 60.1, 24.9), pin("b", 60.1, 24.9), pin("lost", f64::NAN, 0.0)],
            ..MapScene::default()
        }
    }

    #[test]
    fn bounds_hold_every_pin_that_is_somewhere() {
        let [south, west, north, east] = Prepared::of(&scene()).bounds().unwrap();
        for (found, right) in [(south, 60.0), (west, 24.9), (north, 60.1), (east, 25.0)] {
            assert!((found - right).abs() < 1e-9, "{found} {right}");
        }
        assert_eq!(Prepared::of(&MapScene::default()).bounds(), None);
    }

    #[test]
    fn the_topmost_pin_is_hit() {
        let camera = Camera { zoom: 10.0, width: 100.0, height: 100.0, ..Camera::default() };
        let place = camera.screen(World::of(60.1, 24.9));
        let hit = |scene: &MapScene, dx: f64| {
            let prepared = Prepared::of(scene);
            prepared.hit(&camera, (place.0 + dx, place.1), 8.0).map(|at| prepared.pins[at].pin.id.clone())
        };
        assert_eq!(hit(&scene(), 7.9).as_deref(), Some("b"));
        assert_eq!(hit(&scene(), 8.1), None);
        let selected = MapScene { selected: Some("a".into()), ..scene() };
        assert_eq!(hit(&selected, 0.0).as_deref(), Some("a"));
    }
}
