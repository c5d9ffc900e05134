//! What driving costs: the rates by which routes are priced and the cheapest are sought.

use milkrun_lean::prelude::*;
use milkrun_plan::{Aim, Currency, Rates, cost};

use super::drivers::Entry;
use crate::store::{AIMS, PlanStore};
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// The rates, folded to a line until somebody wants to change them.
#[component]
pub(super) fn RatesSection() -> View {
    let store = PlanStore::get();
    let rates = Memo::new(move |_| store.with(|plan| plan.settings.rates));
    let aim = Memo::new(move |_| store.with(|plan| plan.settings.aim));
    let place = |aim: Aim| AIMS.iter().position(|it| it.0 == aim).unwrap_or(0);
    let value = move |read: fn(&Rates) -> u32| Signal::derive(move || rates.with(|it| amount(read(it))));
    let take = move |write: fn(&mut Rates, u32)| {
        Callback::new(move |text: String| {
            let cents = read_amount(&text).ok_or("Write an amount like 12.50")?;
            store.set(|settings| write(&mut settings.rates, cents));
            Ok(())
        })
    };
    view! {
        <details class="rates" data-test="rates">
            <summary class="rates__sum">
                <span class="strong">"Costs"</span>
                <span class="muted small truncate">{move || told(&rates.get())}</span>
                <span class="costs__chevron"><IconView icon=Icon::Right/></span>
            </summary>
            <div class="rates__fields">
                <div class="field rates__word">
                    <label for="rate-aim">"Optimise strives for"</label>
                    <select class="input" id="rate-aim" data-test="rate-aim" prop:value=move || place(aim.get()).to_string()
                        on:change=move |event| {
                            let chosen = event_target_value(&event).parse().ok().and_then(|at: usize| AIMS.get(at));
                            if let Some(&(aim, _)) = chosen {
                                store.set(|settings| settings.aim = aim);
                            }
                        }>
                        {AIMS.into_iter().enumerate().map(|(at, (it, text))| view! {
                            <option value=at.to_string() selected=untrack(|| aim.get()) == it>{text}</option>
                        }).collect_view()}
                    </select>
                </div>
                <Entry id="rate-hour".to_owned() label="An hour" test="rate-hour" value=value(|it| it.per_hour) take=take(|it, cents| it.per_hour = cents)/>
                <Entry id="rate-km".to_owned() label="A kilometre" test="rate-km" value=value(|it| it.per_km) take=take(|it, cents| it.per_km = cents)/>
                <Entry id="rate-van".to_owned() label="Sending a van" test="rate-van" value=value(|it| it.fixed) take=take(|it, cents| it.fixed = cents)/>
                <Entry id="rate-overtime".to_owned() label="An hour of overtime" test="rate-overtime" value=value(|it| it.per_overtime_hour) take=take(|it, cents| it.per_overtime_hour = cents)/>
                <Entry id="rate-late".to_owned() label="A minute late" test="rate-late" value=value(|it| it.late_per_minute) take=take(|it, cents| it.late_per_minute = cents)/>
                <div class="field">
                    <label for="rate-currency">"Currency"</label>
                    <select class="input" id="rate-currency" data-test="rate-currency" prop:value=move || rates.get().currency.code()
                        on:change=move |event| {
                            let code = event_target_value(&event);
                            let chosen = Currency::ALL.into_iter().find(|it| it.code() == code).unwrap_or_default();
                            store.set(|settings| settings.rates.currency = chosen);
                        }>
                        {Currency::ALL.map(|it| view! {
                            <option value=it.code() selected=untrack(|| rates.get()).currency == it>{if it == Currency::None { "Bare numbers" } else { it.code() }}</option>
                        }).collect_view()}
                    </select>
                </div>
                <p class="muted small rates__word">
                    {move || if rates.get().late_per_minute > 0 {
                        "Overtime comes on top of the hour. Being late has a price, so Optimise for the lowest cost may come late where being in time would cost more."
                    } else {
                        "Overtime comes on top of the hour. Optimise keeps every window. Give a minute late a price to let it weigh one against the other."
                    }}
                </p>
            </div>
        </details>
    }
}

/// The rates in a line.
fn told(rates: &Rates) -> String {
    let money = |cents: u32| format::money(i64::from(cents) * cost::UNITS_PER_CENT, rates.currency);
    format!("{} an hour, {} a kilometre", money(rates.per_hour), money(rates.per_km))
}

/// Cents as a field shows them.
fn amount(cents: u32) -> String {
    if cents.is_multiple_of(100) {
        (cents / 100).to_string()
    } else {
        format!("{}.{:02}", cents / 100, cents % 100)
    }
}

/// An amount as people write it, in cents; at most a million.
fn read_amount(text: &str) -> Option<u32> {
    let plain = text.trim().replace(',', ".");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 || plain.trim_matches('.').is_empty() {
        return None;
    }
    let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let cents: u32 = format!("{part:0<2}").parse().ok()?;
    (whole <= 1_000_000).then(|| whole * 100 + cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents) in [
            ("30", Some(3_000)),
            (" 0.3 ", Some(30)),
            ("12,50", Some(1_250)),
            (".5", Some(50)),
            ("7.", Some(700)),
            ("0", Some(0)),
            ("1.234", None),
            ("-1", None),
            ("", None),
            (".", None),
            ("ten", None),
            ("9999999", None),
            ("99999999999", None),
        ] {
            assert_eq!(read_amount(text), cents, "{text:?}");
        }
        for cents in [0, 5, 30, 100, 12_345] {
            assert_eq!(read_amount(&amount(cents)), Some(cents));
        }
    }

    #[test]
    fn the_line_tells_what_matters_most() {
        assert_eq!(told(&Rates::default()), "€30.00 an hour, €0.30 a kilometre");
    }
}
