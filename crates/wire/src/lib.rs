//! Every type that crosses a wire: RouteMate, 51Tracking and the portal's own API.
//!
//! Both ends of each wire share these types, so that the portal and the proxy, or the proxy and the sandbox,
//! cannot disagree. The crate does no I/O and never sees a DOM: it reads tolerantly and writes exactly.

pub mod api;
mod lenient;
pub mod routemate;
pub mod tracking51;
