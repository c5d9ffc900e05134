//! The primitive operations that edits are made of, each with its exact inverse.
//!
//! They trust their indexes: only [`super::compile`] makes them, against the plan they are applied to, and
//! the history replays them in the order that keeps them true.

use crate::driver::Driver;
use crate::plan::{Place, Plan, Settings};
use crate::route::{DispatchInfo, Route};
use crate::stop::{Position, Stop, StopId};
use std::mem::replace;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Op {
    Name(String),
    Date(String),
    Depot(Option<Place>),
    Settings(Settings),
    PutStop { at: usize, stop: Box<Stop> },
    TakeStop { at: usize },
    Stop { at: usize, stop: Box<Stop> },
    AllStops(Vec<Stop>),
    Positions(Vec<(usize, Option<Position>)>),
    PutDriver { at: usize, driver: Driver, route: Box<Route> },
    TakeDriver { at: usize },
    Driver { at: usize, driver: Driver },
    RouteStops { at: usize, stops: Vec<StopId> },
    RouteLocked { at: usize, locked: bool },
    RouteKept { at: usize, to: Option<StopId> },
    RouteDispatch { at: usize, info: Option<Box<DispatchInfo>> },
}

/// Applies the operations in order and returns those that take them back, in the order to apply them.
pub(super) fn apply_all(plan: &mut Plan, ops: Vec<Op>) -> Vec<Op> {
    let mut inverse: Vec<Op> = ops.into_iter().map(|it| apply(plan, it)).collect();
    inverse.reverse();
    inverse
}

fn apply(plan: &mut Plan, op: Op) -> Op {
    match op {
        Op::Name(it) => Op::Name(replace(&mut plan.name, it)),
        Op::Date(it) => Op::Date(replace(&mut plan.date, it)),
        Op::Depot(it) => Op::Depot(replace(&mut plan.depot, it)),
        Op::Settings(it) => Op::Settings(replace(&mut plan.settings, it)),
        Op::PutStop { at, stop } => {
            plan.stops.insert(at, *stop);
            Op::TakeStop { at }
        }
        Op::TakeStop { at } => Op::PutStop { at, stop: Box::new(plan.stops.remove(at)) },
        Op::Stop { at, stop } => Op::Stop { at, stop: Box::new(replace(&mut plan.stops[at], *stop)) },
        Op::AllStops(it) => Op::AllStops(replace(&mut plan.stops, it)),
        Op::Positions(mut it) => {
            for (at, position) in &mut it {
                std::mem::swap(position, &mut plan.stops[*at].position);
            }
            // Should one stop be named twice, its first position comes back last.
            it.reverse();
            Op::Positions(it)
        }
        Op::PutDriver { at, driver, route } => {
            plan.drivers.insert(at, driver);
            plan.routes.insert(at, *route);
            Op::TakeDriver { at }
        }
        Op::TakeDriver { at } => {
            let route = Box::new(plan.routes.remove(at));
            Op::PutDriver { at, driver: plan.drivers.remove(at), route }
        }
        Op::Driver { at, driver } => Op::Driver { at, driver: replace(&mut plan.drivers[at], driver) },
        Op::RouteStops { at, stops } => {
            Op::RouteStops { at, stops: replace(&mut plan.routes[at].stops, stops) }
        }
        Op::RouteLocked { at, locked } => {
            Op::RouteLocked { at, locked: replace(&mut plan.routes[at].locked, locked) }
        }
        Op::RouteKept { at, to } => Op::RouteKept { at, to: replace(&mut plan.routes[at].kept_to, to) },
        Op::RouteDispatch { at, info } => {
            let info = replace(&mut plan.routes[at].dispatched, info.map(|it| *it));
            Op::RouteDispatch { at, info: info.map(Box::new) }
        }
    }
}
