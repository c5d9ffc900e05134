//! From addresses to places, in batches the server takes.

use milkrun_plan::{Position, PositionSource};
use milkrun_wire::api::geo::{Geocoded, MAX_GEOCODE};
use milkrun_wire::api::problem::Problem;

use crate::api;

/// What became of one address.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// The place, or why there is none and what to do about it.
    pub result: Result<Position, String>,
    /// The address as the geocoder writes it; empty when nothing was found.
    pub label: String,
}

/// Finds any number of addresses, telling after each batch how many are done. The answers come in the order
/// asked. A batch the server cannot answer fails its own addresses only: the others are worth having.
pub async fn locate(addresses: &[String], mut told: impl FnMut(usize, &[Located])) -> Vec<Located> {
    let mut all = Vec::with_capacity(addresses.len());
    for batch in addresses.chunks(MAX_GEOCODE) {
        let answers = match api::geocode(batch.to_vec()).await {
            Ok(reply) => reply.results.into_iter().map(|it| located(it, &reply.source.name)).collect(),
            Err(problem) => failed(&problem, batch.len()),
        };
        let from = all.len();
        all.extend(answers);
        // A short reply must not shift the answers of the batches after it.
        all.resize(from + batch.len(), no_answer());
        told(all.len(), &all[from..]);
    }
    all
}

/// Finds one address.
pub async fn locate_one(address: &str) -> Located {
    locate(&[address.to_owned()], |_, _| ()).await.pop().unwrap_or_else(no_answer)
}

fn located(answer: Geocoded, source: &str) -> Located {
    match answer {
        Geocoded::Found { point, label, confidence } => Located {
            result: Ok(Position {
                lat: point.lat,
                lon: point.lon,
                source: PositionSource::Geocoder(source.to_owned()),
                confidence,
            }),
            label,
        },
        Geocoded::NotFound { hint: why } | Geocoded::Failed { reason: why } => {
            Located { result: Err(why), label: String::new() }
        }
    }
}

fn failed(problem: &Problem, count: usize) -> Vec<Located> {
    vec![Located { result: Err(problem.to_string()), label: String::new() }; count]
}

fn no_answer() -> Located {
    Located {
        result: Err("The geocoder gave no answer for this address; try again".into()),
        label: String::new(),
    }
}
