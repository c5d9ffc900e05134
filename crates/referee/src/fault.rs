//! What is wrong with a plan.

/// A hard limit that a plan breaks. Routes and their stops are counted from 1, as people do; amounts and times are
/// in the file's own units.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message spells out what each field is")]
#[non_exhaustive]
pub enum Fault {
    #[error("route {route}, stop {stop}: there is no customer {customer}, they are numbered up to {last}")]
    UnknownCustomer { route: usize, stop: usize, customer: usize, last: usize },
    #[error("route {route}, stop {stop}: {customer} is the depot, not a customer")]
    Depot { route: usize, stop: usize, customer: usize },
    #[error("route {route}, stop {stop}: customer {customer} is served for the second time")]
    ServedTwice { route: usize, stop: usize, customer: usize },
    #[error("customer {customer} is on no route")]
    Missing { customer: usize },
    #[error("there are {found} routes, {limit} vehicles are the limit")]
    Fleet { found: usize, limit: usize },
    #[error("route {route}, stop {stop}: the load is {load} after customer {customer}, {} over the limit of {limit}", .load - .limit)]
    Load { route: usize, stop: usize, customer: usize, load: i64, limit: i64 },
    #[error("route {route}, stop {stop}: service at customer {customer} begins at {time}, {} after the latest time, {limit}", shown(.time - .limit))]
    Late { route: usize, stop: usize, customer: usize, time: f64, limit: f64 },
    #[error("route {route}: it is back at the depot at {time}, {} after the latest time, {limit}", shown(.time - .limit))]
    Back { route: usize, time: f64, limit: f64 },
    #[error(
        "route {route}, stop {stop}: customer {customer} gets what customer {pickup} hands over, which the route has not visited before"
    )]
    Pair { route: usize, stop: usize, customer: usize, pickup: usize },
    #[error("route {route}: it picks up at customer {pickup} and does not deliver to customer {customer}")]
    Undelivered { route: usize, pickup: usize, customer: usize },
}

/// A difference without the noise of its last binary digits.
fn shown(amount: f64) -> f64 {
    (amount * 1e6).round() / 1e6
}
