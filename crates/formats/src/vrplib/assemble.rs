//! Second pass: holds what the file says against itself and makes the instance of it.

use super::matrix;
use super::scan::{At, Scanned};
use crate::error::{FormatError, quoted};
use crate::{Instance, Kind, Node, Rounding, Weights};

pub(super) fn assemble(scanned: Scanned) -> Result<Instance, FormatError> {
    let kind = kind(scanned.kind.as_ref())?;
    let Some(At { value: size, .. }) = scanned.dimension else {
        return Err(FormatError::file("DIMENSION is missing", "add a line such as `DIMENSION : 101`"));
    };
    let coordinates = match scanned.coordinates.is_empty() {
        true => Vec::new(),
        false => per_node(&scanned.coordinates, size, "NODE_COORD_SECTION")?,
    };
    let weights = weights(&scanned, size)?;
    if weights == Weights::Geo {
        let outside =
            |row: &&At<(usize, [f64; 2])>| row.value.1[0].abs() > 90.0 || row.value.1[1].abs() > 180.0;
        if let Some(At { line, value: (id, [lat, lon]) }) = scanned.coordinates.iter().find(outside) {
            let what = format!("node {id} is at {lat}, {lon}, which is no place on Earth");
            return Err(FormatError::line(
                *line,
                what,
                "write latitude, then longitude, as degrees and minutes",
            ));
        }
    }
    if coordinates.is_empty() && !matches!(weights, Weights::Matrix(_)) {
        let mend = "add a NODE_COORD_SECTION, or give the weights as EXPLICIT";
        return Err(FormatError::file("there are no coordinates to measure distances from", mend));
    }
    let mut nodes = vec![Node::default(); size];
    fill(&mut nodes, &scanned.demands, "DEMAND_SECTION", |node, demand| node.demand = demand)?;
    fill(&mut nodes, &scanned.services, "SERVICE_TIME_SECTION", |node, time| node.service = time)?;
    fill(&mut nodes, &scanned.windows, "TIME_WINDOW_SECTION", |node, window| node.window = Some(window))?;
    let depot = depot(&scanned.depots, size)?;
    if kind != Kind::Tsp {
        if scanned.capacity.is_none() {
            return Err(FormatError::file("CAPACITY is missing", "add a line such as `CAPACITY : 100`"));
        }
        if scanned.demands.is_empty() {
            return Err(FormatError::file("DEMAND_SECTION is missing", "add one with a row for each node"));
        }
        if nodes[depot].demand != 0 {
            let what = format!("the depot, node {}, has a demand of {}", depot + 1, nodes[depot].demand);
            return Err(FormatError::file(what, "write 0, or name another node in DEPOT_SECTION"));
        }
    }
    if kind == Kind::Vrptw && scanned.windows.is_empty() {
        return Err(FormatError::file("TIME_WINDOW_SECTION is missing", "add one, or say TYPE : CVRP"));
    }
    let (vehicles, capacity) = (scanned.vehicles, scanned.capacity);
    Ok(Instance {
        name: scanned.name,
        kind,
        weights,
        coordinates,
        nodes,
        depot,
        pairs: Vec::new(),
        vehicles,
        capacity,
    })
}

fn kind(word: Option<&At<String>>) -> Result<Kind, FormatError> {
    match word.map(|word| (word.value.as_str(), word.line)) {
        Some(("TSP" | "ATSP", _)) => Ok(Kind::Tsp),
        Some(("CVRP" | "ACVRP", _)) => Ok(Kind::Cvrp),
        Some(("VRPTW", _)) => Ok(Kind::Vrptw),
        Some((other, line)) => {
            let what = format!("TYPE is {}, which is not supported", quoted(other));
            Err(FormatError::line(line, what, "read are TSP, ATSP, CVRP and VRPTW"))
        }
        None => Err(FormatError::file("TYPE is missing", "add a line such as `TYPE : CVRP`")),
    }
}

fn weights(scanned: &Scanned, size: usize) -> Result<Weights, FormatError> {
    let Some(At { line, value }) = &scanned.weight_type else {
        let mend = "add a line such as `EDGE_WEIGHT_TYPE : EUC_2D`";
        return Err(FormatError::file("EDGE_WEIGHT_TYPE is missing", mend));
    };
    match value.as_str() {
        "EUC_2D" => Ok(Weights::Plane(Rounding::Nearest)),
        "CEIL_2D" => Ok(Weights::Plane(Rounding::Up)),
        "ATT" => Ok(Weights::Att),
        "GEO" => Ok(Weights::Geo),
        "EXPLICIT" => matrix::unfold(scanned, size).map(Weights::Matrix),
        other => {
            let what = format!("EDGE_WEIGHT_TYPE is {}, which is not supported", quoted(other));
            Err(FormatError::line(*line, what, "read are EUC_2D, CEIL_2D, ATT, GEO and EXPLICIT"))
        }
    }
}

fn depot(depots: &[At<usize>], size: usize) -> Result<usize, FormatError> {
    match depots {
        [] => Ok(0),
        [At { value, .. }] if (1..=size).contains(value) => Ok(value - 1),
        [At { line, value }] => {
            let what = format!("the depot is node {value}, there are nodes 1 to {size}");
            Err(FormatError::line(*line, what, "name one of them"))
        }
        [_, At { line, .. }, ..] => {
            Err(FormatError::line(*line, "there is more than one depot", "keep one, then a line with -1"))
        }
    }
}

/// A section that has a row for every node, in the nodes' order whatever the order of its rows.
fn per_node<T: Copy>(rows: &[At<(usize, T)>], size: usize, section: &str) -> Result<Vec<T>, FormatError> {
    let mut values = vec![None; size];
    for At { line, value: (id, value) } in rows {
        let Some(slot) = id.checked_sub(1).and_then(|at| values.get_mut(at)) else {
            let what = format!("node {id} does not exist, there are nodes 1 to {size}");
            return Err(FormatError::line(*line, what, "correct the number, or DIMENSION"));
        };
        if slot.replace(*value).is_some() {
            return Err(FormatError::line(*line, format!("node {id} comes twice"), "keep one of its rows"));
        }
    }
    let missing = values.iter().position(Option::is_none);
    values.into_iter().collect::<Option<Vec<T>>>().ok_or_else(|| {
        let what = format!("{section} has no row for node {}", missing.unwrap_or_default() + 1);
        FormatError::file(what, "add it, or correct DIMENSION")
    })
}

fn fill<T: Copy>(
    nodes: &mut [Node],
    rows: &[At<(usize, T)>],
    section: &str,
    set: impl Fn(&mut Node, T),
) -> Result<(), FormatError> {
    if rows.is_empty() {
        return Ok(());
    }
    let values = per_node(rows, nodes.len(), section)?;
    nodes.iter_mut().zip(values).for_each(|(node, value)| set(node, value));
    Ok(())
}
