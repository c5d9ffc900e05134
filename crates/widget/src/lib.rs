//! The embeddable tracking widget: what runs on other people's shops.
//!
//! `loader/v1.js` defines `<milkrun-track>` and paints its form without WebAssembly.
//! This crate is the core it fetches when a shopper touches that form: it asks the portal,
//! chooses the words and draws the answer into the element's shadow root.
//! Every byte here is paid by a shop's visitors, so there is no serde, no Leptos and no `core::fmt`;
//! the modules without a browser in them are tested natively.

pub mod address;
pub mod facts;
pub mod headline;
pub mod number;
pub mod steps;
pub mod texts;
pub mod trouble;
pub mod when;

#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(not(target_arch = "wasm32"))]
pub mod bundle;
