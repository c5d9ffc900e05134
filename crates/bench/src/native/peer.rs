//! The problem as Python gets it: one JSON file, and the matrix beside it as bare 32-bit numbers.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use crate::native::instances::Task;

/// Writes the files for an instance, unless they are there, and returns the JSON's path.
///
/// # Errors
/// When the instance is too large for a matrix, or the disk is full.
pub(super) fn write(task: &Task) -> Result<PathBuf> {
    let instance = &task.instance;
    let matrix = instance.matrix()?;
    let folder = folder();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join("problem.json");
    let cells = folder.join("matrix.i32");
    let scale = instance.scale();
    let windows: Vec<Option<[i64; 2]>> = (instance.nodes.iter())
        .map(|node| node.window.map(|window| window.map(|time| i64::from(time) * i64::from(scale))))
        .collect();
    let services: Vec<i64> =
        instance.nodes.iter().map(|node| i64::from(node.service) * i64::from(scale)).collect();
    let problem = json!({
        "kind": instance.kind.name(),
        "scale": scale,
        "depot": instance.depot,
        "capacity": instance.capacity,
        "fleet": task.fleet(),
        "demands": instance.nodes.iter().map(|node| node.demand).collect::<Vec<_>>(),
        "windows": windows,
        "services": services,
        "pairs": instance.pairs,
        "coordinates": instance.coordinates,
        "matrix": cells,
    });
    fs::write(&file, problem.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    let bytes: Vec<u8> = matrix.iter().flat_map(|cell| cell.to_le_bytes()).collect();
    fs::write(&cells, bytes).with_context(|| format!("cannot write {}", cells.display()))?;
    Ok(file)
}

/// Removes what [`write`] has left.
pub(super) fn clear() {
    fs::remove_dir_all(folder()).ok();
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("milkrun-bench-{}", std::process::id()))
}
