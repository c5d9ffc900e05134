//! The map: a plain description of what it shows, drawn with Leaflet underneath.
//!
//! Pages hand over a [`MapScene`] and hear of clicks and drags; they know neither Leaflet nor canvases.

mod backdrop;
mod brush;
mod leaflet;
mod listen;
mod load;
mod paint;
mod palette;
mod pins;
mod pointer;
mod prepared;
mod project;
mod scene;
mod sources;
mod stage;
mod view;

pub use scene::{MapLine, MapPin, MapScene, PinState, route_colour};
pub use view::MapView;
