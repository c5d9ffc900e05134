//! Places, travel times and road lines.

use serde::{Deserialize, Serialize};

use super::session::Source;

/// Most addresses in one [`GeocodeRequest`].
pub const MAX_GEOCODE: usize = 100;

/// Most points in one [`MatrixRequest`] or [`RouteRequest`]; above it the browser uses great-circle distances.
pub const MAX_POINTS: usize = 500;

/// A place on the ground.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Latitude, WGS 84 degrees.
    pub lat: f64,
    /// Longitude, WGS 84 degrees.
    pub lon: f64,
}

/// Addresses to be found, at most [`MAX_GEOCODE`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GeocodeRequest {
    /// One line each, as a person would write it.
    pub addresses: Vec<String>,
}

/// An answer for each address, in the order asked.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GeocodeReply {
    /// Who answered.
    pub source: Source,
    /// One for each address.
    pub results: Vec<Geocoded>,
}

/// What became of one address.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Geocoded {
    /// A place was found.
    Found {
        /// Where.
        point: Point,
        /// The address as the geocoder writes it.
        label: String,
        /// How sure, from 0 to 1; below 0.8 a person should look.
        confidence: f32,
    },
    /// Nobody knows this address.
    NotFound {
        /// What to try, in a sentence.
        hint: String,
    },
    /// The geocoder could not answer; asking again later may help.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// Points whose travel times are wanted, at most [`MAX_POINTS`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MatrixRequest {
    /// The points, in the order the rows and columns take.
    pub points: Vec<Point>,
}

/// Travel times and distances between all points, row by row.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixReply {
    /// Who answered.
    pub source: Source,
    /// Number of points: the side of the square.
    pub size: usize,
    /// Seconds from row to column, `size * size` of them.
    pub durations: Vec<u32>,
    /// Metres from row to column, `size * size` of them.
    pub distances: Vec<u32>,
    /// Pairs no road joins, `row * size + column`; their cells hold the great-circle estimate.
    #[serde(default)]
    pub estimated: Vec<usize>,
}

/// The points of one route in driving order.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RouteRequest {
    /// At least two points.
    pub points: Vec<Point>,
}

/// The line a vehicle drives.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RouteReply {
    /// Who answered; `great_circle` means straight lines.
    pub source: Source,
    /// `[lat, lon]` pairs in WGS 84 degrees, in driving order.
    pub line: Vec<[f64; 2]>,
}
