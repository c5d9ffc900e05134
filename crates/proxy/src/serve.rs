//! Listening: one task a connection, and none that a slow client can hold for nothing.
//!
//! A client has a few seconds for the head of each request, and for the next one on a connection that is kept open.
//! Bodies and replies have the limits of their routes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How long nothing is accepted after the system has refused to: it has no more files or memory to give.
const BREATHER: Duration = Duration::from_secs(1);
/// Most bytes of a request's head; a real one has a few thousand.
const LARGEST_HEAD: usize = 64 * 1024;

/// Serves until `stopped` turns true, and then until the requests under way are answered. Addresses of clients are
/// known to the handlers.
pub async fn run(
    listener: TcpListener,
    app: Router,
    head_within: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(head_within).max_buf_size(LARGEST_HEAD);
    loop {
        let accepted = tokio::select! {
            it = listener.accept() => it,
            // An error means that the sender is gone, which is a reason to stop as well.
            _ = stopped.wait_for(|it| *it) => break,
        };
        match accepted {
            Ok((stream, client)) => {
                let connection = server.serve_connection(io(stream), service(app.clone(), client));
                let connection = graceful.watch(connection);
                tokio::spawn(async move {
                    // A client that goes away, or was too slow, is no fault of ours.
                    if let Err(it) = connection.await {
                        tracing::debug!(reason = %it, "a connection ended early");
                    }
                });
            }
            Err(it) if is_of_the_client(&it) => {}
            Err(it) => {
                tracing::error!(error = %it, "no connection can be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

fn io(stream: TcpStream) -> TokioIo<TcpStream> {
    // Small replies go out at once. Where that cannot be set they go out a little later.
    let _ = stream.set_nodelay(true);
    TokioIo::new(stream)
}

fn service(
    app: Router,
    client: SocketAddr,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send + 'static,
> {
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(client));
        app.clone().oneshot(request)
    })
}

fn is_of_the_client(it: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(it.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
