//! Places where a stop that is left out, or both ends of a shipment, could go on a finished route.

/// One such place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Before which visit of the route the stop or pickup comes; the number of visits for the end.
    pub(crate) at: usize,
    /// The same of the delivery, which comes behind the pickup.
    pub(crate) then: usize,
    /// Which of the vehicle's reloads comes right beside the stop, and whether right behind it instead of right before.
    pub(crate) reload: Option<(usize, bool)>,
}

impl Place {
    /// For a pickup and its delivery, or at the same place for a stop.
    pub(crate) const fn of(at: usize, then: usize) -> Self {
        Self { at, then, reload: None }
    }

    /// Those for a stop with one of so many reloads beside it: there must be a stop on either side of a reload, or it is
    /// in vain. What is numbered from `known` on is a reload itself.
    pub(crate) fn beside_reloads(route: &[usize], at: usize, known: usize, reloads: usize) -> Vec<Self> {
        let is_stop = |place: usize| route.get(place).is_some_and(|&visit| visit < known);
        let mut places = Vec::new();
        for reload in 0..reloads {
            for behind in [false, true] {
                // What is on the other side of the reload.
                if is_stop(if behind { at } else { at.wrapping_sub(1) }) {
                    places.push(Self { reload: Some((reload, behind)), ..Self::of(at, at) });
                }
            }
        }
        places
    }

    /// Writes down the visits of a route with a stop (given twice) or a shipment there. Reloads are numbered from `known`
    /// on.
    pub(crate) fn fill(self, visits: &mut Vec<usize>, route: &[usize], jobs: [usize; 2], known: usize) {
        visits.clear();
        visits.extend(&route[..self.at]);
        visits.push(jobs[0]);
        visits.extend(&route[self.at..self.then]);
        if jobs[0] != jobs[1] {
            visits.push(jobs[1]);
        }
        visits.extend(&route[self.then..]);
        if let Some((reload, behind)) = self.reload {
            visits.insert(self.at + usize::from(behind), known + reload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two stops with a reload between them, of ten stops and two reloads.
    const ROUTE: [usize; 3] = [4, 10, 5];

    #[track_caller]
    fn check(place: Place, jobs: [usize; 2], expected: &[usize]) {
        let mut visits = vec![99];
        place.fill(&mut visits, &ROUTE, jobs, 10);
        assert_eq!(visits, expected);
    }

    #[test]
    fn a_stop_or_both_ends_of_a_shipment_are_put_there() {
        check(Place::of(0, 0), [7, 7], &[7, 4, 10, 5]);
        check(Place::of(3, 3), [7, 7], &[4, 10, 5, 7]);
        check(Place::of(1, 1), [7, 8], &[4, 7, 8, 10, 5]);
        check(Place::of(0, 3), [7, 8], &[7, 4, 10, 5, 8]);
        check(Place { reload: Some((1, false)), ..Place::of(1, 1) }, [7, 7], &[4, 11, 7, 10, 5]);
        check(Place { reload: Some((1, true)), ..Place::of(0, 0) }, [7, 7], &[7, 11, 4, 10, 5]);
    }

    #[test]
    fn a_reload_has_a_stop_on_either_side() {
        let reloads = |at| {
            let places = Place::beside_reloads(&ROUTE, at, 10, 2);
            places.into_iter().filter_map(|place| place.reload).collect::<Vec<_>>()
        };
        assert_eq!(reloads(0), [(0, true), (1, true)]);
        assert_eq!(reloads(1), [(0, false), (1, false)]);
        assert_eq!(reloads(2), [(0, true), (1, true)]);
        assert_eq!(reloads(3), [(0, false), (1, false)]);
        assert_eq!(Place::beside_reloads(&[], 0, 10, 2), []);
        assert_eq!(Place::beside_reloads(&ROUTE, 1, 10, 0), []);
    }
}
