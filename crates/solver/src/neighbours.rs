//! Which stops lie close to which: what keeps the cost of an iteration independent of the number of stops.
//!
//! Three lists a stop: `around`, by the way alone, says where to tear a plan open; `beside`, which also counts waiting,
//! next to which stops it would do well to be; the gaps, of the same stops, on which side of them an insertion is worth
//! trying, with the leg that it adds on that side.

use crate::model::{Point, Problem, RoadModel, Travel};
use crate::order::Smallest;
use crate::prepared::Stop;
use crate::travel::{Leg, Table};

/// How many neighbours are kept.
const AROUND: usize = 48;
const BESIDE: usize = 24;
/// As many where windows decide: then the best place is often not beside the nearest stops.
const BESIDE_IN_TIME: usize = 64;
/// How many places right behind or right in front of another stop are kept where windows decide.
const GAPS_IN_TIME: usize = 40;
/// Up to so many stops all others are looked at.
const FEW: usize = 150;
/// Up to so many none is left out that could be among the best; of more only those in the cells around are looked at.
const MANY: usize = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    around: Vec<u32>,
    width: usize,
    beside: Vec<u32>,
    gaps: Vec<Gap>,
    /// Whether the gaps in front of a stop are those behind it, legs and all, and not kept twice.
    alike: bool,
    /// Where the lists of each stop begin.
    first: Vec<First>,
}

/// Where the lists of a stop begin; those of the next one begin where its own end.
#[derive(Debug, Clone, Copy, Default)]
struct First {
    beside: u32,
    behind: u32,
    before: u32,
}

/// A place right behind or right in front of a neighbour, with the leg between the two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap {
    pub(crate) near: u32,
    pub(crate) leg: Leg,
}

/// The lists in the making, one stop after the other.
#[derive(Debug)]
pub(crate) struct Finding {
    near: Neighbours,
    weight: Weight,
    /// The stops in cells, and what a unit of the way between them costs at least.
    grid: Option<(Grid, f64)>,
    windowed: bool,
    strict: bool,
    closest: Smallest,
    sides: Smallest,
    found: Vec<u32>,
}

impl Finding {
    /// With `strict` a place that the windows forbid with these legs is none for any vehicle.
    pub(crate) fn new(problem: &Problem, table: &Table, place: &[u32], stops: &[Stop], strict: bool) -> Self {
        let jobs = place.len();
        let others = jobs.saturating_sub(1);
        let windowed = stops.iter().any(|stop| stop.open > 0 || stop.close < crate::TimeWindow::HORIZON);
        let alike = !windowed && table.is_symmetric();
        let mut near = Neighbours { width: others.min(AROUND), alike, ..Neighbours::default() };
        if others > 0 {
            // All at once: a list that grows is twice as large for a moment, and WebAssembly's memory never shrinks.
            near.around.reserve_exact(jobs * near.width);
            near.beside.reserve_exact(jobs * others.min(if windowed { BESIDE_IN_TIME } else { BESIDE }));
            let gaps = match windowed {
                true => GAPS_IN_TIME.min(2 * others),
                false => BESIDE.min(others) * (2 - usize::from(alike)),
            };
            near.gaps.reserve_exact(jobs * gaps);
            near.first.reserve_exact(jobs + 1);
        }
        let weight = Weight::new(problem, table, place);
        let grid = match &problem.travel {
            Travel::Points { points, model } if jobs > FEW => {
                let points: Vec<Point> = problem.stops.iter().map(|job| points[job.location]).collect();
                let slope = slope(&points, model).map(|(dist, dur)| weight.slope(dist, dur));
                (jobs > MANY || slope.is_some()).then(|| (Grid::new(squeezed(&points)), slope.unwrap_or(0.0)))
            }
            Travel::Plane { points, scale, .. } if jobs > FEW => {
                let points = problem.stops.iter().map(|job| points[job.location]).collect();
                Some((Grid::new(points), weight.slope(*scale, *scale)))
            }
            _ => None,
        };
        Self {
            near,
            weight,
            grid,
            windowed,
            strict,
            closest: Smallest::default(),
            sides: Smallest::default(),
            found: Vec::new(),
        }
    }

    /// Finds the neighbours of one more stop; `false` when there is none left.
    pub(crate) fn step(&mut self, table: &Table, place: &[u32], stops: &[Stop]) -> bool {
        let Self { near, weight, windowed, strict, closest, sides, found, .. } = self;
        let (jobs, job) = (place.len() as u32, near.first.len() as u32);
        if job >= jobs || jobs < 2 {
            return false;
        }
        let here = &stops[job as usize];
        let rows = table.rows(place[job as usize]);
        let to = |other: u32| rows.out(place[other as usize]);
        let from = |other: u32| rows.back(place[other as usize]);
        closest.begin(near.width);
        sides.begin(2 * BESIDE_IN_TIME);
        let (windowed, strict) = (*windowed, *strict);
        let look = |found: &[u32], closest: &mut Smallest, sides: &mut Smallest| {
            for &other in found {
                let (to, from) = (to(other), from(other));
                closest.offer((weight.way(to, from), u64::from(other)));
                if windowed {
                    // Twice the number of the other stop, and 1 more where it is the one that comes later.
                    // The way alone mostly says that it is too far, at any time.
                    let there = &stops[other as usize];
                    if sides.takes(weight.cost(from))
                        && let Some(cost) = weight.timely(from, there, here, strict)
                    {
                        sides.offer((cost, 2 * u64::from(other)));
                    }
                    if sides.takes(weight.cost(to))
                        && let Some(cost) = weight.timely(to, here, there, strict)
                    {
                        sides.offer((cost, 2 * u64::from(other) + 1));
                    }
                }
            }
        };
        match &self.grid {
            Some((grid, _)) if place.len() > MANY => {
                found.clear();
                // Time windows can put the best partners a little farther away.
                grid.nearest(job, if windowed { 3 * AROUND } else { AROUND + 16 }, found);
                look(found, closest, sides);
            }
            Some((grid, slope)) => {
                for radius in 0..grid.rings() {
                    found.clear();
                    grid.ring(job, radius, found);
                    look(found, closest, sides);
                    let least = (grid.beyond(radius) * slope) as i64 - weight.slack;
                    if !(closest.takes(least) || windowed && sides.takes(least)) {
                        break;
                    }
                }
            }
            None => {
                found.clear();
                found.extend((0..jobs).filter(|&other| other != job));
                look(found, closest, sides);
            }
        }
        near.around.extend(closest.sorted().iter().map(|&(_, other)| other as u32));
        let behind = |near: u32| Gap { near, leg: from(near) };
        let before = |near: u32| Gap { near, leg: to(near) };
        let mut first = First { beside: near.beside.len() as u32, ..First::default() };
        first.behind = near.gaps.len() as u32;
        if windowed {
            let sides = sides.sorted();
            let best = sides[..sides.len().min(GAPS_IN_TIME)].iter();
            let best = best.map(|&(_, side)| ((side / 2) as u32, side % 2 == 1));
            near.gaps.extend(best.clone().filter(|&(_, later)| !later).map(|(near, _)| behind(near)));
            first.before = near.gaps.len() as u32;
            near.gaps.extend(best.filter(|&(_, later)| later).map(|(near, _)| before(near)));
            for other in sides.iter().map(|&(_, side)| (side / 2) as u32) {
                let known = &near.beside[first.beside as usize..];
                if known.len() < BESIDE_IN_TIME && !known.contains(&other) {
                    near.beside.push(other);
                }
            }
        } else {
            let around = &near.around[near.around.len() - near.width..];
            near.beside.extend(around.iter().take(BESIDE));
            let beside = near.beside[first.beside as usize..].iter().copied();
            near.gaps.extend(beside.clone().map(behind));
            first.before = near.gaps.len() as u32;
            if !near.alike {
                near.gaps.extend(beside.map(before));
            }
        }
        near.first.push(first);
        true
    }

    /// The lists, when those of all stops have been found.
    pub(crate) fn finish(mut self) -> Neighbours {
        let near = &mut self.near;
        if !near.first.is_empty() {
            let (beside, gaps) = (near.beside.len() as u32, near.gaps.len() as u32);
            near.first.push(First { beside, behind: gaps, before: gaps });
        }
        self.near
    }
}

impl Neighbours {
    /// The lists of a stop, and those of the next one.
    #[inline]
    fn first(&self, job: u32) -> (First, First) {
        match self.first[..] {
            [] => Default::default(),
            _ => (self.first[job as usize], self.first[job as usize + 1]),
        }
    }

    /// The neighbours it can come right behind, best first, with the legs from them.
    #[inline]
    pub(crate) fn behind(&self, job: u32) -> &[Gap] {
        let (first, _) = self.first(job);
        &self.gaps[first.behind as usize..first.before as usize]
    }

    /// The neighbours it can come right in front of, best first, with the legs to them. Without windows they are those
    /// of [`Neighbours::behind`].
    #[inline]
    pub(crate) fn before(&self, job: u32) -> &[Gap] {
        let (first, next) = self.first(job);
        let from = if self.alike { first.behind } else { first.before };
        &self.gaps[from as usize..next.behind as usize]
    }

    /// The closest stops by the way alone, closest first.
    pub(crate) fn around(&self, job: u32) -> &[u32] {
        &self.around[job as usize * self.width..][..self.width]
    }

    /// The stops it would do well to be next to, best first.
    #[inline]
    pub(crate) fn beside(&self, job: u32) -> &[u32] {
        let (first, next) = self.first(job);
        &self.beside[first.beside as usize..next.beside as usize]
    }
}

/// What a leg weighs when stops are compared with each other, in the cost of the average vehicle.
#[derive(Debug)]
struct Weight {
    per_metre: i64,
    per_second: i64,
    /// What a second of waiting or lateness weighs when only metres cost anything.
    second: i64,
    /// A metre and a second: what rounding can take off a leg.
    slack: i64,
}

impl Weight {
    fn new(problem: &Problem, table: &Table, place: &[u32]) -> Self {
        let (mut dist, mut dur) = (0_i64, 0_i64);
        for pair in place.windows(2).take(1_000) {
            let leg = table.out(pair[0], pair[1]);
            dist += i64::from(leg.dist);
            dur += i64::from(leg.dur);
        }
        // What vehicles count for says nothing about which stops belong together.
        let objectives = problem.objectives();
        let first = objectives.iter().find(|&&it| it != crate::Objective::FewestVehicles);
        let (per_metre, per_second) = match first.copied().unwrap_or_default() {
            crate::Objective::Cheapest => {
                let sum = problem.vehicles.iter().fold((0, 0), |(metre, second), vehicle| {
                    (
                        metre + i64::from(vehicle.costs.per_km) * 18,
                        second + i64::from(vehicle.costs.per_hour) * 5,
                    )
                });
                let count = problem.vehicles.len().max(1) as i64;
                (sum.0 / count, sum.1 / count)
            }
            crate::Objective::Fastest | crate::Objective::Balanced => (0, 1),
            _ => (1, 0),
        };
        let (per_metre, per_second) =
            if per_metre + per_second == 0 { (1, 1) } else { (per_metre, per_second) };
        let second = ((per_metre * dist + per_second * dur) / dur.max(1)).max(1);
        Self { per_metre, per_second, second, slack: per_metre + per_second }
    }

    /// What a unit costs that has so many metres and takes so many seconds.
    fn slope(&self, dist: f64, dur: f64) -> f64 {
        self.per_metre as f64 * dist + self.per_second as f64 * dur
    }

    fn cost(&self, leg: Leg) -> i64 {
        self.per_metre * i64::from(leg.dist) + self.per_second * i64::from(leg.dur)
    }

    fn way(&self, there: Leg, back: Leg) -> i64 {
        self.per_metre * i64::from(there.dist.min(back.dist))
            + self.per_second * i64::from(there.dur.min(back.dur))
    }

    /// What serving one stop right after another costs in way, waiting and lateness; none where it is late and that is
    /// not allowed.
    fn timely(&self, leg: Leg, first: &Stop, second: &Stop, strict: bool) -> Option<i64> {
        let ride = i64::from(first.service) + i64::from(leg.dur);
        let wait = (i64::from(second.open) - ride - i64::from(first.close)).max(0);
        let late = (i64::from(first.open) + ride - i64::from(second.close)).max(0);
        (late == 0 || !strict).then(|| self.cost(leg) + self.second * (wait / 5 + 10 * late))
    }
}

/// How many metres a degree of [`squeezed`] has at least on the road, and how many seconds; none where the points lie too
/// far apart, or too far north, for one plane.
fn slope(points: &[Point], model: &RoadModel) -> Option<(f64, f64)> {
    let (south, north) = points.iter().fold((90.0, -90.0), |(south, north): (f64, f64), point| {
        (south.min(point.lat), north.max(point.lat))
    });
    if north - south > 2.0 || south < -75.0 || north > 75.0 {
        return None;
    }
    let fastest = model.speeds.iter().map(|band| band.kmh).max().unwrap_or(1);
    let metres = 0.85 * 111_195.0 * model.circuity;
    Some((metres, metres * 3.6 / f64::from(fastest.max(1))))
}

/// Points on the globe as points of a plane: east-west degrees are shorter than north-south ones.
pub(crate) fn squeezed(points: &[Point]) -> Vec<[f64; 2]> {
    let fold = |start: f64, pick: fn(f64, f64) -> f64| points.iter().map(|p| p.lat).fold(start, pick);
    let middle = ((fold(90.0, f64::min) + fold(-90.0, f64::max)) / 2.0).powi(2);
    // A rough cosine (Bhaskara's) is plenty: it only shapes the cells.
    let squeeze = (4.0 * (8_100.0 - middle) / (32_400.0 + middle)).max(0.05);
    points.iter().map(|point| [point.lon * squeeze, point.lat]).collect()
}

/// Points in square cells, to look only at those nearby.
#[derive(Debug)]
struct Grid {
    points: Vec<[f64; 2]>,
    origin: [f64; 2],
    cell: f64,
    columns: i32,
    rows: i32,
    first: Vec<u32>,
    sorted: Vec<u32>,
}

impl Grid {
    fn new(points: Vec<[f64; 2]>) -> Self {
        let fold = |axis: usize, start: f64, pick: fn(f64, f64) -> f64| {
            points.iter().map(|point| point[axis]).fold(start, pick)
        };
        let origin = [fold(0, f64::INFINITY, f64::min), fold(1, f64::INFINITY, f64::min)];
        let width = fold(0, f64::NEG_INFINITY, f64::max) - origin[0] + 1e-9;
        let height = fold(1, f64::NEG_INFINITY, f64::max) - origin[1] + 1e-9;
        let cell = (width * height * 3.0 / points.len() as f64).sqrt().max(width.max(height) / 1_000.0);
        let (columns, rows) = ((width / cell) as i32 + 1, (height / cell) as i32 + 1);
        let mut grid = Self { points, origin, cell, columns, rows, first: Vec::new(), sorted: Vec::new() };
        let cells: Vec<usize> = grid.points.iter().map(|&point| grid.index(grid.cell_of(point))).collect();
        grid.first = vec![0; (columns * rows) as usize + 1];
        for &cell in &cells {
            grid.first[cell + 1] += 1;
        }
        for at in 1..grid.first.len() {
            grid.first[at] += grid.first[at - 1];
        }
        let mut next = grid.first.clone();
        grid.sorted = vec![0; cells.len()];
        for (job, &cell) in cells.iter().enumerate() {
            grid.sorted[next[cell] as usize] = job as u32;
            next[cell] += 1;
        }
        grid
    }

    fn cell_of(&self, point: [f64; 2]) -> (i32, i32) {
        let column = ((point[0] - self.origin[0]) / self.cell) as i32;
        let row = ((point[1] - self.origin[1]) / self.cell) as i32;
        (column.clamp(0, self.columns - 1), row.clamp(0, self.rows - 1))
    }

    fn index(&self, (column, row): (i32, i32)) -> usize {
        (row * self.columns + column) as usize
    }

    /// How many rings of cells there are around the one in a corner.
    fn rings(&self) -> i32 {
        self.columns.max(self.rows)
    }

    /// How far from a point the others are at least that are in none of its rings up to this one.
    fn beyond(&self, radius: i32) -> f64 {
        f64::from(radius) * self.cell
    }

    /// The other points in one ring of cells around one, 0 for its own.
    fn ring(&self, job: u32, radius: i32, found: &mut Vec<u32>) {
        let (column, row) = self.cell_of(self.points[job as usize]);
        for y in row - radius..=row + radius {
            let edge = (y - row).abs() == radius;
            let step = if edge || radius == 0 { 1 } else { 2 * radius };
            let mut x = column - radius;
            while x <= column + radius {
                if (0..self.columns).contains(&x) && (0..self.rows).contains(&y) {
                    let cell = self.index((x, y));
                    let inside = &self.sorted[self.first[cell] as usize..self.first[cell + 1] as usize];
                    found.extend(inside.iter().filter(|&&other| other != job));
                }
                x += step;
            }
        }
    }

    /// At least `count` other points (if there are so many) from rings of cells around one, nearest rings first,
    /// and one ring more, because the corners of a square lie farther than the sides of the next.
    fn nearest(&self, job: u32, count: usize, found: &mut Vec<u32>) {
        let mut extra = 1;
        for radius in 0..self.rings() {
            self.ring(job, radius, found);
            if found.len() >= count {
                if extra == 0 {
                    break;
                }
                extra -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepared::Prepared;
    use crate::{Objective, Rounding, TimeWindow, fixture};

    /// The lists of a problem, by its cells or from all pairs of stops.
    fn find(problem: &Problem, by_cells: bool) -> Neighbours {
        let prepared = Prepared::bare(problem);
        let (table, place) = (Table::new(&problem.travel), &prepared.place[..prepared.jobs]);
        let mut finding = Finding::new(problem, &table, place, &prepared.stops, true);
        assert!(finding.grid.is_some(), "there is nothing to compare");
        finding.grid = finding.grid.filter(|_| by_cells);
        while finding.step(&table, place, &prepared.stops) {}
        finding.finish()
    }

    #[track_caller]
    fn check(problem: &Problem) {
        let (cells, all) = (find(problem, true), find(problem, false));
        for job in 0..problem.stops.len() as u32 {
            let nears = |gaps: &[Gap]| gaps.iter().map(|gap| gap.near).collect::<Vec<_>>();
            assert_eq!(cells.around(job), all.around(job));
            assert_eq!(cells.beside(job), all.beside(job));
            assert_eq!(nears(cells.behind(job)), nears(all.behind(job)));
            assert_eq!(nears(cells.before(job)), nears(all.before(job)));
        }
    }

    #[test]
    fn none_is_missed_for_looking_only_at_cells_nearby() {
        for (stops, seed, windowed) in [(160, 1, false), (300, 2, true), (700, 3, false), (600, 4, true)] {
            let city = fixture::city(stops, seed, windowed);
            for objective in [Objective::Cheapest, Objective::Shortest, Objective::Fastest] {
                check(&city.clone().with_objective(objective));
            }
            // The same in a plane, all of it or in one row.
            let Travel::Points { points, .. } = &city.travel else { panic!("a city has points") };
            for height in [10_000.0, 0.0] {
                let points = points.iter().map(|it| [it.lon * 10_000.0, it.lat * height]).collect();
                check(&Problem { travel: Travel::plane(points, Rounding::Down), ..city.clone() });
            }
        }
        let mut tight = fixture::city(400, 5, false);
        for (at, stop) in (0..).zip(&mut tight.stops) {
            stop.windows = vec![TimeWindow::new(at * 90, at * 90 + 600)];
        }
        check(&tight);
    }
}
