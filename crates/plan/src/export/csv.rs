//! The routes as a spreadsheet: one row per stop, in driving order, unassigned stops at the end.

use crate::clock::{TimeWindow, format_time};
use crate::plan::Plan;
use crate::schedule::schedule_all;
use crate::stop::Turn;
use crate::travel::TravelTimes;

const HEADER: [&str; 22] = [
    "driver",
    "sequence",
    "id",
    "customer",
    "address",
    "parcels",
    "service minutes",
    "time window",
    "arrival",
    "departure",
    "late minutes",
    "metres",
    "phone",
    "email",
    "note",
    "tracking number",
    "priority",
    "only driver",
    "first or last",
    "needs",
    "lat",
    "lon",
];

/// Writes the plan as CSV: UTF-8 with a byte order mark, so that Excel shows `ä` as `ä`, comma separated, rows
/// ending in CRLF (RFC 4180). The file can be imported again.
pub fn csv(plan: &Plan, travel: &TravelTimes) -> String {
    let mut out = String::from("\u{FEFF}");
    row(&mut out, &HEADER.map(str::to_owned));
    let stops = plan.lookup();
    for ((driver, _), schedule) in plan.drivers.iter().zip(&plan.routes).zip(schedule_all(plan, travel)) {
        for (at, leg) in schedule.legs.iter().enumerate() {
            let Some(stop) = stops.get(&leg.stop) else { continue };
            let late = leg.late_by.div_ceil(60);
            let times = [format_time(leg.arrival), format_time(leg.departure), late.to_string()];
            let place = [driver.name.clone(), (at + 1).to_string()];
            row(&mut out, &cells(plan, place, stop, times, leg.leg.metres.to_string()));
        }
    }
    for stop in plan.unassigned() {
        row(&mut out, &cells(plan, Default::default(), stop, Default::default(), String::new()));
    }
    out
}

fn cells(
    plan: &Plan,
    place: [String; 2],
    stop: &crate::Stop,
    times: [String; 3],
    metres: String,
) -> [String; 22] {
    let [driver, sequence] = place;
    let [arrival, departure, late] = times;
    let text = |it: &Option<String>| it.clone().unwrap_or_default();
    let (lat, lon) = stop
        .point()
        .map(|it| (milkrun_host::shortest(it.lat), milkrun_host::shortest(it.lon)))
        .unwrap_or_default();
    [
        driver,
        sequence,
        stop.id.to_string(),
        stop.label.clone(),
        stop.address.clone(),
        stop.parcels.to_string(),
        milkrun_host::shortest(f64::from(stop.service_s) / 60.0),
        stop.window.map(TimeWindow::label).unwrap_or_default(),
        arrival,
        departure,
        late,
        metres,
        text(&stop.phone),
        text(&stop.email),
        text(&stop.note),
        text(&stop.tracking_number),
        if stop.priority > 0 { stop.priority.to_string() } else { String::new() },
        plan.locked_to(stop).map(|it| it.name.clone()).unwrap_or_default(),
        match stop.turn {
            Turn::Any => "",
            Turn::First => "first",
            Turn::Last => "last",
        }
        .to_owned(),
        stop.needs.join(", "),
        lat,
        lon,
    ]
}

fn row(out: &mut String, cells: &[String; 22]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_cell(out, cell);
    }
    out.push_str("\r\n");
}

/// A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and what stands in these cells
/// comes from strangers. An apostrophe in front makes it text (OWASP, "CSV Injection"). Numbers and telephone
/// numbers, which hold nothing a formula could call, stay as they are.
///
/// White space in front does not disarm it everywhere, and spreadsheets set to Chinese or Japanese take the signs in
/// full width as well. Where a semicolon separates lists, as in most of Europe, a spreadsheet splits the file at
/// semicolons whatever stands in quotes, so that a formula may begin behind one, or behind a tab or a line's end.
fn push_cell(out: &mut String, cell: &str) {
    let cell = &guarded_inside(cell);
    let harmless = cell.chars().all(|it| it.is_ascii_digit() || " +-.()".contains(it));
    let first = cell.trim_start();
    let guarded = cell.starts_with(['\t', '\r', '\n'])
        || first.starts_with(['=', '@', '＝', '＠', '＋', '－'])
        || first.starts_with(['+', '-']) && !harmless;
    let quoted = cell.contains([',', ';', '"', '\n', '\r', '\t', '\'']) || guarded;
    if quoted {
        out.push('"');
    }
    if guarded {
        out.push('\'');
    }
    out.push_str(&if quoted { cell.replace('"', "\"\"") } else { cell.to_owned() });
    if quoted {
        out.push('"');
    }
}

/// An apostrophe before every sign with which a formula could begin behind a separator.
fn guarded_inside(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut begins = false;
    for it in cell.chars() {
        if begins && matches!(it, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') {
            out.push('\'');
        }
        begins = matches!(it, ';' | '\t' | '\n' | '\r') || begins && matches!(it, ' ' | '"');
        out.push(it);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::import;

    #[test]
    fn one_row_per_stop_in_driving_order() {
        let mut plan = fixture::plan();
        plan.stops[0].window = Some(TimeWindow::hours(7, 8));
        let text = csv(&plan, &fixture::line());
        let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').lines().collect();
        assert!(lines[0].starts_with("driver,sequence,id,customer,address"));
        assert_eq!(lines[1], "Aino,1,S1,,Street 1,2,5,07:00-08:00,08:10,08:15,10,5000,,,,,,,,,60,25.01");
        assert!(lines[4].starts_with("Eero,1,S4,"));
        assert!(lines[5].starts_with(",,S5,,Street 5,2,5,,,,,,"));
        assert_eq!(lines.len(), 7);
    }

    #[test]
    fn an_export_can_be_imported_again() {
        let mut plan = fixture::plan();
        plan.stops[0].note = Some("=HYPERLINK(\"x\"), really".to_owned());
        plan.stops[1].label = "-Ääni; & co".to_owned();
        plan.stops[2].priority = 42;
        plan.stops[2].driver = Some("eero".into());
        plan.stops[2].turn = Turn::First;
        plan.stops[3].needs = vec!["tail lift".to_owned(), "cold".to_owned()];
        let decoded = import::decode(csv(&plan, &fixture::line()).as_bytes()).unwrap();
        let table = import::parse(&decoded.text).unwrap();
        let mapping = import::Mapping::from_guesses(&import::guess(&table));
        let stops = import::interpret(&table, &mapping, &plan.settings).stops();
        assert_eq!(import::diff(&plan, &stops).unchanged.len(), 6, "{mapping:?} {stops:#?}");
    }

    #[test]
    fn formulas_are_disarmed() {
        for (cell, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("-2+3+A1", "\"'-2+3+A1\""),
            ("\t=1", "\"'\t'=1\""),
            ("\n=1", "\"'\n'=1\""),
            ("a;=1", "\"a;'=1\""),
            ("a; \"@x", "\"a; \"\"'@x\""),
            (" =1", "\"' =1\""),
            ("＝1+1", "\"'＝1+1\""),
            ("＠SUM(A1)", "\"'＠SUM(A1)\""),
            (" -24.9", " -24.9"),
            ("+358 40 555 0101", "+358 40 555 0101"),
            ("-24.9", "-24.9"),
        ] {
            let mut out = String::new();
            push_cell(&mut out, cell);
            assert_eq!(out, expected);
        }
    }

    const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

    /// Whatever text of a plan is hostile, and at whatever a spreadsheet splits the file, no cell begins as a formula.
    #[test]
    fn no_text_of_a_plan_reaches_a_spreadsheet_as_a_formula() {
        for formula in ["=cmd|' /C calc'!A0", "+1+cmd|x!A", "-1+A1", "@SUM(1)", "＝1"] {
            for before in ["", " ", "\t", "\r", "\n", "a;", "a\t", "a\r\n", "a; ", "a;\"", "a\n \""] {
                let text = format!("{before}{formula}");
                let mut plan = fixture::plan();
                for driver in &mut plan.drivers {
                    driver.name.clone_from(&text);
                }
                for stop in &mut plan.stops {
                    (stop.label, stop.address) = (text.clone(), text.clone());
                    (stop.phone, stop.email) = (Some(text.clone()), Some(text.clone()));
                    (stop.note, stop.tracking_number) = (Some(text.clone()), Some(text.clone()));
                }
                let file = csv(&plan, &fixture::line());
                // At commas, where quotes count; and at the others, where they do not.
                let mut quoted = false;
                let commas = file.split(|it| {
                    quoted ^= it == '"';
                    it == ',' && !quoted
                });
                for cell in commas.chain(file.split([';', '\t', '\n', '\r'])) {
                    let cell = cell.trim_start_matches(['"', ' ', '\t', '\r', '\n']);
                    assert!(!cell.starts_with(FORMULA), "{text:?} came out as {cell:?}");
                }
            }
        }
    }

    #[test]
    fn what_was_disarmed_comes_back_as_it_was() {
        for note in ["a;=1", "a;b", "x\n-2", "\t=1", "=1; =2", "it's; fine", "a; \"@x\""] {
            let mut plan = fixture::plan();
            plan.stops[0].note = Some(note.to_owned());
            let text = csv(&plan, &fixture::line());
            let table = import::parse(&text).unwrap();
            let mapping = import::Mapping::from_guesses(&import::guess(&table));
            let stops = import::interpret(&table, &mapping, &plan.settings).stops();
            assert_eq!(stops[0].note.as_deref().map(str::trim), Some(note.trim()), "{note:?}");
        }
    }
}
