//! Every type that crosses a wire: RouteMate, 51Tracking and the portal's own API.
