//! One route as GPX 1.1, for a navigation device. The element order is the schema's.

use crate::driver::DriverId;
use crate::geo::LatLon;
use crate::plan::Plan;

/// Writes a driver's route as GPX, from the depot and, if the driver returns, back to it. `None` when there
/// is no such driver. Stops without a position are left out.
pub fn gpx(plan: &Plan, driver: &DriverId) -> Option<String> {
    let (owner, route) = (plan.driver(driver)?, plan.route(driver)?);
    let stops = plan.lookup();
    let depot = plan.depot.as_ref();
    let home = depot.filter(|_| owner.returns_to_depot && !route.stops.is_empty());

    let title = [owner.name.as_str(), plan.date.as_str()].join(" ");
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gpx version=\"1.1\" creator=\"Milkrun\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n\
         <rte>\n<name>{}</name>\n",
        escape(title.trim())
    );
    if let Some(it) = depot {
        push_point(&mut out, it.point(), "Depot", &it.address);
    }
    for (at, stop) in route.stops.iter().filter_map(|id| stops.get(id)).enumerate() {
        if let Some(place) = stop.point() {
            push_point(&mut out, place, &format!("{}. {}", at + 1, stop.title()), &stop.address);
        }
    }
    if let Some(it) = home {
        push_point(&mut out, it.point(), "Depot", &it.address);
    }
    out.push_str("</rte>\n</gpx>\n");
    Some(out)
}

fn push_point(out: &mut String, at: LatLon, name: &str, about: &str) {
    let (lat, lon) = (milkrun_host::shortest(at.lat), milkrun_host::shortest(at.lon));
    let (name, about) = (escape(name), escape(about));
    out.push_str(&format!(
        "<rtept lat=\"{lat}\" lon=\"{lon}\"><name>{name}</name><desc>{about}</desc></rtept>\n"
    ));
}

/// Text for XML. Control characters have no form in XML 1.0 at all, so they go.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            _ if it.is_control() => {}
            _ => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_route_from_depot_to_depot() {
        let mut plan = fixture::plan();
        plan.stops[0].label = "Salt & <Pepper>\u{1}".to_owned();
        let text = gpx(&plan, &"aino".into()).unwrap();
        assert_eq!(text.matches("<rtept ").count(), 5);
        assert!(text.contains("<name>Aino 2026-03-03</name>"), "{text}");
        let first = "<rtept lat=\"60\" lon=\"25.01\"><name>1. Salt &amp; &lt;Pepper&gt;</name><desc>Street 1</desc></rtept>";
        assert!(text.contains(first), "{text}");
        plan.drivers[0].returns_to_depot = false;
        assert_eq!(gpx(&plan, &"aino".into()).unwrap().matches("<name>Depot").count(), 1);
        assert_eq!(gpx(&plan, &"nobody".into()), None);
    }
}
