//! What a column can hold.

use serde::{Deserialize, Serialize};

/// A meaning a column can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The stop's external id.
    Id,
    /// A whole address, or the street with its number.
    Address,
    /// A street, its number standing elsewhere.
    Street,
    /// A house number.
    HouseNumber,
    /// A postcode.
    Postcode,
    /// A city, possibly with its postcode in front.
    City,
    /// The customer's name.
    Label,
    /// How many parcels.
    Parcels,
    /// Service time in minutes.
    ServiceMinutes,
    /// A time window in one cell.
    Window,
    /// The window's start.
    WindowStart,
    /// The window's end.
    WindowEnd,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A word to the courier.
    Note,
    /// Degrees north.
    Lat,
    /// Degrees east.
    Lon,
    /// A tracking number.
    TrackingNumber,
    /// How much it matters.
    Priority,
    /// The only driver who may serve it.
    OnlyDriver,
    /// Whether it comes first or last.
    Turn,
    /// What the van or its driver must have.
    Needs,
}

impl Field {
    /// All meanings, in the order to offer them.
    pub const ALL: [Field; 22] = [
        Field::Id,
        Field::Label,
        Field::Address,
        Field::Street,
        Field::HouseNumber,
        Field::Postcode,
        Field::City,
        Field::Parcels,
        Field::ServiceMinutes,
        Field::Window,
        Field::WindowStart,
        Field::WindowEnd,
        Field::Phone,
        Field::Email,
        Field::Note,
        Field::TrackingNumber,
        Field::Priority,
        Field::OnlyDriver,
        Field::Turn,
        Field::Needs,
        Field::Lat,
        Field::Lon,
    ];

    /// The name shown to the dispatcher.
    pub fn label(self) -> &'static str {
        match self {
            Field::Id => "Stop number",
            Field::Address => "Address",
            Field::Street => "Street",
            Field::HouseNumber => "House number",
            Field::Postcode => "Postcode",
            Field::City => "City",
            Field::Label => "Customer",
            Field::Parcels => "Parcels",
            Field::ServiceMinutes => "Minutes at stop",
            Field::Window => "Time window",
            Field::WindowStart => "Earliest time",
            Field::WindowEnd => "Latest time",
            Field::Phone => "Phone",
            Field::Email => "E-mail",
            Field::Note => "Note",
            Field::Lat => "Latitude",
            Field::Lon => "Longitude",
            Field::TrackingNumber => "Tracking number",
            Field::Priority => "Priority",
            Field::OnlyDriver => "Only driver",
            Field::Turn => "First or last",
            Field::Needs => "Needs",
        }
    }

    /// Whether several columns may have this meaning; their cells are joined.
    pub fn may_repeat(self) -> bool {
        matches!(self, Field::Address | Field::Note)
    }
}
