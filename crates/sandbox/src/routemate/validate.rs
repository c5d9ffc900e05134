//! Reading an import strictly: every fault is named with a pointer to where it is.

use milkrun_wire::routemate::{FieldError, ImportRequest};
use serde_json::Value;

use super::problem::Problem;
use super::{MAX_STOPS, UNKNOWN_DRIVERS};

/// Reads the body of an import, or lists all that is wrong with it.
pub(crate) fn read(body: &Value) -> Result<ImportRequest, Vec<FieldError>> {
    let mut faults = Vec::new();
    text(body, "", "external_job_id", true, &mut faults);
    text(body, "", "title", true, &mut faults);
    text(body, "", "driver_email", false, &mut faults);
    if body["driver_email"].as_str().is_some_and(|it| !it.is_empty() && !is_email(it)) {
        faults.push(Problem::field("/driver_email", "format", "must be an e-mail address"));
    }
    match &body["stops"] {
        Value::Array(stops) if stops.is_empty() => {
            faults.push(Problem::field("/stops", "required", "must hold at least one stop"));
        }
        Value::Array(stops) if stops.len() > MAX_STOPS => {
            let detail = format!("must hold at most {MAX_STOPS} stops");
            faults.push(Problem::field("/stops", "too_many", &detail));
        }
        Value::Array(stops) => {
            for (idx, it) in stops.iter().enumerate() {
                stop(it, &format!("/stops/{idx}"), &mut faults);
            }
        }
        Value::Null => faults.push(Problem::field("/stops", "required", "is required")),
        _ => faults.push(Problem::field("/stops", "type", "must be an array")),
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_json::from_value(body.clone()).map_err(|it| vec![Problem::field("", "type", &it.to_string())])
}

/// Whether RouteMate has a driver with this address. All are known but those of one domain, kept for trying.
pub(crate) fn is_known_driver(email: &str) -> bool {
    let domain = email.rsplit('@').next().unwrap_or_default();
    !domain.eq_ignore_ascii_case(UNKNOWN_DRIVERS)
}

fn stop(it: &Value, place: &str, faults: &mut Vec<FieldError>) {
    if !it.is_object() {
        faults.push(Problem::field(place, "type", "must be an object"));
        return;
    }
    text(it, place, "address", true, faults);
    text(it, place, "external_stop_id", false, faults);
    text(it, place, "label", false, faults);
    let count = &it["parcel_count"];
    if !count.is_null() && count.as_u64().is_none_or(|it| it > u64::from(u32::MAX)) {
        let pointer = format!("{place}/parcel_count");
        faults.push(Problem::field(&pointer, "type", "must be a whole number of at least 0"));
    }
}

fn text(object: &Value, place: &str, key: &str, required: bool, faults: &mut Vec<FieldError>) {
    let pointer = format!("{place}/{key}");
    match &object[key] {
        Value::String(it) if required && it.trim().is_empty() => {
            faults.push(Problem::field(&pointer, "required", "must not be blank"));
        }
        Value::Null if required => faults.push(Problem::field(&pointer, "required", "is required")),
        Value::String(_) | Value::Null => {}
        _ => faults.push(Problem::field(&pointer, "type", "must be text")),
    }
}

fn is_email(text: &str) -> bool {
    matches!(text.split_once('@'), Some((name, domain))
        if !name.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(change: impl FnOnce(&mut Value), faults: &[&str]) {
        let mut body = json!({"external_job_id": "J", "title": "T", "driver_email": "a@b.example",
                              "stops": [{"external_stop_id": "S", "address": "A", "label": "L", "parcel_count": 1}]});
        change(&mut body);
        let found = read(&body).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(|it| format!("{} {}", it.pointer, it.code)).collect();
        assert_eq!(found, faults, "{body}");
    }

    #[test]
    fn faults_are_named_with_their_place() {
        check(|_| {}, &[]);
        check(|it| it["driver_email"] = Value::Null, &[]);
        check(|it| it["stops"][0]["parcel_count"] = Value::Null, &[]);
        check(|it| it["title"] = json!(" "), &["/title required"]);
        check(|it| it["title"] = json!(7), &["/title type"]);
        check(|it| it["driver_email"] = json!("Matti"), &["/driver_email format"]);
        check(|it| it["stops"] = json!([]), &["/stops required"]);
        check(|it| it["stops"] = json!({}), &["/stops type"]);
        check(|it| it["stops"] = json!(["x"]), &["/stops/0 type"]);
        check(|it| it["stops"] = Value::Array(vec![json!({}); 201]), &["/stops too_many"]);
        check(|it| it["stops"][0]["parcel_count"] = json!(-1), &["/stops/0/parcel_count type"]);
        check(
            |it| *it = json!({"stops": [{}]}),
            &["/external_job_id required", "/title required", "/stops/0/address required"],
        );
        check(|it| *it = json!([]), &["/external_job_id required", "/title required", "/stops required"]);
    }

    #[test]
    fn one_domain_is_unknown() {
        assert!(is_known_driver("a@b.example"));
        assert!(!is_known_driver("a@Unknown.Example"));
    }
}
