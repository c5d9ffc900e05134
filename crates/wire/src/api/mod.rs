//! The portal's own API, spoken between the browser and the proxy under `/api/v1`.
//!
//! | method and path | request | reply |
//! | --- | --- | --- |
//! | `GET /session` | | [`session::Session`] |
//! | `POST /session` | [`session::SignIn`] | [`session::Session`] and a cookie |
//! | `DELETE /session` | | 204 |
//! | `POST /geocode` | [`geo::GeocodeRequest`] | [`geo::GeocodeReply`] |
//! | `POST /matrix` | [`geo::MatrixRequest`] | [`geo::MatrixReply`] |
//! | `POST /route` | [`geo::RouteRequest`] | [`geo::RouteReply`] |
//! | `POST /dispatches` | [`dispatch::DispatchRequest`], header `Idempotency-Key` | [`dispatch::Dispatch`] |
//! | `GET /dispatches` | `?date=YYYY-MM-DD` | [`dispatch::DispatchList`] |
//! | `GET /dispatches/{id}` | | [`dispatch::Dispatch`] |
//! | `GET /couriers` | | [`parcel::CourierList`] |
//! | `POST /parcels` | [`parcel::AddParcels`] | [`parcel::AddReply`] |
//! | `GET /parcels` | | [`parcel::ParcelList`] |
//! | `GET /parcels/{id}` | | [`parcel::Parcel`] |
//! | `DELETE /parcels/{id}` | | 204 |
//! | `GET /quota` | | [`quota::Quota`] |
//! | `GET /sites`, `POST /sites` | [`site::SiteSettings`] | [`site::SiteList`], [`site::Site`] |
//! | `PUT /sites/{id}`, `DELETE /sites/{id}` | [`site::SiteSettings`] | [`site::Site`], 204 |
//! | `GET /sandbox/clock` | | [`sandbox::Clock`] |
//! | `POST /sandbox/clock` | [`sandbox::ClockChange`] | [`sandbox::Clock`] |
//! | `GET`, `POST /users`, `PATCH /users/{id}`, `POST /users/{id}/link` | [`people::NewUser`], [`people::UserChange`] | [`people::UserList`], [`people::User`], [`people::SignInLink`] |
//! | `GET`, `POST /tokens`, `DELETE /tokens/{id}` | [`people::NewApiToken`] | [`people::ApiTokenList`], [`people::IssuedApiToken`] |
//! | `GET /credentials`, `PUT`, `DELETE /credentials/{service}`, `POST /credentials/{service}/test` | [`credentials::RouteMateCredentials`], [`credentials::TrackingCredentials`] | [`credentials::Credentials`], [`credentials::CredentialTest`] |
//! | `GET /audit` | `?kind=&search=&cursor=` | [`people::AuditPage`] |
//! | `GET /events` | | a stream of server-sent events |
//!
//! All of these and more stand in the document that the proxy makes from its handlers, `crates/proxy/openapi.json`.
//!
//! Public, for the widget, with CORS for the site's origins: `GET /api/widget/v1/lookup?site=KEY&number=N`,
//! answered with [`lookup::Lookup`] or, for several numbers, [`lookup::Lookups`]; `POST /api/widget/v1/order` with
//! [`lookup::OrderLookup`], answered with [`lookup::Lookups`]; and `GET /api/widget/v1/site?site=KEY`, answered with
//! [`lookup::WidgetSite`].
//!
//! Every request but a `GET` carries the header [`REQUESTED_BY`], which a foreign page cannot add without a
//! CORS preflight that the proxy refuses. Every error is a [`problem::Problem`]. Times are RFC 3339 in UTC.

pub mod credentials;
pub mod dispatch;
pub mod geo;
pub mod lookup;
pub mod parcel;
pub mod people;
pub mod problem;
pub mod quota;
mod read;
pub mod sandbox;
pub mod session;
pub mod site;

/// Name and value of the header that proves a request was made by the portal's own code.
pub const REQUESTED_BY: (&str, &str) = ("x-requested-by", "milkrun-portal");

/// Header that names one dispatch intent, the same over every retry of it.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
