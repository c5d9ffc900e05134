//! What an import would change in a plan: stops are matched by their id.

use crate::plan::Plan;
use crate::stop::{Stop, StopId};
use std::collections::HashSet;

/// The stops of an import against those of the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// In the import only.
    pub new: Vec<StopId>,
    /// In both, with different content.
    pub changed: Vec<StopId>,
    /// In both, the same.
    pub unchanged: Vec<StopId>,
    /// In the plan only; a replacing import removes them.
    pub missing: Vec<StopId>,
}

/// Compares an import with the plan. A position the file does not give is no difference as long as the
/// address is the same, since an import then keeps the one found before.
pub fn diff(plan: &Plan, import: &[Stop]) -> Diff {
    let known = plan.lookup();
    let mut out = Diff::default();
    for new in import {
        let list = match known.get(&new.id) {
            None => &mut out.new,
            Some(old) if same(plan, old, new) => &mut out.unchanged,
            Some(_) => &mut out.changed,
        };
        list.push(new.id.clone());
    }
    let imported: HashSet<&StopId> = import.iter().map(|it| &it.id).collect();
    out.missing = plan.stops.iter().map(|it| &it.id).filter(|it| !imported.contains(it)).cloned().collect();
    out
}

fn same(plan: &Plan, old: &Stop, new: &Stop) -> bool {
    let position = if new.position.is_none() { old.position.clone() } else { new.position.clone() };
    let driver = plan.locked_to(new).map(|it| it.id.clone()).or_else(|| new.driver.clone());
    *old == Stop { position, driver, ..new.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ids, plan, stop};

    #[test]
    fn stops_are_matched_by_id() {
        let unplaced = Stop { position: None, ..stop(2) };
        let import = [stop(1), unplaced, Stop { parcels: 9, ..stop(3) }, stop(8)];
        let it = diff(&plan(), &import);
        assert_eq!((it.new, it.changed), (ids("S8"), ids("S3")));
        assert_eq!((it.unchanged, it.missing), (ids("S1 S2"), ids("S4 S5 S6")));
    }

    #[test]
    fn a_driver_is_known_by_name() {
        let mut plan = plan();
        plan.stops[0].driver = Some("aino".into());
        let import = |name: &str| [Stop { driver: Some(name.into()), ..stop(1) }];
        assert_eq!(diff(&plan, &import("AINO")).unchanged, ids("S1"));
        assert_eq!(diff(&plan, &import("Eero")).changed, ids("S1"));
    }
}
