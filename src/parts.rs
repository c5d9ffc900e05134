//! Parts of the portal that are fetched when they are first needed, so that nobody waits for a page they do not open.
//!
//! `cargo xtask build` cuts the WebAssembly at the functions that [`parts!`] writes. What only a part uses goes into
//! a file of the part, and what several parts share into a file that comes along with each of them. Without that cut,
//! as `trunk build` leaves it, every part is there from the start.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use milkrun_lean::prelude::*;

use crate::ui::icon::{Icon, IconView};

/// Each line makes a part: `NAME = file.function: view`, where the view is a component without properties and the
/// function's name is its own. `<Lazy part=&parts::NAME/>` shows it; a page's file is named as its path, so that it is on
/// its way at once when somebody comes by the address. Parts may share a file.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident = $file:ident.$function:ident: $view:path;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: Part = Part::new(|| Box::pin($function()));

        #[cfg(split)]
        #[wasm_split_helpers::wasm_split($file, fallible)]
        fn $function() -> Result<Build, NotFetched> {
            Ok($view)
        }

        #[cfg(not(split))]
        async fn $function() -> Result<Build, NotFetched> {
            Ok($view)
        }
    )*

        /// In the order in which they are likely to be wanted.
        const ALL: &[&Part] = &[$(&$name),*];
    };
}

parts! {
    /// The Plan page with the plan's store.
    PLAN = plan.plan: crate::pages::PlanPage;
    /// The details of a stop on the Plan page.
    STOP = desk.stop: crate::pages::plan::StopDetails;
    /// The Drivers tab of the Plan page.
    CREW = desk.crew: crate::pages::plan::DriversTab;
    /// What the Plan page's file menu offers.
    FILES = desk.files: crate::pages::plan::FileMenu;
    /// What Optimise strives for, in the menu beside its button.
    AIMS = desk.aims: crate::pages::plan::Aims;
    /// The question before routes are sent.
    SENDING = desk.sending: crate::pages::plan::DispatchDialog;
    /// The list of the Plan page's keys.
    KEYS = desk.keys: crate::pages::plan::KeysDialog;
    /// The import sheet of the Plan page.
    IMPORT = import.import: crate::pages::import::ImportSheet;
    /// The Day page.
    DAY = day.day: crate::pages::DayPage;
    /// The Track page.
    TRACK = track.track: crate::pages::TrackPage;
    /// The Settings page.
    SETTINGS = settings.settings: crate::pages::SettingsPage;
}

/// How long after a page was opened the parts that nobody has asked for are fetched.
const CALM: Duration = Duration::from_secs(3);

/// Builds a part's view.
type Build = fn() -> View;

type Fetching = Pin<Box<dyn Future<Output = Result<Build, NotFetched>>>>;

/// A part of the portal, of which there is one each.
pub(crate) struct Part {
    fetch: fn() -> Fetching,
    here: OnceLock<Build>,
}

/// The server did not hand the part over. The browser's console says why.
#[derive(Clone, Copy, Debug)]
struct NotFetched;

#[cfg(split)]
impl From<wasm_split_helpers::SplitLoaderError> for NotFetched {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

impl Part {
    const fn new(fetch: fn() -> Fetching) -> Self {
        Self { fetch, here: OnceLock::new() }
    }

    /// Fetches the part before anybody asks for it. Whatever goes wrong shows when somebody does.
    pub(crate) fn preload(&'static self) {
        if self.here.get().is_none() {
            spawn_local(async move {
                let _ = self.fetch().await;
            });
        }
    }

    /// Fetches the part unless it is here. Calls made meanwhile share one download; a failed one can be tried again.
    async fn fetch(&self) -> Result<Build, NotFetched> {
        if let Some(build) = self.here.get() {
            return Ok(*build);
        }
        let build = (self.fetch)().await?;
        Ok(*self.here.get_or_init(|| build))
    }
}

/// Fetches all parts one after another when the page has settled, so that going to another page takes no time, even
/// where the connection is gone by then. Not for somebody who asked the browser to save data.
pub(crate) fn preload_all() {
    set_timeout(
        || {
            if !saves_data() {
                spawn_local(async {
                    for part in ALL {
                        let _ = part.fetch().await;
                    }
                });
            }
        },
        CALM,
    );
}

fn saves_data() -> bool {
    let connection = js_sys::Reflect::get(&window().navigator(), &"connection".into());
    connection.and_then(|it| js_sys::Reflect::get(&it, &"saveData".into())).is_ok_and(|it| it.is_truthy())
}

#[derive(Clone, Copy)]
enum State {
    Waiting,
    Here(Build),
    Failed,
}

/// Shows a part, at once if it is here.
#[component]
pub(crate) fn Lazy(
    /// What to show.
    part: &'static Part,
    /// What a part that is no page of its own is closed with, if it cannot be had.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> View {
    let state = RwSignal::new(part.here.get().map_or(State::Waiting, |build| State::Here(*build)));
    let fetch = move || {
        state.set(State::Waiting);
        spawn_local(async move {
            let now = part.fetch().await.map_or(State::Failed, State::Here);
            // Somebody may have gone elsewhere meanwhile.
            state.try_set(now);
        });
    };
    if part.here.get().is_none() {
        fetch();
    }
    View::of(move || match state.get() {
        State::Here(build) => build(),
        State::Waiting => view! { <Waiting/> },
        State::Failed => view! { <Failed again=Callback::new(move |()| fetch()) close/> },
    })
}

/// Comes up only when the wait is long enough to be noticed; the style sheet sees to that.
#[component]
fn Waiting() -> View {
    view! {
        <div class="waiting" role="status" aria-label="Loading this page"><IconView icon=Icon::Busy class="spin"/></div>
    }
}

#[component]
fn Failed(again: Callback<()>, close: Option<Callback<()>>) -> View {
    view! {
        <div class="empty" role="alert" data-test="part-failed">
            <h2>"This part of Milkrun could not be loaded"</h2>
            <p>"Check the connection and try again. If Milkrun was updated meanwhile, load the page again. Your plan is kept in this browser."</p>
            <div class="toolbar">
                <button class="button button--primary" data-test="part-again" on:click=move |_| again.run(())>"Try again"</button>
                <button class="button" on:click=move |_| drop(window().location().reload())>"Load the page again"</button>
                {close.map(|close| view! { <button class="button button--quiet" data-test="part-close" on:click=move |_| close.run(())>"Close"</button> })}
            </div>
        </div>
    }
}
