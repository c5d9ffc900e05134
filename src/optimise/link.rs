//! The line to the worker: starting it, hearing it, ending it.

use std::rc::Rc;

use milkrun_solver_worker::protocol::{self, FromWorker, ToWorker, encode};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Starts the worker in the form that the browser runs. Its name bears no hash, so the server must let it be revalidated;
/// the files it names are kept for good. In a development build it is trunk's own loader, which knows no followers.
const SCRIPT: &str = "/solver-worker_loader.js";

/// What comes from the worker's side.
pub(super) enum Heard {
    /// A message of the protocol.
    Message(FromWorker),
    /// What the worker has compiled, for others to start from.
    Module(JsValue),
    /// The worker cannot be used (any more); the sentence says why.
    Broken(String),
}

/// A running worker. Dropping it ends the worker, whatever it is doing.
pub(super) struct Link {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Link {
    /// Starts the worker; everything it says goes to `hear`, never before this function has returned. A follower waits
    /// for [`Link::share`].
    pub(super) fn start(follows: bool, hear: impl Fn(Heard) + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        if follows {
            options.set_name("follower");
        }
        let worker = Worker::new_with_options(SCRIPT, &options).map_err(|_refused| cannot_start())?;
        let hear = Rc::new(hear);
        let heard = Rc::clone(&hear);
        let on_message = Closure::new(move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else {
                heard(Heard::Module(event.data()));
                return;
            };
            heard(match protocol::decode(&text) {
                Ok(message) => Heard::Message(message),
                Err(error) => Heard::Broken(format!(
                    "The optimiser and this page do not understand each other ({error}); load the page again to get the current version"
                )),
            });
        });
        let on_error = Closure::new(move |event: Event| {
            event.prevent_default();
            hear(Heard::Broken(cannot_start()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Hands a follower what another has compiled. Trunk's loader lets it fall.
    pub(super) fn share(&self, module: &JsValue) -> Result<(), String> {
        self.worker.post_message(module).map_err(|_refused| cannot_start())
    }

    /// Sends a message; it is lost when the worker is not ready yet.
    pub(super) fn send(&self, message: &ToWorker) -> Result<(), String> {
        self.worker.post_message(&encode(message).into()).map_err(|_refused| cannot_start())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The closures die with this value, so the worker must lose them first.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn cannot_start() -> String {
    "The optimiser could not be started or broke off: load the page again; if that does not help, your browser or network blocks its worker file".to_owned()
}
