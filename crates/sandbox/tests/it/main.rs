//! The sandbox as its clients meet it: over its routes, in one process.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed, helpers included")]

mod client;
mod control;
mod restart;
mod routemate;
mod tracking;
mod tracking_v3;
mod webhook;
