//! What is wrong with a file is told in one sentence: where, what limit, by how much, and how to mend it.

mod support;

use support::{milkrun, text};

const VROOM: &str = include_str!("../../../fuzz/corpus/vroom_input/small.json");
const CVRP: &str = include_str!("../../../fuzz/corpus/vrplib/cvrp.vrp");
const GEO: &str = include_str!("../../../fuzz/corpus/vrplib/geo.tsp");
const SOLOMON: &str = include_str!("../../../fuzz/corpus/solomon/tiny.txt");
const PAIRS: &str = include_str!("../../../fuzz/corpus/lilim/tiny.txt");
const OWN: &str = r#"{
  "travel": {"matrix": {"size": 2, "durations": [0, 60, 60, 0], "distances": [0, 500, 500, 0]}},
  "stops": [{"location": 1, "service": 60, "windows": [{"start": 100, "end": 200}], "demand": [2, 0, 0]}, {"location": 1}],
  "vehicles": [{"start": 0, "end": 0, "capacity": [3, 0, 0], "skills": 1}]
}"#;

/// Has the program solve a text; its exit status, what it prints and what it complains of.
fn solve(input: &str) -> (Option<i32>, String, String) {
    let output = milkrun("solve - --iterations 100 --quiet", input);
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A sound file with one thing in it replaced, and what is told of that.
#[track_caller]
fn check(file: &str, from: &str, to: &str, expected: &str) {
    assert!(file.contains(from), "there is no {from}");
    told(&file.replacen(from, to, 1), expected);
}

#[track_caller]
fn told(input: &str, expected: &str) {
    let (status, stdout, stderr) = solve(input);
    let stderr = stderr.trim_end();
    assert_eq!((status, stdout.as_str()), (Some(2), ""), "{input}\n{stderr}");
    assert!(!stderr.contains('\n') && stderr.contains(expected), "expected: {expected}\n    told: {stderr}");
}

#[test]
fn vrooms_json() {
    let check = |from, to, expected| check(VROOM, from, to, expected);
    check("\"skills\": [9],\n", "\"skils\": [9],\n", "vehicles[0].skils: the key `skils` is unknown");
    check(
        "[[1700010000, 1700013600]]",
        "[[1700013600, 1700010000]]",
        "jobs[1].time_windows[0]: it ends 3600 s before it starts; write the earlier time first",
    );
    check(
        "[1700006400, 1700042400]",
        "[1700042400, 1700006400]",
        "vehicles[0].time_window: it ends 36000 s before it starts; write the earlier time first",
    );
    check(
        "\"location_index\": 2",
        "\"location_index\": 7",
        "jobs[1].location_index: it is 7, matrices.car.durations has 3 rows; rows are counted from 0",
    );
    check(
        "[100, 0, 150]",
        "[100, 0]",
        "matrices.car.durations[1]: it has 2 cells, there are 3 rows; give a cell for each place",
    );
    check(
        ", [2000, 1500, 0]]",
        "]",
        "matrices.car.distances: it has 2 rows, there are 3 places; give both for the same places",
    );
    check(
        "\"service\": 60",
        "\"service\": -60",
        "jobs[0].service: it is `-60`; write a whole number from 0 to 4,294,967,295",
    );
    check(
        "\"service\": 60",
        "\"service\": 4000000000",
        "jobs[0].service: it is 4000000000 s after the first day's midnight; 100,000,000 s is the most",
    );
    check(
        "\"service\": 60",
        "\"service\": 99999999999",
        "jobs[0].service: it is `99999999999`; write a whole number from 0 to 4,294,967,295",
    );
    check(
        "\"id\": 101",
        "\"id\": 100",
        "jobs[1].id: it is 100, as jobs[0].id is; give each an id of its own",
    );
    check(
        "\"id\": 6",
        "\"id\": 5",
        "vehicles[1].id: it is 5, as vehicles[0].id is; give each an id of its own",
    );
    check(
        "\"delivery\": [9]",
        "\"delivery\": [9, 9, 9, 9]",
        "jobs[2].delivery: it has 4 dimensions; 3 are the most",
    );
    check(
        "[24.9, 60.1], \"end\"",
        "[24.9, 95.1], \"end\"",
        "vehicles[0].start: 24.9, 95.1 is no place on Earth; write longitude, then latitude, in degrees",
    );
    check(
        "\"priority\": 7",
        "\"priority\": 700",
        "jobs[1].priority: it is `700`; write a whole number from 0 to 255",
    );
    check("\"id\": 102, ", "\"id\": 102.5, ", "jobs[2].id: it is `102.5`; write a whole number of 0 or more");
    check(
        "\"delivery\": [9]",
        "\"delivery\": [3000000000]",
        "jobs[2].delivery: an amount is 3000000000; 2,147,483,647 is the most",
    );
    check(
        "\"location_index\": 1, \"location\": [24.91, 60.1], \"service\"",
        "\"service\"",
        "jobs[0]: it has no place; add its location, or its location_index if there are matrices",
    );
}

#[test]
fn our_own_json() {
    let check = |from, to, expected| check(OWN, from, to, expected);
    check("\"service\"", "\"servce\"", "stops[0].servce: the key `servce` is unknown");
    check(
        "\"start\": 100, \"end\": 200",
        "\"start\": 300, \"end\": 200",
        "a window of stop 0 ends at 200 s, 100 s before it starts",
    );
    check(
        "\"start\": 100",
        "\"start\": -100",
        "a window of stop 0 goes from -100 to 200 s, times must be 0 to 100,000,000 s",
    );
    check(
        "\"demand\": [2, 0, 0]",
        "\"demand\": [-2, 0, 0]",
        "load 0 of stop 0 is -2, it must not be negative",
    );
    check("[0, 60, 60, 0]", "[0, 60, 60]", "the matrix of durations has 3 cells, 2 places need 4");
    check(
        "[0, 60, 60, 0]",
        "[0, -60, 60, 0]",
        "the durations from place 0 to place 1 is -60, it must be 0 to 100,000,000 or unreachable",
    );
    check(
        "\"location\": 1, \"service\"",
        "\"location\": 5, \"service\"",
        "stop 0 is at place 5, the last place is 1",
    );
    check(
        "\"location\": 1}",
        "\"location\": 1, \"vehicle\": 3}",
        "stop 1 is locked to vehicle 3, there are 1 vehicles, counted from 0",
    );
    check(
        "\"skills\": 1",
        "\"skills\": 1, \"shift\": {\"start\": 9000, \"end\": 3000}",
        "the shift of vehicle 0 ends at 3000 s, 6000 s before it starts",
    );
    check(
        "\"demand\": [2, 0, 0]",
        "\"demand\": [2147483647, 0, 0]}, {\"location\": 1, \"demand\": [9, 0, 0]",
        "load 0 of all stops adds up to 2147483656, 2,147,483,647 is the most; use larger units",
    );
    check(
        "\"vehicles\"",
        "\"objective\": \"quickest\", \"vehicles\"",
        "objective: unknown variant `quickest`, expected one of `cheapest`, `fastest`, `shortest`, `balanced`, `fewest_vehicles`; correct it as the documentation of Milkrun's problems says",
    );
    check(
        "\"vehicles\"",
        "\"shipments\": [{\"pickup\": 0, \"delivery\": 9, \"load\": [1,0,0]}], \"vehicles\"",
        "stop 0 is an end of a shipment and has a load beside it; make another stop for that; shipment 0 has an end at stop 9, the last stop is 1",
    );
    check(
        "\"travel\": {\"matrix\": {\"size\": 2, \"durations\": [0, 60, 60, 0], \"distances\": [0, 500, 500, 0]}}",
        "\"travel\": {\"points\": {\"points\": [{\"lat\": 60.1, \"lon\": 24.9}, {\"lat\": 1e999, \"lon\": 24.9}], \"model\": {\"circuity\": 1.3, \"speeds\": [{\"up_to\": 100, \"kmh\": 30}]}}}",
        "line 2: number out of range; correct it as the documentation of Milkrun's problems says",
    );
}

#[test]
fn vrplib() {
    let check = |from, to, expected| check(CVRP, from, to, expected);
    check(
        "EUC_2D",
        "EUC_9D",
        "line 5: EDGE_WEIGHT_TYPE is `EUC_9D`, which is not supported; read are EUC_2D, CEIL_2D, ATT, GEO and EXPLICIT",
    );
    check(
        "CAPACITY",
        "CAPACTIY",
        "line 6: the key `CAPACTIY` is unknown; remove the line or correct the key",
    );
    check("3 7", "3 -7", "line 13: the demand is -7; write 0 or more");
    check(
        "DIMENSION : 3",
        "DIMENSION : 4",
        "the file: NODE_COORD_SECTION has no row for node 4; add it, or correct DIMENSION",
    );
    check("2 0 5.5", "2 NaN 5.5", "line 9: the coordinate is `NaN`; write a number such as 12.5");
    check("2 0 5.5", "2 0", "line 9: the row has 2 columns; write a node's number, x and y");
    check("2 0 5.5", "3 0 5.5", "line 10: node 3 comes twice; keep one of its rows");
    check(" 1\n -1", " 9\n -1", "line 16: the depot is node 9, there are nodes 1 to 3; name one of them");
    check(
        "CAPACITY : 10",
        "CAPACITY : 99999999999",
        "line 6: the CAPACITY is `99999999999`; write a whole number of at most 2,147,483,647",
    );
    check(
        "3 1e1 9",
        "3 1e300 9",
        "the file: places lie too far apart; 100000000 is the most; use larger units",
    );
}

#[test]
fn tsplib() {
    let check = |from, to, expected| check(GEO, from, to, expected);
    check(
        "GEO",
        "XRAY1",
        "line 4: EDGE_WEIGHT_TYPE is `XRAY1`, which is not supported; read are EUC_2D, CEIL_2D, ATT, GEO and EXPLICIT",
    );
    check(
        "2 61 -179.59",
        "2 91 -179.59",
        "line 7: node 2 is at 91, -179.59, which is no place on Earth; write latitude, then longitude, as degrees and minutes",
    );
    check(
        "2 61 -179.59\n",
        "",
        "the file: NODE_COORD_SECTION has no row for node 2; add it, or correct DIMENSION",
    );
}

#[test]
fn solomon() {
    let check = |from, to, expected| check(SOLOMON, from, to, expected);
    check(
        "1 3 4 10 5 60 9",
        "1 3 4 10 60 5 9",
        "line 11: the window ends at 5, 55 before it starts; write the earlier time first",
    );
    check(
        "1 3 4 10 5 60 9",
        "0 3 4 10 5 60 9",
        "line 11: the customer's number is `0`; number customers from 0 (the depot) without gaps; here 1",
    );
    check(
        "1 3 4 10 5 60 9",
        "1 3 4 10 5",
        "line 11: the row has 5 columns; write number, x, y, demand, ready time, due date and service time",
    );
    check("1 3 4 10 5 60 9", "1 3 4 10 5 60 -9", "line 11: the service time is -9; write 0 or more");
    check(
        "  2   50",
        "  2   x",
        "line 5: the capacity is `x`; write a whole number of at most 2,147,483,647",
    );
    check(
        "CUSTOMER",
        "CUSTOMR",
        "line 7: the heading `CUSTOMR` is unknown; known are VEHICLE with NUMBER and CAPACITY, and CUSTOMER with CUST NO. and its columns",
    );
    check(
        "0 0 0 0 0 100 0",
        "0 0 0 0 100 0 0",
        "line 10: the window ends at 0, 100 before it starts; write the earlier time first",
    );
}

#[test]
fn li_and_lim() {
    let check = |from, to, expected| check(PAIRS, from, to, expected);
    check(
        "-10",
        "-9",
        "line 3: task 1 belongs to task 2, which does not agree; a pickup names its delivery and the other way round, and their demands add up to 0",
    );
    check(
        "2\t6\t8\t-10\t5\t90\t9\t1\t0",
        "2\t6\t8\t-10\t5\t90\t9\t7\t0",
        "line 3: task 1 belongs to task 2, which does not agree; a pickup names its delivery and the other way round, and their demands add up to 0",
    );
    check(
        "2\t6\t8\t-10\t5\t90\t9\t1\t0\n",
        "",
        "line 3: task 1 belongs to task 2, which does not agree; a pickup names its delivery and the other way round, and their demands add up to 0",
    );
    check("1\t3\t4", "1\tinf\t4", "line 3: the coordinate is `inf`; write a number such as 12.5");
    check(
        "5\t90",
        "95\t90",
        "line 4: the window ends at 90, 5 before it starts; write the earlier time first",
    );
}

#[test]
fn what_is_empty_or_cut_off() {
    told("", "its format is not recognised; give a VRPLIB or TSPLIB file");
    told("[]", "its format is not recognised");
    let cut = |file: &str, at: &str, expected: &str| {
        told(&file[..file.find(at).expect("a place to cut")], expected);
    };
    cut(VROOM, "60, \"delivery\"", "line 7: the text ends within a value; give the whole file");
    cut(OWN, "\"vehicles\"", "line 4: the text ends within a value; give the whole file");
    cut(CVRP, "DEMAND_SECTION", "DEMAND_SECTION is missing; add one with a row for each node");
    cut(CVRP, "2 6\nDEPOT", "DEMAND_SECTION has no row for node 2; add it, or correct DIMENSION");
    cut(SOLOMON, "\nCUSTOMER", "there are no customers; add them under a CUSTOMER heading");
    cut(
        PAIRS,
        "\t9\t1\t0",
        "line 4: the row has 6 columns; write number, x, y, demand, ready time, due date, service time, pickup and delivery",
    );
}

/// What can be planned in part is: the answer says of each stop that is left out which limit it breaks, by how much, and what
/// would have to give.
#[test]
fn what_cannot_all_be_served() {
    let check = |file: &str, from: &str, to: &str, reason: &str, remedy: &str| {
        assert!(file.contains(from), "there is no {from}");
        let (status, stdout, stderr) = solve(&file.replacen(from, to, 1));
        assert_eq!(status, Some(0), "{stderr}");
        let answer: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
        let unserved = &answer["unserved"][0];
        assert_eq!(
            (unserved["reason"].as_str(), unserved["remedy"].as_str().unwrap_or("none")),
            (Some(reason), remedy)
        );
    };
    check(
        OWN,
        "\"demand\": [2, 0, 0]",
        "\"demand\": [9, 0, 0]",
        "every vehicle is too full, by 6 in load 0 at best",
        "vehicle 0 could serve it as stop 2 of its route if it holds 6 more of load 0",
    );
    check(
        OWN,
        "\"location\": 1}",
        "\"location\": 1, \"vehicle\": 0, \"skills\": 6}",
        "no vehicle has the skills it needs, 2 are missing at best",
        "vehicle 0 could serve it as stop 2 of its route if it has 2 more of the skills that are needed",
    );
    check(
        OWN,
        "\"start\": 100, \"end\": 200",
        "\"start\": 0, \"end\": 10",
        "every vehicle comes too late, by 50 s at best",
        "vehicle 0 could serve it as stop 2 of its route if the last window of stop 0 closes 50 s later",
    );
    check(
        OWN,
        "\"skills\": 1",
        "\"skills\": 1, \"shift\": {\"start\": 0, \"end\": 90}",
        "the shift is too short, by 130 s at best",
        "vehicle 0 could serve it as stop 1 of its route if its shift ends 130 s later",
    );
    check(OWN, "[0, 60, 60, 0]", "[0, 2147483647, 60, 0]", "no road leads there and on", "none");
    check(
        CVRP,
        "3 7",
        "3 17",
        "every vehicle is too full, by 7 in load 0 at best",
        "vehicle 2 could serve it as stop 1 of its route if it holds 7 more of load 0",
    );
    check(
        SOLOMON,
        "1 3 4 10 5 60 9",
        "1 3 4 10 0 2 9",
        "every vehicle comes too late, by 30 s at best",
        "vehicle 1 could serve it as stop 1 of its route if the last window of stop 1 closes 30 s later",
    );
    check(
        PAIRS,
        "2\t50\t1",
        "2\t5\t1",
        "every vehicle is too full, by 5 in load 0 at best",
        "vehicle 1 could serve it as stop 1 of its route if it holds 5 more of load 0",
    );
}
