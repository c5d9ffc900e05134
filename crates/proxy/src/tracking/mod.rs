//! 51Tracking: parcels are registered there, read in batches, and shown from what was read last.

mod account;
mod change;
mod client;
mod convert;
mod couriers;
mod dialect;
mod error;
mod key;
mod limits;
mod refresh;
mod register;

pub(crate) use self::account::{Which, take_over};
pub(crate) use self::change::{change, retrack};
pub(crate) use self::client::Tracking51;
pub(crate) use self::couriers::Couriers;
pub(crate) use self::key::{KeyCheck, check_key};
pub(crate) use self::refresh::{Health, freshen, shown, work};
pub(crate) use self::register::{add, add_one, adopt, carriers_of, remove};
