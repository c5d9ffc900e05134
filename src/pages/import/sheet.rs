//! The state of one import: the table, what its columns mean, what its rows came to, and where they lie.

use std::collections::HashSet;
use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_plan::demo;
use milkrun_plan::edit::{Edit, ImportMode};
use milkrun_plan::import::{
    ColumnGuess, Delimiter, Field, ImportError, Interpretation, Mapping, Table, decode, diff, guess,
    interpret, parse,
};
use milkrun_plan::{Plan, Stop};
use milkrun_wire::api::geo::MAX_GEOCODE;

use super::source::Source;
use super::status::{Found, Placed, Status, Tally, needs_place, placed, status};
use crate::pages::plan::{PlanView, Tab};
use crate::store::{PlanStore, capitalised, locate};
use crate::ui::format;
use crate::ui::toast::Toaster;

/// Several edits of cells in a row look up once.
const SETTLE: Duration = Duration::from_millis(250);

/// The running import; a handle to copy.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    store: PlanStore,
    page: PlanView,
    toaster: Toaster,
    is_demo: StoredValue<bool>,
    /// What was taken, in words: name, encoding, delimiter, rows.
    pub(super) taken: RwSignal<String>,
    /// Why nothing can be imported.
    pub(super) failure: RwSignal<Option<String>>,
    /// What the reader has to say about the text.
    pub(super) notes: RwSignal<Vec<String>>,
    /// The rows and cells, with what was mended in them.
    pub(super) table: RwSignal<Option<Table>>,
    /// What the columns were taken for.
    pub(super) guesses: RwSignal<Vec<ColumnGuess>>,
    /// What the columns mean now.
    pub(super) mapping: RwSignal<Mapping>,
    /// What the rows came to.
    pub(super) rows: RwSignal<Option<Interpretation>>,
    /// The geocoder's answers.
    pub(super) found: RwSignal<Found>,
    placed: Memo<Placed>,
    /// How far looking up is: done of all.
    pub(super) looking: RwSignal<Option<(usize, usize)>>,
    /// Whether the user does not want to wait for the rest.
    pub(super) impatient: RwSignal<bool>,
    turn: StoredValue<u32>,
    /// Whether only rows with problems are shown.
    pub(super) only_problems: RwSignal<bool>,
    /// Whether the plan's other stops stay.
    pub(super) mode: RwSignal<ImportMode>,
    /// How many rows stand how.
    pub(super) tally: Memo<Tally>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        let store = PlanStore::get();
        let rows = RwSignal::new(None::<Interpretation>);
        let found = RwSignal::new(Found::new());
        let placed = Memo::new(move |_| store.with(placed));
        let tally = Memo::new(move |_| {
            let mut tally = Tally::default();
            rows.with(|rows| {
                found.with(|found| {
                    placed.with(|placed| {
                        for row in rows.iter().flat_map(|it| &it.rows) {
                            tally.add(&status(row, found, placed));
                        }
                    });
                });
            });
            tally
        });
        Self {
            store,
            page: PlanView::get(),
            toaster: Toaster::get(),
            is_demo: StoredValue::new(false),
            taken: RwSignal::new(String::new()),
            failure: RwSignal::new(None),
            notes: RwSignal::new(Vec::new()),
            table: RwSignal::new(None),
            guesses: RwSignal::new(Vec::new()),
            mapping: RwSignal::new(Mapping::default()),
            rows,
            found,
            placed,
            looking: RwSignal::new(None),
            impatient: RwSignal::new(false),
            turn: StoredValue::new(0),
            only_problems: RwSignal::new(false),
            mode: RwSignal::new(ImportMode::Merge),
            tally,
        }
    }

    pub(super) fn get() -> Self {
        expect_context()
    }

    /// Forgets what was taken and asks anew.
    pub(super) fn clear(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.table.set(None);
        self.rows.set(None);
        self.failure.set(None);
        self.notes.set(Vec::new());
        self.taken.set(String::new());
        self.looking.set(None);
        self.only_problems.set(false);
    }

    /// Reads a source; when that fails, says why and asks anew.
    pub(super) fn take(self, source: Source) {
        self.clear();
        self.is_demo.set_value(source == Source::Demo);
        let saved = |text: &[u8]| text.trim_ascii_start().starts_with(SAVED_PLAN.as_bytes());
        if matches!(&source, Source::File(_, bytes) if saved(bytes))
            || matches!(&source, Source::Text(text) if saved(text.as_bytes()))
        {
            let why = "This is a saved plan, not a list of stops; open it with File, Open a saved plan";
            self.failure.set(Some(why.to_owned()));
            return;
        }
        let read = match source {
            Source::Paste => return,
            Source::Text(text) => read_text("Pasted rows", None, &text),
            Source::Demo => read_text("Sixty Helsinki deliveries", None, demo::DEMO_CSV),
            Source::File(name, bytes) => decode(&bytes).and_then(|decoded| {
                let notes = decoded.notes;
                let read = read_text(&name, Some(decoded.encoding.name()), &decoded.text)?;
                self.notes.set(notes);
                Ok(read)
            }),
        };
        match read {
            Ok((taken, table)) => {
                let guesses = guess(&table);
                self.mapping.set(Mapping::from_guesses(&guesses));
                self.guesses.set(guesses);
                self.taken.set(taken);
                self.table.set(Some(table));
                self.understand();
            }
            Err(error) => self.failure.set(Some(capitalised(&error.to_string()))),
        }
    }

    /// Gives a column another meaning.
    pub(super) fn map(self, column: usize, field: Option<Field>) {
        self.mapping.update(|mapping| mapping.set(column, field));
        self.understand();
    }

    /// Changes a cell, in the table too, so that it survives a change of columns.
    pub(super) fn mend(self, row: usize, column: usize, text: &str) {
        self.table.update(|table| {
            if let Some(row) = table.as_mut().and_then(|it| it.rows.get_mut(row)) {
                let cells = row.cells.len().max(column + 1);
                row.cells.resize(cells, String::new());
                text.trim().clone_into(&mut row.cells[column]);
            }
        });
        self.rows.update(|rows| {
            if let Some(rows) = rows {
                rows.reinterpret_row(row, column, text);
            }
        });
        self.look_up_soon();
    }

    /// How a row stands. Reactive.
    pub(super) fn status(self, row: usize) -> Status {
        self.rows.with(|rows| {
            let row = rows.as_ref().and_then(|it| it.rows.get(row));
            self.found.with(|found| {
                self.placed.with(|placed| row.map_or(Status::Ready, |row| status(row, found, placed)))
            })
        })
    }

    /// Asks again for the addresses that nobody found.
    pub(super) fn retry(self) {
        self.found.update(|found| found.retain(|_, it| it.result.is_ok()));
        self.look_up();
    }

    /// Asks again for one address.
    pub(super) fn retry_row(self, row: usize) {
        let address = self
            .rows
            .with_untracked(|rows| Some(rows.as_ref()?.rows.get(row)?.stop.as_ref()?.address.clone()));
        if let Some(address) = address {
            self.found.update(|found| drop(found.remove(&address)));
            self.look_up();
        }
    }

    fn understand(self) {
        let settings = self.store.plan_now().settings;
        let rows = self.table.with_untracked(|table| {
            table.as_ref().map(|table| interpret(table, &self.mapping.get_untracked(), &settings))
        });
        self.rows.set(rows);
        self.look_up_soon();
    }

    fn look_up_soon(self) {
        let turn = self.next_turn();
        set_timeout(
            move || {
                if self.is_turn(turn) {
                    self.look_up();
                }
            },
            SETTLE,
        );
    }

    /// Looks up every address that is not known yet, in batches; a later call takes over from an earlier one.
    fn look_up(self) {
        let turn = self.next_turn();
        self.impatient.set(false);
        let addresses = self.unknown();
        if addresses.is_empty() {
            self.looking.set(None);
            return;
        }
        self.looking.set(Some((0, addresses.len())));
        spawn_local(async move {
            let mut done = 0;
            for batch in addresses.chunks(MAX_GEOCODE) {
                let answers = locate(batch, |_, _| ()).await;
                done += batch.len();
                // The sheet may have been closed meanwhile.
                let kept = self.found.try_update(|found| found.extend(batch.iter().cloned().zip(answers)));
                if kept.is_none() || !self.is_turn(turn) {
                    return;
                }
                self.looking.set(Some((done, addresses.len())));
            }
            self.looking.set(None);
        });
    }

    /// Gives up waiting for the rest of the addresses.
    pub(super) fn do_not_wait(self) {
        self.next_turn();
        self.looking.set(None);
        self.impatient.set(true);
    }

    fn unknown(self) -> Vec<String> {
        let mut seen = HashSet::new();
        self.rows.with_untracked(|rows| {
            self.found.with_untracked(|found| {
                self.placed.with_untracked(|placed| {
                    let stops = rows.iter().flat_map(|it| &it.rows).filter_map(|it| it.ready());
                    let open = stops.filter(|it| needs_place(it, placed) && !found.contains_key(&it.address));
                    open.map(|it| it.address.clone()).filter(|it| seen.insert(it.clone())).collect()
                })
            })
        })
    }

    fn next_turn(self) -> u32 {
        self.turn
            .try_update_value(|turn| {
                *turn += 1;
                *turn
            })
            .unwrap_or_default()
    }

    fn is_turn(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// The stops as they would be imported now. Reactive.
    pub(super) fn stops(self) -> Vec<Stop> {
        let mut stops = self.rows.with(|rows| rows.as_ref().map(Interpretation::stops).unwrap_or_default());
        self.found.with(|found| {
            for stop in stops.iter_mut().filter(|it| it.position.is_none()) {
                stop.position = found.get(&stop.address).and_then(|it| it.result.clone().ok());
            }
        });
        stops
    }

    /// What importing would change: new, changed, unchanged and missing stops. Reactive.
    pub(super) fn changes(self) -> [usize; 4] {
        let stops = self.stops();
        self.store.with(|plan| {
            let it = diff(plan, &stops);
            [it.new.len(), it.changed.len(), it.unchanged.len(), it.missing.len()]
        })
    }

    /// Imports, as one step of undo, and closes the sheet.
    pub(super) fn finish(self) {
        let (stops, [new, changed, unchanged, missing]) = untrack(|| (self.stops(), self.changes()));
        let mode = self.mode.get_untracked();
        if !self.store.edit(Edit::ImportStops { stops, mode }) {
            return;
        }
        if self.is_demo.get_value() {
            self.furnish();
        }
        let mut told = vec![format!("{new} new")];
        for (count, word) in [(changed, "changed"), (unchanged, "unchanged")] {
            if count > 0 {
                told.push(format!("{count} {word}"));
            }
        }
        if mode == ImportMode::Replace && missing > 0 {
            told.push(format!("{missing} removed"));
        }
        self.toaster.say(format!("Imported: {}", told.join(", ")));
        let plan = self.store.plan_now();
        let furnished = plan.depot.is_some() && !plan.drivers.is_empty();
        self.page.tab.set(if furnished { Tab::Stops } else { Tab::Drivers });
        self.page.importing.set(None);
        self.page.fit.update(|fit| *fit += 1);
    }

    /// The demo comes with a depot and two drivers, unless there are some already.
    fn furnish(self) {
        let plan = self.store.plan_now();
        let seed = demo::plan_seed(&plan.date);
        for edit in furniture(&plan, seed) {
            self.store.edit_joined(edit);
        }
    }
}

fn furniture(plan: &Plan, seed: Plan) -> Vec<Edit> {
    let mut edits = Vec::new();
    if plan.depot.is_none() {
        edits.push(Edit::SetDepot(seed.depot));
        edits.push(Edit::Rename(seed.name));
    }
    if plan.drivers.is_empty() {
        edits.extend(seed.drivers.into_iter().map(Edit::AddDriver));
    }
    edits
}

/// How a plan that was exported as JSON begins.
const SAVED_PLAN: &str = "{\"version\":";

fn read_text(name: &str, encoding: Option<&str>, text: &str) -> Result<(String, Table), ImportError> {
    let table = parse(text)?;
    let delimiter = match table.delimiter {
        Delimiter::Comma => "commas",
        Delimiter::Semicolon => "semicolons",
        Delimiter::Tab => "tabs",
        Delimiter::Pipe => "bars",
    };
    let rows = format::count(table.rows.len(), "row");
    let head = if table.header.is_some() { "column names in the first row" } else { "no column names" };
    let encoding = encoding.map(|it| format!("{it}, ")).unwrap_or_default();
    Ok((format!("{name}: {rows}, {encoding}separated by {delimiter}, {head}"), table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_told() {
        let told = read_text("a.csv", Some("UTF-8"), "id;address\n1;Street 3\n").unwrap().0;
        assert_eq!(told, "a.csv: 1 row, UTF-8, separated by semicolons, column names in the first row");
    }

    #[test]
    fn the_demo_brings_only_what_is_missing() {
        let seed = || demo::plan_seed("2026-03-03");
        let mut plan = Plan::new("a", "2026-03-03");
        assert_eq!(furniture(&plan, seed()).len(), 4);
        plan.drivers = seed().drivers;
        assert_eq!(furniture(&plan, seed()).len(), 2);
        plan.depot = seed().depot;
        assert!(furniture(&plan, seed()).is_empty());
    }
}
