//! How a page reads the API's replies: the same as serde does, in a tenth of the code.

use milkrun_json::{Read, Reader, object, words};

use super::credentials::{
    CredentialOrigin, CredentialPart, CredentialState, CredentialTest, Credentials, PartState,
};
use super::dispatch::{
    Dispatch, DispatchList, DispatchRequest, DispatchState, DispatchStop, DispatchWarning, StopProgress,
};
use super::geo::{GeocodeReply, Geocoded, MatrixReply, Point, RouteReply};
use super::parcel::{
    AddReply, AddResult, Checkpoint, CourierList, CourierName, Parcel, ParcelList, ParcelStatus,
};
use super::people::{
    ApiToken, ApiTokenList, AuditEntry, AuditPage, IssuedApiToken, Role, SignInLink, User, UserList,
};
use super::problem::{Problem, ProblemAt};
use super::quota::{Quota, QuotaDay};
use super::sandbox::Clock;
use super::session::{Services, Session, Source, Tiles, Upstream};
use super::site::{Site, SiteList, SiteSettings};

object! {
    Session { user, expires_at, services; role, user_id, has_password }
    Services { routemate, tracking, geocoder, matrix; tiles }
    Source { id, name; attribution }
    Tiles { url, attribution; }
    Clock { now, speed; }
    Problem { kind as "type", title, status; detail, errors }
    ProblemAt { pointer, detail; }
    Point { lat, lon; }
    GeocodeReply { source, results; }
    MatrixReply { source, size, durations, distances; estimated }
    RouteReply { source, line; }
    DispatchList { dispatches; }
    Dispatch {
        id, request, state, created_at, updated_at;
        job_id, total_distance_km, total_duration_minutes, job_status, stops, warnings, error
    }
    DispatchRequest { date, external_job_id, title, driver_email, stops; }
    DispatchStop { stop_id, address, label, parcel_count; planned_at, order_number, email, phone, postcode }
    StopProgress { stop_id, status; sequence }
    DispatchWarning { message; stop_id }
    AddReply { results; }
    AddResult { tracking_number; id, error }
    ParcelList { parcels; }
    Parcel {
        id, tracking_number, courier_code, status, read_at;
        courier_name, title, order_number, substatus, latest_event, latest_event_at, expected_at, checkpoints, stale
    }
    Checkpoint { at, status, detail; place }
    CourierList { couriers; }
    SiteList { sites; }
    Site { key, settings, fixed, snippet; snippet_pinned }
    SiteSettings {
        name, origins, lookups; languages, theme, accent, radius, time_zone, register_per_day, carriers
    }
    CourierName { code, name; }
    Quota { registered_this_month, days; }
    QuotaDay { day, endpoint, calls, registered; }
    UserList { users; }
    User { id, name, role, disabled, has_password, created_at; email }
    SignInLink { link, expires_at; }
    ApiTokenList { tokens; }
    ApiToken { id, name, scopes, created_at; expires_at, used_at }
    IssuedApiToken { token, secret; }
    AuditPage { entries; next }
    AuditEntry { id, at, actor, action, subject, detail; }
    Credentials { can_set, routemate, tracking; }
    CredentialState { origin; set_at, set_by, ends_in, api_version, unreadable }
    CredentialTest { ok, message, parts; }
    CredentialPart { part, state; }
}

words! {
    Role { "viewer" Viewer, "dispatcher" Dispatcher, "owner" Owner }
    CredentialOrigin { "nowhere" Nowhere, "sandbox" Sandbox, "configuration" Configuration, "portal" Portal }
    PartState { "unknown" Unknown, "ok" Ok, "fails" Fails }
    Upstream { "live" Live, "sandbox" Sandbox, "unconfigured" Unconfigured }
    DispatchState { "sending" Sending, "accepted" Accepted, "refused" Refused }
    ParcelStatus {
        "pending" Pending, "notfound" NotFound, "inforeceived" InfoReceived, "transit" Transit, "pickup" Pickup,
        "undelivered" Undelivered, "delivered" Delivered, "exception" Exception, "expired" Expired; else Unknown
    }
}

/// The fields of every outcome.
#[derive(Default)]
struct Outcome {
    point: Option<Point>,
    label: String,
    confidence: f32,
    hint: String,
    reason: String,
}

object! {
    Outcome { ; point, label, confidence, hint, reason }
}

impl Read for Geocoded {
    fn blank() -> Self {
        Self::Failed { reason: String::new() }
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let outcome = reader.tag("outcome");
        let it = Outcome::read(reader);
        match (outcome.as_str(), it.point) {
            ("found", Some(point)) => Self::Found { point, label: it.label, confidence: it.confidence },
            ("not_found", _) => Self::NotFound { hint: it.hint },
            ("failed", _) => Self::Failed { reason: it.reason },
            _ => {
                reader.unknown(&outcome);
                Self::blank()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    /// Both readers must come to the same, whichever fields are there.
    fn check<T: Read + Serialize + DeserializeOwned + Debug>(text: &str) {
        let theirs = serde_json::from_str::<T>(text);
        let ours = milkrun_json::read::<T>(text);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{text}");
                // And what is written whole is read whole.
                let whole = serde_json::to_string(&theirs).unwrap();
                assert_eq!(
                    format!("{:?}", milkrun_json::read::<T>(&whole).unwrap()),
                    format!("{theirs:?}"),
                    "{whole}"
                );
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => panic!("{text}: {ours:?} and {theirs:?}"),
        }
    }

    const SOURCE: &str = r#"{"id":"osrm","name":"Roads"}"#;

    #[test]
    fn sessions_and_clocks() {
        let check_session = |services: &str| {
            check::<Session>(&format!(
                r#"{{"user":"a","expires_at":"b","services":{{{services}}},"more":[{{}}]}}"#
            ));
        };
        check_session(&format!(
            r#""routemate":"live","tracking":"sandbox","geocoder":{SOURCE},"matrix":{SOURCE}"#
        ));
        check_session(&format!(
            r#""routemate":"unconfigured","tracking":"live","geocoder":{SOURCE},"matrix":{{"id":"x","name":"y","attribution":"z"}},
            "tiles":{{"url":"u","attribution":"v"}}"#
        ));
        check_session(&format!(
            r#""routemate":"dead","tracking":"live","geocoder":{SOURCE},"matrix":{SOURCE}"#
        ));
        check_session(r#""routemate":"live""#);
        check::<Session>(&format!(
            r#"{{"user":"a","expires_at":"b","role":"owner","user_id":"u","has_password":true,"services":{{
            "routemate":"live","tracking":"live","geocoder":{SOURCE},"matrix":{SOURCE}}}}}"#
        ));
        check::<Clock>(r#"{"now":"2026-03-03T08:00:00Z","speed":60}"#);
        check::<Clock>(r#"{"now":"x","speed":-1}"#);
        check::<Clock>(r#"{"now":null,"speed":1}"#);
    }

    #[test]
    fn people_and_credentials() {
        let user = r#""id":"1","name":"n","disabled":false,"has_password":true,"created_at":"c""#;
        for role in ["viewer", "dispatcher", "owner", "king"] {
            check::<UserList>(&format!(r#"{{"users":[{{{user},"role":"{role}","email":"e"}}]}}"#));
        }
        check::<User>(&format!(r#"{{{user},"role":"owner","email":null}}"#));
        check::<ApiTokenList>(
            r#"{"tokens":[{"id":"1","name":"n","scopes":["a:b"],"created_at":"c","used_at":"u","expires_at":null}]}"#,
        );
        check::<AuditPage>(
            r#"{"entries":[{"id":1,"at":"a","actor":"b","action":"c","subject":"d","detail":"e"}],"next":"1"}"#,
        );
        check::<AuditPage>(r#"{"entries":[],"next":null}"#);
        for origin in ["nowhere", "sandbox", "configuration", "portal", "sky"] {
            check::<Credentials>(&format!(
                r#"{{"can_set":true,"routemate":{{"origin":"{origin}","set_at":"a","set_by":"b","ends_in":"c","unreadable":true}},
                "tracking":{{"origin":"nowhere","api_version":"v4"}}}}"#
            ));
        }
        check::<CredentialTest>(
            r#"{"ok":false,"message":"m","parts":[{"part":"plan","state":"fails"},{"part":"key","state":"ok"}]}"#,
        );
    }

    #[test]
    fn problems() {
        check::<Problem>(r#"{"type":"a","title":"b","status":400}"#);
        check::<Problem>(r#"{"type":"a","title":"b","status":70000}"#);
        check::<Problem>(r#"{"kind":"a","title":"b","status":400}"#);
        check::<Problem>(
            r#"{"status":422,"title":"b","type":"a","detail":"c","errors":[{"pointer":"/x","detail":"d"}]}"#,
        );
        check::<Problem>("<html>");
    }

    #[test]
    fn places_and_ways() {
        for result in [
            r#"{"outcome":"found","point":{"lat":60.17,"lon":24},"label":"l","confidence":0.9}"#,
            r#"{"hint":"h","outcome":"not_found"}"#,
            r#"{"outcome":"failed","reason":"r"}"#,
            r#"{"outcome":"found"}"#,
            r#"{"outcome":"lost"}"#,
            r#"{}"#,
        ] {
            check::<GeocodeReply>(&format!(r#"{{"source":{SOURCE},"results":[{result}]}}"#));
        }
        check::<MatrixReply>(&format!(
            r#"{{"source":{SOURCE},"size":2,"durations":[0,1,4294967295,0],"distances":[0,1,1,0]}}"#
        ));
        check::<MatrixReply>(&format!(
            r#"{{"source":{SOURCE},"size":1,"durations":[0.5],"distances":[0],"estimated":[0]}}"#
        ));
        check::<RouteReply>(&format!(r#"{{"source":{SOURCE},"line":[[60.1,24.9],[60,25]]}}"#));
        check::<RouteReply>(&format!(r#"{{"source":{SOURCE},"line":[[60.1]]}}"#));
    }

    #[test]
    fn dispatches() {
        let request = r#"{"date":"d","external_job_id":"e","title":"t","driver_email":"m",
            "stops":[{"stop_id":"1","address":"a","label":"l","parcel_count":2}]}"#;
        check::<DispatchList>(r#"{"dispatches":[]}"#);
        for more in [
            "",
            r#","job_id":"j","total_distance_km":12.5,"total_duration_minutes":3,"job_status":"open","error":null,
            "stops":[{"stop_id":"1","status":"done"},{"stop_id":"2","sequence":1,"status":"x"}],
            "warnings":[{"message":"w"},{"stop_id":"1","message":"v"}]"#,
            r#","stops":[{"stop_id":"1"}]"#,
            r#","stops":[{"stop_id":"1","status":"x","sequence":"one"}]"#,
        ] {
            check::<DispatchList>(&format!(
                r#"{{"dispatches":[{{"id":"1","request":{request},"state":"accepted","created_at":"c","updated_at":"u"{more}}}]}}"#
            ));
        }
    }

    #[test]
    fn parcels() {
        let least = r#""id":"1","tracking_number":"N","courier_code":"posti","read_at":"r""#;
        for status in [
            "pending",
            "notfound",
            "inforeceived",
            "transit",
            "pickup",
            "undelivered",
            "delivered",
            "exception",
            "expired",
            "of_tomorrow",
        ] {
            check::<ParcelList>(&format!(r#"{{"parcels":[{{{least},"status":"{status}"}}]}}"#));
        }
        check::<Parcel>(&format!("{{{least}}}"));
        check::<Parcel>(&format!(
            r#"{{{least},"status":"transit","courier_name":"Posti","title":"t","order_number":"o","substatus":"s",
            "latest_event":"\u00e4 \"\\","latest_event_at":"a","expected_at":"e","stale":true,
            "checkpoints":[{{"at":"a","status":"pickup","detail":"d"}},{{"at":"a","status":"?","detail":"d","place":"p"}}]}}"#
        ));
        check::<AddReply>(
            r#"{"results":[{"tracking_number":"a"},{"tracking_number":"b","id":"1","error":"c"}]}"#,
        );
        check::<CourierList>(r#"{"couriers":[{"code":"a","name":"b"}]}"#);
        check::<CourierList>(r#"{"couriers":[{"code":"a"}]}"#);
        check::<CourierList>(r#"{"couriers":[] "#);
    }

    #[test]
    fn sites() {
        let least = r#""name":"Shop","origins":["https://a"],"lookups":["number"]"#;
        for more in [
            "",
            r#","languages":["en"],"theme":"dark","accent":"a","radius":"8px","time_zone":"UTC","register_per_day":5,"carriers":["posti"]"#,
        ] {
            let site = format!(r#"{{"key":"k","settings":{{{least}{more}}},"fixed":false,"snippet":"<s>"}}"#);
            check::<SiteList>(&format!(r#"{{"sites":[{site}]}}"#));
        }
        check::<Site>(r#"{"key":"k","fixed":true,"snippet":"s"}"#);
    }
}
