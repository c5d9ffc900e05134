//! The embeddable tracking widget: what runs on other people's shops.
//!
//! `loader/element.js` defines `<milkrun-track>`; once a shopper sees it, `loader/main.js` paints its form.
//! This crate is the core behind that form: it reads what was typed or pasted, judges the portal's reply,
//! chooses the words and says what to draw.
//! Every byte here is paid by a shop's visitors, so there is no serde, no Leptos and no `core::fmt`,
//! and all but the few exported calls is tested natively.

pub mod facts;
pub mod flat;
pub mod headline;
pub mod number;
pub mod ops;
pub mod steps;
pub mod texts;
pub mod typed;
pub mod view;
pub mod when;

#[cfg(target_arch = "wasm32")]
pub mod web;
