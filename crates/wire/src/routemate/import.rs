//! The import: one call that geocodes, optimises and assigns.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::JobStop;
use crate::lenient;

/// Body of `POST /v1/integration-import`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportRequest {
    /// The caller's own id for the job, such as `BATCH-001`.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub external_job_id: String,
    /// What the driver sees as the job's name.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub title: String,
    /// Which driver gets the job; without it the job stays unassigned.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub driver_email: Option<String>,
    /// At least one stop, in any order: RouteMate orders them itself.
    #[serde(deserialize_with = "lenient::or_default")]
    pub stops: Vec<ImportStop>,
}

/// One stop of an [`ImportRequest`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportStop {
    /// The caller's own id for the stop; comes back in replies.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub external_stop_id: String,
    /// Free text on one line; RouteMate geocodes it.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub address: String,
    /// Shown to the driver, such as the customer's name.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub label: String,
    /// How many parcels are handed over here.
    #[serde(deserialize_with = "lenient::count")]
    pub parcel_count: u32,
}

/// Reply to an [`ImportRequest`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReply {
    /// RouteMate's id for the job.
    #[serde(deserialize_with = "lenient::plain_text")]
    pub job_id: String,
    /// Totals of the order RouteMate chose.
    #[serde(deserialize_with = "lenient::or_default")]
    pub optimization: Optimization,
    /// The stops in the order RouteMate chose.
    #[serde(deserialize_with = "lenient::or_default")]
    pub stops: Vec<JobStop>,
    /// Soft faults, such as an address that could not be found.
    #[serde(deserialize_with = "lenient::or_default")]
    pub warnings: Vec<Warning>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Totals of an optimised route.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Optimization {
    /// Kilometres.
    #[serde(deserialize_with = "lenient::measure")]
    pub total_distance_km: Option<f64>,
    /// Minutes.
    #[serde(deserialize_with = "lenient::measure")]
    pub total_duration_minutes: Option<f64>,
}

/// A soft fault of an import. The documents show the list and not its elements, so a bare string is read
/// as a warning with a message alone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "WarningShape")]
pub struct Warning {
    /// Machine-readable word, such as `geocode_failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What happened, for people.
    pub message: String,
    /// The caller's id of the stop it concerns, if it concerns one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_stop_id: Option<String>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WarningShape {
    Object(Map<String, Value>),
    Other(Value),
}

impl From<WarningShape> for Warning {
    fn from(shape: WarningShape) -> Self {
        let mut extra = match shape {
            WarningShape::Object(it) => it,
            WarningShape::Other(Value::String(message)) => return Self { message, ..Self::default() },
            WarningShape::Other(it) => return Self { message: it.to_string(), ..Self::default() },
        };
        let mut take = |key: &str| match extra.remove(key) {
            Some(Value::String(it)) => Some(it),
            Some(Value::Null) | None => None,
            Some(it) => Some(it.to_string()),
        };
        let (code, message, external_stop_id) = (take("code"), take("message"), take("external_stop_id"));
        let message = message.or_else(|| code.clone()).unwrap_or_else(|| "unspecified warning".to_owned());
        Self { code, message, external_stop_id, extra }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_warning(json: &str, code: Option<&str>, message: &str, stop: Option<&str>) {
        let it: Warning = serde_json::from_str(json).unwrap();
        assert_eq!(
            (it.code.as_deref(), it.message.as_str(), it.external_stop_id.as_deref()),
            (code, message, stop),
            "{json}"
        );
    }

    #[test]
    fn warnings_of_any_shape_are_read() {
        check_warning(r#""no such street""#, None, "no such street", None);
        check_warning(
            r#"{"code":"geocode_failed","message":"m","external_stop_id":"S1"}"#,
            Some("geocode_failed"),
            "m",
            Some("S1"),
        );
        check_warning(r#"{"code":7,"message":null}"#, Some("7"), "7", None);
        check_warning("{}", None, "unspecified warning", None);
        check_warning("17", None, "17", None);
    }

    #[test]
    fn the_vendors_sample_is_written_as_shown() {
        let stop = ImportStop {
            external_stop_id: "STOP-1".to_owned(),
            address: "1 George St, Brisbane QLD 4000".to_owned(),
            label: "Customer A".to_owned(),
            parcel_count: 2,
        };
        let request = ImportRequest {
            external_job_id: "BATCH-001".to_owned(),
            title: "Morning Deliveries".to_owned(),
            driver_email: Some("driver@example.com".to_owned()),
            stops: vec![stop],
        };
        assert_eq!(
            serde_json::to_value(&request).unwrap(),
            serde_json::json!({
                "external_job_id": "BATCH-001", "title": "Morning Deliveries", "driver_email": "driver@example.com",
                "stops": [{"external_stop_id": "STOP-1", "address": "1 George St, Brisbane QLD 4000",
                           "label": "Customer A", "parcel_count": 2}]
            })
        );
    }

    #[test]
    fn a_reply_of_nulls_is_read_and_unknown_keys_are_kept() {
        let reply: ImportReply = serde_json::from_str(
            r#"{"job_id":null,"optimization":null,"stops":null,"warnings":null,"batch":{"a":1}}"#,
        )
        .unwrap();
        assert_eq!(reply.extra["batch"]["a"], 1);
        assert_eq!(reply.optimization, Optimization::default());
    }
}
