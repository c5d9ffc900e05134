//! Which stops lie close to which: what keeps the cost of an iteration independent of the number of stops.
//!
//! Two lists a stop: `around`, by the way alone, says where to tear a plan open; `beside`, which also counts waiting
//! and lateness, says next to which stops an insertion is worth trying.

use crate::model::{Point, Problem, Travel};
use crate::prepared::Stop;
use crate::travel::{Leg, Table};

/// How many neighbours are kept.
const AROUND: usize = 48;
const BESIDE: usize = 24;
/// As many where windows decide: then the best place is often not beside the nearest stops.
const BESIDE_IN_TIME: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    around: Vec<u32>,
    beside: Vec<u32>,
    width: (usize, usize),
    /// The gaps of all stops, and for each stop where its own begin, and those in front of its neighbours.
    gaps: Vec<Gap>,
    first: Vec<(u32, u32)>,
}

/// A place right behind or right in front of a neighbour, with the leg between the two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap {
    pub(crate) near: u32,
    pub(crate) leg: Leg,
}

impl Neighbours {
    pub(crate) fn new(problem: &Problem, table: &Table, place: &[u32], stops: &[Stop]) -> Self {
        let jobs = place.len();
        let others = jobs.saturating_sub(1);
        let windowed = stops.iter().any(|stop| stop.open > 0 || stop.close < crate::TimeWindow::HORIZON);
        let beside = if windowed { BESIDE_IN_TIME } else { BESIDE };
        let width = (others.min(AROUND), others.min(beside));
        let mut near = Self { width, ..Self::default() };
        if others == 0 {
            return near;
        }
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
        let mut pool: Vec<(i64, u32)> = Vec::new();
        let mut found: Vec<u32> = Vec::new();
        for job in 0..jobs as u32 {
            pool.clear();
            found.clear();
            match &grid {
                // Time windows can put the best partners a little farther away.
                Some(grid) => grid.nearest(job, if windowed { 3 * AROUND } else { AROUND + 16 }, &mut found),
                None => found.extend((0..jobs as u32).filter(|&other| other != job)),
            }
            pool.extend(found.iter().map(|&other| (weight.way(table, place, job, other), other)));
            near.around.extend(closest(&mut pool, width.0));
            if windowed {
                for (cost, other) in &mut pool {
                    *cost = weight.timely(table, place, stops, job, *other);
                }
            }
            let from = near.beside.len();
            near.beside.extend(closest(&mut pool, width.1));
            let begin = near.gaps.len() as u32;
            let beside = near.beside[from..].iter();
            near.gaps
                .extend(beside.clone().filter_map(|&other| gap(table, place, stops, (other, job), other)));
            let middle = near.gaps.len() as u32;
            near.gaps.extend(beside.filter_map(|&other| gap(table, place, stops, (job, other), other)));
            near.first.push((begin, middle));
        }
        near.first.push((near.gaps.len() as u32, 0));
        near
    }

    /// The neighbours it can come right behind, best first, with the legs from them.
    pub(crate) fn behind(&self, job: u32) -> &[Gap] {
        let at = job as usize;
        self.first.get(at).map_or(&[], |&(begin, middle)| &self.gaps[begin as usize..middle as usize])
    }

    /// The neighbours it can come right in front of, best first, with the legs to them.
    pub(crate) fn before(&self, job: u32) -> &[Gap] {
        let at = job as usize;
        self.first
            .get(at)
            .map_or(&[], |&(_, middle)| &self.gaps[middle as usize..self.first[at + 1].0 as usize])
    }

    /// The closest stops by the way alone, closest first.
    pub(crate) fn around(&self, job: u32) -> &[u32] {
        &self.around[job as usize * self.width.0..][..self.width.0]
    }

    /// The stops it would do well to be next to, best first.
    pub(crate) fn beside(&self, job: u32) -> &[u32] {
        &self.beside[job as usize * self.width.1..][..self.width.1]
    }
}

/// The place of a neighbour next to a stop, one of `pair` right behind the other; none where no vehicle is in time.
fn gap(table: &Table, place: &[u32], stops: &[Stop], pair: (u32, u32), near: u32) -> Option<Gap> {
    let (first, second) = (&stops[pair.0 as usize], &stops[pair.1 as usize]);
    let leg = table.out(place[pair.0 as usize], place[pair.1 as usize]);
    let soonest = i64::from(first.open) + i64::from(first.service) + i64::from(leg.dur);
    (soonest <= i64::from(second.close)).then_some(Gap { near, leg })
}

/// The `count` smallest of the pool in ascending order.
fn closest(pool: &mut [(i64, u32)], count: usize) -> impl Iterator<Item = u32> {
    if pool.len() > count {
        pool.select_nth_unstable(count - 1);
    }
    let count = count.min(pool.len());
    pool[..count].sort_unstable();
    pool[..count].iter().map(|&(_, job)| job)
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
        let (per_metre, per_second) = match problem.objective {
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
            crate::Objective::Fastest => (0, 1),
            _ => (1, 0),
        };
        let (per_metre, per_second) =
            if per_metre + per_second == 0 { (1, 1) } else { (per_metre, per_second) };
        let second = ((per_metre * dist + per_second * dur) / dur.max(1)).max(1);
        Self { per_metre, per_second, second }
    }

    fn way(&self, table: &Table, place: &[u32], a: u32, b: u32) -> i64 {
        let (a, b) = (place[a as usize], place[b as usize]);
        let (there, back) = (table.out(a, b), table.back(a, b));
        self.per_metre * i64::from(there.dist.min(back.dist))
            + self.per_second * i64::from(there.dur.min(back.dur))
    }

    /// The better of serving `a` right before `b` and right after it.
    fn timely(&self, table: &Table, place: &[u32], stops: &[Stop], a: u32, b: u32) -> i64 {
        let (x, y) = (place[a as usize], place[b as usize]);
        let (stop, other) = (&stops[a as usize], &stops[b as usize]);
        let one_way = |leg: Leg, first: &Stop, second: &Stop| {
            let ride = i64::from(first.service) + i64::from(leg.dur);
            let wait = (i64::from(second.open) - ride - i64::from(first.close)).max(0);
            let late = (i64::from(first.open) + ride - i64::from(second.close)).max(0);
            self.per_metre * i64::from(leg.dist)
                + self.per_second * i64::from(leg.dur)
                + self.second * (wait / 5 + 10 * late)
        };
        one_way(table.out(x, y), stop, other).min(one_way(table.back(x, y), other, stop))
    }
}

/// Points on the globe as points of a plane: east-west degrees are shorter than north-south ones.
fn squeezed(points: &[Point]) -> Vec<[f64; 2]> {
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
