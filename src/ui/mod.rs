//! The parts pages are made of.

pub mod format;
pub mod icon;
pub mod poll;
pub mod time;
pub mod toast;
