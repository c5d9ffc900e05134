//! Typed calls to the proxy. Every failure is a [`Problem`] with a sentence a person can act on.

mod call;
pub mod manage;
pub mod sites;

use milkrun_wire::api::dispatch::{Dispatch, DispatchList, DispatchRequest};
use milkrun_wire::api::geo::{
    GeocodeReply, GeocodeRequest, MatrixReply, MatrixRequest, Point, RouteReply, RouteRequest,
};
use milkrun_wire::api::parcel::{AddParcels, AddReply, CourierList, NewParcel, Parcel, ParcelList};
use milkrun_wire::api::people::{PasswordChange, PasswordSignIn};
use milkrun_wire::api::problem::Problem;
use milkrun_wire::api::sandbox::{Clock, ClockChange};
use milkrun_wire::api::session::{Session, SignIn};

use call::{Call, encode};

/// A reply, or what went wrong.
pub type Reply<T> = Result<T, Problem>;

/// Who is signed in; status 401 when nobody is.
pub async fn session() -> Reply<Session> {
    Call::get("/session").json().await
}

/// Exchanges the token of a one-time link for a session.
pub async fn sign_in(token: String) -> Reply<Session> {
    Call::post("/session").body(&SignIn { token })?.json().await
}

/// Opens a session with an address and a password.
pub async fn sign_in_by_password(email: String, password: String) -> Reply<Session> {
    Call::post("/session").body(&PasswordSignIn { email, password })?.json().await
}

/// Sets one's own password; `current` is the one until now, if there is one.
pub async fn set_password(current: Option<String>, password: String) -> Reply<Session> {
    Call::post("/session/password").body(&PasswordChange { current, password })?.json().await
}

/// Ends the session.
pub async fn sign_out() -> Reply<()> {
    Call::delete("/session").empty().await
}

/// Finds at most [`milkrun_wire::api::geo::MAX_GEOCODE`] addresses.
pub async fn geocode(addresses: Vec<String>) -> Reply<GeocodeReply> {
    Call::post("/geocode").body(&GeocodeRequest { addresses })?.json().await
}

/// Travel times and distances between at most [`milkrun_wire::api::geo::MAX_POINTS`] points.
pub async fn matrix(points: Vec<Point>) -> Reply<MatrixReply> {
    Call::post("/matrix").body(&MatrixRequest { points })?.json().await
}

/// The line a vehicle drives through the points.
pub async fn route_line(points: Vec<Point>) -> Reply<RouteReply> {
    Call::post("/route").body(&RouteRequest { points })?.json().await
}

/// Hands a route to its driver; `key` stays the same over retries of the same intent.
pub async fn dispatch(key: &str, request: &DispatchRequest) -> Reply<Dispatch> {
    Call::post("/dispatches").idempotency_key(key).body(request)?.json().await
}

/// The dispatches, newest first; of one day (`YYYY-MM-DD`) if one is given.
pub async fn dispatches(date: Option<&str>) -> Reply<DispatchList> {
    match date {
        Some(date) => Call::get(&format!("/dispatches?date={}", encode(date))).json().await,
        None => Call::get("/dispatches").json().await,
    }
}

/// The carriers 51Tracking knows.
pub async fn couriers() -> Reply<CourierList> {
    Call::get("/couriers").json().await
}

/// Starts tracking at most [`milkrun_wire::api::parcel::MAX_ADD`] parcels.
pub async fn add_parcels(parcels: Vec<NewParcel>) -> Reply<AddReply> {
    Call::post("/parcels").body(&AddParcels { parcels })?.json().await
}

/// The tracked parcels, newest first.
pub async fn parcels() -> Reply<ParcelList> {
    Call::get("/parcels").json().await
}

/// One tracked parcel with its checkpoints.
pub async fn parcel(id: &str) -> Reply<Parcel> {
    Call::get(&format!("/parcels/{}", encode(id))).json().await
}

/// Stops tracking a parcel, at the vendor too.
pub async fn delete_parcel(id: &str) -> Reply<()> {
    Call::delete(&format!("/parcels/{}", encode(id))).empty().await
}

/// The sandbox clock; status 404 when no sandbox is in use.
pub async fn sandbox_clock() -> Reply<Clock> {
    Call::get("/sandbox/clock").json().await
}

/// Turns the sandbox clock.
pub async fn turn_sandbox_clock(change: ClockChange) -> Reply<Clock> {
    Call::post("/sandbox/clock").body(&change)?.json().await
}
