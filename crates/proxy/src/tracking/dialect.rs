//! What versions 3 and 2 say differently, turned into the words of version 4.
//!
//! The vendor publishes SDKs for version 4 alone; the older shapes are those of clients in the field, so that
//! everything here reads more than one spelling.

use milkrun_wire::tracking51::webhook::{Version, v2};
use milkrun_wire::tracking51::{
    BatchItem, BatchReply, Courier, CreateTracking, MetaCode, Refusal, Tracking, TrackingDetails,
    UpdateTracking, v3,
};
use serde_json::{Map, Value, json};

use super::client::Named;
use super::error::TrackingError;

/// Most numbers one `get` of version 3 takes.
pub(super) const GET_LIMIT_V3: usize = 40;
/// Version 3's code for a call that found nothing.
pub(super) const NO_DATA_V3: MetaCode = MetaCode(204);

/// A refusal with the code that version 4 has for it.
pub(super) fn refusal(it: Refusal, version: Version) -> Refusal {
    match it {
        Refusal::Vendor(mut meta) => {
            meta.code = code(meta.code, version);
            Refusal::Vendor(meta)
        }
        other => other,
    }
}

/// The code of version 4 that says what an older one says.
pub(super) fn code(it: MetaCode, version: Version) -> MetaCode {
    match (version, it.0) {
        (Version::V3, 423) | (Version::V2, 4016) => MetaCode::EXISTS,
        (Version::V3, 424) | (Version::V2, 4017 | 4031) => MetaCode::UNKNOWN_NUMBER,
        (Version::V3, 413) | (Version::V2, 4020) => MetaCode(4103),
        (Version::V3, 411 | 412) | (Version::V2, 4012 | 4014) => MetaCode::NUMBER_INVALID,
        (Version::V3, 417) | (Version::V2, 4013) => MetaCode(4111),
        (Version::V3, 422) | (Version::V2, 4015) => MetaCode::COURIER_INVALID,
        (Version::V2, 4032) => MetaCode::COURIER_NOT_DETECTED,
        (Version::V3, 421) => MetaCode::COURIER_FIELD,
        (Version::V3, 203) | (Version::V2, 202 | 402 | 4018 | 4019 | 4021) => MetaCode::QUOTA_USED_UP,
        (Version::V2, 4001 | 4002) => MetaCode::UNAUTHORIZED,
        _ => it,
    }
}

/// Carriers, called `name` and `code` in version 2.
pub(super) fn couriers(data: Value) -> Vec<Courier> {
    let list = match data {
        Value::Array(it) => it,
        _ => Vec::new(),
    };
    let one = |mut it: Value| {
        let object = it.as_object_mut()?;
        for (older, newer) in
            [("name", "courier_name"), ("code", "courier_code"), ("carrier_code", "courier_code")]
        {
            if let Some(value) = object.remove(older) {
                object.entry(newer).or_insert(value);
            }
        }
        serde_json::from_value::<Courier>(it).ok().filter(|it| !it.courier_code.is_empty())
    };
    list.into_iter().filter_map(one).collect()
}

/// The body that registers a number in version 3.
pub(super) fn create_v3(it: &CreateTracking) -> Value {
    let details = &it.details;
    let body = v3::CreateTracking {
        tracking_number: it.tracking_number.clone(),
        courier_code: it.courier_code.clone(),
        order_number: details.order_number.clone(),
        destination_code: details.destination_country_iso2.clone(),
        logistics_channel: details.logistics_channel.clone(),
        customer_name: details.customer_name.clone(),
        customer_email: details.customer_email.clone(),
        customer_phone: details.customer_sms.clone(),
        shipping_date: details.shipping_date.clone(),
        tracking_shipping_date: details.tracking_ship_date.clone(),
        tracking_postal_code: details.tracking_postal_code.clone(),
        title: details.title.clone(),
        note: details.note.clone(),
    };
    serde_json::to_value(body).unwrap_or_default()
}

/// The body that registers a number in version 2.
pub(super) fn create_v2(it: &CreateTracking) -> Value {
    let details = &it.details;
    let mut body = Map::new();
    let order = details.order_number.as_ref().or(details.order_id.as_ref());
    for (key, value) in [
        ("tracking_number", Some(&it.tracking_number)),
        ("carrier_code", Some(&it.courier_code)),
        ("title", details.title.as_ref()),
        ("order_id", order),
        ("customer_name", details.customer_name.as_ref()),
        ("customer_email", details.customer_email.as_ref()),
        ("customer_phone", details.customer_sms.as_ref()),
        ("destination_code", details.destination_country_iso2.as_ref()),
        ("tracking_postal_code", details.tracking_postal_code.as_ref()),
        ("tracking_ship_date", details.tracking_ship_date.as_ref()),
    ] {
        if let Some(it) = value {
            body.insert(key.to_owned(), json!(it));
        }
    }
    Value::Object(body)
}

/// A batch's codes in version 4's words.
pub(super) fn in_our_codes(mut reply: BatchReply, version: Version) -> BatchReply {
    for it in &mut reply.error {
        it.error_code = it.error_code.map(|it| code(it, version));
    }
    reply
}

/// The one number of a reply to one number.
pub(super) fn only(reply: BatchReply, version: Version) -> Result<Tracking, TrackingError> {
    let reply = in_our_codes(reply, version);
    if let Some(it) = reply.success.into_iter().next() {
        return Ok(Tracking {
            id: it.id.unwrap_or_default(),
            tracking_number: it.tracking_number,
            courier_code: it.courier_code,
            ..Tracking::default()
        });
    }
    match reply.error.into_iter().next() {
        Some(it) => Err(TrackingError::Refused {
            code: it.error_code.unwrap_or_default(),
            message: it.error_message.unwrap_or_default(),
        }),
        None => Err(TrackingError::down("its reply leaves the number out")),
    }
}

/// Version 2 lists what it refused; whatever else was sent is registered.
pub(super) fn batch_v2(data: &Value, sent: &[CreateTracking]) -> BatchReply {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let items = |key: &str| data[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let error = |it: &Value| BatchItem {
        id: None,
        tracking_number: text(it, "tracking_number"),
        courier_code: text(it, "carrier_code"),
        error_code: it["code"].as_i64().map(|it| code(MetaCode(it), Version::V2)),
        error_message: Some(text(it, "message")),
    };
    let error: Vec<BatchItem> = items("errors").iter().map(error).collect();
    let refused = |it: &CreateTracking| error.iter().any(|own| own.tracking_number == it.tracking_number);
    let id = |it: &CreateTracking| {
        let own = items("trackings").iter().find(|own| text(own, "tracking_number") == it.tracking_number);
        own.map(|own| text(own, "id")).filter(|it| !it.is_empty())
    };
    let success = sent.iter().filter(|it| !refused(it)).map(|it| BatchItem {
        id: id(it),
        tracking_number: it.tracking_number.clone(),
        courier_code: it.courier_code.clone(),
        ..BatchItem::default()
    });
    BatchReply { success: success.collect(), error }
}

/// Parcels of version 3.
pub(super) fn trackings_v3(data: Vec<v3::Tracking>) -> Vec<Tracking> {
    data.into_iter().map(Into::into).collect()
}

/// A parcel of version 2, which some replies wrap in a list of one.
pub(super) fn tracking_v2(data: Value) -> Tracking {
    let data = match data {
        Value::Array(it) => it.into_iter().next().unwrap_or_default(),
        other => other,
    };
    serde_json::from_value::<v2::Tracking>(data).map(Into::into).unwrap_or_default()
}

/// A page of version 2, which most replies keep under `items`.
pub(super) fn page_v2(data: Value) -> Vec<Tracking> {
    let list = match data {
        Value::Array(it) => it,
        Value::Object(mut it) => match it.remove("items") {
            Some(Value::Array(it)) => it,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    list.into_iter().map(tracking_v2).filter(|it| !it.tracking_number.is_empty()).collect()
}

/// How version 3 names a parcel.
pub(super) fn pair(it: Named<'_>) -> Value {
    json!({"tracking_number": it.number, "courier_code": it.courier})
}

/// How version 2 names a parcel.
pub(super) fn pair_v2(it: Named<'_>) -> Value {
    json!({"tracking_number": it.number, "carrier_code": it.courier})
}

/// A change, in the parts that the older versions take it in.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    /// Everything but the carrier.
    pub(super) info: Option<Value>,
    /// The carrier.
    pub(super) courier: Option<Value>,
}

/// A change in version 3's words, which names the parcel in each body.
pub(super) fn update_v3(it: Named<'_>, change: &UpdateTracking) -> Change {
    let courier = change.courier_code_new.as_ref().map(
        |new| json!({"tracking_number": it.number, "courier_code": it.courier, "new_courier_code": new}),
    );
    Change { info: said(change).then(|| create_v3(&created(it, change))), courier }
}

/// A change in version 2's words, which names the parcel in the address of the first part.
pub(super) fn update_v2(it: Named<'_>, change: &UpdateTracking) -> Change {
    let info = said(change).then(|| {
        let mut body = create_v2(&created(it, change));
        if let Some(body) = body.as_object_mut() {
            body.remove("tracking_number");
            body.remove("carrier_code");
        }
        body
    });
    let courier = change.courier_code_new.as_ref().map(
        |new| json!({"tracking_number": it.number, "carrier_code": it.courier, "update_carrier_code": new}),
    );
    Change { info, courier }
}

/// Whether a change says anything besides the carrier.
fn said(change: &UpdateTracking) -> bool {
    change.details != TrackingDetails::default()
}

/// What would be registered now: the older versions call what is said of a parcel the same then and later.
fn created(it: Named<'_>, change: &UpdateTracking) -> CreateTracking {
    CreateTracking {
        tracking_number: it.number.to_owned(),
        courier_code: it.courier.to_owned(),
        details: change.details.clone(),
        ..CreateTracking::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_codes_mean_what_newer_ones_say() {
        let of = |version, it| code(MetaCode(it), version).0;
        assert_eq!([423, 424, 422, 203, 204].map(|it| of(Version::V3, it)), [4101, 4102, 4120, 4190, 204]);
        assert_eq!([4016, 4017, 4021, 4001, 429].map(|it| of(Version::V2, it)), [4101, 4102, 4190, 401, 429]);
        assert_eq!(of(Version::V4, 423), 423);
    }

    #[test]
    fn carriers_are_read_in_either_spelling() {
        let data = json!([{"name": "Posti", "code": "posti"}, {"courier_name": "Matkahuolto", "courier_code": "mh"}, {"x": 1}]);
        let names: Vec<_> = couriers(data).into_iter().map(|it| (it.courier_code, it.courier_name)).collect();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(names, [pair("posti", "Posti"), pair("mh", "Matkahuolto")]);
    }

    #[test]
    fn a_batch_of_version_2_names_only_what_failed() {
        let sent = ["A", "B"].map(|it| CreateTracking {
            tracking_number: it.to_owned(),
            courier_code: "posti".to_owned(),
            ..CreateTracking::default()
        });
        let data = json!({"trackings": [{"tracking_number": "A", "id": "1"}],
            "errors": [{"tracking_number": "B", "carrier_code": "posti", "code": 4016, "message": "m"}]});
        let reply = batch_v2(&data, &sent);
        assert_eq!((reply.success.len(), reply.success[0].id.as_deref()), (1, Some("1")));
        assert_eq!(reply.error[0].error_code, Some(MetaCode::EXISTS));
    }

    #[test]
    fn a_change_is_taken_apart_and_said_in_each_versions_words() {
        let named = Named { id: "1", number: "A", courier: "posti" };
        let it = UpdateTracking { courier_code_new: Some("mh".to_owned()), ..UpdateTracking::default() };
        let (v3, v2) = (update_v3(named, &it), update_v2(named, &it));
        assert_eq!((v3.info, v2.info), (None, None));
        assert_eq!(v3.courier.unwrap()["new_courier_code"], "mh");
        assert_eq!(v2.courier.unwrap()["update_carrier_code"], "mh");
        let details = TrackingDetails {
            title: Some("T".to_owned()),
            order_number: Some("O-1".to_owned()),
            customer_sms: Some("+358".to_owned()),
            ..TrackingDetails::default()
        };
        let it = UpdateTracking { details, ..UpdateTracking::default() };
        let (v3, v2) = (update_v3(named, &it), update_v2(named, &it));
        let expected = json!({"tracking_number": "A", "courier_code": "posti", "title": "T", "order_number": "O-1",
            "customer_phone": "+358"});
        assert_eq!((v3.info, v3.courier), (Some(expected), None));
        let expected = json!({"title": "T", "order_id": "O-1", "customer_phone": "+358"});
        assert_eq!((v2.info, v2.courier), (Some(expected), None));
    }
}
