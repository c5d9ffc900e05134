//! What each fuzz target does with a text: read it, write it, read that again, and make a problem of it.
//!
//! A target panics where something does not hold; an error of the reader is fine.
#![allow(dead_code, reason = "each fuzz target uses one of them")]

use milkrun_formats::task::Task;
use milkrun_formats::{FormatError, Instance, lilim, solomon, vroom, vrplib};

pub(crate) fn vrplib(text: &str) {
    instance(vrplib::read(text), vrplib::write, vrplib::read);
}

pub(crate) fn solomon(text: &str) {
    instance(solomon::read(text), solomon::write, solomon::read);
}

pub(crate) fn lilim(text: &str) {
    instance(lilim::read(text), lilim::write, lilim::read);
}

type Writer = fn(&Instance) -> Result<String, FormatError>;
type Reader = fn(&str) -> Result<Instance, FormatError>;

fn instance(read: Result<Instance, FormatError>, write: Writer, again: Reader) {
    match read {
        Ok(instance) => {
            if let Ok(text) = write(&instance) {
                assert_eq!(again(&text), Ok(instance.clone()));
            }
            // A matrix of some thousand nodes takes its time, which is not what is looked for here.
            if instance.nodes.len() < 300 {
                _ = Task::from_instance(&instance).map(|task| task.problem.validate());
            }
        }
        Err(error) => told(&error),
    }
}

pub(crate) fn vroom_input(text: &str) {
    match vroom::read_input(text) {
        Ok(input) => {
            assert_eq!(vroom::read_input(&vroom::write_input(&input)), Ok(input.clone()));
            match Task::from_vroom(&input) {
                Ok(task) => _ = task.problem.validate(),
                Err(error) => told(&error),
            }
        }
        Err(error) => told(&error),
    }
}

pub(crate) fn vroom_output(text: &str) {
    match vroom::read_output(text) {
        Ok(output) => assert_eq!(vroom::read_output(&vroom::write_output(&output)), Ok(output)),
        Err(error) => told(&error),
    }
}

/// Every error is one sentence in two halves, short enough to show.
fn told(error: &FormatError) {
    let text = error.to_string();
    assert!(!error.what.is_empty() && !error.mend.is_empty() && !text.ends_with('.'), "{text}");
    assert!(!text.contains('\n') && text.len() < 4_000, "{text}");
}
