//! The parts pages are made of.

pub mod copy;
pub mod field;
pub mod format;
pub mod icon;
pub mod live;
pub mod poll;
pub mod sheet;
pub mod time;
pub mod toast;
