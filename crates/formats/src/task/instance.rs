//! Tasks from published instances.

use super::{Place, Stop, Task, Van};
use crate::Instance;
use crate::error::FormatError;
use crate::vroom::StepKind;

impl Task {
    /// A published instance with as many vehicles as it names, or enough.
    ///
    /// # Errors
    /// As [`Instance::to_problem`].
    pub fn from_instance(instance: &Instance) -> Result<Self, FormatError> {
        let problem = instance.to_problem(None)?;
        let place =
            |node: usize| Place { position: instance.coordinates.get(node).copied(), index: Some(node) };
        let mut kinds = vec![StepKind::Job; instance.nodes.len()];
        for &[pickup, delivery] in &instance.pairs {
            (kinds[pickup], kinds[delivery]) = (StepKind::Pickup, StepKind::Delivery);
        }
        let stop = |node: usize| {
            let amount = instance.capacity.map(|_| i64::from(instance.nodes[node].demand).abs());
            let (kind, amount) = (kinds[node], amount.into_iter().collect());
            let (delivery, pickup) =
                if kind == StepKind::Pickup { (Vec::new(), amount) } else { (amount, Vec::new()) };
            Stop { id: node as u64, kind, description: String::new(), place: place(node), delivery, pickup }
        };
        let depot = Some(place(instance.depot));
        let van = |number| Van {
            id: number,
            description: String::new(),
            start: depot,
            end: depot,
            breaks: Vec::new(),
            reloads: Vec::new(),
        };
        let vehicles = (1..=problem.vehicles.len() as u64).map(van).collect();
        Ok(Self {
            name: instance.name.clone(),
            stops: instance.customers().map(stop).collect(),
            vehicles,
            start: Vec::new(),
            scale: instance.scale(),
            epoch: 0,
            has_distances: true,
            problem,
        })
    }
}
