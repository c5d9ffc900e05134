//! The day as time: one lane a driver, stops as blocks at their arrival, windows as brackets.

use std::time::Duration;

use milkrun_lean::prelude::*;
use milkrun_plan::clock::HOUR;
use milkrun_plan::schedule::RouteSchedule;
use milkrun_plan::{DriverId, Plan, StopId, TimeWindow};

use super::{PlanView, drag};
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
    driver: DriverId,
    name: String,
    letter: char,
    colour: usize,
    departure: u32,
    finish: u32,
    shift_end: u32,
    /// When the break begins and is over.
    rest: Option<(u32, u32)>,
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
    let any = Memo::new(move |_| lanes.with(|all| all.iter().any(|it| !it.blocks.is_empty())));
    let now = now(store);
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
                        <LaneView lane span=Span { start, end } now/>
                    </For>
                </div>
            })}
        </section>
    }
}

/// The time of day while the plan is today's, a minute old at most.
fn now(store: PlanStore) -> Memo<Option<u32>> {
    let clock = RwSignal::new(format::now());
    if let Ok(timer) =
        set_interval_with_handle(move || drop(clock.try_set(format::now())), Duration::from_secs(60))
    {
        on_cleanup(move || timer.clear());
    }
    Memo::new(move |_| {
        let (day, time) = clock.get();
        store.with(|plan| plan.date == day).then_some(time)
    })
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
fn LaneView(lane: Lane, span: Span, now: Memo<Option<u32>>) -> View {
    let at = move |time: u32| percent(span.at(time));
    let width = move |from: u32, to: u32| percent((span.at(to) - span.at(from)).max(0.0));
    let grid = (span.start / HOUR..=span.end / HOUR)
        .map(|hour| view! { <line class="timeline__grid" x1=at(hour * HOUR) x2=at(hour * HOUR) y1="0" y2="100%"/> })
        .collect_view();
    let over = (lane.finish > lane.shift_end).then(|| view! {
        <rect class="timeline__over" x=at(lane.shift_end) width=width(lane.shift_end, lane.finish) y="15" height="4"/>
    });
    let rest = lane.rest.map(|(from, to)| view! {
        <rect class="timeline__rest" x=at(from) width=width(from, to) y="12" height="10" rx="2">
            <title>{format!("Break {}\u{2013}{}", format::clock(i64::from(from)), format::clock(i64::from(to)))}</title>
        </rect>
    });
    view! {
        <div class=format!("timeline__lane route-{}", lane.colour) data-lane data-driver=lane.driver.0>
            <span class="timeline__name"><span class="letter">{lane.letter}</span><span class="truncate">{lane.name.clone()}</span></span>
            <svg class="timeline__svg" role="group" aria-label=format!("{}'s day", lane.name)>
                {grid}
                <rect class="timeline__drive" x=at(lane.departure) width=width(lane.departure, lane.finish) y="15" height="4"/>
                {over}
                {rest}
                <Mark driver=lane.driver.clone() blocks=lane.blocks.clone() departure=lane.departure span/>
                {lane.blocks.into_iter().map(|it| view! { <BlockView it span/> }).collect_view()}
                {move || now.get().filter(|it| (span.start..=span.end).contains(it)).map(|it| view! {
                    <line class="timeline__now" data-test="timeline-now" x1=at(it) x2=at(it) y1="-2" y2="36"/>
                })}
            </svg>
        </div>
    }
}

/// Where the stop in the hand would come.
#[component]
fn Mark(driver: DriverId, blocks: Vec<Block>, departure: u32, span: Span) -> View {
    let page = PlanView::get();
    let at = Memo::new(move |_| {
        let dragged = page.dragged.get()?;
        let place = page.hovered.with(|it| {
            let (slot, _) = it.as_ref()?;
            (slot.driver.as_ref() == Some(&driver)).then_some(slot.place)
        })?;
        Some(between(&blocks, &dragged, place, departure))
    });
    View::of(move || {
        at.get().map(|time| {
            let x = percent(span.at(time));
            view! { <line class="timeline__mark" x1=x.clone() x2=x y1="1" y2="33"/> }
        })
    })
}

/// The moment between two blocks of a lane, without the one in the hand: half way from one to the other.
fn between(blocks: &[Block], dragged: &StopId, place: usize, departure: u32) -> u32 {
    let others: Vec<&Block> = blocks.iter().filter(|it| it.stop != *dragged).collect();
    let before = place.checked_sub(1).and_then(|it| others.get(it.min(others.len().saturating_sub(1))));
    match (before, others.get(place)) {
        (Some(before), Some(after)) => before.departure / 2 + after.start / 2,
        (Some(before), None) => before.departure + HOUR / 12,
        (None, Some(after)) => departure.min(after.start) / 2 + after.start / 2,
        (None, None) => departure,
    }
}

#[component]
fn BlockView(it: Block, span: Span) -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let at = move |time: u32| percent(span.at(time));
    let name = it.stop.0.clone();
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
            data-stop=name data-grip class:timeline__stop--dragged=move || page.dragged.with(|it| it.as_ref() == Some(&id.get_value()))
            x=at(it.start) width=percent(length) y="7" height="20" rx="3"
            on:pointerdown=move |event| drag::press(page, &event, &id.get_value())
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
        Lane {
            driver: driver.id.clone(),
            name: driver.name.clone(),
            letter: driver.letter(),
            colour: crate::map::route_colour(driver),
            departure: schedule.departure,
            finish: schedule.finish,
            shift_end: driver.shift.end,
            rest: schedule.rest.map(|it| (it.start, it.end)),
            blocks,
        }
    };
    plan.drivers.iter().zip(schedules).map(lane).collect()
}

/// From the first departure to the last return or the end of a shift, on full hours.
fn span(lanes: &[Lane]) -> Span {
    let used = || lanes.iter().filter(|it| !it.blocks.is_empty());
    let start = used().map(|it| it.departure).min().unwrap_or(8 * HOUR) / HOUR * HOUR;
    let last = used().map(|it| it.finish).max().unwrap_or(16 * HOUR);
    let end = last.max(start + HOUR).div_ceil(HOUR) * HOUR;
    Span { start, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(stop: &str, start: u32, departure: u32) -> Block {
        let title = String::new();
        Block { stop: stop.into(), title, arrival: start, start, departure, late_by: 0, window: None }
    }

    #[test]
    fn a_mark_stands_between_the_others() {
        let blocks = [block("1", 100, 200), block("2", 300, 400), block("3", 600, 700)];
        let check = |dragged: &str, place, expected| {
            assert_eq!(between(&blocks, &dragged.into(), place, 50), expected, "{dragged} {place}");
        };
        check("9", 0, 75);
        check("9", 1, 250);
        check("2", 1, 400);
        check("2", 2, 700 + HOUR / 12);
        check("9", 99, 700 + HOUR / 12);
        assert_eq!(between(&[], &"9".into(), 0, 50), 50);
    }

    #[test]
    fn the_span_is_on_full_hours_and_never_empty() {
        let lane = |departure, finish| Lane {
            driver: "a".into(),
            rest: None,
            name: String::new(),
            letter: 'A',
            colour: 0,
            departure,
            finish,
            shift_end: 0,
            blocks: vec![block("1", departure, finish)],
        };
        let empty = Lane { blocks: Vec::new(), ..lane(0, 1) };
        assert_eq!(span(&[lane(30_000, 40_000), lane(29_000, 39_000)]), Span { start: 28_800, end: 43_200 });
        assert_eq!(span(&[empty, lane(28_800, 28_800)]), Span { start: 28_800, end: 32_400 });
        let it = span(&[lane(28_800, 36_000)]);
        assert_eq!((it.at(28_800), it.at(32_400), it.at(36_000), it.at(90_000)), (0.0, 50.0, 100.0, 100.0));
    }
}
