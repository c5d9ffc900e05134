//! The portal's own API under `/api/v1`, one file a resource.
//!
//! Each handler carries its own documentation, and the routes are made from it, so that the OpenAPI document
//! cannot say anything else than the code does. Everything but signing in needs a session or an API token, every
//! request must come from the portal's own pages, and every route has its own limits of time and size.

mod audit;
mod body;
mod credentials;
mod dispatches;
mod docs;
mod events;
mod geocode;
mod matrix;
mod once;
mod page;
mod parcels;
mod people;
mod pushes;
mod quota;
mod sandbox;
mod services;
mod session;
mod sites;
mod tokens;

pub(crate) use self::events::Streams;
pub(crate) use self::sandbox::SandboxControl;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use milkrun_wire::api::people::Role;
use utoipa::PartialSchema as _;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::access;
use crate::etag;
use crate::problem::Failure;
use crate::state::State;

type Routes = OpenApiRouter<Arc<State>>;

/// The routes under `/api`, and the document that describes them.
pub(crate) fn routes(state: &Arc<State>) -> (Router<Arc<State>>, OpenApi) {
    let open = Routes::new().routes(within(routes!(session::sign_in), 4, 20));
    let viewers = Routes::new()
        .routes(within(routes!(session::show, session::sign_out), 4, 10))
        .routes(within(routes!(session::set_password), 4, 20))
        .routes(within(routes!(dispatches::list), 4, 10))
        .routes(within(routes!(dispatches::show), 4, 10))
        .routes(within(routes!(dispatches::history), 4, 10))
        .routes(within(routes!(parcels::couriers), 4, 40))
        .routes(within(routes!(parcels::list), 4, 10))
        .routes(within(routes!(parcels::show), 4, 10))
        .routes(within(routes!(quota::show), 4, 10))
        .routes(within(routes!(sandbox::show), 4, 30))
        // Only until the stream begins; it then lasts as long as the browser wants.
        .routes(within(routes!(events::stream), 4, 10));
    let dispatchers = Routes::new()
        .routes(within(routes!(geocode::find), 256, 120))
        .routes(within(routes!(matrix::matrix), 256, 120))
        .routes(within(routes!(matrix::line), 256, 30))
        .routes(within(routes!(dispatches::create), 512, 30))
        .routes(once(within(routes!(parcels::add), 128, 60), state))
        .routes(once(within(routes!(parcels::take_over), 4, 120), state))
        .routes(within(routes!(parcels::change, parcels::remove), 4, 40))
        .routes(within(routes!(parcels::retrack), 4, 40))
        .routes(within(routes!(parcels::detect), 4, 40))
        .routes(once(within(routes!(parcels::air_waybill), 4, 40), state))
        .routes(within(routes!(pushes::list), 4, 10))
        .routes(within(routes!(pushes::show), 4, 10))
        .routes(once(within(routes!(pushes::replay), 4, 10), state))
        .routes(within(routes!(sites::list), 4, 10))
        .routes(within(routes!(sites::show), 4, 10))
        .routes(within(routes!(sandbox::change), 4, 30));
    let owners = Routes::new()
        .routes(once(within(routes!(people::list, people::create), 8, 10), state))
        .routes(within(routes!(people::change, people::remove), 8, 10))
        .routes(once(within(routes!(people::link), 4, 10), state))
        .routes(once(within(routes!(people::reset), 4, 10), state))
        .routes(once(within(routes!(tokens::list, tokens::create), 8, 10), state))
        .routes(within(routes!(tokens::remove), 4, 10))
        .routes(once(within(routes!(sites::create), 16, 10), state))
        .routes(within(routes!(sites::change, sites::remove), 16, 10))
        .routes(within(routes!(credentials::show), 4, 10))
        .routes(within(routes!(credentials::put_routemate, credentials::remove_routemate), 4, 10))
        .routes(within(routes!(credentials::put_tracking, credentials::remove_tracking), 4, 10))
        .routes(within(routes!(credentials::test_routemate), 4, 30))
        .routes(within(routes!(credentials::test_tracking), 4, 60))
        .routes(within(routes!(services::check), 4, 60))
        .routes(within(routes!(audit::list), 4, 10));
    let all = open
        .merge(for_role(viewers, state, Role::Viewer))
        .merge(for_role(dispatchers, state, Role::Dispatcher))
        .merge(for_role(owners, state, Role::Owner));
    let (router, document) = Routes::with_openapi(described()).nest("/api/v1", all).split_for_parts();
    let router = router
        .method_not_allowed_fallback(|| std::future::ready(Failure::wrong_method()))
        .layer(middleware::from_fn(etag::conditional))
        .layer(middleware::from_fn(access::same_site));
    let document = finished(document.merge_from(crate::widget::routes().1));
    let shown = document.clone();
    let router = router
        .route("/api/v1/openapi.json", get(move || std::future::ready(Json(shown.clone()))))
        .merge(docs::routes(&document));
    (router, document)
}

/// Lets in people of a role and above, and says so in the document.
fn for_role(mut routes: Routes, state: &Arc<State>, role: Role) -> Routes {
    for item in routes.get_openapi_mut().paths.paths.values_mut() {
        for operation in operations(item) {
            let needed = ExtensionsBuilder::new().add("x-role", role.as_str()).build();
            operation.extensions.get_or_insert_default().merge(needed);
            operation.security = Some(vec![
                SecurityRequirement::new("session", Vec::<String>::new()),
                SecurityRequirement::new("token", Vec::<String>::new()),
            ]);
        }
    }
    routes.route_layer(middleware::from_fn_with_state((state.clone(), role), access::enter))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn described() -> OpenApi {
    let mut info = Info::new("Milkrun", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "What the portal speaks with its proxy, and what integrators may use. Every error is a problem of RFC 9457. \
         Times are RFC 3339 in UTC. Whoever comes with a session's cookie sends the header \
         `x-requested-by: milkrun-portal` with every request that changes something; an API token needs none."
            .to_owned(),
    );
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-milkrun",
        "A session; over plain http on this machine the cookie is called milkrun_session",
    )));
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = ComponentsBuilder::new()
        .security_scheme("session", cookie)
        .security_scheme("token", token)
        .schema_from::<milkrun_wire::api::problem::Problem>()
        .schema_from::<milkrun_wire::api::problem::ProblemAt>()
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Adds to each operation what all of them may answer.
fn finished(mut document: OpenApi) -> OpenApi {
    let problem = || {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let it = ResponseBuilder::new()
            .description("What went wrong")
            .content("application/problem+json", content);
        RefOr::T(it.build())
    };
    for (path, item) in &mut document.paths.paths {
        name(path, item);
        for operation in operations(item) {
            operation.responses.responses.insert("default".to_owned(), problem());
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(it) = response else { continue };
                if it.description.is_empty() {
                    it.description = usual(status).to_owned();
                }
                if status.starts_with(['4', '5']) {
                    let content =
                        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
                    it.content.insert("application/problem+json".to_owned(), RefOr::T(content));
                }
            }
        }
    }
    document
}

/// What a reply means that says nothing of itself; the document's own rules ask for a word.
fn usual(status: &str) -> &'static str {
    match status {
        "201" => "It is made",
        "202" => "It will be done",
        "204" => "It is done",
        _ => "What was asked for",
    }
}

/// Gives each operation of a path a name of its own, such as `get_parcels_id`, which generated clients call it by.
fn name(path: &str, item: &mut PathItem) {
    let path = path.trim_start_matches("/api/").trim_start_matches("v1/").replace("/v1/", "/");
    let words = path.split(['/', '-']).map(|it| it.trim_matches(['{', '}']));
    let words = words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("_");
    for (method, operation) in [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ] {
        if let Some(it) = operation {
            it.operation_id = Some(format!("{method}_{words}"));
        }
    }
}

/// Lets whoever creates something name the intent, and says so in the document.
fn once(
    (schemas, mut paths, router): UtoipaMethodRouter<Arc<State>>,
    state: &Arc<State>,
) -> UtoipaMethodRouter<Arc<State>> {
    for item in paths.paths.values_mut() {
        if let Some(operation) = &mut item.post {
            let key = ParameterBuilder::new()
                .name("idempotency-key")
                .parameter_in(ParameterIn::Header)
                .description(Some("Names the intent; sent again with the same body it gives the first reply"))
                .schema(Some(String::schema()));
            operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
        }
    }
    (schemas, paths, router.layer(middleware::from_fn_with_state(state.clone(), once::under_its_key)))
}

/// Limits of a documented route.
fn within(
    (schemas, paths, router): UtoipaMethodRouter<Arc<State>>,
    kilobytes: usize,
    seconds: u64,
) -> UtoipaMethodRouter<Arc<State>> {
    (schemas, paths, limits(router, kilobytes, seconds))
}

/// Most kilobytes of a request's body, and most seconds until its reply.
pub(crate) fn limits(
    route: axum::routing::MethodRouter<Arc<State>>,
    kilobytes: usize,
    seconds: u64,
) -> axum::routing::MethodRouter<Arc<State>> {
    let within = move |request: Request, next: Next| in_time(Duration::from_secs(seconds), request, next);
    route.layer(DefaultBodyLimit::max(kilobytes * 1024)).layer(middleware::from_fn(within))
}

async fn in_time(limit: Duration, request: Request, next: Next) -> Result<Response, Failure> {
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_elapsed| {
        Failure::new("timed-out", 504, "This took too long")
            .detail(format!("no reply within {} seconds; try again, or with less at once", limit.as_secs()))
    })
}
