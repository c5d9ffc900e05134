//! The Day page: how the routes that were handed out are going, trouble first.

mod card;
mod job;
mod order;
mod summary;

use milkrun_lean::prelude::*;
use milkrun_wire::api::dispatch::Dispatch;

use crate::api;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::live::LiveMark;
use crate::ui::poll::{OFTEN, Poll};
use card::JobCard;
use job::JobView;
use summary::Summary;

/// The Day page.
#[component]
pub fn DayPage() -> View {
    let day = RwSignal::new(None::<String>);
    let dispatches = RwSignal::new(None::<Vec<Dispatch>>);
    let problem = RwSignal::new(None::<String>);
    let read_at = RwSignal::new(None::<String>);
    let poll = Poll::start(OFTEN, "dispatch", move || async move {
        let wanted = day.try_get_untracked().flatten();
        match api::dispatches(wanted.as_deref()).await {
            Ok(list) => {
                // Another day may have been chosen while this one was read.
                if day.try_get_untracked() != Some(wanted.clone()) {
                    return;
                }
                problem.try_set(None);
                read_at.try_set(Some(now()));
                let shown = wanted.unwrap_or_else(|| first_day(&list.dispatches));
                let of_day: Vec<Dispatch> =
                    list.dispatches.into_iter().filter(|it| it.request.date == shown).collect();
                if day.try_get_untracked().flatten().is_none() {
                    day.try_set(Some(shown));
                }
                if dispatches.try_with_untracked(|known| known.as_ref() != Some(&of_day)) == Some(true) {
                    dispatches.try_set(Some(of_day));
                }
            }
            Err(error) => {
                problem.try_set(Some(error.to_string()));
            }
        }
    });
    let choose = move |date: String| {
        if !date.is_empty() && day.get_untracked().as_ref() != Some(&date) {
            day.set(Some(date));
            dispatches.set(None);
            poll.now();
        }
    };
    let jobs = Memo::new(move |_| {
        let mut jobs: Vec<JobView> = dispatches.with(|all| all.iter().flatten().map(JobView::of).collect());
        milkrun_plan::sorted::sort_by(&mut jobs, |a, b| {
            a.rank.cmp(&b.rank).then_with(|| a.driver.cmp(&b.driver))
        });
        jobs
    });
    // Reading the same again must not fold what somebody has unfolded.
    let empty = Memo::new(move |_| dispatches.with(|all| all.as_ref().map(Vec::is_empty)));
    let failed = Memo::new(move |_| problem.with(Option::is_some));
    view! {
        <div class="page day">
            <div class="page__inner">
                <header class="page__head">
                    <h1>"Day"</h1>
                    <LiveMark/>
                    {move || read_at.get().map(|at| view! { <span class="muted small number">"Read at "{at}</span> })}
                    <label class="day__date">
                        <span class="visually-hidden">"Day"</span>
                        <input class="input number" type="date" data-test="day-date"
                            prop:value=move || day.get().unwrap_or_else(format::today)
                            on:change=move |event| choose(event_target_value(&event))/>
                    </label>
                </header>
                {move || problem.get().map(|why| view! {
                    <div class="notice notice--warn" role="status"><IconView icon=Icon::Warn/>
                        <p>{why}" What you see may be old; Milkrun keeps trying."</p>
                    </div>
                })}
                {move || match empty.get() {
                    None if failed.get() => View::none(),
                    None => view! { <Loading/> },
                    Some(true) => view! { <Empty/> },
                    Some(false) => view! {
                        <Summary jobs/>
                        <div class="day__jobs">
                            <For each=move || jobs.get() key=JobView::key let(job)>
                                <JobCard job/>
                            </For>
                        </div>
                    },
                }}
            </div>
        </div>
    }
}

#[component]
fn Loading() -> View {
    view! {
        <div class="day__jobs" role="status" aria-label="Loading the routes">
            {(0..3).map(|_| view! { <div class="card day__bone"></div> }).collect_view()}
        </div>
    }
}

#[component]
fn Empty() -> View {
    view! {
        <div class="empty">
            <IconView icon=Icon::Van class="day__empty-icon"/>
            <h2>"No route is out on this day"</h2>
            <p>"Plan a day and dispatch its routes; then you see here how far each driver has come and where help is needed."</p>
            <a class="button button--primary" href="/"><IconView icon=Icon::Route/>"Go to the plan"</a>
        </div>
    }
}

/// Today if a route is out today, else the latest day on which one is.
fn first_day(dispatches: &[Dispatch]) -> String {
    let today = format::today();
    let mut days = dispatches.iter().map(|it| &it.request.date);
    if days.clone().any(|day| *day == today) {
        return today;
    }
    days.by_ref().max().cloned().unwrap_or(today)
}

fn now() -> String {
    js_sys::Date::new_0().to_locale_time_string("default").into()
}
