//! Rows to stops: what each row means, and what is wrong with it.
//!
//! A row that fails stays where it is, with its cells and its reasons, until the dispatcher mends a cell or
//! leaves it out. An *error* keeps a row from becoming a stop; a *warning* lets it through and is shown.

use super::{Field, Mapping, Table, cell};
use crate::clock::{HOUR, TimeWindow};
use crate::driver::DriverId;
use crate::geo::LatLon;
use crate::plan::Settings;
use crate::stop::{Position, PositionSource, Stop, StopId, listed};
use std::collections::HashMap;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The row becomes a stop all the same.
    Warning,
    /// The row does not become a stop until it is mended.
    Error,
}

/// Something to tell about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about; `None` when it is about the whole row.
    pub field: Option<Field>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// One row of the file and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The row's number as a spreadsheet shows it.
    pub line: usize,
    /// The cells, at least as many as there are columns.
    pub cells: Vec<String>,
    /// The stop as understood; may be there although the row has an error (a duplicate id).
    pub stop: Option<Stop>,
    /// Everything there is to tell, errors first.
    pub problems: Vec<Problem>,
    /// Whether the dispatcher changed a cell.
    pub edited: bool,
}

impl ImportRow {
    /// The stop, if the row has no error.
    pub fn ready(&self) -> Option<&Stop> {
        let failed = self.problems.iter().any(|it| it.severity == Severity::Error);
        self.stop.as_ref().filter(|_| !failed)
    }
}

/// How many rows stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows.
    pub rows: usize,
    /// Rows that become stops.
    pub ready: usize,
    /// Rows among `ready` that carry a warning.
    pub warned: usize,
    /// Rows among `ready` that the dispatcher mended.
    pub mended: usize,
    /// Rows that do not become stops.
    pub failing: usize,
}

/// A whole file as understood under one mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpretation {
    /// The rows in the file's order.
    pub rows: Vec<ImportRow>,
    mapping: Mapping,
    settings: Settings,
}

/// Reads every row of the table under a mapping.
pub fn interpret(table: &Table, mapping: &Mapping, settings: &Settings) -> Interpretation {
    let read = |row: &super::Row| {
        let mut cells: Vec<String> = row.cells.iter().map(|it| cell::unguarded(it)).collect();
        let found = cells.len();
        cells.resize(found.max(table.columns), String::new());
        let (stop, mut problems) = read_row(row.line, &cells, mapping, settings);
        if found != table.columns {
            let hint =
                if found > table.columns { "; put quotes around cells that hold the separator" } else { "" };
            let message = format!("The row has {found} cells where {} are expected{hint}", table.columns);
            problems.push(Problem { field: None, severity: Severity::Warning, message });
        }
        if row.open_quote {
            let message = "A quote is opened and never closed; check the cells".to_owned();
            problems.push(Problem { field: None, severity: Severity::Warning, message });
        }
        ImportRow { line: row.line, cells, stop, problems, edited: false }
    };
    let rows = table.rows.iter().map(read).collect();
    let mut all = Interpretation { rows, mapping: mapping.clone(), settings: *settings };
    all.flag_duplicates();
    all
}

impl Interpretation {
    /// Changes one cell and reads its row again; ids are compared anew over all rows. What was
    /// wrong with the row as a whole (too many cells, an open quote) counts as seen. A row or column that does
    /// not exist changes nothing.
    pub fn reinterpret_row(&mut self, row: usize, column: usize, text: &str) {
        let Some(it) = self.rows.get_mut(row) else { return };
        let Some(cell) = it.cells.get_mut(column) else { return };
        text.trim().clone_into(cell);
        it.edited = true;
        (it.stop, it.problems) = read_row(it.line, &it.cells, &self.mapping, &self.settings);
        self.flag_duplicates();
    }

    /// How many rows stand how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { rows: self.rows.len(), ..Counts::default() };
        for row in &self.rows {
            if row.ready().is_some() {
                counts.ready += 1;
                counts.warned += usize::from(!row.problems.is_empty());
                counts.mended += usize::from(row.edited);
            } else {
                counts.failing += 1;
            }
        }
        counts
    }

    /// The stops of all rows that are ready, in order, their ids unique: what to import.
    pub fn stops(&self) -> Vec<Stop> {
        self.rows.iter().filter_map(ImportRow::ready).cloned().collect()
    }

    /// The first row of an id keeps it, later ones are flagged.
    fn flag_duplicates(&mut self) {
        let mut first: HashMap<StopId, usize> = HashMap::new();
        for row in &mut self.rows {
            // Being used twice is the only thing that can be wrong with an id.
            row.problems.retain(|it| it.field != Some(Field::Id));
            if let Some(stop) = &row.stop {
                let line = *first.entry(stop.id.clone()).or_insert(row.line);
                if line != row.line {
                    let message = format!(
                        "Stop number {} is already used in row {line}; give this row another",
                        stop.id
                    );
                    row.problems.push(Problem { field: Some(Field::Id), severity: Severity::Error, message });
                }
            }
            crate::sorted::sort_by(&mut row.problems, |a, b| b.severity.cmp(&a.severity));
        }
    }
}

/// One row under reading: its cells by field, and what was wrong so far.
struct Reader<'a> {
    cells: &'a [String],
    mapping: &'a Mapping,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// The first filled cell of a field.
    fn cell(&self, field: Field) -> Option<&'a str> {
        self.all(field).next()
    }

    fn all(&self, field: Field) -> impl Iterator<Item = &'a str> + use<'a> {
        let cells = self.cells;
        self.mapping
            .columns(field)
            .filter_map(|it| cells.get(it))
            .map(String::as_str)
            .filter(|it| !it.is_empty())
    }

    fn text(&self, field: Field) -> Option<String> {
        self.cell(field).map(str::to_owned)
    }

    fn tell(&mut self, field: Field, severity: Severity, message: impl Into<String>) {
        self.problems.push(Problem { field: Some(field), severity, message: message.into() });
    }

    /// Reads a cell; an empty one is nothing, an unreadable one is an error that says what would do.
    fn value<T>(&mut self, field: Field, read: impl Fn(&str) -> Option<T>, example: &str) -> Option<T> {
        let text = self.cell(field)?;
        let value = read(text);
        if value.is_none() {
            let message =
                format!("{} \u{201C}{text}\u{201D} cannot be read; write it like {example}", field.label());
            self.tell(field, Severity::Error, message);
        }
        value
    }

    /// The address as one line, put together from what the file has.
    fn address(&self) -> String {
        let mut street: Vec<&str> = self.all(Field::Address).collect();
        let named = [self.cell(Field::Street), self.cell(Field::HouseNumber)];
        let named = named.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !named.is_empty() && (street.is_empty() || self.cell(Field::Street).is_some()) {
            street.push(&named);
        }
        let mut address = street.join(", ");
        let mut town: Vec<&str> = Vec::new();
        for field in [Field::Postcode, Field::City] {
            town.extend(self.cell(field).filter(|it| !contains_word(&address, it)));
        }
        if !address.is_empty() && !town.is_empty() {
            address.push_str(", ");
            address.push_str(&town.join(" "));
        }
        address
    }

    fn window(&mut self) -> Option<TimeWindow> {
        let whole = self.value(Field::Window, cell::window, "9:00-12:00");
        let start = self.value(Field::WindowStart, cell::time, "9:00");
        let end = self.value(Field::WindowEnd, cell::time, "12:00");
        let window = match (start, end) {
            (None, None) => whole?,
            (start, end) => TimeWindow::new(start.unwrap_or(0), end.unwrap_or(24 * HOUR)),
        };
        if window.end < window.start {
            let field = if whole.is_some() { Field::Window } else { Field::WindowEnd };
            let message = format!("The time window {} ends before it starts; swap its times", window.label());
            self.tell(field, Severity::Error, message);
        }
        Some(window)
    }

    /// The coordinates, if they are sound. With an address at hand bad ones only cost a geocoding.
    fn position(&mut self, has_address: bool) -> Option<Position> {
        let (lat, lon) = (self.cell(Field::Lat)?, self.cell(Field::Lon)?);
        let point = cell::degrees(lat).zip(cell::degrees(lon)).map(|(lat, lon)| LatLon::new(lat, lon));
        match point.filter(|it| it.is_valid() && (it.lat, it.lon) != (0.0, 0.0)) {
            Some(LatLon { lat, lon }) => {
                Some(Position { lat, lon, source: PositionSource::File, confidence: 1.0 })
            }
            None if has_address => {
                let message =
                    format!("The coordinates {lat}, {lon} are no place; the address is looked up instead");
                self.tell(Field::Lat, Severity::Warning, message);
                None
            }
            None => {
                let message =
                    format!("The coordinates {lat}, {lon} are no place; write them like 60.17 and 24.94");
                self.tell(Field::Lat, Severity::Error, message);
                None
            }
        }
    }
}

fn read_row(
    line: usize,
    cells: &[String],
    mapping: &Mapping,
    settings: &Settings,
) -> (Option<Stop>, Vec<Problem>) {
    let mut row = Reader { cells, mapping, problems: Vec::new() };
    let mut address = row.address();
    let position = row.position(!address.is_empty());
    if let (true, Some(it)) = (address.is_empty(), &position) {
        address = format!("{}, {}", milkrun_host::fixed(it.lat, 5), milkrun_host::fixed(it.lon, 5));
    }
    if address.is_empty() && row.problems.is_empty() {
        row.tell(Field::Address, Severity::Error, "The address is missing; write street, number and city");
    }
    let parcels = row.value(Field::Parcels, cell::count, "2").unwrap_or(1);
    if parcels == 0 {
        row.tell(Field::Parcels, Severity::Warning, "No parcels at this stop; check that it is meant");
    }
    let service_s =
        row.value(Field::ServiceMinutes, cell::minutes, "5").unwrap_or(settings.default_service_s);
    let window = row.window();
    let email = row.text(Field::Email);
    if email.as_deref().is_some_and(|it| !cell::is_email(it)) {
        row.tell(Field::Email, Severity::Warning, "This does not look like an e-mail address");
    }
    let priority = row.value(Field::Priority, cell::priority, "high").unwrap_or(0);
    let turn = row.value(Field::Turn, cell::turn, "first").unwrap_or_default();
    let notes: Vec<&str> = row.all(Field::Note).collect();
    let stop = Stop {
        id: StopId(row.text(Field::Id).unwrap_or_else(|| format!("R{line}"))),
        address,
        label: row.text(Field::Label).unwrap_or_default(),
        parcels,
        service_s,
        window,
        phone: row.text(Field::Phone),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
        email,
        position,
        tracking_number: row.text(Field::TrackingNumber),
        priority,
        // A file knows drivers by their names; the plan finds out who that is.
        driver: row.text(Field::OnlyDriver).map(DriverId),
        turn,
        needs: row.text(Field::Needs).map(|it| listed(&it)).unwrap_or_default(),
    };
    let failed = row.problems.iter().any(|it| it.severity == Severity::Error);
    ((!failed).then_some(stop), row.problems)
}

/// Whether a text holds a word or words, not inside longer ones.
fn contains_word(text: &str, word: &str) -> bool {
    let (text, word) = (milkrun_host::lower(text), milkrun_host::lower(word));
    text.match_indices(&word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|it| !it.is_alphanumeric());
        let after = text[at + word.len()..].chars().next().is_none_or(|it| !it.is_alphanumeric());
        before && after
    })
}
