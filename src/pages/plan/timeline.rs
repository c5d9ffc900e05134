//! The day as time: one lane a driver, stops as blocks at their arrival, windows as brackets.

use milkrun_lean::prelude::*;
use milkrun_plan::clock::HOUR;
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::{Plan, StopId, TimeWindow};

use super::PlanView;
use crate::store::PlanStore;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};

/// The span shown, in seconds after midnight, on full hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Where a time stands, in percent of the width.
    fn at(self, time: u32) -> f64 {
        let length = f64::from(self.end - self.start);
        (f64::from(time) - f64::from(self.start)).clamp(0.0, length) / length * 100.0
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Lane {
    name: String,
    letter: char,
    colour: usize,
    departure: u32,
    finish: u32,
    shift_end: u32,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Block {
    stop: StopId,
    title: String,
    arrival: u32,
    start: u32,
    departure: u32,
    late_by: u32,
    window: Option<TimeWindow>,
}

/// The lanes below the map; nothing while no route has a stop.
#[component]
pub(super) fn Timeline() -> View {
    let store = PlanStore::get();
    let open = RwSignal::new(true);
    let lanes = Memo::new(move |_| {
        let schedules = store.schedules();
        store.with(|plan| lanes(plan, &schedules))
    });
    let span = Memo::new(move |_| lanes.with(|lanes| span(lanes)));
    let any = Memo::new(move |_| !lanes.with(Vec::is_empty));
    // The lanes take room from the map, which then has to show everything anew.
    let page = PlanView::get();
    Effect::new(move |before: Option<(bool, u32)>| {
        let now = (any.get(), store.run.finished.get());
        if before.is_some_and(|before| before != now) {
            request_animation_frame(move || {
                page.fit.try_update(|fit| *fit += 1);
            });
        }
        now
    });
    view! {
        <section class="timeline" aria-label="Timeline" hidden=move || !any.get()>
            <button class="timeline__toggle" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                <span class="timeline__chevron" class:timeline__chevron--open=move || open.get()><IconView icon=Icon::Right/></span>
                "Timeline"
            </button>
            {move || open.get().then(|| view! {
                <div class="timeline__body">
                    <div class="timeline__axis"><svg aria-hidden="true">{move || axis(span.get())}</svg></div>
                    <For each=move || { let span = span.get(); lanes.get().into_iter().map(move |it| (it, span.start, span.end)).collect::<Vec<_>>() }
                        key=Clone::clone let((lane, start, end))>
                        <LaneView lane span=Span { start, end }/>
                    </For>
                </div>
            })}
        </section>
    }
}

/// A part of the width as style and SVG write it.
fn percent(share: f64) -> String {
    milkrun_host::fixed(share, 3) + "%"
}

fn axis(span: Span) -> View {
    let hours = span.end / HOUR - span.start / HOUR;
    let step = if hours > 12 { 2 } else { 1 };
    (span.start / HOUR..=span.end / HOUR)
        .step_by(step)
        .map(|hour| {
            let x = percent(span.at(hour * HOUR));
            let anchor = if hour == span.end / HOUR { "end" } else if hour == span.start / HOUR { "start" } else { "middle" };
            view! { <text x=x y="14" text-anchor=anchor class="timeline__hour">{format!("{hour:02}:00")}</text> }
        })
        .collect_view()
}

#[component]
fn LaneView(lane: Lane, span: Span) -> View {
    let at = move |time: u32| percent(span.at(time));
    let width = move |from: u32, to: u32| percent((span.at(to) - span.at(from)).max(0.0));
    let grid = (span.start / HOUR..=span.end / HOUR)
        .map(|hour| view! { <line class="timeline__grid" x1=at(hour * HOUR) x2=at(hour * HOUR) y1="0" y2="100%"/> })
        .collect_view();
    let over = (lane.finish > lane.shift_end).then(|| view! {
        <rect class="timeline__over" x=at(lane.shift_end) width=width(lane.shift_end, lane.finish) y="15" height="4"/>
    });
    view! {
        <div class=format!("timeline__lane route-{}", lane.colour)>
            <span class="timeline__name"><span class="letter">{lane.letter}</span><span class="truncate">{lane.name.clone()}</span></span>
            <svg class="timeline__svg" role="group" aria-label=format!("{}'s day", lane.name)>
                {grid}
                <rect class="timeline__drive" x=at(lane.departure) width=width(lane.departure, lane.finish) y="15" height="4"/>
                {over}
                {lane.blocks.into_iter().map(|it| view! { <BlockView it span/> }).collect_view()}
            </svg>
        </div>
    }
}

#[component]
fn BlockView(it: Block, span: Span) -> View {
    let store = PlanStore::get();
    let at = move |time: u32| percent(span.at(time));
    let id = StoredValue::new(it.stop);
    let selected = Memo::new(move |_| store.selected.with(|it| it.as_ref() == Some(&id.get_value())));
    let late = it.late_by > 0;
    let mut told = format!("{}, {}", it.title, format::clock(i64::from(it.start)));
    if let Some(window) = it.window {
        told.push_str(&format!(", wanted {}", window.label()));
    }
    if late {
        told.push_str(&format!(", {} late", format::duration(i64::from(it.late_by).max(60))));
    }
    let bracket = it.window.map(|window| {
        let (from, to) = (at(window.start.max(span.start)), at(window.end.min(span.end)));
        view! {
            <g class="timeline__window" class:timeline__window--shown=move || selected.get() class:timeline__window--late=late>
                <line x1=from.clone() x2=to.clone() y1="31" y2="31"/>
                <line x1=from.clone() x2=from y1="27" y2="31"/>
                <line x1=to.clone() x2=to y1="27" y2="31"/>
            </g>
        }
    });
    let length = (span.at(it.departure) - span.at(it.start)).max(0.35);
    view! {
        {bracket}
        <rect class="timeline__stop" class:timeline__stop--late=late class:timeline__stop--selected=move || selected.get()
            x=at(it.start) width=percent(length) y="7" height="20" rx="3"
            on:click=move |_| store.selected.set(Some(id.get_value()))>
            <title>{told}</title>
        </rect>
        {late.then(|| view! { <text class="timeline__late" x=at(it.start) y="6" dx="1">"!"</text> })}
    }
}

fn lanes(plan: &Plan, schedules: &[RouteSchedule]) -> Vec<Lane> {
    let stops = plan.lookup();
    let lane = |(driver, schedule): (&milkrun_plan::Driver, &RouteSchedule)| {
        let blocks = schedule.legs.iter().filter_map(|leg| {
            let stop = stops.get(&leg.stop)?;
            Some(Block {
                stop: leg.stop.clone(),
                title: stop.title().to_owned(),
                arrival: leg.arrival,
                start: leg.start,
                departure: leg.departure,
                late_by: leg.late_by,
                window: stop.window,
            })
        });
        let blocks: Vec<Block> = blocks.collect();
        (!blocks.is_empty()).then(|| Lane {
            name: driver.name.clone(),
            letter: driver.letter(),
            colour: usize::from(driver.colour) % crate::map::ROUTE_COLOURS,
            departure: schedule.departure,
            finish: schedule.finish,
            shift_end: driver.shift.end,
            blocks,
        })
    };
    plan.drivers.iter().zip(schedules).filter_map(lane).collect()
}

/// From the first departure to the last return or the end of a shift, on full hours.
fn span(lanes: &[Lane]) -> Span {
    let start = lanes.iter().map(|it| it.departure).min().unwrap_or(8 * HOUR) / HOUR * HOUR;
    let last = lanes.iter().map(|it| it.finish).max().unwrap_or(16 * HOUR);
    let end = last.max(start + HOUR).div_ceil(HOUR) * HOUR;
    Span { start, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_is_on_full_hours_and_never_empty() {
        let lane = |departure, finish| Lane {
            name: String::new(),
            letter: 'A',
            colour: 0,
            departure,
            finish,
            shift_end: 0,
            blocks: Vec::new(),
        };
        assert_eq!(span(&[lane(30_000, 40_000), lane(29_000, 39_000)]), Span { start: 28_800, end: 43_200 });
        assert_eq!(span(&[lane(28_800, 28_800)]), Span { start: 28_800, end: 32_400 });
        let it = span(&[lane(28_800, 36_000)]);
        assert_eq!((it.at(28_800), it.at(32_400), it.at(36_000), it.at(90_000)), (0.0, 50.0, 100.0, 100.0));
    }
}
