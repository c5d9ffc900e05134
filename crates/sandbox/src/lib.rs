//! Stand-ins for RouteMate and 51Tracking.
