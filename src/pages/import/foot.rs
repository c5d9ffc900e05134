//! The foot of the sheet: how many rows stand how, and the import itself.

use milkrun_lean::prelude::*;
use milkrun_plan::edit::ImportMode;

use super::sheet::Sheet;
use crate::app::Gate;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// The foot.
#[component]
pub(super) fn Foot() -> View {
    let sheet = Sheet::get();
    let gate = Gate::get();
    let tally = sheet.tally;
    let geocoder = move || {
        gate.session().map(|it| it.services.geocoder.name).unwrap_or_else(|| "the geocoder".to_owned())
    };
    // A button is built anew only when it comes or goes, or else it would lose the focus, or a click half done.
    let troubled = Memo::new(move |_| {
        let tally = tally.get();
        tally.check + tally.lost + tally.failing > 0 || sheet.only_problems.get()
    });
    let lost = Memo::new(move |_| tally.get().lost > 0);
    let looking = Memo::new(move |_| sheet.looking.with(Option::is_some));
    let progress = move || sheet.looking.get().unwrap_or_default();
    let blocked = move || {
        let tally = tally.get();
        tally.stops() == 0 || (tally.waiting > 0 && !sheet.impatient.get())
    };
    let word = move || {
        let tally = tally.get();
        let stops = format::count(tally.stops(), "stop");
        match tally.failing {
            0 => format!("Import {stops}"),
            n => format!("Import {stops}, leave out {}", format::count(n, "row")),
        }
    };
    let told = move || {
        let tally = tally.get();
        let mut sentences = Vec::new();
        match tally.failing {
            0 => {}
            1 => sentences.push("1 row cannot become a stop and is left out unless you mend it.".to_owned()),
            n => {
                sentences
                    .push(format!("{n} rows cannot become stops and are left out unless you mend them."));
            }
        }
        match tally.unplaced() {
            0 => {}
            1 => sentences.push("1 stop is kept without a position until its address is found.".to_owned()),
            n => sentences
                .push(format!("{n} stops are kept without a position until their addresses are found.")),
        }
        sentences.join(" ")
    };
    view! {
        <footer class="import__foot">
            <div class="import__counts" role="status">
                <span class="chip chip--ok" data-test="import-ready">{move || format!("{} ready", tally.get().ready)}</span>
                <Count count=Signal::derive(move || tally.get().check) class="chip chip--warn" word="to check"/>
                <Count count=Signal::derive(move || tally.get().lost) class="chip chip--bad" word="not found"/>
                <Count count=Signal::derive(move || tally.get().failing) class="chip chip--bad" word="failing"/>
                {move || looking.get().then(|| view! {
                    <span class="import__looking small">
                        <IconView icon=Icon::Busy class="spin"/>
                        <span class="number">{move || {
                            let (done, all) = progress();
                            format!("{done} of {all} addresses looked up by {}", geocoder())
                        }}</span>
                        <span class="progress import__progress"><span style:width=move || format!("{}%", progress().0 * 100 / progress().1.max(1))></span></span>
                        <button class="link" on:click=move |_| sheet.do_not_wait()>"Do not wait"</button>
                    </span>
                })}
            </div>
            <Changes/>
            <p class="import__told small muted">{told}</p>
            <div class="import__actions">
                {move || troubled.get().then(|| view! {
                    <button class="chip chip--button" data-test="import-only-problems" aria-pressed=move || sheet.only_problems.get().to_string()
                        on:click=move |_| sheet.only_problems.update(|it| *it = !*it)>"Only problems"</button>
                })}
                {move || lost.get().then(|| view! {
                    <button class="button" data-test="import-retry" on:click=move |_| sheet.retry()>"Look up again"</button>
                })}
                <button class="button button--primary" data-test="import-confirm" disabled=blocked on:click=move |_| sheet.finish()>{word}</button>
            </div>
        </footer>
    }
}

#[component]
fn Count(count: Signal<usize>, class: &'static str, word: &'static str) -> View {
    View::of(move || {
        (count.get() > 0).then(|| view! { <span class=class>{format!("{} {word}", count.get())}</span> })
    })
}

/// What happens to stops that are there already.
#[component]
fn Changes() -> View {
    let sheet = Sheet::get();
    let store = PlanStore::get();
    let there = Memo::new(move |_| store.with(|plan| !plan.stops.is_empty()));
    let changes = Memo::new(move |_| if there.get() { sheet.changes() } else { [0; 4] });
    let told = move || {
        let [new, changed, unchanged, missing] = changes.get();
        let rest = match (missing, sheet.mode.get()) {
            (0, _) => String::new(),
            (n, ImportMode::Merge) => format!(", {n} others stay"),
            (n, ImportMode::Replace) => format!(", {n} others are removed"),
        };
        format!("{new} new, {changed} changed, {unchanged} unchanged{rest}")
    };
    View::of(move || {
        there.get().then(|| view! {
        <div class="import__changes small">
            <span class="number" data-test="import-changes">{told}</span>
            <label class="menu__choice">
                <input type="checkbox" prop:checked=move || sheet.mode.get() == ImportMode::Replace
                    on:change=move |event| sheet.mode.set(if event_target_checked(&event) { ImportMode::Replace } else { ImportMode::Merge })/>
                "Remove stops that are not in it"
            </label>
        </div>
    })
    })
}
