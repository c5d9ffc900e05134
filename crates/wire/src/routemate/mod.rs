//! RouteMate: a job of stops goes in, the optimised order and its progress come out.
//!
//! The shapes follow RouteMate's integrations page and API documentation (`routemate.app/en/docs/api`).
//! What those pages leave open is optional here, and unknown keys are kept.

mod error;
mod import;
mod job;
mod token;

pub use error::{ErrorBody, FieldError};
pub use import::{ImportReply, ImportRequest, ImportStop, Optimization, Warning};
pub use job::{Job, JobStatus, JobStop, StopStatus};
pub use token::{TokenReply, TokenRequest};

/// The vendor's public base URL; every path below is relative to it.
pub const BASE_URL: &str = "https://api.routemate.app/v1";
/// `POST`: credentials in, bearer token out.
pub const TOKEN_PATH: &str = "integration-token";
/// `POST`: a job in, its optimised order out.
pub const IMPORT_PATH: &str = "integration-import";
/// `GET`: the state of one job.
pub const JOBS_PATH: &str = "integration-jobs";
