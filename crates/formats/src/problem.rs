//! Hands an instance over to the solver.

mod travel;

use milkrun_solver::{Job, Load, Objective, Problem, Shipment, TimeWindow, Vehicle};

use crate::error::FormatError;
use crate::{Instance, Kind, Rounding, Weights};

impl Instance {
    /// How many of the problem's units make one of the file's: the solver reckons in whole numbers, so distances with
    /// decimals are counted in smaller units.
    #[must_use]
    pub fn scale(&self) -> i32 {
        match self.weights {
            Weights::Plane(Rounding::Tenths) => 10,
            Weights::Plane(Rounding::Exact) => 1_000,
            _ => 1,
        }
    }

    /// The way between every two nodes in the problem's units, row by row: what a solver that wants a matrix gets.
    ///
    /// # Errors
    /// When there are more than 7,000 nodes, or the numbers are larger than the solver reckons with.
    pub fn matrix(&self) -> Result<Vec<i32>, FormatError> {
        travel::cells(self)
    }

    /// The customer behind each of the problem's stops, by the stop's index.
    #[must_use]
    pub fn stops(&self) -> Vec<usize> {
        self.customers().collect()
    }

    /// The problem to solve, with [`Instance::fleet`] vehicles: times and distances in the file's units times
    /// [`Instance::scale`], each stop at the place that bears its node's number.
    ///
    /// Where the file keeps decimals they are rounded up in thousandths, so that a plan which is in time here is in
    /// time there.
    ///
    /// # Errors
    /// When the numbers are larger than the solver reckons with.
    pub fn to_problem(&self, routes: Option<usize>) -> Result<Problem, FormatError> {
        let mut problem = Problem::new(travel::travel(self)?).with_objective(match self.kind {
            Kind::Pdptw => Objective::FewestVehicles,
            _ => Objective::Shortest,
        });
        for node in self.customers() {
            problem.stops.push(self.job(node)?);
        }
        let mut stop_of = vec![0; self.nodes.len()];
        for (stop, node) in self.customers().enumerate() {
            stop_of[node] = stop;
        }
        for &[pickup, delivery] in &self.pairs {
            let load = Load::one(self.nodes[pickup].demand);
            problem.shipments.push(Shipment::new(stop_of[pickup], stop_of[delivery], load));
        }
        problem.vehicles = vec![self.vehicle()?; self.fleet(routes)];
        Ok(problem)
    }

    fn job(&self, node: usize) -> Result<Job, FormatError> {
        let it = &self.nodes[node];
        // What is shipped from one customer to another is not aboard from the start.
        let demand = if self.pairs.is_empty() { it.demand } else { 0 };
        let job = Job::at(node).with_demand(Load::one(demand)).with_service(self.time(it.service)?);
        let Some([from, to]) = it.window else { return Ok(job) };
        Ok(job.with_window(self.time(from)?, self.time(to)?))
    }

    fn vehicle(&self) -> Result<Vehicle, FormatError> {
        let mut vehicle = Vehicle::based_at(self.depot);
        if let Some(capacity) = self.capacity {
            vehicle = vehicle.with_capacity(Load::one(capacity));
        }
        let Some([from, to]) = self.nodes[self.depot].window else { return Ok(vehicle) };
        Ok(vehicle.with_shift(self.time(from)?, self.time(to)?))
    }

    fn time(&self, units: i32) -> Result<i32, FormatError> {
        let most = TimeWindow::HORIZON / self.scale();
        if units <= most {
            return Ok(units * self.scale());
        }
        let mend = format!("{most} is the most; use larger units");
        Err(FormatError::file(format!("a time is {units}"), mend))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lilim, read_instance, solomon};

    #[test]
    fn a_solomon_file_becomes_a_problem_in_tenths() {
        let text =
            "tiny\nVEHICLE\nNUMBER CAPACITY\n2 50\nCUSTOMER\nCUST NO.\n0 0 0 0 0 100 0\n1 1 1 10 5 60 9\n";
        let instance = solomon::read(text).unwrap();
        let problem = instance.to_problem(None).unwrap();
        // The root of two is 1.41, of which one decimal is kept.
        assert_eq!(problem.travel.leg(0, 1), Some((14, 14)));
        assert_eq!((problem.stops.len(), problem.vehicles.len()), (1, 2));
        assert_eq!(problem.stops[0].windows, [TimeWindow::new(50, 600)]);
        assert_eq!((problem.stops[0].service, problem.vehicles[0].shift), (90, TimeWindow::new(0, 1_000)));
        assert_eq!(problem.validate(), Ok(()));
    }

    #[test]
    fn a_fleet_without_a_number_is_ample() {
        let text = "TYPE : CVRP\nDIMENSION : 3\nCAPACITY : 10\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n\
                    1 0 0\n2 0 5\n3 0 9\nDEMAND_SECTION\n1 0\n2 6\n3 7\nDEPOT_SECTION\n1\n-1\nEOF\n";
        let instance = read_instance(text).unwrap();
        assert_eq!((instance.fewest_vehicles(), instance.fleet(None), instance.fleet(Some(100))), (2, 3, 3));
        assert_eq!(instance.to_problem(Some(2)).unwrap().vehicles.len(), 3);
        assert_eq!(instance.stops(), [1, 2]);
    }

    #[test]
    fn a_fleet_of_a_billion_is_cut_to_what_can_be_used() {
        let text = "x\nVEHICLE\nNUMBER CAPACITY\n1999999999 50\nCUSTOMER\n0 0 0 0 0 99 0\n1 1 1 10 5 60 9\n";
        let instance = solomon::read(text).unwrap();
        assert_eq!((instance.vehicles, instance.fleet(None)), (Some(1_999_999_999), 2));
        assert_eq!(instance.to_problem(None).unwrap().vehicles.len(), 2);
    }

    #[test]
    fn numbers_beyond_the_solver_are_told() {
        let text = "x\nVEHICLE\n2 50\nCUSTOMER\n0 0 0 0 0 99999999 0\n1 1 1 10 5 60 9\n";
        let told = solomon::read(text).unwrap().to_problem(None).unwrap_err().to_string();
        assert_eq!(told, "the file: a time is 99999999; 10000000 is the most; use larger units");
        let text = "x\nVEHICLE\n2 50\nCUSTOMER\n0 0 0 0 0 99 0\n1 1e300 1 10 5 60 9\n";
        let told = solomon::read(text).unwrap().to_problem(None).unwrap_err().to_string();
        assert!(told.contains("far apart"), "{told}");
    }

    #[test]
    fn a_li_and_lim_file_becomes_shipments_in_thousandths() {
        let text = "2 50 1\n0 0 0 0 0 100 0 0 0\n1 3 4 -10 5 60 9 2 0\n2 6 8 10 5 90 9 0 1\n";
        let problem = lilim::read(text).unwrap().to_problem(None).unwrap();
        assert_eq!(problem.shipments, [Shipment::new(1, 0, Load::one(10))]);
        assert_eq!((problem.stops[0].demand, problem.stops[0].service), (Load::default(), 9_000));
        assert_eq!(
            (problem.travel.leg(0, 1), problem.objective),
            (Some((5_000, 5_000)), Objective::FewestVehicles)
        );
        assert_eq!(problem.validate(), Ok(()));
    }
}
