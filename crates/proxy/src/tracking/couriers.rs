//! The list of carriers, read once a day.

use std::sync::Arc;
use std::time::{Duration, Instant};

use milkrun_wire::api::parcel::CourierName;
use tokio::sync::Mutex;

use super::client::{Tracking51, TrackingError};

const FRESH_FOR: Duration = Duration::from_secs(24 * 3600);

/// The carriers as they were read last.
#[derive(Debug, Default)]
pub(crate) struct Couriers(Mutex<Option<(Instant, Arc<Vec<CourierName>>)>>);

impl Couriers {
    /// All carriers by name. An old list is better than none while 51Tracking is down.
    pub(crate) async fn all(&self, client: &Tracking51) -> Result<Arc<Vec<CourierName>>, TrackingError> {
        let mut slot = self.0.lock().await;
        if let Some((_, list)) = slot.as_ref().filter(|it| it.0.elapsed() < FRESH_FOR) {
            return Ok(list.clone());
        }
        match (client.couriers().await, slot.as_ref()) {
            (Ok(read), _) => {
                let name = |it: milkrun_wire::tracking51::Courier| CourierName {
                    code: it.courier_code,
                    name: it.courier_name,
                };
                let mut list: Vec<CourierName> = read.into_iter().map(name).collect();
                list.sort_by_key(|it| it.name.to_lowercase());
                let list = Arc::new(list);
                *slot = Some((Instant::now(), list.clone()));
                Ok(list)
            }
            (Err(_), Some((_, old))) => Ok(old.clone()),
            (Err(it), None) => Err(it),
        }
    }

    /// A carrier's name, if the list is at hand.
    pub(crate) async fn name(&self, client: &Tracking51, code: &str) -> Option<String> {
        let list = self.all(client).await.ok()?;
        list.iter().find(|it| it.code == code).map(|it| it.name.clone())
    }
}
