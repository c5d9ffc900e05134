//! Running a sandbox: its listener, the work between requests, and an orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Sandbox, app, webhook};

/// Between looks for changed parcels and due pushes.
const TICK: Duration = Duration::from_millis(200);
/// Ticks between snapshots.
const TICKS_A_SNAPSHOT: u32 = 5;
/// How long calls under way may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(2);

/// Listens, on this machine alone.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    refuse_others(address)?;
    TcpListener::bind(address).await
}

/// Serves until `end` comes, pushing and keeping snapshots meanwhile, and saves at the end.
///
/// Refuses a listener that other machines can reach.
pub async fn serve(
    sandbox: Sandbox,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    refuse_others(listener.local_addr()?)?;
    let background = spawn_background(sandbox.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = axum::serve(listener, app(sandbox.clone())).with_graceful_shutdown(async {
        // An error means that the sender is gone, which is an end too.
        stopped.await.ok();
    });
    let mut serving = tokio::spawn(serving.into_future());
    tokio::select! {
        () = end => {}
        failed = &mut serving => return failed.map_err(io::Error::other)?,
    }
    drop(stop);
    if tokio::time::timeout(GRACE, &mut serving).await.is_err() {
        serving.abort();
    }
    background.abort();
    sandbox.save().map_err(io::Error::other)
}

/// Starts the work between requests, for callers that serve [`app`] themselves: pushes and snapshots.
///
/// It goes on until the handle is aborted.
pub fn spawn_background(sandbox: Sandbox) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = 0_u32;
        loop {
            tokio::time::sleep(TICK).await;
            webhook::tick(&sandbox).await;
            ticks = ticks.wrapping_add(1);
            if ticks.is_multiple_of(TICKS_A_SNAPSHOT) {
                let sandbox = sandbox.clone();
                let saved = tokio::task::spawn_blocking(move || sandbox.save()).await;
                if let Ok(Err(it)) = saved {
                    tracing::error!("{it}");
                }
            }
        }
    })
}

fn refuse_others(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let why = format!(
        "the sandbox only listens on this machine; {address} is not a loopback address, use 127.0.0.1"
    );
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_served() {
        let check = |address: &str, accepted| {
            assert_eq!(refuse_others(address.parse().unwrap()).is_ok(), accepted, "{address}");
        };
        check("127.0.0.1:0", true);
        check("[::1]:0", true);
        check("0.0.0.0:0", false);
        check("192.168.0.1:80", false);
        check("[::]:0", false);
    }
}
