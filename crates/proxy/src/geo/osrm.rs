//! A client for OSRM's `/table` and `/route` (`project-osrm.org/docs/v5.24.0/api/`).
//!
//! A server answers tables of at most 100 coordinates unless it was started with another limit, so that a larger
//! matrix is asked for in blocks: half of the coordinates are sources, half are destinations.

use milkrun_wire::api::geo::Point;
use milkrun_wire::api::session::Source;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Boxed, GeoError, Matrix, Roads, great_circle, usable};
use crate::config::{ConfigError, MatrixConfig};
use crate::http;

const SERVICE: &str = "OSRM";
/// Most coordinates in one `/route` request; the server's default is 500.
const MAX_ROUTE: usize = 500;

/// The client.
pub struct Osrm {
    client: Client,
    base: Url,
    profile: String,
    max_table: usize,
}

/// A table; a cell is null where no road joins the pair.
#[derive(Deserialize)]
struct Table {
    durations: Vec<Vec<Option<f64>>>,
    distances: Vec<Vec<Option<f64>>>,
}

#[derive(Deserialize)]
struct Routes {
    routes: Vec<RouteOf>,
}

#[derive(Deserialize)]
struct RouteOf {
    geometry: Line,
}

/// A GeoJSON line; longitude first.
#[derive(Deserialize)]
struct Line {
    coordinates: Vec<[f64; 2]>,
}

/// What every reply says of itself.
#[derive(Deserialize)]
struct Word {
    code: String,
    #[serde(default)]
    message: String,
}

impl Osrm {
    /// A client for the configured server; there is no default, as the public demo server is not for products.
    ///
    /// # Errors
    /// When the address is missing or TLS cannot be set up.
    pub fn new(config: &MatrixConfig) -> Result<Self, ConfigError> {
        let Some(base) = config.url.clone() else {
            return Err(ConfigError::value(
                "matrix.url",
                "kind is osrm, so it must name the server, such as http://127.0.0.1:5000",
            ));
        };
        let client = http::client(&base).map_err(|it| ConfigError::value("matrix.url", it))?;
        Ok(Self { client, base, profile: config.profile.clone(), max_table: config.max_table })
    }

    async fn get<T: DeserializeOwned>(
        &self,
        service: &str,
        points: &str,
        query: &[(&str, String)],
    ) -> Result<T, GeoError> {
        let url = http::join(&self.base, &format!("{service}/v1/{}/{points}", self.profile));
        let reply = http::send(self.client.get(url).query(query), "OSRM", &self.base).await?;
        read(&usable(SERVICE, reply)?)
    }

    async fn whole(&self, points: &[Point]) -> Result<Matrix, GeoError> {
        let size = points.len();
        let mut cells = vec![None; size * size];
        // One request when all fits, else blocks of half the limit each way.
        let block = if size <= self.max_table { size.max(1) } else { self.max_table / 2 };
        for rows in blocks(size, block) {
            for columns in blocks(size, block) {
                let table = self.block(points, rows.clone(), columns.clone()).await?;
                for (from, row) in rows.clone().enumerate() {
                    for (to, column) in columns.clone().enumerate() {
                        cells[row * size + column] = table.cell(from, to);
                    }
                }
            }
        }
        Ok(complete(points, &cells))
    }

    async fn block(
        &self,
        points: &[Point],
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
    ) -> Result<Table, GeoError> {
        let mut query = vec![("annotations", "duration,distance".to_owned())];
        let coordinates = if rows == columns {
            path(&points[rows])
        } else {
            let numbers =
                |range: std::ops::Range<usize>| range.map(|it| it.to_string()).collect::<Vec<_>>().join(";");
            query.push(("sources", numbers(0..rows.len())));
            query.push(("destinations", numbers(rows.len()..rows.len() + columns.len())));
            format!("{};{}", path(&points[rows]), path(&points[columns]))
        };
        self.get("table", &coordinates, &query).await
    }

    /// The line through all points. Where no road joins two neighbours, it is straight between those two.
    async fn geometry(&self, points: &[Point]) -> Result<Vec<[f64; 2]>, GeoError> {
        let mut line: Vec<[f64; 2]> = Vec::new();
        // Parts still to be drawn, the next one last; neighbouring parts share a point.
        let mut parts = vec![points];
        while let Some(part) = parts.pop() {
            if part.len() > MAX_ROUTE {
                parts.push(&part[MAX_ROUTE - 1..]);
                parts.push(&part[..MAX_ROUTE]);
                continue;
            }
            match self.road(part).await {
                Ok(road) => line.extend(road),
                Err(GeoError::NoRoad { .. }) if part.len() > 2 => {
                    let middle = part.len() / 2;
                    parts.push(&part[middle..]);
                    parts.push(&part[..=middle]);
                }
                Err(GeoError::NoRoad { .. }) => line.extend(part.iter().map(|it| [it.lat, it.lon])),
                Err(error) => return Err(error),
            }
        }
        Ok(line)
    }

    async fn road(&self, points: &[Point]) -> Result<Vec<[f64; 2]>, GeoError> {
        let query = [("geometries", "geojson".to_owned()), ("overview", "full".to_owned())];
        let routes: Routes = self.get("route", &path(points), &query).await?;
        let first = routes.routes.into_iter().next().ok_or(GeoError::NoRoad { service: SERVICE })?;
        Ok(first.geometry.coordinates.iter().map(|[lon, lat]| [*lat, *lon]).collect())
    }
}

impl Table {
    fn cell(&self, row: usize, column: usize) -> Option<(u32, u32)> {
        let at = |rows: &[Vec<Option<f64>>]| *rows.get(row)?.get(column)?;
        let whole = |it: f64| it.round().clamp(0.0, f64::from(u32::MAX)) as u32;
        Some((whole(at(&self.durations)?), whole(at(&self.distances)?)))
    }
}

fn blocks(size: usize, block: usize) -> impl Iterator<Item = std::ops::Range<usize>> + Clone {
    (0..size).step_by(block.max(1)).map(move |it| it..(it + block).min(size))
}

/// `lon,lat;lon,lat` with a decimetre's precision.
fn path(points: &[Point]) -> String {
    points.iter().map(|it| format!("{:.6},{:.6}", it.lon, it.lat)).collect::<Vec<_>>().join(";")
}

/// Fills cells without a road with the great-circle estimate, and says which they are.
fn complete(points: &[Point], cells: &[Option<(u32, u32)>]) -> Matrix {
    let missing: Vec<usize> = (0..cells.len()).filter(|it| cells[*it].is_none()).collect();
    let guess = (!missing.is_empty()).then(|| great_circle::estimate(points));
    let cell = |at: usize| match (cells[at], &guess) {
        (Some(it), _) => it,
        (None, Some((durations, distances))) => (durations[at], distances[at]),
        (None, None) => (0, 0),
    };
    let (durations, distances) = (0..cells.len()).map(cell).unzip();
    Matrix { durations, distances, estimated: missing }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, GeoError> {
    let odd = |what: String| GeoError::Odd { service: SERVICE, what };
    let word: Word = serde_json::from_slice(body).map_err(|_e| odd("a reply without a code".to_owned()))?;
    match word.code.as_str() {
        "Ok" => {
            serde_json::from_slice(body).map_err(|_e| odd("a reply without what was asked for".to_owned()))
        }
        "NoRoute" | "NoTable" | "NoSegment" => Err(GeoError::NoRoad { service: SERVICE }),
        code => Err(odd(format!("{code} ({})", word.message))),
    }
}

impl Roads for Osrm {
    fn source(&self) -> Source {
        Source {
            id: "osrm".to_owned(),
            name: format!("OSRM at {}", self.base.host_str().unwrap_or_default()),
            attribution: "© OpenStreetMap contributors".to_owned(),
        }
    }

    fn matrix<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Matrix, GeoError>> {
        Box::pin(self.whole(points))
    }

    fn line<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Vec<[f64; 2]>, GeoError>> {
        Box::pin(self.geometry(points))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_everything_once() {
        for (size, block, expected) in [(5, 2, vec![0..2, 2..4, 4..5]), (4, 4, vec![0..4; 1]), (0, 3, vec![])]
        {
            assert_eq!(blocks(size, block).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_pair_without_a_road_is_estimated_and_listed() {
        let points = [Point { lat: 60.17, lon: 24.94 }, Point { lat: 60.18, lon: 24.94 }];
        let it = complete(&points, &[Some((0, 0)), Some((60, 500)), None, Some((0, 0))]);
        assert_eq!((it.durations[1], it.distances[1]), (60, 500));
        assert!(it.distances[2] > 1000, "{it:?}");
        assert_eq!(it.estimated, [2]);
    }

    #[test]
    fn codes_become_words() {
        let check = |body: &str, word: &str| {
            let error = read::<Table>(body.as_bytes()).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(word), "{body} gave {error}");
        };
        check(r#"{"code":"NoSegment"}"#, "no road");
        check(
            r#"{"code":"TooBig","message":"Too many table coordinates"}"#,
            "TooBig (Too many table coordinates)",
        );
        check(r#"{"code":"Ok"}"#, "without what was asked for");
        check("{}", "without a code");
    }

    #[test]
    fn coordinates_are_written_longitude_first() {
        assert_eq!(path(&[Point { lat: 60.5, lon: 24.25 }]), "24.250000,60.500000");
    }
}
