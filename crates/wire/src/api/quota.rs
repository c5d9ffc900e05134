//! What 51Tracking was asked for, which is what it bills.

use serde::{Deserialize, Serialize};

/// What 51Tracking was asked for of late.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Numbers registered this calendar month (UTC), which the vendor counts against the plan.
    pub registered_this_month: i64,
    /// By day and endpoint, oldest first, for the last 31 days.
    pub days: Vec<QuotaDay>,
}

/// What one endpoint was asked for on one day.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaDay {
    /// The day in UTC, `YYYY-MM-DD`.
    pub day: String,
    /// The endpoint, such as `create`.
    pub endpoint: String,
    /// Calls made.
    pub calls: i64,
    /// Numbers registered by them.
    pub registered: i64,
}
