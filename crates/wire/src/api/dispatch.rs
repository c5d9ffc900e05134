//! Handing a route to its driver through RouteMate, and following it.

use serde::{Deserialize, Serialize};

/// One route for one driver. The header `Idempotency-Key` names the intent: sent again with the same body it
/// gives the first reply, with another body it is refused.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchRequest {
    /// The day the route is driven, `YYYY-MM-DD`.
    pub date: String,
    /// Our own name for the job, unique within the RouteMate integration.
    pub external_job_id: String,
    /// What the driver sees as the job's name.
    pub title: String,
    /// The driver's address at RouteMate.
    pub driver_email: String,
    /// The stops in planned order.
    pub stops: Vec<DispatchStop>,
}

/// One stop of a [`DispatchRequest`].
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchStop {
    /// The stop's id in the plan.
    pub stop_id: String,
    /// Address in one line.
    pub address: String,
    /// Who or what is there.
    pub label: String,
    /// Parcels to hand over.
    pub parcel_count: u32,
    /// When the driver is planned to come, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<String>,
    /// The merchant's order number, under which a shopper may look the stop up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// By what the shopper may look the order up; none of the three is kept but as a keyed hash, and none comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shopper's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The shopper's postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
}

/// A dispatch and what RouteMate made of it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The proxy's id of it.
    pub id: String,
    /// The request as it was stored before it was sent.
    pub request: DispatchRequest,
    /// How far it has come.
    pub state: DispatchState,
    /// RouteMate's id of the job, once accepted.
    #[serde(default)]
    pub job_id: Option<String>,
    /// RouteMate's own total, kilometres.
    #[serde(default)]
    pub total_distance_km: Option<f64>,
    /// RouteMate's own total, minutes.
    #[serde(default)]
    pub total_duration_minutes: Option<f64>,
    /// RouteMate's word for the job's status, such as `assigned` or `completed`.
    #[serde(default)]
    pub job_status: Option<String>,
    /// The stops in the order RouteMate returned; ours stands in `request.stops`.
    #[serde(default)]
    pub stops: Vec<StopProgress>,
    /// What RouteMate warned of.
    #[serde(default)]
    pub warnings: Vec<DispatchWarning>,
    /// Why it failed, if it did.
    #[serde(default)]
    pub error: Option<String>,
    /// RFC 3339 time of the first request.
    pub created_at: String,
    /// RFC 3339 time at which RouteMate was last asked.
    pub updated_at: String,
}

/// How far a dispatch has come.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchState {
    /// Stored, not yet accepted by RouteMate; it is being sent or will be sent again.
    Sending,
    /// RouteMate accepted it.
    Accepted,
    /// RouteMate refused it; `error` says why.
    Refused,
}

/// One stop as RouteMate sees it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopProgress {
    /// The stop's id in the plan.
    pub stop_id: String,
    /// Place in RouteMate's order, from 1, if it said so.
    #[serde(default)]
    pub sequence: Option<u32>,
    /// RouteMate's word, such as `pending`, `in_progress`, `completed` or `failed`.
    pub status: String,
}

/// A warning of RouteMate's.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchWarning {
    /// The stop it speaks of, if any.
    #[serde(default)]
    pub stop_id: Option<String>,
    /// What it says.
    pub message: String,
}

/// Dispatches, newest first.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DispatchList {
    /// The dispatches.
    pub dispatches: Vec<Dispatch>,
}
