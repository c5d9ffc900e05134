//! What is written reads back the same, and no input makes a reader panic.

use milkrun_formats::task::Task;
use milkrun_formats::{
    Instance, Kind, Node, Rounding, Weights, lilim, read_instance, solomon, vroom, vrplib,
};
use milkrun_solver::{Params, Solver, evaluate};
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
        if plain.weights == Weights::Geo {
            // Degrees of the globe.
            plain.coordinates.iter_mut().flatten().for_each(|degrees| *degrees %= 90.0);
        }
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

/// A day in VROOM's terms: some vehicles around the first place, jobs and shipments of which not all can be served.
fn day() -> impl Strategy<Value = vroom::Input> {
    let job = (1_usize..9, 0_u32..600, 0_u32..6, 0_u32..20_000, 0_u8..101, 0_u32..3);
    let van = (5_u32..15, prop::bool::ANY, prop::option::of(1_u32..4), 0_u32..3);
    let shipment = (1_usize..9, 1_usize..9, 0_u32..600, 0_u32..8, 0_u32..20_000, 0_u8..101, 0_u32..3);
    let both = (prop::collection::vec(job, 0..12), prop::collection::vec(shipment, 0..6), 0_u32..4);
    let cells = prop::collection::vec(prop::collection::vec(1_u32..3_000, 9), 9);
    let epoch = prop::sample::select(vec![0_u32, 1_700_000_000]);
    (both, prop::collection::vec(van, 1..4), cells, epoch).prop_map(
        |((jobs, shipments, pickups), vans, cells, epoch)| {
            let mut input = vroom::Input::default();
            for (id, (place, service, amount, ready, priority, skill)) in (10..).zip(jobs) {
                input.jobs.push(vroom::Job {
                    id,
                    description: format!("\"job\" {id}"),
                    location: Some([f64::from(amount), 60.0]),
                    location_index: Some(place),
                    service,
                    delivery: vec![amount],
                    pickup: vec![amount * pickups / 2],
                    priority,
                    skills: (0..skill).collect(),
                    time_windows: vec![vroom::TimeWindow(epoch + ready, epoch + ready + 5_000)],
                    ..vroom::Job::default()
                });
            }
            for (id, (from, to, service, amount, ready, priority, skill)) in (10..).zip(shipments) {
                let end = |place| vroom::ShipmentStep {
                    id,
                    description: format!("end {place}"),
                    location_index: Some(place),
                    service,
                    time_windows: vec![vroom::TimeWindow(epoch + ready, epoch + ready + 9_000)],
                    ..vroom::ShipmentStep::default()
                };
                input.shipments.push(vroom::Shipment {
                    pickup: end(from),
                    delivery: end(to),
                    amount: vec![amount],
                    skills: (0..skill).collect(),
                    priority,
                });
            }
            for (id, (capacity, open, max_tasks, skill)) in (3..).zip(vans) {
                input.vehicles.push(vroom::Vehicle {
                    id,
                    start_index: Some(0),
                    end_index: (!open).then_some(0),
                    capacity: vec![capacity],
                    max_tasks,
                    skills: (0..skill).collect(),
                    time_window: Some(vroom::TimeWindow(epoch + 100, epoch + 30_000)),
                    ..vroom::Vehicle::default()
                });
            }
            let matrices = vroom::Matrices { durations: cells, ..vroom::Matrices::default() };
            input.matrices.insert("car".to_owned(), matrices);
            input
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn exporting_and_importing_gives_the_same_plan(input in day(), seed: u64) {
        prop_assert_eq!(&vroom::read_input(&vroom::write_input(&input)), &Ok(input.clone()));
        let task = Task::from_vroom(&input).unwrap();
        let mut solver = Solver::new(&task.problem, Params::iterations(200, seed)).unwrap();
        while !solver.step(100).done {}
        let solution = solver.best();
        let output = vroom::read_output(&vroom::write_output(&task.to_vroom(solution))).unwrap();
        let plans = task.plan_of(&output).unwrap();
        prop_assert_eq!(&plans, &solution.plans());
        // The times in the output are those of driving the plan again.
        let again = evaluate(&task.problem, &plans);
        prop_assert_eq!(again.violations, []);
        for (route, expected) in output.routes.iter().zip(&again.routes) {
            prop_assert_eq!(route.duration, expected.travel);
            prop_assert_eq!(route.service, expected.service);
            let arrivals: Vec<i64> = route.steps.iter().skip(1).map(|step| step.arrival - task.epoch).collect();
            let visits = expected.visits.iter().map(|visit| i64::from(visit.arrival));
            let end = input.vehicles[expected.vehicle].end_index.map(|_| i64::from(expected.arrival));
            prop_assert_eq!(arrivals, visits.chain(end).collect::<Vec<_>>());
            // At the end there is aboard what jobs have given; in between never more than fits.
            let given = |id: Option<u64>| input.jobs.iter().find(|job| Some(job.id) == id).map_or(0, |job| i64::from(job.pickup[0]));
            let jobs = route.steps.iter().filter(|step| step.kind == vroom::StepKind::Job);
            let aboard = jobs.map(|step| given(step.id)).sum::<i64>();
            prop_assert_eq!(route.steps.last().map(|step| step.load.iter().sum::<i64>()), Some(aboard));
            let capacity = i64::from(input.vehicles[expected.vehicle].capacity[0]);
            prop_assert!(route.steps.iter().all(|step| step.load.iter().all(|&load| (0..=capacity).contains(&load))));
        }
        // A start plan of steps is the plan itself.
        let mut with_steps = input;
        for route in &output.routes {
            let vehicle = with_steps.vehicles.iter_mut().find(|vehicle| vehicle.id == route.vehicle).unwrap();
            let step = |step: &vroom::Step| vroom::VehicleStep { kind: step.kind, id: step.id, ..Default::default() };
            vehicle.steps = route.steps.iter().map(step).collect();
        }
        prop_assert_eq!(Task::from_vroom(&with_steps).unwrap().start, plans);
    }
}
