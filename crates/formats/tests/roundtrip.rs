//! What is written reads back the same, and no input makes a reader panic.

use milkrun_formats::{Instance, Kind, Node, Rounding, Weights, lilim, read_instance, solomon, vrplib};
use proptest::prelude::*;

fn coordinates(size: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
    prop::collection::vec(prop::array::uniform2(-9.0e4..9.0e4), size)
}

fn node() -> impl Strategy<Value = Node> {
    (0..1_000, 0..10_000, 0..10_000, 0..500).prop_map(|(demand, from, length, service)| Node {
        demand,
        window: Some([from, from + length]),
        service,
    })
}

/// An instance with windows in tenths; the others are made of it.
fn instance() -> impl Strategy<Value = Instance> {
    (2_usize..9).prop_flat_map(|size| {
        let nodes = prop::collection::vec(node(), size);
        (coordinates(size), nodes, 1_usize..50, 0..10_000, "[a-zA-Z][a-z0-9_.-]{0,12}").prop_map(
            |(coordinates, mut nodes, vehicles, capacity, name)| {
                nodes[0].demand = 0;
                Instance {
                    name,
                    kind: Kind::Vrptw,
                    weights: Weights::Plane(Rounding::Tenths),
                    coordinates,
                    nodes,
                    depot: 0,
                    pairs: Vec::new(),
                    vehicles: Some(vehicles),
                    capacity: Some(capacity),
                }
            },
        )
    })
}

fn with_pairs(mut it: Instance) -> Instance {
    if it.nodes.len().is_multiple_of(2) {
        it.nodes.pop();
        it.coordinates.pop();
    }
    (it.kind, it.weights, it.name) = (Kind::Pdptw, Weights::Plane(Rounding::Exact), String::new());
    it.pairs = (1..it.nodes.len()).step_by(2).map(|task| [task, task + 1]).collect();
    for &[pickup, delivery] in &it.pairs {
        it.nodes[delivery].demand = -it.nodes[pickup].demand;
    }
    it
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_the_same(it in instance(), choice in 0..5, cells in prop::collection::vec(0..9_999, 81)) {
        let mut plain = it.clone();
        plain.weights = match choice {
            0 => Weights::Plane(Rounding::Nearest),
            1 => Weights::Plane(Rounding::Up),
            2 => Weights::Geo,
            3 => Weights::Att,
            _ => Weights::Matrix(cells[..plain.nodes.len() * plain.nodes.len()].to_vec()),
        };
        prop_assert_eq!(read_instance(&vrplib::write(&plain).unwrap()), Ok(plain));
        prop_assert_eq!(read_instance(&solomon::write(&it).unwrap()), Ok(it.clone()));
        let it = with_pairs(it);
        prop_assert_eq!(read_instance(&lilim::write(&it).unwrap()), Ok(it));
    }

    #[test]
    fn a_spoilt_file_is_an_error_or_an_instance_and_never_a_panic(
        it in instance(), at: prop::sample::Index, with in "\\PC{0,6}", cut: prop::sample::Index
    ) {
        let mut plain = it.clone();
        plain.weights = Weights::Plane(Rounding::Nearest);
        for text in [vrplib::write(&plain), solomon::write(&it), lilim::write(&with_pairs(it))] {
            let text = text.unwrap();
            let at = at.index(text.len());
            let spoilt = format!("{}{with}{}", &text[..at], &text[at + cut.index(text.len() - at)..]);
            if let Ok(read) = read_instance(&spoilt) {
                _ = read.to_problem(None);
            }
        }
    }

    #[test]
    fn noise_is_never_a_panic(text in "(NAME|TYPE|DIMENSION|VEHICLE|CUSTOMER|EOF|[-0-9. :\n]|\\PC){0,60}") {
        _ = (read_instance(&text), vrplib::read(&text), solomon::read(&text), lilim::read(&text));
    }
}
