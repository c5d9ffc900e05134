//! The heads of the preview: what each column was taken for, how sure, and the choice of something else.

use milkrun_host::fixed;
use milkrun_lean::prelude::*;
use milkrun_plan::import::Field;

use super::sheet::Sheet;

/// One head a column.
#[component]
pub(super) fn Heads() -> View {
    let sheet = Sheet::get();
    let columns = Memo::new(move |_| sheet.table.with(|it| it.as_ref().map_or(0, |it| it.columns)));
    view! {
        <div class="rows__head" role="presentation">
            <span class="rows__cell rows__line label">"Row"</span>
            <span class="rows__cell rows__status label">"State"</span>
            {move || (0..columns.get()).map(|column| view! { <Head column/> }).collect_view()}
        </div>
    }
}

#[component]
fn Head(column: usize) -> View {
    let sheet = Sheet::get();
    let name =
        sheet.table.with_untracked(|it| it.as_ref().map(|it| it.column_name(column)).unwrap_or_default());
    let field = Memo::new(move |_| sheet.mapping.with(|it| it.0.get(column).copied().flatten()));
    let told = move || {
        sheet.guesses.with(|guesses| {
            let guess = guesses.get(column);
            match (field.get(), guess) {
                (now, Some(guess)) if guess.field != now => {
                    ("", if now.is_some() { "Chosen by you".to_owned() } else { "Ignored".to_owned() })
                }
                (None, Some(guess)) => ("warn", crate::store::capitalised(&guess.why)),
                (Some(_), Some(guess)) if guess.confidence >= 0.9 => ("ok", format!("Sure: {}", guess.why)),
                (Some(_), Some(guess)) => (
                    "warn",
                    format!("{} % sure: {}", fixed(f64::from(guess.confidence) * 100.0, 0), guess.why),
                ),
                (_, None) => ("", String::new()),
            }
        })
    };
    let id = format!("column-{column}");
    view! {
        <div class="rows__cell head" class:head--ignored=move || field.get().is_none()>
            <label class="head__name truncate" for=id.clone() title=name>{name.clone()}</label>
            <select class="input head__select" id=id data-test="import-column"
                on:change=move |event| sheet.map(column, Field::ALL.get(event_target_value(&event).parse::<usize>().unwrap_or(usize::MAX)).copied())>
                <option value="" selected=move || field.get().is_none()>"Ignore"</option>
                {Field::ALL.into_iter().enumerate().map(|(at, it)| view! {
                    <option value=at.to_string() selected=move || field.get() == Some(it)>{it.label()}</option>
                }).collect_view()}
            </select>
            {move || {
                let (class, text) = told();
                view! { <span class=format!("head__why truncate {class}") title=text>{text.clone()}</span> }
            }}
        </div>
    }
}
