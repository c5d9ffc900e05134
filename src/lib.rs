//! The portal: plan, optimise, dispatch and track deliveries in the browser.
//!
//! One room: map, list and timeline are views of one plan store, and never disagree.

// Leptos's component macro writes public, undocumented prop structs that these two lints cannot see past.
#![allow(unreachable_pub, missing_docs)]

pub mod address;
pub mod api;
pub mod app;
pub mod frame;
pub mod map;
pub mod optimise;
pub mod pages;
mod parts;
pub mod persist;
pub mod store;
pub mod ui;
