//! Writes an instance as a VRPLIB or TSPLIB file.

use std::fmt::Write;

use crate::error::FormatError;
use crate::{Instance, Kind, Rounding, Weights};

/// Writes an instance as a VRPLIB file (a TSPLIB file, if it is one tour).
///
/// # Errors
/// When the format has no name for what the instance needs: distances in decimals, or pairs.
pub fn write(instance: &Instance) -> Result<String, FormatError> {
    let (weights, format) = match &instance.weights {
        Weights::Plane(Rounding::Nearest) => ("EUC_2D", None),
        Weights::Plane(Rounding::Up) => ("CEIL_2D", None),
        Weights::Att => ("ATT", None),
        Weights::Geo => ("GEO", None),
        Weights::Matrix(cells) => ("EXPLICIT", Some(cells)),
        Weights::Plane(Rounding::Tenths | Rounding::Exact) => {
            let mend = "write a Solomon or a Li & Lim file instead";
            return Err(FormatError::file("VRPLIB has no name for distances in decimals", mend));
        }
    };
    if instance.kind == Kind::Pdptw {
        let mend = "write a Li & Lim file instead";
        return Err(FormatError::file(
            "VRPLIB files with pairs of pickup and delivery are not written",
            mend,
        ));
    }
    let size = instance.nodes.len();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut put = |line: std::fmt::Arguments<'_>| _ = writeln!(text, "{line}");
    put(format_args!("NAME : {}", instance.name));
    put(format_args!("TYPE : {}", instance.kind.name().to_uppercase()));
    put(format_args!("DIMENSION : {size}"));
    if let Some(vehicles) = instance.vehicles {
        put(format_args!("VEHICLES : {vehicles}"));
    }
    if let Some(capacity) = instance.capacity {
        put(format_args!("CAPACITY : {capacity}"));
    }
    put(format_args!("EDGE_WEIGHT_TYPE : {weights}"));
    if let Some(cells) = format {
        put(format_args!("EDGE_WEIGHT_FORMAT : FULL_MATRIX"));
        put(format_args!("EDGE_WEIGHT_SECTION"));
        for row in cells.chunks(size.max(1)) {
            put(format_args!("{}", row.iter().map(i32::to_string).collect::<Vec<_>>().join(" ")));
        }
    }
    if !instance.coordinates.is_empty() {
        put(format_args!("NODE_COORD_SECTION"));
        for (at, [x, y]) in instance.coordinates.iter().enumerate() {
            put(format_args!("{} {x} {y}", at + 1));
        }
    }
    let nodes = || instance.nodes.iter().zip(1..);
    if instance.kind != Kind::Tsp {
        put(format_args!("DEMAND_SECTION"));
        nodes().for_each(|(node, number)| put(format_args!("{number} {}", node.demand)));
    }
    if instance.nodes.iter().any(|node| node.service != 0) {
        put(format_args!("SERVICE_TIME_SECTION"));
        nodes().for_each(|(node, number)| put(format_args!("{number} {}", node.service)));
    }
    if instance.nodes.iter().all(|node| node.window.is_some()) {
        put(format_args!("TIME_WINDOW_SECTION"));
        for (node, number) in nodes() {
            let [from, to] = node.window.unwrap_or_default();
            put(format_args!("{number} {from} {to}"));
        }
    }
    if instance.kind != Kind::Tsp || instance.depot != 0 {
        put(format_args!("DEPOT_SECTION\n{}\n-1", instance.depot + 1));
    }
    put(format_args!("EOF"));
    Ok(text)
}
