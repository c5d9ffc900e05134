//! Finding the places of stops, by the addresses this project carries.

use milkrun_gazetteer::Gazetteer;
use milkrun_wire::routemate::{ImportStop, Warning};

/// A stop with its place, or without one when its address was not found.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) stop: ImportStop,
    /// WGS 84 degrees: latitude, longitude.
    pub(crate) place: Option<(f64, f64)>,
}

/// Places each stop, with a warning for each that could not be placed or only nearly.
pub(crate) fn place(stops: Vec<ImportStop>) -> (Vec<Placed>, Vec<Warning>) {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String, stop: &ImportStop| {
        warnings.push(Warning {
            code: Some(code.to_owned()),
            message,
            external_stop_id: Some(stop.external_stop_id.clone()).filter(|it| !it.is_empty()),
            ..Warning::default()
        });
    };
    let placed = stops
        .into_iter()
        .map(|stop| {
            let found = Gazetteer::helsinki().find(&stop.address);
            match &found {
                None => {
                    warn("geocode_failed", format!("The address {:?} was not found", stop.address), &stop);
                }
                Some(it) if !it.exact => {
                    warn(
                        "geocode_approximate",
                        format!("{:?} was placed at {}", stop.address, it.label),
                        &stop,
                    );
                }
                Some(_) => {}
            }
            Placed { stop, place: found.map(|it| (it.lat, it.lon)) }
        })
        .collect();
    (placed, warnings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_found_is_warned_about() {
        let stop = |id: &str, address: &str| ImportStop {
            external_stop_id: id.to_owned(),
            address: address.to_owned(),
            ..ImportStop::default()
        };
        let (placed, warnings) = place(vec![
            stop("a", "Aleksanterinkatu 15, Helsinki"),
            stop("b", "1 George St, Brisbane"),
            stop("", "Aleksanterinkatu 3"),
        ]);
        let found: Vec<bool> = placed.iter().map(|it| it.place.is_some()).collect();
        assert_eq!(found, [true, false, true]);
        assert_eq!(warnings[0].code.as_deref(), Some("geocode_failed"));
        assert_eq!(warnings[0].external_stop_id.as_deref(), Some("b"));
        assert_eq!(
            (warnings[1].code.as_deref(), &warnings[1].external_stop_id),
            (Some("geocode_approximate"), &None)
        );
    }
}
