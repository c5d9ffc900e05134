//! Reads every published instance that is at hand; their folder is named by `MILKRUN_INSTANCES`.

use std::fs;
use std::path::{Path, PathBuf};

use milkrun_formats::{Kind, read_instance};

/// The instances' folder, unless it is not there.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/instances");
    let folder = std::env::var_os("MILKRUN_INSTANCES").map_or(beside, PathBuf::from);
    folder.join("bks.csv").is_file().then_some(folder)
}

#[test]
fn every_published_instance_is_read() {
    let Some(folder) = folder() else {
        println!("skipped: MILKRUN_INSTANCES names no folder with a bks.csv");
        return;
    };
    let table = fs::read_to_string(folder.join("bks.csv")).unwrap();
    let mut read = 0;
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split(',').collect();
        let (kind, size, file) = (columns[0], columns[3].parse::<usize>().unwrap(), columns[4]);
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let it = read_instance(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(it.kind.name(), kind, "{file}");
        // A tour counts its cities, routes their customers.
        assert_eq!(it.nodes.len() - usize::from(it.kind != Kind::Tsp), size, "{file}");
        if size <= 300 && it.pairs.is_empty() {
            it.to_problem(None).unwrap().validate().unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        read += 1;
    }
    println!("{read} instances read");
    assert!(read > 0);
}
