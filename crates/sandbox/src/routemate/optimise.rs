//! RouteMate's own ordering of stops: an open path from the first one given.
//!
//! Nearest neighbour and then 2-opt on great-circle distance times a detour factor. It need not be good; it
//! must be believable, and differ now and then from the order the portal found.

const EARTH_RADIUS_KM: f64 = 6371.0088;
/// How much longer city streets are than the crow's flight.
const DETOUR: f64 = 1.3;
/// Driving in a city, kilometres an hour.
const SPEED_KMH: f64 = 30.0;

/// A place in WGS 84 degrees: latitude, longitude.
pub(crate) type Place = (f64, f64);

/// Kilometres by road between two places.
pub(crate) fn road_km(from: Place, to: Place) -> f64 {
    let (lat1, lat2) = (from.0.to_radians(), to.0.to_radians());
    let half_lat = ((lat2 - lat1) / 2.0).sin();
    let half_lon = ((to.1 - from.1).to_radians() / 2.0).sin();
    let chord = half_lat * half_lat + lat1.cos() * lat2.cos() * half_lon * half_lon;
    DETOUR * 2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

/// Minutes of driving a distance.
pub(crate) fn minutes(km: f64) -> f64 {
    km / SPEED_KMH * 60.0
}

/// The order in which to visit `places`, as places in the slice; the first stays first.
pub(crate) fn order(places: &[Place]) -> Vec<usize> {
    let km: Vec<Vec<f64>> = places.iter().map(|a| places.iter().map(|b| road_km(*a, *b)).collect()).collect();
    let mut path = nearest_neighbour(&km);
    while improve(&mut path, &km) {}
    path
}

/// Kilometres of visiting `places` in the order given.
pub(crate) fn length_km(places: &[Place]) -> f64 {
    places.windows(2).map(|it| road_km(it[0], it[1])).sum()
}

fn nearest_neighbour(km: &[Vec<f64>]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..km.len()).collect();
    let mut path = Vec::with_capacity(km.len());
    let mut next = 0;
    while !left.is_empty() {
        let here = left.remove(next);
        path.push(here);
        let nearest =
            left.iter().enumerate().min_by(|(_, a), (_, b)| km[here][**a].total_cmp(&km[here][**b]));
        next = nearest.map_or(0, |(idx, _)| idx);
    }
    path
}

/// One pass of 2-opt over an open path with a fixed start; whether it found anything.
fn improve(path: &mut [usize], km: &[Vec<f64>]) -> bool {
    let mut improved = false;
    for from in 1..path.len() {
        for to in from + 1..path.len() {
            let joined = |idx: usize, at: usize| path.get(at).map_or(0.0, |it| km[path[idx]][*it]);
            let before = joined(from - 1, from) + joined(to, to + 1);
            let after = joined(from - 1, to) + joined(from, to + 1);
            if after + 1e-9 < before {
                path[from..=to].reverse();
                improved = true;
            }
        }
    }
    improved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_right() {
        // Helsinki to Tampere is 161 km as the crow flies.
        let km = road_km((60.1699, 24.9384), (61.4978, 23.7610)) / DETOUR;
        assert!((160.0..162.5).contains(&km), "{km}");
        assert!((minutes(12.4) - 24.8).abs() < 1e-9, "RouteMate's sample pairs 12.4 km with 25 minutes");
    }

    #[test]
    fn a_line_is_visited_along_it() {
        let at = |it: f64| (60.0, 24.0 + it / 100.0);
        assert_eq!(order(&[at(0.0), at(3.0), at(1.0), at(2.0)]), [0, 2, 3, 1]);
        assert_eq!(order(&[at(0.0)]), [0]);
        assert!(order(&[]).is_empty());
    }

    proptest::proptest! {
        /// Every stop is visited once, from the first one given, on no longer a way than nearest neighbour's.
        #[test]
        fn the_order_is_a_permutation(
            places in proptest::collection::vec((60.1_f64..60.3, 24.7_f64..25.2), 1..40),
        ) {
            let order = order(&places);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            proptest::prop_assert_eq!(sorted, (0..places.len()).collect::<Vec<_>>());
            proptest::prop_assert_eq!(order[0], 0);
            let km: Vec<Vec<f64>> = places.iter().map(|a| places.iter().map(|b| road_km(*a, *b)).collect()).collect();
            let visited = |order: &[usize]| length_km(&order.iter().map(|it| places[*it]).collect::<Vec<_>>());
            proptest::prop_assert!(visited(&order) <= visited(&nearest_neighbour(&km)) + 1e-6);
        }
    }
}
