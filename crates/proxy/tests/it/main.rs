//! The proxy as a whole, over real sockets: against the sandbox where vendors are concerned, and against a small
//! server of canned replies where a fault or another service's shape is.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on is a test that failed")]

mod attacks;
mod credentials;
mod dispatches;
mod document;
mod events;
mod files;
mod fuzz;
mod geo;
mod harness;
mod nginx;
mod parcels;
mod people;
mod reading;
mod running;
mod secrets;
mod sessions;
mod shoppers;
mod sites;
mod versions;
mod watch;
mod webhooks;
mod widget;
