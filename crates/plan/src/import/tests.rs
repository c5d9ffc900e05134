//! Whole imports, from bytes to stops.

use super::*;
use crate::clock::TimeWindow;
use crate::edit::{Edit, History, ImportMode};
use crate::plan::{Plan, Settings};
use crate::stop::{Stop, Turn};
use proptest::prelude::*;

fn read(text: &str) -> Interpretation {
    let table = parse(text).unwrap();
    let mapping = Mapping::from_guesses(&guess(&table));
    interpret(&table, &mapping, &Settings::default())
}

/// The first row's problems as `E field: message`.
fn check(text: &str, expected: &[&str]) {
    let all = read(text);
    let show = |it: &Problem| {
        let mark = if it.severity == Severity::Error { 'E' } else { 'W' };
        format!("{mark} {}: {}", it.field.map_or("row", Field::label), it.message)
    };
    let shown: Vec<String> = all.rows[0].problems.iter().map(show).collect();
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
    for (shown, expected) in shown.iter().zip(expected) {
        assert!(shown.starts_with(expected), "{shown}");
    }
    assert_eq!(all.rows[0].ready().is_none(), expected.iter().any(|it| it.starts_with('E')), "{shown:?}");
}

#[test]
fn every_problem_is_told() {
    check("id,address\n1,Street 3\n", &[]);
    check("id,address\n1,\n", &["E Address: The address is missing"]);
    check(
        "id,address,parcels\n1,Street 3,many\n",
        &["E Parcels: Parcels “many” cannot be read; write it like 2"],
    );
    check("id,address,parcels\n1,Street 3,0\n", &["W Parcels: No parcels"]);
    check("id,address,service\n1,Street 3,long\n", &["E Minutes at stop: "]);
    check("id,address,from,to\n1,Street 3,noon,25:00\n", &["E Earliest time: ", "E Latest time: "]);
    check(
        "id,address,from,to\n1,Street 3,12:00,9:00\n",
        &["E Latest time: The time window 12:00-09:00 ends before"],
    );
    check("id,address,window\n1,Street 3,12-9\n", &["E Time window: "]);
    check("id,address,email\n1,Street 3,aino\n", &["W E-mail: "]);
    check("id,address,lat,lon\n1,Street 3,91,25\n", &["W Latitude: "]);
    check("id,name,lat,lon\n1,A,91,25\n", &["E Latitude: "]);
    check("id,address,note\n1,Street 3\n", &["W row: The row has 2 cells where 3 are expected"]);
    check(
        "id,address,note\n1,Street 3,a,b\n",
        &["W row: The row has 4 cells where 3 are expected; put quotes"],
    );
    check("id,address,note\n1,Street 3,\"a\n", &["W row: A quote is opened"]);
}

#[test]
fn wishes_are_read_as_people_write_them() {
    let problems = check;
    let check = |cells: &str, priority: u8, driver: Option<&str>, turn: Turn| {
        let all = read(&format!("id,address,priority,only driver,first or last\n1,Street 3,{cells}\n"));
        let stop = all.rows[0].ready().unwrap_or_else(|| panic!("{cells}: {:?}", all.rows[0].problems));
        assert_eq!((stop.priority, stop.turn), (priority, turn), "{cells}");
        assert_eq!(stop.driver.as_ref().map(crate::DriverId::as_str), driver, "{cells}");
    };
    check(",,", 0, None, Turn::Any);
    check("High,Aino,first", Stop::HIGH, Some("Aino"), Turn::First);
    check("URGENT,,Last", Stop::URGENT, None, Turn::Last);
    let all = read("id,address,needs\n1,Street 3,\"Tail lift; cold, COLD\"\n");
    assert_eq!(all.rows[0].ready().unwrap().needs, ["Tail lift", "cold"]);
    check("7,,any", 7, None, Turn::Any);
    problems("id,address,priority\n1,Street 3,maybe\n", &["E Priority: "]);
    problems("id,address,priority\n1,Street 3,256\n", &["E Priority: "]);
    problems("id,address,first or last\n1,Street 3,middle\n", &["E First or last: "]);
}

fn check_address(text: &str, expected: &str) {
    assert_eq!(read(text).rows[0].ready().unwrap().address, expected, "{text}");
}

#[test]
fn addresses_are_put_together_from_their_parts() {
    check_address("address,postcode,city\nStreet 3,00100,Helsinki\n", "Street 3, 00100 Helsinki");
    check_address(
        "address,postcode,city\n\"Street 3, 00100 Helsinki\",00100,Helsinki\n",
        "Street 3, 00100 Helsinki",
    );
    check_address("street,house number,city\nRing,3 B,Berlin\n", "Ring 3 B, Berlin");
    check_address("street,postcode,city\nBerliner Ring 3,10115,Berlin\n", "Berliner Ring 3, 10115 Berlin");
    check_address("address 1,address 2,city\nStreet 3,Stairs B,Turku\n", "Street 3, Stairs B, Turku");
    check_address(
        "Annankatu 18, 00120 Helsinki\nBulevardi 13, 00120 Helsinki\n",
        "Annankatu 18, 00120 Helsinki",
    );
    check_address("name,lat,lon\nAino,60.17,24.94\n", "60.17000, 24.94000");
}

#[test]
fn a_full_row_becomes_a_full_stop() {
    let all = read(
        "order,customer,address,qty,service,window,phone,email,note,tracking,lat,lon\n\
         A-1,Aino,Street 3,2,4.5,9-12,+358 40 555 0101,a@example.com,ring twice,RR123456785FI,\"60,17\",\"24,94\"\n",
    );
    let stop = all.stops().remove(0);
    assert_eq!(
        (stop.id.as_str(), stop.label.as_str(), stop.parcels, stop.service_s),
        ("A-1", "Aino", 2, 270)
    );
    assert_eq!(stop.window, Some(TimeWindow::hours(9, 12)));
    assert_eq!(
        (stop.phone.as_deref(), stop.email.as_deref()),
        (Some("+358 40 555 0101"), Some("a@example.com"))
    );
    assert_eq!(
        (stop.note.as_deref(), stop.tracking_number.as_deref()),
        (Some("ring twice"), Some("RR123456785FI"))
    );
    assert_eq!(stop.point(), Some(crate::LatLon::new(60.17, 24.94)));
}

#[test]
fn a_window_may_be_open_at_one_end() {
    let all = read("address,from,to\nStreet 1,9:00,\nStreet 2,,12:00\nStreet 3,,\n");
    let windows: Vec<_> = all.stops().iter().map(|it| it.window).collect();
    assert_eq!(windows, [Some(TimeWindow::hours(9, 24)), Some(TimeWindow::hours(0, 12)), None]);
}

#[test]
fn missing_ids_come_from_the_row() {
    let all = read("id,address\n,Street 1\n\nX,Street 2\n,Street 3\n");
    let ids: Vec<String> = all.stops().iter().map(|it| it.id.to_string()).collect();
    assert_eq!(ids, ["R2", "X", "R5"]);
}

#[test]
fn a_cell_is_mended_in_place_and_ids_are_compared_anew() {
    let mut all = read("id,address,parcels\nA,Street 1,x\nA,Street 2,1\nA,Street 3,1\n");
    assert_eq!(all.counts(), Counts { rows: 3, ready: 1, warned: 0, mended: 0, failing: 2 });
    all.reinterpret_row(0, 2, " 4 ");
    let message = &all.rows[1].problems[0].message;
    assert_eq!(message, "Stop number A is already used in row 2; give this row another");
    all.reinterpret_row(0, 0, "B");
    all.reinterpret_row(2, 0, "C");
    all.reinterpret_row(9, 9, "nowhere");
    assert_eq!(all.counts(), Counts { rows: 3, ready: 3, warned: 0, mended: 2, failing: 0 });
    assert_eq!(all.stops()[0].parcels, 4);
}

#[test]
fn ten_thousand_rows() {
    let rows =
        (1..=10_000).map(|n| format!("S{n};Customer {n};\"Street {n}, 00100 Helsinki\";2;9:00-12:00\n"));
    let text = format!("id;customer;address;parcels;window\n{}", rows.collect::<String>());
    let decoded = decode(text.as_bytes()).unwrap();
    let all = read(&decoded.text);
    assert_eq!((all.counts().ready, all.rows[9_999].line), (10_000, 10_001));
}

proptest! {
    /// Whatever comes in: no panic, no row without a word about it, and no id twice.
    #[test]
    fn any_text_is_read_or_refused(text in "(id|address|from|to|lat|lon|note|[0-9a-zä:. -]{0,6}|[,;\t\n\"|])*") {
        let Ok(table) = parse(&text) else { return Ok(()) };
        let all = interpret(&table, &Mapping::from_guesses(&guess(&table)), &Settings::default());
        let counts = all.counts();
        prop_assert_eq!((counts.ready + counts.failing, counts.rows), (table.rows.len(), table.rows.len()));
        for row in &all.rows {
            prop_assert!(row.ready().is_some() || !row.problems.is_empty(), "{:?}", row);
        }
        let mut history = History::new(Plan::default());
        let edit = Edit::ImportStops { stops: all.stops(), mode: ImportMode::Replace };
        prop_assert!(history.apply(edit).is_ok());
    }
}
