//! The search, watched: how much of its time is gone and how the cost comes down.

use milkrun_host::fixed;
use milkrun_lean::prelude::*;

use crate::optimise::OptimiserState;
use crate::store::PlanStore;

/// Width and height of the curve's own units.
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 36.0;

/// Shown over the map while the optimiser runs.
#[component]
pub(super) fn RunStrip() -> View {
    let store = PlanStore::get();
    let busy = Memo::new(move |_| store.run.is_busy());
    View::of(move || busy.get().then(|| view! { <Strip/> }))
}

#[component]
fn Strip() -> View {
    let store = PlanStore::get();
    let seconds = move || store.run.seconds.get();
    let fraction = move || match store.run.state() {
        OptimiserState::Running { fraction, .. } => fraction,
        _ => 0.0,
    };
    let text = move || match store.run.state() {
        OptimiserState::Running { elapsed, unserved, .. } => {
            let open = match unserved {
                0 => String::new(),
                1 => ", 1 stop left out".to_owned(),
                n => format!(", {n} stops left out"),
            };
            format!("{} of {} s{open}", fixed(elapsed, 1), seconds())
        }
        _ => "Starting".to_owned(),
    };
    let saved = move || match store.run.state() {
        OptimiserState::Running { history, .. } => saving(&history),
        _ => None,
    };
    let line = move || match store.run.state() {
        OptimiserState::Running { history, .. } => curve(&history, f64::from(seconds())),
        _ => String::new(),
    };
    view! {
        <div class="run" data-test="run-progress">
            <div class="run__row">
                <span class="strong">"Optimising"</span>
                <span class="number muted">{text}</span>
                <span class="toolbar__gap"></span>
                <span class="number ok strong">{move || saved().map(|it| format!("-{it} % cost"))}</span>
            </div>
            <svg class="run__curve" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label="Cost over time">
                <polyline points=line/>
            </svg>
            <div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || fixed(fraction() * 100.0, 0)>
                <span style:width=move || fixed(fraction() * 100.0, 1) + "%"></span>
            </div>
        </div>
    }
}

/// How many percent the cost came down since the first point, if at all.
fn saving(history: &[(f64, i64)]) -> Option<i64> {
    let (first, last) = (history.first()?.1, history.last()?.1);
    let percent = (first - last).checked_mul(100)?.checked_div(first)?;
    (percent > 0).then_some(percent)
}

/// The points of the curve: time to the right, cost upwards, the range in between filling the height.
fn curve(history: &[(f64, i64)], seconds: f64) -> String {
    let Some(most) = history.iter().map(|it| it.1).max() else { return String::new() };
    let least = history.iter().map(|it| it.1).min().unwrap_or(most);
    let range = ((most - least) as f64).max(1.0);
    let point = |(time, cost): &(f64, i64)| {
        let x = (time / seconds.max(0.1)).min(1.0) * WIDTH;
        let y = 2.0 + (most - cost) as f64 / range * (HEIGHT - 4.0);
        format!("{},{}", fixed(x, 1), fixed(y, 1))
    };
    history.iter().map(point).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_falls_as_the_cost_does() {
        assert_eq!(curve(&[(0.0, 100), (5.0, 50), (10.0, 0)], 10.0), "0.0,2.0 80.0,18.0 160.0,34.0");
        assert_eq!(curve(&[], 10.0), "");
        assert_eq!(curve(&[(0.0, 7)], 10.0), "0.0,2.0");
    }

    #[test]
    fn a_saving_is_only_told_when_there_is_one() {
        assert_eq!(saving(&[(0.0, 200), (1.0, 150)]), Some(25));
        assert_eq!(saving(&[(0.0, 200), (1.0, 200)]), None);
        assert_eq!(saving(&[(0.0, 0), (1.0, 0)]), None);
        assert_eq!(saving(&[]), None);
    }
}
