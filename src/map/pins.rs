//! How pins are drawn: dots from afar, letters nearer, letter and number where there is room.

use super::brush::Brush;
use super::palette::Palette;
use super::prepared::{Prepared, PreparedPin};
use super::project::Camera;
use super::scene::PinState;

/// How much of a pin there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    /// A dot in the route's colour.
    Dot,
    /// A disc with the route's letter.
    Letter,
    /// Letter and number.
    Full,
}

/// From here on numbers are always readable, as long as the screen can hold them at all.
const FULL_ZOOM: f64 = 14.0;
/// From here on dots are small, since they cover each other.
const MANY: usize = 1_500;
/// Square pixels of a full pin and of a letter, with some air.
const FULL_AREA: f64 = 30.0 * 26.0;
const LETTER_AREA: f64 = 22.0 * 22.0;

impl Detail {
    /// What `visible` pins leave room for on a screen of so many square pixels.
    pub(super) fn for_crowd(visible: usize, zoom: f64, screen: f64) -> Self {
        let crowd = visible as f64;
        let room = screen * if zoom >= FULL_ZOOM { 0.8 } else { 0.12 };
        // Letters alone may stand closer.
        if crowd * FULL_AREA <= room {
            Self::Full
        } else if crowd * LETTER_AREA <= room * 1.5 {
            Self::Letter
        } else {
            Self::Dot
        }
    }

    /// How near a click must be, in pixels.
    pub(super) fn reach(self) -> f64 {
        match self {
            Self::Dot => 8.0,
            Self::Letter => 12.0,
            Self::Full => 15.0,
        }
    }
}

/// Points on the screen.
type Places = Vec<(f64, f64)>;

/// What is to be drawn now.
pub(super) struct PinView<'a> {
    pub(super) brush: &'a Brush<'a>,
    pub(super) camera: &'a Camera,
    pub(super) palette: &'a Palette,
    pub(super) detail: Detail,
    pub(super) hovered: Option<usize>,
    /// The pin being dragged, and where it is on the screen.
    pub(super) dragged: Option<(usize, (f64, f64))>,
}

impl PinView<'_> {
    /// Draws all pins; the depot, the hovered, the selected and the dragged one last.
    pub(super) fn draw(&self, scene: &Prepared, visible: &[usize]) {
        let last = [self.hovered, scene.selected, self.dragged.map(|(index, _)| index)];
        let early = visible.iter().copied().filter(|index| !last.contains(&Some(*index)));
        if self.detail == Detail::Dot {
            self.dots(scene, early);
        } else {
            for index in early {
                self.one(&scene.pins[index], self.camera.screen(scene.pins[index].at), Emphasis::None);
            }
        }
        for (at, index) in last.into_iter().enumerate() {
            // The same pin may be hovered, selected and dragged: it is drawn once, as the strongest of these.
            let Some(index) = index.filter(|index| !last[at + 1..].contains(&Some(*index))) else { continue };
            let Some(pin) = scene.pins.get(index) else { continue };
            let at = match self.dragged {
                Some((dragged, place)) if dragged == index => place,
                _ => self.camera.screen(pin.at),
            };
            let emphasis = if scene.selected == Some(index) { Emphasis::Selected } else { Emphasis::Hovered };
            self.one(pin, at, emphasis);
        }
    }

    /// Many pins at once: one path for each colour, since switching colours is what costs.
    fn dots(&self, scene: &Prepared, indices: impl Iterator<Item = usize>) {
        let radius = if indices.size_hint().1.is_some_and(|most| most > MANY) { 2.5 } else { 4.0 };
        let mut by_look: Vec<(Option<usize>, PinState, Places)> = Vec::new();
        let mut depots = Vec::new();
        for index in indices {
            let pin = &scene.pins[index];
            if pin.depot {
                depots.push(index);
                continue;
            }
            let look = (pin.pin.route.map(|route| route % super::scene::ROUTE_COLOURS), pin.pin.state);
            let place = self.camera.screen(pin.at);
            match by_look.iter_mut().find(|(route, state, _)| (*route, *state) == look) {
                Some((_, _, places)) => places.push(place),
                None => by_look.push((look.0, look.1, vec![place])),
            }
        }
        for (route, state, places) in by_look {
            let colour = self.palette.route(route);
            self.brush.0.begin_path();
            for (x, y) in &places {
                self.brush.add_circle(*x, *y, radius);
            }
            let hollow = state == PinState::Unserved;
            self.brush.alpha(if state == PinState::Done { 0.45 } else { 1.0 });
            self.brush.fill_colour(if hollow { &self.palette.raised } else { colour });
            self.brush.0.fill();
            let rim = match state {
                PinState::Late | PinState::Failed => &self.palette.bad,
                PinState::Unserved => &self.palette.muted,
                PinState::Normal | PinState::Done => &self.palette.raised,
            };
            self.brush.stroke_colour(rim, if rim == &self.palette.raised { radius / 4.0 } else { 1.5 });
            self.brush.0.stroke();
            if state == PinState::Failed {
                for (x, y) in &places {
                    self.cross(*x, *y, radius * 2.0, radius * 2.0);
                }
            }
        }
        self.brush.alpha(1.0);
        for index in depots {
            self.one(&scene.pins[index], self.camera.screen(scene.pins[index].at), Emphasis::None);
        }
    }

    fn one(&self, pin: &PreparedPin, (x, y): (f64, f64), emphasis: Emphasis) {
        if pin.depot {
            return self.depot(x, y, emphasis);
        }
        let grown = if emphasis == Emphasis::Selected { 3.0 } else { 0.0 };
        let text = self.text_on(pin, emphasis);
        self.brush.font(700, 11.0 + grown / 3.0, &self.palette.font);
        let height = if text.is_empty() { 13.0 } else { 20.0 } + grown;
        let width = if text.is_empty() { height } else { (self.brush.text_width(&text) + 11.0).max(height) };
        if emphasis != Emphasis::None {
            self.brush.pill(x, y, width + 7.0, height + 7.0, (height + 7.0) / 2.0);
            self.brush.fill_colour(&self.palette.raised);
            self.brush.0.fill();
            self.brush.stroke_colour(&self.palette.text, if grown > 0.0 { 2.0 } else { 1.0 });
            self.brush.0.stroke();
        }
        let colour = self.palette.route(pin.pin.route);
        let state = pin.pin.state;
        let hollow = state == PinState::Unserved;
        if state == PinState::Done {
            self.brush.alpha(0.55);
        }
        self.brush.pill(x, y, width, height, height / 2.0);
        self.brush.fill_colour(if hollow { &self.palette.raised } else { colour });
        self.brush.0.fill();
        let rim = if hollow { &self.palette.muted } else { &self.palette.raised };
        self.brush.stroke_colour(rim, 1.5);
        self.brush.dash(if hollow { &[3.0, 2.0] } else { &[] });
        self.brush.0.stroke();
        self.brush.dash(&[]);
        self.brush.fill_colour(if hollow { &self.palette.text } else { &self.palette.on_route });
        if state == PinState::Done && !text.is_empty() {
            self.brush.alpha(1.0);
            self.brush.stroke_colour(&self.palette.on_route, 2.0);
            self.brush.stroke_through(&[(x - 4.5, y + 0.5), (x - 1.0, y + 4.0), (x + 5.0, y - 3.5)]);
        } else {
            self.brush.write_centred(&text, x, y + 0.5);
        }
        self.brush.alpha(1.0);
        match state {
            PinState::Late => self.badge(x + width / 2.0 - 2.0, y - height / 2.0 + 2.0),
            PinState::Failed => self.cross(x, y, width, height),
            PinState::Normal | PinState::Unserved | PinState::Done => {}
        }
    }

    fn text_on(&self, pin: &PreparedPin, emphasis: Emphasis) -> String {
        match self.detail {
            Detail::Full => pin.text.clone(),
            _ if emphasis != Emphasis::None => pin.text.clone(),
            Detail::Letter => pin.pin.letter.clone(),
            Detail::Dot => String::new(),
        }
    }

    /// An exclamation mark at the pin's shoulder.
    fn badge(&self, x: f64, y: f64) {
        self.brush.circle(x, y, 6.5);
        self.brush.fill_colour(&self.palette.bad);
        self.brush.0.fill();
        self.brush.stroke_colour(&self.palette.raised, 1.5);
        self.brush.0.stroke();
        self.brush.font(800, 10.0, &self.palette.font);
        self.brush.fill_colour(&self.palette.raised);
        self.brush.write_centred("!", x, y + 0.5);
    }

    /// A line through the pin, with a halo so that it stands out from any colour.
    fn cross(&self, x: f64, y: f64, width: f64, height: f64) {
        let (dx, dy) = (width / 2.0 + 1.0, height / 2.0 + 1.0);
        let thin = (height / 20.0).clamp(0.5, 1.0);
        for (colour, thick) in [(&self.palette.raised, 5.0), (&self.palette.bad, 2.5)] {
            self.brush.stroke_colour(colour, thick * thin);
            self.brush.stroke_through(&[(x - dx, y - dy), (x + dx, y + dy)]);
            self.brush.stroke_through(&[(x - dx, y + dy), (x + dx, y - dy)]);
        }
    }

    /// A house in a square: unlike every stop in shape, not only in colour.
    fn depot(&self, x: f64, y: f64, emphasis: Emphasis) {
        let side = if emphasis == Emphasis::None { 26.0 } else { 30.0 };
        self.brush.pill(x, y, side, side, 7.0);
        self.brush.fill_colour(&self.palette.text);
        self.brush.0.fill();
        let rim = if emphasis == Emphasis::None { &self.palette.raised } else { &self.palette.accent };
        self.brush.stroke_colour(rim, 2.0);
        self.brush.0.stroke();
        self.brush.stroke_colour(&self.palette.raised, 1.75);
        self.brush.0.set_line_join("round");
        self.brush.stroke_through(&[(x - 7.5, y - 0.5), (x, y - 7.0), (x + 7.5, y - 0.5)]);
        self.brush.stroke_through(&[
            (x - 5.5, y - 1.5),
            (x - 5.5, y + 6.5),
            (x + 5.5, y + 6.5),
            (x + 5.5, y - 1.5),
        ]);
        self.brush.stroke_through(&[(x, y + 6.5), (x, y + 2.0)]);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Emphasis {
    None,
    Hovered,
    Selected,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(visible: usize, zoom: f64, detail: Detail) {
        let screen = 1000.0 * 700.0;
        assert_eq!(Detail::for_crowd(visible, zoom, screen), detail, "{visible} at zoom {zoom}");
    }

    #[test]
    fn detail_follows_the_room_there_is() {
        check(60, 12.0, Detail::Full);
        check(160, 12.0, Detail::Letter);
        check(300, 12.0, Detail::Dot);
        check(10_000, 12.0, Detail::Dot);
        check(500, 14.0, Detail::Full);
        check(10_000, 14.0, Detail::Dot);
    }
}
