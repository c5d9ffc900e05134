//! Tasks in Milkrun's own JSON: the solver's problem as it is, for what no other format has.

use milkrun_solver::{Problem, Travel};
use serde_json::Value;

use super::{Place, Stop, Task, Van};
use crate::error::FormatError;
use crate::vroom::StepKind;

/// Whether a text in JSON is one of these: VROOM's has no travel of its own.
pub(super) fn is_own(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Keys {
        travel: Option<serde::de::IgnoredAny>,
    }
    // A text that breaks off somewhere is told by what it begins with.
    serde_json::from_str(text)
        .map_or_else(|_| text.contains("\"travel\""), |keys: Keys| keys.travel.is_some())
}

impl Task {
    /// A problem as the solver has it, read from its JSON. Stops and vehicles bear their indices as numbers.
    ///
    /// # Errors
    /// When the text is no such JSON, or has a key that the problem does not know.
    pub fn from_own(text: &str) -> Result<Self, FormatError> {
        let problem: Problem = crate::vroom::read(text, "Milkrun's problems")?;
        unknown_keys(text, &problem)?;
        Ok(Self::from_problem(problem))
    }

    /// A problem from elsewhere, whose stops and vehicles bear their indices as numbers.
    #[must_use]
    pub fn from_problem(problem: Problem) -> Self {
        let place = |location: usize| Place {
            position: match &problem.travel {
                Travel::Points { points, .. } => points.get(location).map(|point| [point.lon, point.lat]),
                Travel::Plane { points, .. } => points.get(location).copied(),
                _ => None,
            },
            index: Some(location),
        };
        let amounts = |load: &milkrun_solver::Load| load.0.iter().map(|&amount| i64::from(amount)).collect();
        let mut stops: Vec<Stop> = (problem.stops.iter().enumerate())
            .map(|(at, job)| Stop {
                id: at as u64,
                kind: StepKind::Job,
                description: String::new(),
                place: place(job.location),
                delivery: amounts(&job.demand),
                pickup: amounts(&job.pickup),
            })
            .collect();
        for it in &problem.shipments {
            for (job, kind) in [(it.pickup, StepKind::Pickup), (it.delivery, StepKind::Delivery)] {
                let Some(stop) = stops.get_mut(job) else { continue };
                stop.kind = kind;
                match kind {
                    StepKind::Pickup => stop.pickup = amounts(&it.load),
                    _ => stop.delivery = amounts(&it.load),
                }
            }
        }
        let vehicles = (problem.vehicles.iter().enumerate())
            .map(|(at, vehicle)| Van {
                id: at as u64,
                description: String::new(),
                start: vehicle.start.map(place),
                end: vehicle.end.map(place),
                breaks: (0..vehicle.breaks.len() as u64).map(|number| (number, String::new())).collect(),
                reloads: vehicle.reloads.iter().map(|reload| place(reload.location)).collect(),
            })
            .collect();
        Self {
            name: String::new(),
            stops,
            vehicles,
            start: Vec::new(),
            scale: 1,
            epoch: 0,
            has_distances: true,
            problem,
        }
    }
}

/// Names the first key that is lost in reading: a misspelt limit would not be kept.
fn unknown_keys(text: &str, problem: &Problem) -> Result<(), FormatError> {
    let (Ok(given), Ok(known)) = (serde_json::from_str::<Value>(text), serde_json::to_value(problem)) else {
        return Ok(());
    };
    match lost(&given, &known, "") {
        Some((path, names)) => {
            let key = path.rsplit('.').next().unwrap_or_default().to_owned();
            Err(FormatError::path(
                path,
                format!("the key `{key}` is unknown"),
                format!("known here are {names}"),
            ))
        }
        None => Ok(()),
    }
}

/// The path of a key that is given and not known, and those that are.
fn lost(given: &Value, known: &Value, path: &str) -> Option<(String, String)> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match known.get(key) {
                Some(known) => lost(value, known, &path),
                None => {
                    let names: Vec<String> = known.keys().map(|key| format!("`{key}`")).collect();
                    Some((path, names.join(", ")))
                }
            }
        }),
        (Value::Array(given), Value::Array(known)) => {
            let mut pairs = given.iter().zip(known).enumerate();
            pairs.find_map(|(at, (given, known))| lost(given, known, &format!("{path}[{at}]")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use milkrun_solver::{Objective, Params, Reload, Solver};

    use super::*;

    const SMALL: &str = r#"{
      "travel": {"points": {"points": [{"lat": 60.1, "lon": 24.9}, {"lat": 60.2, "lon": 24.9}],
        "model": {"circuity": 1.0, "speeds": [{"up_to": 100000, "kmh": 36}]}}},
      "stops": [{"location": 1, "demand": [1, 0, 0]}, {"location": 1, "demand": [1, 0, 0]}],
      "vehicles": [{"start": 0, "end": 0, "capacity": [1, 0, 0], "reloads": [{"location": 0, "duration": 60}]}],
      "objective": "fewest_vehicles", "then": ["fastest"]
    }"#;

    #[test]
    fn a_problem_is_read_and_its_reloads_are_drawn() {
        let task = Task::read(SMALL).unwrap();
        assert_eq!(task.problem.vehicles[0].reloads, [Reload::at(0).taking(60)]);
        assert_eq!(task.problem.then, [Objective::Fastest]);
        let mut solver = Solver::new(&task.problem, Params::iterations(500, 1)).unwrap();
        while !solver.step(100).done {}
        let map: Value = serde_json::from_str(&task.to_geojson(solver.best()).unwrap()).unwrap();
        let kinds: Vec<&str> = (map["features"].as_array().unwrap().iter())
            .map(|feature| feature["properties"]["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["route", "job", "reload", "job"]);
        assert_eq!(map["features"][0]["geometry"]["coordinates"].as_array().unwrap().len(), 5);
        assert_eq!(map["features"][0]["properties"]["stops"], 2);
        assert_eq!(task.numbers(solver.best()).concat().len(), 2);
        assert_eq!(task.to_vroom(solver.best()).routes[0].steps.len(), 4);
    }

    #[test]
    fn unknown_keys_are_named_with_their_path() {
        let check = |from: &str, to: &str, expected: &str| {
            let told = Task::read(&SMALL.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(told.starts_with(expected), "{told}");
        };
        check("\"demand\"", "\"demnad\"", "stops[0].demnad: the key `demnad` is unknown; known here are `");
        check("\"duration\": 60", "\"time\": 60", "vehicles[0].reloads[0].time: the key `time` is unknown");
        check(
            "\"location\": 1",
            "\"location\": -1",
            "stops[0].location: it is `-1`; write a whole number of 0 or more",
        );
        check("\"fastest\"", "\"swiftest\"", "then[0]: unknown variant `swiftest`");
    }
}
