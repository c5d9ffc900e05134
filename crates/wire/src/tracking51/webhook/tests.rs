use super::*;
use crate::tracking51::DeliveryStatus;

const EMAIL: &str = "info@trackingmore.org";
const TIMESTAMP: &str = "1653632765";
const SIGNATURE: &str = "0d90bb874fed0b056d8b3aa794529ebacd49932a0cea691629b63eaf2ca9d400";

fn parcel() -> Tracking {
    Tracking {
        id: "9a2f732e29b5ed2071d4cf6b5f4a3d19".to_owned(),
        tracking_number: "JJFI1".to_owned(),
        courier_code: "posti".to_owned(),
        delivery_status: DeliveryStatus::Transit,
        latest_event: Some("Sorted, Vantaa".to_owned()),
        ..Tracking::default()
    }
}

fn check(version: Version, headers: Option<(&str, &str)>, body: &impl Serialize, signed: bool) {
    let push = read(version, headers, &serde_json::to_vec(body).unwrap()).unwrap();
    assert_eq!(push.tracking.id, parcel().id, "{version:?}");
    assert_eq!(push.tracking.courier_code, "posti", "{version:?}");
    assert_eq!(push.tracking.delivery_status, DeliveryStatus::Transit, "{version:?}");
    assert_eq!(push.tracking.latest_event, parcel().latest_event, "{version:?}");
    assert_eq!(push.proof.is_some_and(|it| it.is_signed_by(EMAIL)), signed, "{version:?}");
}

#[test]
fn each_version_reads_what_it_writes() {
    let text = || "Success".to_owned();
    let v2 = V2Body {
        meta: V2Meta { code: 200, kind: text(), message: text() },
        data: parcel().into(),
        verify_info: V2Verify { time_str: TIMESTAMP.to_owned(), signature: SIGNATURE.to_owned() },
    };
    check(Version::V2, None, &v2, true);
    let verify =
        V3Verify { timestamp: 1_653_632_765, signature: SIGNATURE.to_owned(), usertag: String::new() };
    let v3 = V3Body { code: 200, message: text(), data: V3Data { tracking: parcel().into(), verify } };
    check(Version::V3, None, &v3, true);
    let v4 = V4Body { code: 200, message: text(), data: parcel() };
    check(Version::V4, Some((TIMESTAMP, SIGNATURE)), &v4, true);
    check(Version::V4, None, &v4, false);
}

#[test]
fn version_4_also_finds_its_signature_in_the_body() {
    for (place, time_key) in [("verify", "timestamp"), ("verifyInfo", "timeStr")] {
        let mut body = serde_json::json!({"meta": {"code": 200}, "data": parcel()});
        body[place] = serde_json::json!({time_key: TIMESTAMP, "signature": SIGNATURE});
        check(Version::V4, None, &body, true);
        check(Version::V4, Some((TIMESTAMP, "00")), &body, false);
    }
}

#[test]
fn version_3_does_not_believe_headers() {
    let body = serde_json::json!({"code": 200, "data": parcel()});
    check(Version::V3, Some((TIMESTAMP, SIGNATURE)), &body, false);
}

#[test]
fn what_is_no_push_says_why() {
    let check = |body: &str, end: &str| {
        let error = read(Version::V4, None, body.as_bytes()).unwrap_err().to_string();
        assert!(error.ends_with(end), "{body} gave {error}");
    };
    check("{}", "it has no data");
    check(r#"{"data":[]}"#, "it has no data");
    check(r#"{"data":{}}"#, "its data names no tracking number");
    assert!(read(Version::V4, None, b"<html>").unwrap_err().to_string().contains("it is not JSON"));
}

#[test]
fn age_is_told_from_the_timestamp() {
    let proof = |timestamp: &str| Proof { timestamp: timestamp.to_owned(), signature: String::new() };
    assert_eq!(proof("100").age_seconds(160), Some(60));
    assert_eq!(proof("100").age_seconds(90), Some(-10));
    assert_eq!(proof("soon").age_seconds(90), None);
}
