use super::*;
use milkrun_formats::read_instance;

/// Customers at (3, 4), (6, 8) and (0, 5), each 5 apart from the next or the depot.
const WINDOWS: &str = "tiny\nVEHICLE\nNUMBER CAPACITY\n2 30\nCUSTOMER\nCUST NO.\n\
    0 0 0 0 10 100 0\n1 3 4 10 20 40 5\n2 6 8 15 0 45 5\n3 0 5 10 0 50 80\n";
const PAIRS: &str = "2 30 1\n0 0 0 0 0 100 0 0 0\n1 3 4 20 0 50 5 0 2\n2 6 8 -20 0 90 5 1 0\n\
    3 0 5 20 0 50 5 0 4\n4 0 9 -20 0 90 5 3 0\n";

#[track_caller]
fn check(text: &str, routes: &[&[usize]], fleet: usize, cost: f64, faults: &[&str]) {
    let routes: Vec<Vec<usize>> = routes.iter().map(|route| route.to_vec()).collect();
    let verdict = judge(&read_instance(text).unwrap(), &routes, fleet);
    let told: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told, faults);
    assert!((verdict.cost - cost).abs() < 1e-9, "{} is not {cost}", verdict.cost);
}

#[test]
fn a_plan_that_holds_costs_its_way() {
    // Leaves at 10, waits at 15 until 20, serves until 25, at 30 serves until 35, is back at 45.
    check(WINDOWS, &[&[1, 2], &[3]], 2, 20.0 + 10.0, &[]);
    check(WINDOWS, &[&[], &[1, 2], &[], &[3]], 2, 30.0, &[]);
    check(PAIRS, &[&[1, 2], &[3, 4]], 2, 20.0 + 18.0, &[]);
}

#[test]
fn each_customer_is_served_once() {
    check(WINDOWS, &[&[1, 2]], 2, 20.0, &["customer 3 is on no route"]);
    check(
        WINDOWS,
        &[&[1, 2, 1], &[3]],
        2,
        30.0,
        &[
            "route 1, stop 3: customer 1 is served for the second time",
            "route 1, stop 3: the load is 35 after customer 1, 5 over the limit of 30",
        ],
    );
    check(
        WINDOWS,
        &[&[1, 9, 2], &[0, 3]],
        2,
        30.0,
        &[
            "route 1, stop 2: there is no customer 9, they are numbered up to 3",
            "route 2, stop 1: 0 is the depot, not a customer",
        ],
    );
}

#[test]
fn limits_are_told_with_their_measure() {
    check(WINDOWS, &[&[1, 2], &[3]], 1, 30.0, &["there are 2 routes, 1 vehicles are the limit"]);
    // 2 at 20 until 25, 1 at 30 until 35, from (3, 4) to (0, 5) are 3.1, served until 118.1, back at 123.1.
    check(
        WINDOWS,
        &[&[2, 1, 3]],
        2,
        10.0 + 5.0 + 3.1 + 5.0,
        &[
            "route 1: it is back at the depot at 123.1, 23.1 after the latest time, 100",
            "route 1, stop 3: the load is 35 after customer 3, 5 over the limit of 30",
        ],
    );
    // 3 at 15 until 95, 1 at 98.1.
    check(
        WINDOWS,
        &[&[3, 1], &[2]],
        2,
        5.0 + 3.1 + 5.0 + 20.0,
        &[
            "route 1, stop 2: service at customer 1 begins at 98.1, 58.1 after the latest time, 40",
            "route 1: it is back at the depot at 108.1, 8.1 after the latest time, 100",
        ],
    );
}

#[test]
fn pairs_stay_together_and_in_order() {
    check(
        PAIRS,
        &[&[2, 1], &[3, 4]],
        2,
        20.0 + 18.0,
        &[
            "route 1, stop 1: customer 2 gets what customer 1 hands over, which the route has not visited before",
        ],
    );
    check(
        PAIRS,
        &[&[1, 4], &[3, 2]],
        2,
        (5.0 + 34_f64.sqrt() + 9.0) + (5.0 + 45_f64.sqrt() + 10.0),
        &[
            "route 1: it picks up at customer 1 and does not deliver to customer 2",
            "route 1, stop 2: customer 4 gets what customer 3 hands over, which the route has not visited before",
            "route 2, stop 2: customer 2 gets what customer 1 hands over, which the route has not visited before",
            "route 2: it picks up at customer 3 and does not deliver to customer 4",
        ],
    );
    // Both pickups before the first delivery are 40 aboard.
    check(
        PAIRS,
        &[&[1, 3, 4, 2]],
        2,
        5.0 + 10_f64.sqrt() + 4.0 + 37_f64.sqrt() + 10.0,
        &["route 1, stop 2: the load is 40 after customer 3, 10 over the limit of 30"],
    );
}
