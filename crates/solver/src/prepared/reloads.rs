//! Reloads as nodes: visits that nothing asks for, so many of each kind that they never run out.

use super::{Prepared, Stop, Van, stop};
use crate::model::{Goals, Problem, Reload, TimeWindow};
use crate::rules::More;

/// The kinds that each list of a vehicle names, each list once and the first empty, and the kinds; tells each vehicle
/// its own list.
pub(super) fn kinds<'a>(problem: &'a Problem, vans: &mut [Van]) -> (Vec<Vec<u32>>, Vec<&'a Reload>) {
    let (mut lists, mut kinds): (_, Vec<&Reload>) = (vec![Vec::new()], Vec::new());
    for (van, vehicle) in vans.iter_mut().zip(&problem.vehicles) {
        let kind = |reload: &'a Reload| {
            let at = kinds.iter().position(|&kind| kind == reload).unwrap_or_else(|| {
                kinds.push(reload);
                kinds.len() - 1
            });
            at as u32
        };
        let list: Vec<u32> = vehicle.reloads.iter().map(kind).collect();
        let at = lists.iter().position(|other| *other == list).unwrap_or_else(|| {
            lists.push(list);
            lists.len() - 1
        });
        van.refills = at as u32;
    }
    (lists, kinds)
}

/// Puts the nodes of each kind behind the stops.
pub(super) fn lay_out(
    kinds: &[&Reload],
    goals: Goals,
    windows: &mut Vec<TimeWindow>,
    stops: &mut Vec<Stop>,
    more: &mut Vec<More>,
) {
    let jobs = stops.len();
    for kind in kinds {
        let visit = kind.visit();
        let node = Stop { weight: 0, ..stop(&visit, windows) };
        stops.extend(std::iter::repeat_n(node, jobs));
        more.extend(std::iter::repeat_n(More::of(&visit, goals), jobs));
    }
}

impl Prepared {
    #[inline]
    pub(crate) fn is_reload(&self, node: u32) -> bool {
        self.reloading && node as usize >= self.jobs && self.is_job(node)
    }

    /// The kinds of reloads that a vehicle may make.
    pub(crate) fn refills(&self, vehicle: u32) -> &[u32] {
        &self.refills[self.vans[vehicle as usize].refills as usize]
    }

    /// The nodes of a kind.
    pub(crate) fn reloads(&self, kind: u32) -> std::ops::Range<u32> {
        let jobs = self.jobs as u32;
        jobs * (1 + kind)..jobs * (2 + kind)
    }

    /// Whether a vehicle may be at a node: what is no reload is not asked here.
    pub(crate) fn may_reload(&self, node: u32, vehicle: u32) -> bool {
        !self.is_reload(node) || self.refills(vehicle).contains(&self.reload_kind(node))
    }

    fn reload_kind(&self, node: u32) -> u32 {
        node / self.jobs as u32 - 1
    }

    /// What a node on a vehicle's route is called outside, see [`RoutePlan::stops`](crate::RoutePlan::stops).
    pub(crate) fn number(&self, node: u32, vehicle: u32) -> usize {
        if !self.is_reload(node) {
            return node as usize;
        }
        let kind = self.reload_kind(node);
        self.jobs + self.refills(vehicle).iter().position(|&other| other == kind).unwrap_or(0)
    }

    /// One of the nodes of what is called so outside on a vehicle's route; `None` when there is no such thing.
    pub(crate) fn node(&self, number: usize, vehicle: u32) -> Option<u32> {
        if number < self.jobs {
            return Some(number as u32);
        }
        let &kind = self.refills(vehicle).get(number - self.jobs).filter(|_| self.jobs > 0)?;
        Some(self.reloads(kind).start)
    }
}
