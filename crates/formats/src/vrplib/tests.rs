use super::*;
use crate::{Kind, Node, Rounding, Weights};

const CVRP: &str = "NAME : \ttiny\t\r\nCOMMENT : \"a: b\"\r\nTYPE : CVRP\r\nDIMENSION : 3\r\n\
    EDGE_WEIGHT_TYPE : EUC_2D\r\nCAPACITY : 10\r\nNODE_COORD_SECTION\t\r\n1 0 0\r\n2 0 5.5\r\n3 1e1 9\r\n\
    DEMAND_SECTION\r\n1 0\r\n3 7\r\n2 6\r\nDEPOT_SECTION\r\n 1\r\n -1\r\nEOF\r\n";

#[test]
fn sections_are_read_in_any_order_of_their_rows() {
    let it = read(CVRP).unwrap();
    assert_eq!((it.name.as_str(), it.kind, it.capacity, it.depot), ("tiny", Kind::Cvrp, Some(10), 0));
    assert_eq!(it.weights, Weights::Plane(Rounding::Nearest));
    assert_eq!(it.coordinates, [[0.0, 0.0], [0.0, 5.5], [10.0, 9.0]]);
    assert_eq!(it.nodes.iter().map(|node| node.demand).collect::<Vec<_>>(), [0, 6, 7]);
}

#[test]
fn windows_and_service_are_ortecs() {
    let text = "NAME : x\nTYPE : VRPTW\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EXPLICIT\nVEHICLES : 4\n\
        EDGE_WEIGHT_FORMAT : FULL_MATRIX\nCAPACITY : 9\nEDGE_WEIGHT_SECTION\n0\t7\n8\t0\nDEMAND_SECTION\n1 0\n2 3\n\
        DEPOT_SECTION\n1\n-1\nSERVICE_TIME_SECTION\n1 0\n2 60\nTIME_WINDOW_SECTION\n1 0 900\n2 5 50\nEOF\n";
    let it = read(text).unwrap();
    assert_eq!((it.kind, it.vehicles), (Kind::Vrptw, Some(4)));
    assert_eq!(it.weights, Weights::Matrix(vec![0, 7, 8, 0]));
    assert_eq!(it.nodes[1], Node { demand: 3, window: Some([5, 50]), service: 60 });
}

#[test]
fn each_layout_of_a_matrix_unfolds_to_the_same() {
    let check = |format: &str, weights: &str| {
        let text = format!(
            "TYPE : TSP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : {format}\n\
             EDGE_WEIGHT_SECTION\n{weights}\nEOF\n"
        );
        let it = read(&text).unwrap();
        assert_eq!(it.weights, Weights::Matrix(vec![0, 1, 2, 1, 0, 3, 2, 3, 0]), "{format}");
    };
    check("FULL_MATRIX", "0 1 2\n1 0 3\n2 3 0");
    check("UPPER_ROW", "1 2\n3");
    check("LOWER_ROW", "1\n2 3");
    check("UPPER_DIAG_ROW", "0 1 2 0 3 0");
    check("LOWER_DIAG_ROW", "0\n1 0\n2 3 0");
    check("UPPER_COL", "1 2 3");
    check("LOWER_COL", "1 2 3");
    check("UPPER_DIAG_COL", "0 1 0 2 3 0");
    check("LOWER_DIAG_COL", "0 1 2 0 3 0");
}

#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let spoilt = CVRP.replacen(from, to, 1);
    assert_ne!(spoilt, CVRP);
    assert_eq!(read(&spoilt).unwrap_err().to_string(), expected);
}

#[test]
fn mistakes_are_told_with_their_line() {
    check(
        "CAPACITY : 10",
        "CAPACITY : ten",
        "line 6: the CAPACITY is `ten`; write a whole number of at most 2,147,483,647",
    );
    check("CAPACITY : 10\r\n", "", "the file: CAPACITY is missing; add a line such as `CAPACITY : 100`");
    check(
        "TYPE : CVRP",
        "TYPE : HCP",
        "line 3: TYPE is `HCP`, which is not supported; read are TSP, ATSP, CVRP and VRPTW",
    );
    check(
        "3 1e1 9\r\n",
        "",
        "the file: NODE_COORD_SECTION has no row for node 3; add it, or correct DIMENSION",
    );
    check("3 1e1", "2 1e1", "line 10: node 2 comes twice; keep one of its rows");
    check(
        "3 1e1",
        "4 1e1",
        "line 10: node 4 does not exist, there are nodes 1 to 3; correct the number, or DIMENSION",
    );
    check("3 1e1 9", "3 1e1", "line 10: the row has 2 columns; write a node's number, x and y");
    check("3 1e1", "3 inf", "line 10: the coordinate is `inf`; write a number such as 12.5");
    check("2 6", "2 -6", "line 14: the demand is -6; write 0 or more");
    check(
        "1 0\r\n3 7",
        "1 4\r\n3 7",
        "the file: the depot, node 1, has a demand of 4; write 0, or name another node in DEPOT_SECTION",
    );
    check(
        " 1\r\n -1",
        " 1\r\n 2\r\n -1",
        "line 17: there is more than one depot; keep one, then a line with -1",
    );
    check(" 1\r\n -1", " 9\r\n -1", "line 16: the depot is node 9, there are nodes 1 to 3; name one of them");
    check("DIMENSION : 3", "DIMENSION : 0", "line 4: DIMENSION is 0; write a number from 1 to 1,000,000");
    check(
        "TYPE : CVRP",
        "17 : CVRP",
        "line 3: `17 : CVRP` stands in no section; put a heading such as NODE_COORD_SECTION before it",
    );
    let told = read(&CVRP.replacen("CAPACITY", "CAPACTIY", 1)).unwrap_err().to_string();
    assert!(
        told.starts_with("line 6: the key `CAPACTIY` is unknown; remove the line or correct the key"),
        "{told}"
    );
}

#[test]
fn a_matrix_of_the_wrong_size_is_counted() {
    let text = "TYPE : TSP\nDIMENSION : 1000000\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : FULL_MATRIX\n\
        EDGE_WEIGHT_SECTION\n0 1\n2 0\nEOF\n";
    let told = read(text).unwrap_err().to_string();
    assert_eq!(
        told,
        "line 7: EDGE_WEIGHT_SECTION has 4 weights, 1000000 nodes as FULL_MATRIX need 1000000000000; complete the \
         section, or correct DIMENSION"
    );
}
