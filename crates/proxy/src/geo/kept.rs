//! Memory in front of a service: what was answered once is not asked again for a while.

use std::sync::Arc;
use std::time::Duration;

use milkrun_wire::api::geo::{Geocoded, Point};
use milkrun_wire::api::session::Source;
use sha2::{Digest as _, Sha256};

use super::{Boxed, GeoError, Geocoder, Matrix, Roads};
use crate::clock::{millis, now_ms};
use crate::store::Store;
use crate::store::sessions::Digest;

/// Places hardly move.
const FOUND_FOR: Duration = Duration::from_secs(90 * 24 * 3600);
/// An address nobody knows today may be mapped next week.
const NOT_FOUND_FOR: Duration = Duration::from_secs(24 * 3600);
/// Road works end and maps are updated.
const ROADS_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// A geocoder with a memory.
pub struct KeptGeocoder {
    inner: Arc<dyn Geocoder>,
    store: Store,
}

impl KeptGeocoder {
    /// Puts the store's memory in front of a geocoder.
    #[must_use]
    pub fn new(inner: Arc<dyn Geocoder>, store: Store) -> Self {
        Self { inner, store }
    }

    async fn answer(&self, address: &str) -> Result<Geocoded, GeoError> {
        let source = self.inner.source().id;
        let query = normal(address);
        match self.store.geocodes().find(&source, &query, now_ms()).await {
            Ok(Some(text)) => {
                if let Ok(it) = serde_json::from_str(&text) {
                    return Ok(it);
                }
            }
            Ok(None) => {}
            // Without memory the service still answers.
            Err(it) => tracing::warn!(error = %it, "the geocode memory failed"),
        }
        let answer = self.inner.find(address).await?;
        let lifetime = match answer {
            Geocoded::Found { .. } => FOUND_FOR,
            Geocoded::NotFound { .. } => NOT_FOUND_FOR,
            Geocoded::Failed { .. } => return Ok(answer),
        };
        if let Ok(text) = serde_json::to_string(&answer) {
            let kept = self.store.geocodes().keep(&source, &query, &text, now_ms() + millis(lifetime)).await;
            if let Err(it) = kept {
                tracing::warn!(error = %it, "the geocode memory failed");
            }
        }
        Ok(answer)
    }
}

impl Geocoder for KeptGeocoder {
    fn source(&self) -> Source {
        self.inner.source()
    }

    fn find<'a>(&'a self, address: &'a str) -> Boxed<'a, Result<Geocoded, GeoError>> {
        Box::pin(self.answer(address))
    }
}

/// The same address written with other blanks or capitals is the same question.
fn normal(address: &str) -> String {
    address.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Roads with a memory.
pub struct KeptRoads {
    inner: Arc<dyn Roads>,
    store: Store,
}

impl KeptRoads {
    /// Puts the store's memory in front of a matrix service.
    #[must_use]
    pub fn new(inner: Arc<dyn Roads>, store: Store) -> Self {
        Self { inner, store }
    }

    fn digest(&self, what: &str, points: &[Point]) -> Digest {
        let mut hash = Sha256::new();
        hash.update(what);
        hash.update([0]);
        hash.update(self.inner.source().id);
        for it in points {
            // The sixth decimal is a decimetre.
            for degrees in [it.lat, it.lon] {
                hash.update(((degrees * 1e6).round() as i64).to_le_bytes());
            }
        }
        hash.finalize().into()
    }

    async fn recall(&self, digest: &Digest) -> Option<Vec<u8>> {
        let found = self.store.matrices().find(digest, now_ms()).await;
        found.inspect_err(|it| tracing::warn!(error = %it, "the matrix memory failed")).ok().flatten()
    }

    async fn keep(&self, digest: &Digest, cells: &[u8]) {
        if let Err(it) = self.store.matrices().keep(digest, cells, now_ms() + millis(ROADS_FOR)).await {
            tracing::warn!(error = %it, "the matrix memory failed");
        }
    }
}

impl Roads for KeptRoads {
    fn source(&self) -> Source {
        self.inner.source()
    }

    fn matrix<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Matrix, GeoError>> {
        Box::pin(async move {
            let digest = self.digest("matrix", points);
            if let Some(it) = self.recall(&digest).await.and_then(|it| unpack(&it, points.len())) {
                return Ok(it);
            }
            let matrix = self.inner.matrix(points).await?;
            self.keep(&digest, &pack(&matrix)).await;
            Ok(matrix)
        })
    }

    fn line<'a>(&'a self, points: &'a [Point]) -> Boxed<'a, Result<Vec<[f64; 2]>, GeoError>> {
        Box::pin(async move {
            let digest = self.digest("line", points);
            if let Some(it) = self.recall(&digest).await.and_then(|it| serde_json::from_slice(&it).ok()) {
                return Ok(it);
            }
            let line = self.inner.line(points).await?;
            if let Ok(it) = serde_json::to_vec(&line) {
                self.keep(&digest, &it).await;
            }
            Ok(line)
        })
    }
}

/// Durations, distances and estimated cells as little-endian 32-bit numbers: a matrix of 500 points is 2 MB so,
/// and three times that as JSON.
fn pack(matrix: &Matrix) -> Vec<u8> {
    let estimated = matrix.estimated.iter().map(|it| u32::try_from(*it).unwrap_or(u32::MAX));
    let cells = matrix.durations.iter().chain(&matrix.distances).copied().chain(estimated);
    cells.flat_map(u32::to_le_bytes).collect()
}

fn unpack(bytes: &[u8], points: usize) -> Option<Matrix> {
    let cells: Vec<u32> = bytes.as_chunks::<4>().0.iter().map(|it| u32::from_le_bytes(*it)).collect();
    let square = points * points;
    Some(Matrix {
        durations: cells.get(..square)?.to_vec(),
        distances: cells.get(square..2 * square)?.to_vec(),
        estimated: cells.get(2 * square..)?.iter().map(|it| *it as usize).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Geocoder for Counting {
        fn source(&self) -> Source {
            Source { id: "photon".to_owned(), name: String::new(), attribution: String::new() }
        }

        fn find<'a>(&'a self, address: &'a str) -> Boxed<'a, Result<Geocoded, GeoError>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let hint = address.to_owned();
            Box::pin(std::future::ready(Ok(Geocoded::NotFound { hint })))
        }
    }

    #[tokio::test]
    async fn an_address_is_asked_for_once_however_it_is_spaced() {
        let inner = Arc::new(Counting::default());
        let kept = KeptGeocoder::new(inner.clone(), Store::in_memory().await.unwrap());
        for it in ["Aleksanterinkatu 1", " aleksanterinkatu   1 ", "Aleksanterinkatu 1"] {
            kept.find(it).await.unwrap();
        }
        kept.find("Aleksanterinkatu 2").await.unwrap();
        assert_eq!(inner.0.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_matrix_survives_packing() {
        let it =
            Matrix { durations: vec![0, 1, 2, 0], distances: vec![0, 10, u32::MAX, 0], estimated: vec![2] };
        assert_eq!(unpack(&pack(&it), 2), Some(it));
        assert_eq!(unpack(&[1, 2, 3], 2), None);
    }
}
