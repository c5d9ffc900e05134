//! Distance and time between two places, the same to the last bit on every target.
//!
//! The search asks for millions of legs a second. While the table is small all of them are laid out in memory; for
//! larger inputs a leg is computed from the places' positions on the unit sphere, with one square root. Only
//! additions, multiplications and square roots are used, which every processor and WebAssembly round alike; the
//! sines come from a polynomial of our own.

use crate::model::{Point, RoadModel, Rounding, Travel, UNREACHABLE, Vehicle};

/// Mean radius of the Earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;
/// The most places whose legs are laid out: 1,500² cells of 8 bytes are 18 MB.
const DENSE: usize = 1_500;
/// What an unreachable leg counts in seconds and metres: longer than any shift, and ten of them do not overflow.
pub(crate) const FAR: i32 = 200_000_000;

/// One leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Leg {
    /// Metres.
    pub(crate) dist: i32,
    /// Seconds.
    pub(crate) dur: i32,
}

impl Leg {
    /// The leg at a vehicle's speed. What no road connects stays so.
    fn paced(self, vehicle: &Vehicle) -> Self {
        Self { dur: if self.dur >= FAR { FAR } else { vehicle.paced(self.dur) }, ..self }
    }
}

impl Travel {
    /// Metres and seconds from one place to another; `None` when no road leads there.
    ///
    /// # Panics
    /// When a place does not exist.
    #[must_use]
    pub fn leg(&self, from: usize, to: usize) -> Option<(i32, i32)> {
        match self {
            Self::Matrix { size, durations, distances } => {
                let at = from * size + to;
                let (dist, dur) = (distances[at], durations[at]);
                (dist != UNREACHABLE && dur != UNREACHABLE).then_some((dist, dur))
            }
            Self::Points { points, model } => {
                let leg = Road::new(model).leg(on_sphere(points[from]), on_sphere(points[to]));
                Some((leg.dist, leg.dur))
            }
            Self::Plane { points, scale, rounding } => {
                let leg = Plane { scale: *scale, rounding: *rounding }.leg(points[from], points[to]);
                Some((leg.dist, leg.dur))
            }
        }
    }
}

/// All legs of a problem, with one more place that is no distance from anywhere: the open end of a route.
#[derive(Debug)]
pub(crate) enum Table {
    Dense {
        stride: usize,
        out: Vec<Leg>,
        into: Vec<Leg>,
    },
    Sphere {
        points: Vec<[f64; 3]>,
        road: Road,
    },
    Plane {
        points: Vec<[f64; 2]>,
        plane: Plane,
    },
    /// Another one, driven at another speed.
    Paced {
        table: Box<Table>,
        vehicle: Vehicle,
    },
}

impl Table {
    /// All legs at once.
    #[cfg(test)]
    pub(crate) fn new(travel: &Travel) -> Self {
        let mut laying = Laying::new(travel, None, true);
        while laying.step(travel) {}
        laying.finish()
    }

    /// No legs at all, until there are some.
    pub(crate) fn blank() -> Self {
        Self::Dense { stride: 1, out: vec![Leg::default()], into: Vec::new() }
    }

    /// The place that is no distance from anywhere.
    #[cfg(test)]
    pub(crate) fn nowhere(&self) -> u32 {
        match self {
            Self::Dense { stride, .. } => *stride as u32 - 1,
            Self::Sphere { points, .. } => points.len() as u32,
            Self::Plane { points, .. } => points.len() as u32,
            Self::Paced { table, .. } => table.nowhere(),
        }
    }

    /// Whether every way back is like the way there.
    pub(crate) fn is_symmetric(&self) -> bool {
        match self {
            Self::Dense { into, .. } => into.is_empty(),
            Self::Sphere { .. } | Self::Plane { .. } => true,
            Self::Paced { table, .. } => table.is_symmetric(),
        }
    }

    /// The leg from `a` to `b`, when the caller goes through many `b`.
    #[inline(always)]
    pub(crate) fn out(&self, a: u32, b: u32) -> Leg {
        count(1);
        match self {
            Self::Dense { stride, out, .. } => out[a as usize * stride + b as usize],
            _ => self.reckon(a, b),
        }
    }

    /// The leg from `b` to `a`, when the caller goes through many `b`: the cells of one `a` lie side by side.
    #[inline(always)]
    pub(crate) fn back(&self, a: u32, b: u32) -> Leg {
        count(1);
        match self {
            Self::Dense { stride, out, into } => {
                let table = if into.is_empty() { out } else { into };
                table[a as usize * stride + b as usize]
            }
            _ => self.reckon(b, a),
        }
    }

    /// The leg from `a` to `b` from their points.
    #[inline(never)]
    fn reckon(&self, a: u32, b: u32) -> Leg {
        match self {
            Self::Dense { stride, out, .. } => out[a as usize * stride + b as usize],
            Self::Sphere { points, road } => road.between(points, a, b),
            Self::Plane { points, plane } => plane.between(points, a, b),
            Self::Paced { table, vehicle } => table.out(a, b).paced(vehicle),
        }
    }
}

/// A table in the making, row by row, so that it can be put aside at any time.
#[derive(Debug)]
pub(crate) struct Laying {
    /// What computes a leg; none where all of them are given.
    source: Option<Table>,
    /// The vehicle whose speed counts, if not all go as the legs say.
    vehicle: Option<Vehicle>,
    /// How many cells a row has; none where no legs are laid out.
    stride: usize,
    out: Vec<Leg>,
    into: Vec<Leg>,
    symmetric: bool,
}

impl Laying {
    /// Begins the table of a travel at a vehicle's speed. Without `dense` only legs are laid out that cannot be computed.
    pub(crate) fn new(travel: &Travel, vehicle: Option<&Vehicle>, dense: bool) -> Self {
        let source = match travel {
            Travel::Matrix { .. } => None,
            Travel::Points { points, model } => Some(Table::Sphere {
                points: points.iter().map(|&point| on_sphere(point)).collect(),
                road: Road::new(model),
            }),
            Travel::Plane { points, scale, rounding } => Some(Table::Plane {
                points: points.clone(),
                plane: Plane { scale: *scale, rounding: *rounding },
            }),
        };
        let laid_out = source.is_none() || dense && travel.size() <= DENSE;
        let stride = if laid_out { travel.size() + 1 } else { 0 };
        Self {
            source,
            vehicle: vehicle.filter(|vehicle| vehicle.speed != Vehicle::AS_IT_IS).cloned(),
            stride,
            out: Vec::with_capacity(stride * stride),
            into: Vec::new(),
            symmetric: true,
        }
    }

    /// Lays out one more row; `false` when there is none left.
    pub(crate) fn step(&mut self, travel: &Travel) -> bool {
        let (stride, all) = (self.stride, self.stride * self.stride);
        if self.out.len() < all {
            self.row(travel, self.out.len() / stride);
            return true;
        }
        if self.symmetric || self.into.len() == all {
            return false;
        }
        if self.into.is_empty() {
            self.into.reserve_exact(all);
        }
        let to = self.into.len() / stride;
        self.into.extend((0..stride).map(|from| self.out[from * stride + to]));
        true
    }

    fn row(&mut self, travel: &Travel, from: usize) {
        let (begun, size) = (self.out.len(), self.stride - 1);
        match &self.source {
            _ if from == size => {}
            Some(Table::Sphere { points, road }) => {
                self.out.extend(points.iter().map(|&to| road.leg(points[from], to)));
            }
            Some(Table::Plane { points, plane }) => {
                self.out.extend(points.iter().map(|&to| plane.leg(points[from], to)));
            }
            _ => {
                let far = Leg { dist: FAR, dur: FAR };
                let leg = |to| travel.leg(from, to).map_or(far, |(dist, dur)| Leg { dist, dur });
                self.out.extend((0..size).map(leg));
            }
        }
        self.out.resize(begun + self.stride, Leg::default());
        self.out[begun + from] = Leg::default();
        if let Some(vehicle) = &self.vehicle {
            self.out[begun..].iter_mut().for_each(|leg| *leg = leg.paced(vehicle));
        }
        if self.source.is_none() {
            let above = (0..from).map(|to| self.out[to * self.stride + from]);
            self.symmetric &= above.eq(self.out[begun..begun + from].iter().copied());
        }
        count(self.stride);
    }

    /// The table, all of whose rows are laid out.
    pub(crate) fn finish(self) -> Table {
        if self.stride > 0 {
            return Table::Dense { stride: self.stride, out: self.out, into: self.into };
        }
        let table = self.source.unwrap_or_else(Table::blank);
        match self.vehicle {
            Some(vehicle) => Table::Paced { table: Box::new(table), vehicle },
            None => table,
        }
    }
}

#[cfg(test)]
thread_local! {
    /// Legs looked at so far, to see how much work a piece of a search is.
    pub(crate) static WORK: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Notes work in tests; costs nothing otherwise.
#[inline(always)]
pub(crate) fn count(work: usize) {
    #[cfg(test)]
    WORK.set(WORK.get() + work);
    let _ = work;
}

/// The legs from and to one place, side by side where they are laid out.
pub(crate) struct Rows<'a> {
    table: &'a Table,
    place: u32,
    out: &'a [Leg],
    back: &'a [Leg],
}

impl Table {
    /// The legs from and to a place, for a caller that goes through many others.
    pub(crate) fn rows(&self, place: u32) -> Rows<'_> {
        let (out, back): (&[Leg], &[Leg]) = match self {
            Self::Dense { stride, out, into } => {
                let row = place as usize * stride..(place as usize + 1) * stride;
                (&out[row.clone()], if into.is_empty() { &out[row] } else { &into[row] })
            }
            _ => (&[], &[]),
        };
        Rows { table: self, place, out, back }
    }
}

impl Rows<'_> {
    /// The leg to another place.
    #[inline]
    pub(crate) fn out(&self, to: u32) -> Leg {
        count(1);
        self.out.get(to as usize).copied().unwrap_or_else(|| self.table.out(self.place, to))
    }

    /// The leg from another place.
    #[inline]
    pub(crate) fn back(&self, from: u32) -> Leg {
        count(1);
        self.back.get(from as usize).copied().unwrap_or_else(|| self.table.back(self.place, from))
    }
}

/// The road model, ready to compute with.
#[derive(Debug)]
pub(crate) struct Road {
    /// Road metres for each unit on the sphere.
    metres: f64,
    /// Where each speed ends (metres), the seconds up to where it begins, where it begins, seconds a metre.
    bands: Vec<(f64, f64, f64, f64)>,
}

impl Road {
    fn new(model: &RoadModel) -> Self {
        let (mut from, mut seconds) = (0.0, 0.0);
        let bands = model.speeds.iter().map(|band| {
            let (up_to, pace) = (f64::from(band.up_to), 3.6 / f64::from(band.kmh));
            let entry = (up_to, seconds, from, pace);
            seconds += (up_to - from) * pace;
            from = up_to;
            entry
        });
        Self { metres: EARTH * model.circuity, bands: bands.collect() }
    }

    fn between(&self, points: &[[f64; 3]], from: u32, to: u32) -> Leg {
        match (points.get(from as usize), points.get(to as usize)) {
            (Some(&from), Some(&to)) => self.leg(from, to),
            _ => Leg::default(),
        }
    }

    /// The arc over a chord `c` of the unit sphere is `c + c³/24 + 3c⁵/640 + 5c⁷/7168 …`: exact to a metre up to
    /// some 3,000 km, and never shorter than the chord.
    fn leg(&self, a: [f64; 3], b: [f64; 3]) -> Leg {
        let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        let square = x * x + y * y + z * z;
        let arc =
            square.sqrt() * (1.0 + square * (1.0 / 24.0 + square * (3.0 / 640.0 + square * (5.0 / 7168.0))));
        let dist = arc * self.metres;
        let mut band = self.bands[0];
        for &next in &self.bands[1..] {
            if dist <= band.0 {
                break;
            }
            band = next;
        }
        let seconds = band.1 + (dist - band.2) * band.3;
        // A float to integer cast cuts off towards zero and saturates, on every target.
        Leg { dist: (dist + 0.5) as i32, dur: (seconds + 0.5) as i32 }
    }
}

/// Straight lines, ready to compute with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    scale: f64,
    rounding: Rounding,
}

impl Plane {
    fn between(self, points: &[[f64; 2]], from: u32, to: u32) -> Leg {
        match (points.get(from as usize), points.get(to as usize)) {
            (Some(&from), Some(&to)) => self.leg(from, to),
            _ => Leg::default(),
        }
    }

    fn leg(self, a: [f64; 2], b: [f64; 2]) -> Leg {
        let (x, y) = (a[0] - b[0], a[1] - b[1]);
        let length = (x * x + y * y).sqrt() * self.scale;
        let whole = match self.rounding {
            Rounding::Nearest => (length + 0.5) as i32,
            Rounding::Up => {
                let cut = length as i32;
                cut + i32::from(f64::from(cut) < length)
            }
            Rounding::Down => length as i32,
        };
        Leg { dist: whole, dur: whole }
    }
}

fn on_sphere(point: Point) -> [f64; 3] {
    let radians = std::f64::consts::PI / 180.0;
    let (lat, lon) = (point.lat * radians, point.lon * radians);
    [cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)]
}

/// Sine for -π to π, by its Taylor series up to x¹⁷ after folding into -π/2 to π/2; the error is below 1e-13.
fn sin(x: f64) -> f64 {
    use std::f64::consts::{FRAC_PI_2, PI};
    let x = if x > FRAC_PI_2 {
        PI - x
    } else if x < -FRAC_PI_2 {
        -PI - x
    } else {
        x
    };
    let (square, mut sum) = (x * x, 1.0);
    for k in (1..=8).rev() {
        let n = f64::from(2 * k);
        sum = 1.0 - sum * square / (n * (n + 1.0));
    }
    x * sum
}

fn cos(x: f64) -> f64 {
    sin(std::f64::consts::FRAC_PI_2 - x.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_sines_agree_with_the_library() {
        for step in -180..=180 {
            let x = f64::from(step) * std::f64::consts::PI / 180.0;
            assert!((sin(x) - x.sin()).abs() < 1e-12 && (cos(x) - x.cos()).abs() < 1e-12, "{step}");
        }
    }

    #[track_caller]
    fn check(from: (f64, f64), to: (f64, f64), model: &RoadModel, expected: (i32, i32)) {
        let points = [from, to].map(|(lat, lon)| Point { lat, lon }).to_vec();
        let travel = Travel::Points { points, model: model.clone() };
        assert_eq!(travel.leg(0, 1), Some(expected));
        assert_eq!(travel.leg(1, 0), Some(expected));
        assert_eq!(travel.leg(1, 1), Some((0, 0)));
    }

    #[test]
    fn legs_follow_the_great_circle_and_the_speeds() {
        let line = RoadModel::uniform(1.0, 36);
        // One degree of a meridian is 111,195 m on this sphere.
        check((60.0, 25.0), (61.0, 25.0), &line, (111_195, 11_120));
        check((0.0, 179.5), (0.0, -179.5), &line, (111_195, 11_120));
        // Helsinki to Rovaniemi.
        check((60.170, 24.941), (66.503, 25.729), &line, (705_281, 70_528));
        let mut bent = RoadModel::uniform(2.0, 36);
        bent.speeds =
            vec![crate::SpeedBand { up_to: 22_390, kmh: 36 }, crate::SpeedBand { up_to: 50_000, kmh: 72 }];
        check((60.0, 25.0), (60.1, 25.0), &bent, (22_239, 2_224));
        check((60.0, 25.0), (61.0, 25.0), &bent, (222_390, 2_239 + 10_000));
    }

    #[test]
    fn lines_in_a_plane_are_rounded_as_asked() {
        let check = |scale, rounding, expected| {
            let travel = Travel::Plane { points: vec![[0.0, 0.0], [1.0, 2.0]], scale, rounding };
            assert_eq!(travel.leg(0, 1), Some((expected, expected)), "{scale} {rounding:?}");
        };
        // The line is 2.236 long.
        check(1.0, Rounding::Nearest, 2);
        check(1.0, Rounding::Up, 3);
        check(1.0, Rounding::Down, 2);
        check(10.0, Rounding::Down, 22);
        check(1_000.0, Rounding::Nearest, 2_236);
    }

    #[test]
    fn the_table_holds_what_the_travel_says_in_both_directions() {
        let travel = Travel::matrix(2, vec![0, 7, 9, 0], vec![0, 70, UNREACHABLE, 0]);
        let table = Table::new(&travel);
        let there = Leg { dist: 70, dur: 7 };
        assert_eq!((table.out(0, 1), table.back(1, 0)), (there, there));
        assert_eq!((table.out(1, 0).dur, table.back(0, 1).dist), (FAR, FAR));
        assert_eq!((table.out(0, table.nowhere()), table.back(1, table.nowhere())), Default::default());
    }
}
