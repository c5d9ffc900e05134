//! Where the routes start, and who drives them.

use milkrun_lean::prelude::*;
use milkrun_plan::edit::Edit;
use milkrun_plan::{Driver, DriverId, Pause, Place, TimeWindow, clock, listed};

use super::PlanView;
use super::rates::RatesSection;
use crate::store::{PlanStore, locate_one};
use crate::ui::icon::{Icon, IconView};

/// The Drivers tab.
#[component]
pub(crate) fn DriversTab() -> View {
    let store = PlanStore::get();
    let drivers = Memo::new(move |_| {
        store.with(|plan| plan.drivers.iter().map(|it| it.id.clone()).collect::<Vec<_>>())
    });
    let add = move |_| {
        let driver = store.plan_now().next_driver();
        let id = driver.id.0.clone();
        if store.edit(Edit::AddDriver(driver)) {
            super::keys::focus_within(1, format!("#driver-name-{id}"));
        }
    };
    view! {
        <div class="drivers">
            <Depot/>
            <RatesSection/>
            <section class="drivers__list" aria-label="Drivers">
                <div class="drivers__head">
                    <h2>"Drivers"</h2>
                    <button class="button" data-test="driver-add" on:click=add><IconView icon=Icon::Plus/>"Add a driver"</button>
                </div>
                {move || drivers.with(Vec::is_empty).then(|| view! {
                    <p class="muted drivers__none">"Nobody drives yet. Add a driver for each van that goes out today."</p>
                })}
                <For each=move || drivers.get() key=Clone::clone let(id)>
                    <DriverCard id/>
                </For>
            </section>
        </div>
    }
}

#[component]
fn Depot() -> View {
    let store = PlanStore::get();
    let page = PlanView::get();
    let address = Memo::new(move |_| store.with(|plan| plan.depot.as_ref().map(|it| it.address.clone())));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let find = move |text: String| {
        let text = text.trim().to_owned();
        if text.is_empty() {
            failure.set(None);
            store.edit(Edit::SetDepot(None));
            return;
        }
        if untrack(|| address.get()).as_deref() == Some(&text) || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let found = locate_one(&text).await;
            busy.set(false);
            match found.result {
                Ok(it) => {
                    store.edit(Edit::SetDepot(Some(Place { lat: it.lat, lon: it.lon, address: text })));
                    page.fit.update(|fit| *fit += 1);
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    view! {
        <section class="depot" aria-label="Depot">
            <div class="field">
                <label for="depot-address">"Depot: where the routes start"</label>
                <div class="depot__row">
                    <input class="input" id="depot-address" data-test="depot-address" placeholder="Street and number, city"
                        prop:value=move || address.get().unwrap_or_default()
                        aria-invalid=move || failure.with(Option::is_some).to_string()
                        on:change=move |event| find(event_target_value(&event))/>
                    {move || busy.get().then(|| view! { <IconView icon=Icon::Busy class="spin"/> })}
                </div>
                {move || match (failure.get(), address.get()) {
                    (Some(why), _) => view! { <span class="field__error" role="alert" data-test="depot-error">{why}</span> },
                    (None, Some(_)) => view! {
                        <span class="ok small depot__found" data-test="depot-found"><IconView icon=Icon::Check/>"On the map. Drag its pin to move it."</span>
                    },
                    (None, None) => view! { <span class="muted small">"Press Enter to find it."</span> },
                }}
            </div>
        </section>
    }
}

#[component]
fn DriverCard(id: DriverId) -> View {
    let store = PlanStore::get();
    let key = id.0.clone();
    let id = StoredValue::new(id);
    let driver = Memo::new(move |_| store.with(|plan| plan.driver(&id.get_value()).cloned()));
    let value = move |read: fn(&Driver) -> String| {
        Signal::derive(move || driver.with(|it| it.as_ref().map(read).unwrap_or_default()))
    };
    // A change that cannot be taken says why, and the field keeps what was written.
    let change = move |write: &dyn Fn(&mut Driver) -> Result<(), &'static str>| -> Result<(), &'static str> {
        let Some(mut it) = driver.get_untracked() else { return Ok(()) };
        write(&mut it)?;
        store.edit(Edit::UpdateDriver(it));
        Ok(())
    };
    let time = |text: &str| clock::parse_time(text).ok_or("Write a time like 8:00");
    let shift =
        |it: TimeWindow| if it.end > it.start { Ok(it) } else { Err("The shift ends before it starts") };
    view! {
        <article class="driver" data-test="driver-row">
            <div class="driver__head">
                <span class=move || format!("letter route-{}", driver.with(|it| it.as_ref().map_or(0, |it| usize::from(it.colour) % 12)))>
                    {move || driver.with(|it| it.as_ref().map_or(' ', Driver::letter))}
                </span>
                <Entry id=format!("driver-name-{key}") label="Name" test="driver-name" value=value(|it| it.name.clone())
                    take=Callback::new(move |text: String| change(&|it| {
                        let name = text.trim();
                        if name.is_empty() { return Err("A driver needs a name") }
                        name.clone_into(&mut it.name);
                        Ok(())
                    }))/>
                <button class="button button--quiet button--icon driver__remove" data-test="driver-remove"
                    aria-label=move || format!("Remove {}", driver.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default()))
                    title="Remove this driver; the stops become unassigned"
                    on:click=move |_| { store.edit(Edit::RemoveDriver(id.get_value())); }>
                    <IconView icon=Icon::Trash/>
                </button>
            </div>
            <Entry id=format!("driver-email-{key}") label="E-mail at RouteMate" test="driver-email" value=value(|it| it.email.clone())
                take=Callback::new(move |text: String| change(&|it| {
                    let email = text.trim();
                    if !email.is_empty() && !is_email(email) { return Err("Write an e-mail address like aino@example.com") }
                    email.clone_into(&mut it.email);
                    Ok(())
                }))/>
            <Entry id=format!("driver-can-{key}") label="Has or can do, for stops that need it" test="driver-can" value=value(|it| it.can.join(", "))
                take=Callback::new(move |text: String| change(&|it| {
                    it.can = listed(&text);
                    Ok(())
                }))/>
            <div class="driver__numbers">
                <Entry id=format!("driver-capacity-{key}") label="Holds (parcels)" test="driver-capacity" value=value(|it| it.capacity.to_string())
                    take=Callback::new(move |text: String| change(&|it| {
                        it.capacity = text.trim().parse().map_err(|_no_number| "Write a whole number of parcels")?;
                        Ok(())
                    }))/>
                <Entry id=format!("driver-start-{key}") label="Shift from" test="driver-start" value=value(|it| clock::format_time(it.shift.start))
                    take=Callback::new(move |text: String| change(&|it| {
                        it.shift = shift(TimeWindow::new(time(&text)?, it.shift.end))?;
                        Ok(())
                    }))/>
                <Entry id=format!("driver-end-{key}") label="to" test="driver-end" value=value(|it| clock::format_time(it.shift.end))
                    take=Callback::new(move |text: String| change(&|it| {
                        it.shift = shift(TimeWindow::new(it.shift.start, time(&text)?))?;
                        Ok(())
                    }))/>
            </div>
            <label class="driver__returns">
                <input type="checkbox" prop:checked=move || driver.with(|it| it.as_ref().is_some_and(|it| it.returns_to_depot))
                    on:change=move |event| {
                        let returns = event_target_checked(&event);
                        let _ = change(&|it| {
                            it.returns_to_depot = returns;
                            Ok(())
                        });
                    }/>
                "Returns to the depot"
            </label>
            <PauseFields key driver change=Callback::new(move |pause: Option<Pause>| {
                let _ = change(&|it| {
                    it.pause = pause;
                    Ok(())
                });
            })/>
        </article>
    }
}

/// The break a new one starts from.
const LUNCH: Pause = Pause { window: TimeWindow::hours(11, 13), seconds: 30 * clock::MINUTE };

/// Whether the driver takes a break, how long, and when it may begin.
#[component]
fn PauseFields(key: String, driver: Memo<Option<Driver>>, change: Callback<Option<Pause>>) -> View {
    let pause = Memo::new(move |_| driver.with(|it| it.as_ref().and_then(|it| it.pause)));
    let any = Memo::new(move |_| pause.get().is_some());
    let key = StoredValue::new(key);
    let value =
        move |read: fn(Pause) -> String| Signal::derive(move || pause.get().map(read).unwrap_or_default());
    let take = move |write: fn(&mut Pause, &str) -> Result<(), &'static str>| {
        Callback::new(move |text: String| {
            let Some(mut it) = pause.get_untracked() else { return Ok(()) };
            write(&mut it, text.trim())?;
            if it.window.end < it.window.start {
                return Err("The latest time is before the earliest");
            }
            change.run(Some(it));
            Ok(())
        })
    };
    let id = move |part: &str| format!("driver-break-{part}-{}", key.get_value());
    view! {
        <label class="driver__returns">
            <input type="checkbox" data-test="driver-break" prop:checked=move || any.get()
                on:change=move |event| change.run(event_target_checked(&event).then_some(LUNCH))/>
            "Takes a break"
        </label>
        {move || any.get().then(|| view! {
            <div class="driver__numbers">
                <Entry id=id("minutes") label="Minutes" test="driver-break-minutes" value=value(|it| (it.seconds / clock::MINUTE).to_string())
                    take=take(|it, text| {
                        let minutes: u32 = text.parse().map_err(|_no_number| "Write a whole number of minutes")?;
                        it.seconds = minutes.min(24 * 60) * clock::MINUTE;
                        Ok(())
                    })/>
                <Entry id=id("from") label="Begins from" test="driver-break-from" value=value(|it| clock::format_time(it.window.start))
                    take=take(|it, text| {
                        it.window.start = clock::parse_time(text).ok_or("Write a time like 11:00")?;
                        Ok(())
                    })/>
                <Entry id=id("to") label="to" test="driver-break-to" value=value(|it| clock::format_time(it.window.end))
                    take=take(|it, text| {
                        it.window.end = clock::parse_time(text).ok_or("Write a time like 13:00")?;
                        Ok(())
                    })/>
            </div>
        })}
    }
}

/// A field that keeps what was written until it can be taken, and says why it cannot.
#[component]
pub(super) fn Entry(
    id: String,
    label: &'static str,
    test: &'static str,
    value: Signal<String>,
    take: Callback<String, Result<(), &'static str>>,
) -> View {
    let failure = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        value.track();
        failure.set(None);
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id data-test=test prop:value=move || value.get() aria-invalid=move || failure.with(Option::is_some).to_string()
                on:change=move |event| failure.set(take.run(event_target_value(&event)).err())/>
            {move || failure.get().map(|why| view! { <span class="field__error" role="alert">{why}</span> })}
        </div>
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(' ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people() {
        for (text, sound) in
            [("a@b.fi", true), ("a@b", false), ("@b.fi", false), ("a b@c.fi", false), ("a@.fi", false)]
        {
            assert_eq!(is_email(text), sound, "{text}");
        }
    }
}
