//! What the map shows, as plain values: equal scenes look the same, so they cause no work.

/// How many route colours there are; routes beyond them start over and are told apart by their letter.
pub const ROUTE_COLOURS: usize = 12;

/// The colour of a driver's route: the number of a `route-` class and of [`MapPin::route`].
#[must_use]
pub fn route_colour(driver: &milkrun_plan::Driver) -> usize {
    usize::from(driver.colour) % ROUTE_COLOURS
}

/// Everything the map shows. Coordinates are WGS 84 degrees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapScene {
    /// The depot, if one is set. It can be dragged when it says so.
    pub depot: Option<MapPin>,
    /// The stops. Later ones are drawn over earlier ones; the selected one is on top of all.
    pub pins: Vec<MapPin>,
    /// The routes' lines.
    pub lines: Vec<MapLine>,
    /// The id of the selected pin.
    pub selected: Option<String>,
    /// Whenever this number changes, the map moves so that everything can be seen.
    pub fit: u32,
}

/// One place on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapPin {
    /// What the callbacks call it.
    pub id: String,
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
    /// Colour of the route it is on (taken modulo [`ROUTE_COLOURS`]); `None` is on no route.
    pub route: Option<usize>,
    /// The route's letter, shown beside the colour so that colour never speaks alone.
    pub letter: String,
    /// Place on the route, from 1.
    pub number: Option<u32>,
    /// How it fares.
    pub state: PinState,
    /// Whether it can be dragged to another place.
    pub draggable: bool,
    /// What to call it when there is room, such as a street; text, never markup.
    pub label: String,
}

/// How a stop fares, and so how its pin is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinState {
    /// Filled.
    #[default]
    Normal,
    /// Filled, with a warning ring.
    Late,
    /// Hollow.
    Unserved,
    /// Pale, with a tick.
    Done,
    /// Crossed.
    Failed,
}

/// The line a vehicle drives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapLine {
    /// Colour, as in [`MapPin::route`].
    pub route: usize,
    /// `[lat, lon]` pairs in driving order.
    pub points: Vec<[f64; 2]>,
    /// The selected line is drawn on top and dashed apart; the others step back to 60 %.
    pub selected: bool,
}
