//! Places: rows of the matrix that the file brings along, or positions on the globe.

use std::cell::RefCell;
use std::collections::BTreeMap;

use milkrun_solver::{Point, Travel, UNREACHABLE};

use crate::error::FormatError;
use crate::task::Place;
use crate::vroom::{Input, Matrices, Vehicle};

/// A place with its number in the solver's table.
pub(super) struct Located {
    pub(super) number: usize,
    pub(super) place: Place,
}

/// All places of an input.
pub(super) struct Places<'a> {
    /// The profiles in use, and the matrices of each when the file brings some along.
    profiles: Vec<&'a str>,
    matrices: Vec<&'a Matrices>,
    /// The positions so far with their numbers, when there is no matrix.
    points: RefCell<BTreeMap<[u64; 2], (usize, Point)>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(input: &'a Input) -> Result<Self, FormatError> {
        let mut profiles: Vec<&str> = Vec::new();
        for (at, vehicle) in input.vehicles.iter().enumerate() {
            let profile = profile(vehicle);
            if profiles.contains(&profile) {
                continue;
            }
            if input.matrices.is_empty() && !profiles.is_empty() {
                let what = "times of different profiles are not estimated from coordinates";
                let mend = format!("add matrices, or write `{}`", profiles[0]);
                return Err(FormatError::path(format!("vehicles[{at}].profile"), what, mend));
            }
            profiles.push(profile);
        }
        if profiles.is_empty() {
            profiles.push("car");
        }
        let mut matrices = Vec::new();
        for &profile in profiles.iter().filter(|_| !input.matrices.is_empty()) {
            let Some(own) = input.matrices.get(profile) else {
                let what = format!("there is none for the profile `{profile}`");
                return Err(FormatError::path(
                    "matrices".to_owned(),
                    what,
                    "add it, or name another profile",
                ));
            };
            matrices.push(own);
        }
        Ok(Self { profiles, matrices, points: RefCell::default() })
    }

    /// The number of a vehicle's profile.
    pub(super) fn profile(&self, vehicle: &Vehicle) -> usize {
        self.profiles.iter().position(|&it| it == profile(vehicle)).unwrap_or(0)
    }

    /// The place of a visit, by the values of its keys `location` and `location_index`.
    pub(super) fn visit(
        &self,
        (position, index): (Option<[f64; 2]>, Option<usize>),
        path: &str,
    ) -> Result<Located, FormatError> {
        let place = Place { position, index };
        self.locate(place, path, ["location", "location_index"])?.ok_or_else(|| {
            let mend = "add its location, or its location_index if there are matrices";
            FormatError::path(path.to_owned(), "it has no place", mend)
        })
    }

    pub(super) fn start(&self, vehicle: &Vehicle, path: &str) -> Result<Option<Located>, FormatError> {
        let place = Place { position: vehicle.start, index: vehicle.start_index };
        self.locate(place, path, ["start", "start_index"])
    }

    pub(super) fn end(&self, vehicle: &Vehicle, path: &str) -> Result<Option<Located>, FormatError> {
        let place = Place { position: vehicle.end, index: vehicle.end_index };
        self.locate(place, path, ["end", "end_index"])
    }

    fn locate(&self, place: Place, path: &str, keys: [&str; 2]) -> Result<Option<Located>, FormatError> {
        let [position_key, index_key] = keys;
        if let Some([lon, lat]) = place.position
            && !((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat))
        {
            let what = format!("{lon}, {lat} is no place on Earth");
            let mend = "write longitude, then latitude, in degrees";
            return Err(FormatError::path(format!("{path}.{position_key}"), what, mend));
        }
        let Some(matrices) = self.matrices.first() else {
            let Some([lon, lat]) = place.position else {
                return match place.index {
                    None => Ok(None),
                    Some(_) => {
                        let mend = format!("add matrices, or {position_key}");
                        Err(FormatError::path(format!("{path}.{index_key}"), "there are no matrices", mend))
                    }
                };
            };
            // Visits to one position are visits to one place, which is set up once.
            let mut points = self.points.borrow_mut();
            let next = points.len();
            let (number, _) =
                *points.entry([lat.to_bits(), lon.to_bits()]).or_insert((next, Point { lat, lon }));
            return Ok(Some(Located { number, place }));
        };
        match (place.index, place.position) {
            (Some(number), _) if number < matrices.durations.len() => Ok(Some(Located { number, place })),
            (Some(number), _) => {
                let rows = matrices.durations.len();
                let what = format!("it is {number}, matrices.{}.durations has {rows} rows", self.profiles[0]);
                Err(FormatError::path(format!("{path}.{index_key}"), what, "rows are counted from 0"))
            }
            (None, Some(_)) => {
                let what = format!("{index_key} is missing beside {position_key}");
                Err(FormatError::path(path.to_owned(), what, "add it, since there are matrices"))
            }
            (None, None) => Ok(None),
        }
    }

    /// Whether matrices of costs say what a way costs: then the solver has those for its distances.
    pub(super) fn has_costs(&self) -> bool {
        self.matrices.iter().any(|matrices| !matrices.costs.is_empty())
    }

    /// The solver's table of each profile, and whether they have distances beside durations.
    pub(super) fn travel(self) -> Result<(Vec<Travel>, bool), FormatError> {
        if self.matrices.is_empty() {
            let mut points: Vec<(usize, Point)> = self.points.into_inner().into_values().collect();
            points.sort_unstable_by_key(|&(number, _)| number);
            return Ok((vec![Travel::points(points.into_iter().map(|(_, point)| point).collect())], true));
        }
        let size = self.matrices[0].durations.len();
        let has_costs = self.has_costs();
        let lacking = self.profiles.iter().zip(&self.matrices).find(|(_, it)| it.costs.is_empty());
        if let Some((profile, _)) = lacking.filter(|_| has_costs) {
            let what = "it has no matrix of costs, and another profile does";
            return Err(FormatError::path(format!("matrices.{profile}"), what, "give costs for all or none"));
        }
        let has_distances = !has_costs && self.matrices.iter().all(|matrices| !matrices.distances.is_empty());
        let tables = self.profiles.iter().zip(&self.matrices);
        let tables = tables.map(|(profile, matrices)| table(profile, matrices, size, has_distances));
        Ok((tables.collect::<Result<_, _>>()?, has_distances))
    }
}

fn profile(vehicle: &Vehicle) -> &str {
    vehicle.profile.as_deref().unwrap_or("car")
}

fn table(
    profile: &str,
    matrices: &Matrices,
    size: usize,
    has_distances: bool,
) -> Result<Travel, FormatError> {
    let path = |key| format!("matrices.{profile}.{key}");
    let durations = square(&matrices.durations, size, path("durations"))?;
    let distances = if !matrices.costs.is_empty() {
        square(&matrices.costs, size, path("costs"))?
    } else if has_distances {
        square(&matrices.distances, size, path("distances"))?
    } else {
        durations.clone()
    };
    Ok(Travel::matrix(size, durations, distances))
}

fn square(rows: &[Vec<u32>], size: usize, path: String) -> Result<Vec<i32>, FormatError> {
    if rows.len() != size {
        let what = format!("it has {} rows, there are {size} places", rows.len());
        return Err(FormatError::path(path, what, "give both for the same places"));
    }
    if let Some(at) = rows.iter().position(|row| row.len() != size) {
        let what = format!("it has {} cells, there are {size} rows", rows[at].len());
        return Err(FormatError::path(format!("{path}[{at}]"), what, "give a cell for each place"));
    }
    // What is longer than the solver reckons with stands for no road at all.
    let cell =
        |&cell: &u32| i32::try_from(cell).ok().filter(|&cell| cell <= 100_000_000).unwrap_or(UNREACHABLE);
    Ok(rows.iter().flatten().map(cell).collect())
}
