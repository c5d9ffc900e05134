//! `cargo xtask bench`: each part of the product beside what else does its work, in one run.

mod options;
mod proxy;
mod smoke;
mod solver;
mod wasm;
mod widget;

pub(crate) use options::Options;
pub(crate) use proxy::proxy;
pub(crate) use smoke::smoke;
pub(crate) use solver::solver;
pub(crate) use widget::widget;
