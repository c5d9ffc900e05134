//! The pages: Plan, Day, Track, Settings and the way in.

mod day;
pub(crate) mod import;
pub(crate) mod plan;
mod settings;
mod sign_in;
mod track;

pub use day::DayPage;
pub use plan::PlanPage;
pub use settings::SettingsPage;
pub use sign_in::SignInPage;
pub(crate) use sign_in::has_token as has_sign_in_token;
pub use track::TrackPage;
