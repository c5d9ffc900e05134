//! The verdict on a plan.

use milkrun_formats::{Instance, Kind};

use crate::{Fault, distance};

/// How much later than a limit counts as in time: what is lost in adding up decimals.
const NOISE: f64 = 1e-6;

/// What a plan costs, and everything that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The way of all routes from the depot back to the depot, in the file's own units.
    pub cost: f64,
    /// Routes that serve anybody.
    pub vehicles: usize,
    /// Every broken limit; empty means that the plan holds.
    pub faults: Vec<Fault>,
}

/// Checks every hard limit of a plan and adds up its cost. Each route is the customers in the order they are served;
/// empty routes do not count.
///
/// `fleet` is how many vehicles there are.
#[must_use]
pub fn judge(instance: &Instance, routes: &[Vec<usize>], fleet: usize) -> Verdict {
    let mut verdict = Verdict { cost: 0.0, vehicles: 0, faults: Vec::new() };
    let mut visits = vec![0_usize; instance.nodes.len()];
    for (number, customers) in routes.iter().enumerate().filter(|(_, route)| !route.is_empty()) {
        let route = number + 1;
        verdict.vehicles += 1;
        let mut known = Vec::with_capacity(customers.len());
        for (at, &customer) in customers.iter().enumerate() {
            let stop = at + 1;
            let Some(count) = visits.get_mut(customer) else {
                let last = instance.nodes.len().saturating_sub(1);
                verdict.faults.push(Fault::UnknownCustomer { route, stop, customer, last });
                continue;
            };
            *count += 1;
            if customer == instance.depot {
                verdict.faults.push(Fault::Depot { route, stop, customer });
                continue;
            }
            if *count > 1 {
                verdict.faults.push(Fault::ServedTwice { route, stop, customer });
            }
            known.push((stop, customer));
        }
        drive(instance, route, &known, &mut verdict);
        check_load(instance, route, &known, &mut verdict.faults);
        check_pairs(instance, route, &known, &mut verdict.faults);
    }
    let missing = instance.customers().filter(|&customer| visits[customer] == 0);
    verdict.faults.extend(missing.map(|customer| Fault::Missing { customer }));
    // Tenths do not add up exactly in binary; the noise is far below what any format counts.
    verdict.cost = (verdict.cost * 1e9).round() / 1e9;
    if verdict.vehicles > fleet {
        verdict.faults.push(Fault::Fleet { found: verdict.vehicles, limit: fleet });
    }
    verdict
}

/// Follows a route by the clock: leave when the depot opens, drive, wait for the window, serve.
fn drive(instance: &Instance, route: usize, stops: &[(usize, usize)], verdict: &mut Verdict) {
    let window = |node: usize| instance.nodes[node].window.map(|window| window.map(f64::from));
    let mut at = instance.depot;
    let mut time = window(at).map_or(0.0, |[from, _]| from);
    for &(stop, customer) in stops {
        let leg = distance(instance, at, customer);
        verdict.cost += leg;
        time += leg;
        if let Some([from, limit]) = window(customer) {
            time = time.max(from);
            if time > limit + NOISE {
                verdict.faults.push(Fault::Late { route, stop, customer, time, limit });
            }
        }
        time += f64::from(instance.nodes[customer].service);
        at = customer;
    }
    let leg = distance(instance, at, instance.depot);
    verdict.cost += leg;
    time += leg;
    if let Some([_, limit]) = window(instance.depot)
        && time > limit + NOISE
    {
        verdict.faults.push(Fault::Back { route, time, limit });
    }
}

/// Deliveries from the depot are all aboard when the vehicle leaves; pairs come and go on the way.
fn check_load(instance: &Instance, route: usize, stops: &[(usize, usize)], faults: &mut Vec<Fault>) {
    let Some(limit) = instance.capacity.map(i64::from) else { return };
    let mut load = 0_i64;
    for &(stop, customer) in stops {
        let before = load;
        load += i64::from(instance.nodes[customer].demand);
        // Told once, where it first goes over.
        if load > limit && before <= limit {
            faults.push(Fault::Load { route, stop, customer, load, limit });
        }
    }
}

/// A delivery comes after its own pickup on the same route.
fn check_pairs(instance: &Instance, route: usize, stops: &[(usize, usize)], faults: &mut Vec<Fault>) {
    if instance.kind != Kind::Pdptw {
        return;
    }
    let mut place = vec![None; instance.nodes.len()];
    for &(stop, customer) in stops {
        place[customer] = Some(stop);
    }
    for &[pickup, customer] in &instance.pairs {
        match (place[pickup], place[customer]) {
            (None, None) => {}
            (Some(_), None) => faults.push(Fault::Undelivered { route, pickup, customer }),
            (Some(before), Some(stop)) if before < stop => {}
            (_, Some(stop)) => faults.push(Fault::Pair { route, stop, customer, pickup }),
        }
    }
}

#[cfg(test)]
mod tests;
