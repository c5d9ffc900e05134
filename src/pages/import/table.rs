//! The preview: every row of the file with its state, those with problems open to be mended.

use std::ops::Range;

use milkrun_lean::prelude::*;

use super::columns::Heads;
use super::sheet::Sheet;
use super::status::Status;
use crate::pages::plan::windowed::Windowed;
use crate::store::capitalised;
use crate::ui::icon::{Icon, IconView};

/// Everything a row shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    at: usize,
    line: usize,
    cells: Vec<String>,
    status: Status,
    edited: bool,
}

/// The table.
#[component]
pub(super) fn Preview() -> View {
    let sheet = Sheet::get();
    // Which rows are shown: all, or those with problems. A row that was mended stays until the filter is set anew.
    let shown = Memo::new(move |before: Option<&Vec<usize>>| {
        let count = sheet.rows.with(|it| it.as_ref().map_or(0, |it| it.rows.len()));
        if !sheet.only_problems.get() {
            return (0..count).collect::<Vec<_>>();
        }
        let kept = before.filter(|it| it.len() < count).cloned().unwrap_or_default();
        (0..count).filter(|at| kept.binary_search(at).is_ok() || sheet.status(*at).is_problem()).collect()
    });
    let count = Memo::new(move |_| shown.with(Vec::len));
    let columns = Memo::new(move |_| sheet.table.with(|it| it.as_ref().map_or(0, |it| it.columns)));
    let rows = move |range: Range<usize>| {
        let wanted = shown.with(|it| it.get(range).unwrap_or_default().to_vec());
        let width = columns.get();
        let row = |at: usize| {
            let status = sheet.status(at);
            sheet.rows.with(|rows| {
                let it = rows.as_ref()?.rows.get(at)?;
                let mut cells = it.cells.clone();
                // What a ragged row has too much shows in its last cell.
                if cells.len() > width && width > 0 {
                    let rest = cells.split_off(width - 1);
                    cells.push(rest.join(" | "));
                }
                Some(Row { at, line: it.line, cells, status, edited: it.edited })
            })
        };
        wanted.into_iter().filter_map(row).collect::<Vec<_>>()
    };
    let missing = Memo::new(move |_| sheet.mapping.with(milkrun_plan::import::Mapping::missing));
    view! {
        {move || missing.get().map(|why| view! {
            <div class="notice notice--warn import__notice" role="alert"><IconView icon=Icon::Warn/><p>{why}"."</p></div>
        })}
        <div class="rows" role="group" aria-label="Preview" style=("--columns", move || columns.get().to_string())>
            <Windowed class="rows__scroll" label="Rows of the file" count=count height=Signal::derive(|| 48.0) rows
                head=view! { <Heads/> } row=move |row: Row| view! { <RowView row/> }/>
            {move || (count.get() == 0).then(|| view! { <p class="rows__none muted">"No row has a problem."</p> })}
        </div>
    }
}

#[component]
fn RowView(row: Row) -> View {
    let sheet = Sheet::get();
    let at = row.at;
    let open = row.status.is_problem() || row.edited;
    let cells = row.cells.into_iter().enumerate().map(|(column, text)| {
        let ignored = move || sheet.mapping.with(|it| it.0.get(column).copied().flatten().is_none());
        if open {
            view! {
                <span class="rows__cell" class:rows__cell--ignored=ignored>
                    <input class="input rows__input" data-test="import-cell" aria-label=format!("Row {}, column {}", row.line, column + 1) prop:value=text
                        on:change=move |event| sheet.mend(at, column, &event_target_value(&event))/>
                </span>
            }
        } else {
            view! { <span class="rows__cell truncate" class:rows__cell--ignored=ignored title=text>{text.clone()}</span> }
        }
    });
    let (class, icon, word, why) = match row.status {
        Status::Ready => ("ok", Icon::Check, "Ready", String::new()),
        Status::Waiting => ("muted", Icon::Clock, "Looking up", String::new()),
        Status::Check(why) => ("warn", Icon::Info, "Check", why),
        Status::Lost(why) => ("bad", Icon::Pin, "Not found", why),
        Status::Failing(why) => ("bad", Icon::Warn, "Failing", why),
    };
    let lost = icon == Icon::Pin;
    view! {
        <div class="rows__row" role="listitem" data-test="import-row" class:rows__row--bad=class == "bad" class:rows__row--warn=class == "warn">
            <span class="rows__cell rows__line muted number">{row.line}</span>
            <span class="rows__cell rows__status">
                <span class=format!("rows__word {class}")><IconView icon/>{word}
                    {lost.then(|| view! { <button class="link small" on:click=move |_| sheet.retry_row(at)>"Retry"</button> })}
                </span>
                {(!why.is_empty()).then(|| view! { <span class="rows__why" title=why.clone()>{capitalised(&why)}</span> })}
            </span>
            {cells.collect_view()}
        </div>
    }
}
