//! Which stops lie close to which: what keeps the cost of an iteration independent of the number of stops.
//!
//! Three lists a stop: `around`, by the way alone, says where to tear a plan open; `beside`, which also counts waiting,
//! next to which stops it would do well to be; the gaps, of the same stops, on which side of them an insertion is worth
//! trying, with the leg that it adds on that side.

use crate::model::{Point, Problem, Travel};
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

impl Neighbours {
    /// With `strict` a place that the windows forbid with these legs is none for any vehicle.
    pub(crate) fn new(problem: &Problem, table: &Table, place: &[u32], stops: &[Stop], strict: bool) -> Self {
        let jobs = place.len();
        let others = jobs.saturating_sub(1);
        let windowed = stops.iter().any(|stop| stop.open > 0 || stop.close < crate::TimeWindow::HORIZON);
        let alike = !windowed && table.is_symmetric();
        let mut near = Self { width: others.min(AROUND), alike, ..Self::default() };
        if others == 0 {
            return near;
        }
        // All at once: a list that grows is twice as large for a moment, and WebAssembly's memory never shrinks.
        near.around.reserve_exact(jobs * near.width);
        near.beside.reserve_exact(jobs * others.min(if windowed { BESIDE_IN_TIME } else { BESIDE }));
        let gaps = if windowed {
            GAPS_IN_TIME.min(2 * others)
        } else {
            BESIDE.min(others) * (2 - usize::from(alike))
        };
        near.gaps.reserve_exact(jobs * gaps);
        near.first.reserve_exact(jobs + 1);
        let weight = Weight::new(problem, table, place);
        let grid = match &problem.travel {
            Travel::Points { points, .. } if jobs > 1_000 => {
                let points: Vec<Point> = problem.stops.iter().map(|job| points[job.location]).collect();
                Some(Grid::new(squeezed(&points)))
            }
            Travel::Plane { points, .. } if jobs > 1_000 => {
                Some(Grid::new(problem.stops.iter().map(|job| points[job.location]).collect()))
            }
            _ => None,
        };
        let (mut closest, mut sides) = (Smallest::default(), Smallest::default());
        let mut found = Vec::new();
        for job in 0..jobs as u32 {
            found.clear();
            match &grid {
                // Time windows can put the best partners a little farther away.
                Some(grid) => grid.nearest(job, if windowed { 3 * AROUND } else { AROUND + 16 }, &mut found),
                None => found.extend((0..jobs as u32).filter(|&other| other != job)),
            }
            let here = &stops[job as usize];
            let rows = table.rows(place[job as usize]);
            let to = |other: u32| rows.out(place[other as usize]);
            let from = |other: u32| rows.back(place[other as usize]);
            closest.begin(near.width);
            sides.begin(2 * BESIDE_IN_TIME);
            for &other in &found {
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
                if !alike {
                    near.gaps.extend(beside.map(before));
                }
            }
            near.first.push(first);
        }
        let (beside, gaps) = (near.beside.len() as u32, near.gaps.len() as u32);
        near.first.push(First { beside, behind: gaps, before: gaps });
        near
    }

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
struct Weight {
    per_metre: i64,
    per_second: i64,
    /// What a second of waiting or lateness weighs when only metres cost anything.
    second: i64,
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
        Self { per_metre, per_second, second }
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

/// Points on the globe as points of a plane: east-west degrees are shorter than north-south ones.
pub(crate) fn squeezed(points: &[Point]) -> Vec<[f64; 2]> {
    let fold = |start: f64, pick: fn(f64, f64) -> f64| points.iter().map(|p| p.lat).fold(start, pick);
    let middle = ((fold(90.0, f64::min) + fold(-90.0, f64::max)) / 2.0).powi(2);
    // A rough cosine (Bhaskara's) is plenty: it only shapes the cells.
    let squeeze = (4.0 * (8_100.0 - middle) / (32_400.0 + middle)).max(0.05);
    points.iter().map(|point| [point.lon * squeeze, point.lat]).collect()
}

/// Points in square cells, to look only at those nearby.
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

    /// At least `count` other points (if there are so many) from rings of cells around one, nearest rings first,
    /// and one ring more, because the corners of a square lie farther than the sides of the next.
    fn nearest(&self, job: u32, count: usize, found: &mut Vec<u32>) {
        let (column, row) = self.cell_of(self.points[job as usize]);
        let mut extra = 1;
        for radius in 0..self.columns.max(self.rows) {
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
            if found.len() >= count {
                if extra == 0 {
                    break;
                }
                extra -= 1;
            }
        }
    }
}
