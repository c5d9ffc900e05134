//! The pages: Plan, Day, Track, Settings and the way in.

mod day;
mod import;
mod plan;
mod settings;
mod sign_in;
mod track;

pub use day::DayPage;
pub use plan::PlanPage;
pub use settings::SettingsPage;
pub use sign_in::SignInPage;
pub use track::TrackPage;
