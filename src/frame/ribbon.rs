//! Says plainly that stand-ins are in use, and lets their clock be turned.

use milkrun_lean::prelude::*;
use milkrun_wire::api::sandbox::{Clock, ClockChange};
use milkrun_wire::api::session::{Services, Upstream};

use crate::api;
use crate::app::Gate;
use crate::ui::format;
use crate::ui::icon::{Icon, IconView};
use crate::ui::toast::Toaster;

/// Speeds the sandbox clock knows, with what to call them.
const SPEEDS: [(u32, &str); 4] = [(0, "Paused"), (1, "×1"), (60, "×60"), (3600, "×3600")];

/// Shown only while the sandbox stands in for a vendor.
#[component]
pub(super) fn Ribbon() -> View {
    let gate = Gate::get();
    let stands_in = Memo::new(move |_| gate.session().and_then(|session| stands_in_for(&session.services)));
    View::of(move || {
        stands_in.get().map(|who| {
            view! {
                <aside class="ribbon" aria-label="Sandbox">
                    <IconView icon=Icon::Sandbox/>
                    <span><strong>"Sandbox."</strong> <span class="ribbon__more">{format!(" It stands in for {who}; nothing leaves this machine.")}</span></span>
                    <SandboxClock/>
                </aside>
            }
        })
    })
}

fn stands_in_for(services: &Services) -> Option<&'static str> {
    match (services.routemate == Upstream::Sandbox, services.tracking == Upstream::Sandbox) {
        (true, true) => Some("RouteMate and 51Tracking"),
        (true, false) => Some("RouteMate"),
        (false, true) => Some("51Tracking"),
        (false, false) => None,
    }
}

#[component]
fn SandboxClock() -> View {
    let clock = RwSignal::new(None::<Clock>);
    let toaster = Toaster::get();
    let read = move || {
        spawn_local(async move {
            // A clock that cannot be read is simply not shown; the pages say when the server is away.
            if let Ok(now) = api::sandbox_clock().await {
                clock.try_set(Some(now));
            }
        });
    };
    read();
    let timer = set_interval_with_handle(read, std::time::Duration::from_secs(5)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let turn = move |change: ClockChange| {
        spawn_local(async move {
            match api::turn_sandbox_clock(change).await {
                Ok(now) => clock.set(Some(now)),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <span class="ribbon__clock">
            {move || clock.get().map(|clock| view! { <span class="number">{format::moment(&clock.now)}</span> })}
            <span role="group" aria-label="Speed of the sandbox clock" class="toolbar">
                {SPEEDS
                    .map(|(speed, text)| {
                        let pressed = move || clock.get().is_some_and(|clock| clock.speed == speed).to_string();
                        view! {
                            <button class="chip chip--button" aria-pressed=pressed
                                on:click=move |_| turn(ClockChange { speed: Some(speed), step_seconds: None })>
                                {text}
                            </button>
                        }
                    })
                    .collect_view()}
                <button class="chip chip--button"
                    on:click=move |_| turn(ClockChange { speed: None, step_seconds: Some(3600) })>
                    "+1 h"
                </button>
            </span>
        </span>
    }
}
