//! The worker's loop: a slice of search, a look at the mailbox, and so on.
//!
//! A worker hears nothing while it computes. The search therefore runs in slices of some milliseconds, each started
//! by a message that the worker posts to itself through a `MessageChannel`: such messages queue up behind the page's,
//! and unlike timers they are not held back for 4 ms when nested. Short slices also let the browser put its optimised
//! code in place, which it never does for a call that is still running.

use std::cell::{Cell, RefCell};

use js_sys::global;
use milkrun_solver::{Part, explain};
use milkrun_solver_worker::protocol::{FromWorker, ToWorker, decode, encode};
use milkrun_solver_worker::run::Run;
use milkrun_solver_worker::warm::Warming;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
    /// What it does until it is asked for something.
    static WARMING: RefCell<Option<Warming>> = const { RefCell::new(None) };
    /// A bell is on its way: there is never more than one, however often the page stops and starts.
    static RINGING: Cell<bool> = const { Cell::new(false) };
}

/// Starts listening, and tells the page so.
pub(crate) fn listen() {
    let scope: DedicatedWorkerGlobalScope = global().unchecked_into();
    let Ok(channel) = MessageChannel::new() else { return };
    let (ring, bell) = (channel.port2(), channel.port1());

    let page = scope.clone();
    let on_tick = Closure::<dyn FnMut()>::new({
        let ring = ring.clone();
        move || {
            RINGING.set(false);
            let mut run = RUN.take();
            if let Some(search) = &mut run {
                search.slice(|| now(&page), |message| post(&page, message));
                if search.is_over() {
                    run = None;
                } else {
                    tick(&ring);
                }
            }
            RUN.set(run);
            if let Some(mut warming) = WARMING.take()
                && warming.slice(|| now(&page))
            {
                WARMING.set(Some(warming));
                tick(&ring);
            }
        }
    });
    bell.set_onmessage(Some(on_tick.as_ref().unchecked_ref()));
    on_tick.forget();

    let page = scope.clone();
    let answering = ring.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        WARMING.take();
        let text = event.data().as_string().unwrap_or_default();
        match decode(&text) {
            Ok(ToWorker::Solve { problem, start, seed, seconds, number, count }) => {
                match Run::new(&problem, start.as_deref(), seed, seconds, now(&page)) {
                    Ok(mut run) => {
                        run.divide(number, count);
                        RUN.set(Some(run));
                        tick(&answering);
                    }
                    Err(invalid) => {
                        RUN.set(None);
                        let message = invalid.to_string();
                        post(&page, &FromWorker::Failed { message });
                    }
                }
            }
            Ok(ToWorker::Adopt { routes }) => {
                RUN.with_borrow_mut(|run| {
                    if let Some(run) = run {
                        run.adopt(&routes);
                    }
                });
            }
            Ok(ToWorker::Join { round, from, routes }) => {
                RUN.with_borrow_mut(|run| {
                    if let Some(run) = run {
                        run.join(&Part { round, from, routes });
                    }
                });
            }
            Ok(ToWorker::Explain { problem, routes, turn }) => {
                // What cannot be explained cannot be solved either, and a search says what is wrong with it.
                if let Ok(left_out) = explain(&problem, &routes) {
                    post(&page, &FromWorker::Explained { left_out, turn });
                }
            }
            Ok(ToWorker::Stop) => {
                if let Some(run) = RUN.take() {
                    post(&page, &run.stop());
                }
            }
            Ok(_) => {}
            Err(error) => {
                let message = format!("the solver cannot read its message: {error}");
                post(&page, &FromWorker::Failed { message });
            }
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&scope, &FromWorker::Ready);
    // Followers share the code that the first worker has compiled.
    if scope.name() != "follower" {
        WARMING.set(Some(Warming::default()));
        tick(&ring);
    }
}

fn tick(ring: &MessagePort) {
    if RINGING.replace(true) {
        return;
    }
    // Posting to a port of our own fails only when the worker is being torn down.
    let _ = ring.post_message(&JsValue::NULL);
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    let _ = scope.post_message(&JsValue::from_str(&encode(message)));
}

/// Milliseconds on a clock that never goes back.
fn now(scope: &DedicatedWorkerGlobalScope) -> f64 {
    scope.performance().map_or(0.0, |performance| performance.now())
}
