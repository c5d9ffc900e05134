//! The list of carriers, read once a day.

use std::sync::Arc;
use std::time::{Duration, Instant};

use milkrun_wire::api::parcel::CourierName;
use tokio::sync::Mutex;

use super::client::Tracking51;
use super::error::TrackingError;

const FRESH_FOR: Duration = Duration::from_secs(24 * 3600);
/// After a failure nobody waits for a mere name until so much time has passed.
const SHY_FOR: Duration = Duration::from_secs(60);

/// The carriers as they were read last.
#[derive(Debug, Default)]
pub(crate) struct Couriers(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    list: Option<(Instant, Arc<Vec<CourierName>>)>,
    failed: Option<Instant>,
}

impl Couriers {
    /// All carriers by name. An old list is better than none while 51Tracking is down.
    pub(crate) async fn all(&self, client: &Tracking51) -> Result<Arc<Vec<CourierName>>, TrackingError> {
        read(&mut *self.0.lock().await, client).await
    }

    /// Forgets the list, because another account may answer now.
    pub(crate) async fn forget(&self) {
        *self.0.lock().await = Known::default();
    }

    /// A carrier's name, if it can be had without trouble.
    pub(crate) async fn name(&self, client: &Tracking51, code: &str) -> Option<String> {
        let mut known = self.0.lock().await;
        if known.failed.is_some_and(|it| it.elapsed() < SHY_FOR) {
            return None;
        }
        let list = read(&mut known, client).await.ok()?;
        list.iter().find(|it| it.code == code).map(|it| it.name.clone())
    }
}

async fn read(known: &mut Known, client: &Tracking51) -> Result<Arc<Vec<CourierName>>, TrackingError> {
    if let Some((_, list)) = known.list.as_ref().filter(|it| it.0.elapsed() < FRESH_FOR) {
        return Ok(list.clone());
    }
    match client.couriers().await {
        Ok(couriers) => {
            let name = |it: milkrun_wire::tracking51::Courier| CourierName {
                code: it.courier_code,
                name: it.courier_name,
            };
            let mut list: Vec<CourierName> = couriers.into_iter().map(name).collect();
            list.sort_by_key(|it| it.name.to_lowercase());
            let list = Arc::new(list);
            *known = Known { list: Some((Instant::now(), list.clone())), failed: None };
            Ok(list)
        }
        Err(it) => {
            known.failed = Some(Instant::now());
            known.list.as_ref().map(|it| it.1.clone()).ok_or(it)
        }
    }
}
