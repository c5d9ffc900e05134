//! From nothing to a search that can begin, in pieces of bounded work: chains of stops, vehicles for them, places for what
//! is left, and then what straightens that plan before it is torn open again.

use std::sync::Arc;

use super::Search;
use crate::anneal::Anneal;
use crate::construct::Chains;
use crate::local_search::Straightening;
use crate::order;
use crate::prepared::NONE;
use crate::recreate::{Effort, Recreate};
use crate::tour::Founding;

/// How far the building has come.
#[derive(Debug)]
pub(super) enum Build {
    Begin,
    Chains(Box<Chains>),
    Vehicles(Box<Appending>),
    Insertion,
    Routes(Box<Straightening>),
    Tour(Box<Founding>),
    Done,
}

/// Chains on their way to vehicles.
#[derive(Debug, Default)]
pub(super) struct Appending {
    /// Those that still want a vehicle, the next one last.
    chains: Vec<Vec<u32>>,
    /// How many stops of that one have been appended, and to which vehicle.
    from: usize,
    vehicle: u32,
}

/// What a search is doing. Pieces of work of one stage take about as long as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Stage {
    /// Laying out the problem: legs, vehicles, rules.
    Preparing,
    /// Looking which stops lie close to which.
    Neighbours,
    /// Joining stops to chains.
    Joining,
    /// Giving the chains vehicles.
    Appending,
    /// Placing the stops that are left, one by one. When it ends, the first plan stands.
    Placing,
    /// Straightening the first plan.
    Straightening,
    /// Searching for better plans.
    Searching,
}

/// What a piece of work came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    /// Whether it gave a new best plan.
    pub(crate) improved: bool,
    /// Whether it counts as an iteration.
    pub(crate) counts: bool,
}

/// How many stops get onto their vehicle in a piece of work.
const APPENDED: usize = 32;

/// First and last temperature, in thousandths of what driving to one stop costs on average.
const WITHOUT_WINDOWS: (i64, i64) = (700, 5);
/// The same for a few hundred stops: ending warmer, those came closer in 7 s of processor time at 12 of 14 trials. About 100
/// stops, and 500 and more, did not.
const OF_HUNDREDS: (i64, i64) = (700, 30);
const HUNDREDS: std::ops::RangeInclusive<usize> = 150..=400;
/// The same where windows order reloads, or shipments while vehicles are saved.
const WITH_ENDS: (i64, i64) = (1_500, 10);
/// The same where windows order shipments: each step of a change is dear there, until the last one pays.
const OF_SHIPMENTS: (i64, i64) = (20_000, 50);
/// The same where windows order stops: a tenth of the budget was spent in forgetting the first plan and a third of
/// it in a plan that did not move any more.
const IN_TIME: (i64, i64) = (600, 50);

impl Search {
    /// Does the next piece of work: one iteration, or before that a part of what leads to the first plan.
    pub(crate) fn iterate(&mut self, spent: u32) -> Work {
        let counted = |improved| Work { improved, counts: true };
        match &mut self.build {
            Build::Done => {
                let joined = self.keep_rounds(spent);
                counted(self.improve(spent) || joined)
            }
            Build::Insertion => {
                let improved = self.insert_one();
                counted(improved)
            }
            _ => Work { improved: self.build(), counts: false },
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.build {
            Build::Begin | Build::Chains(_) => Stage::Joining,
            Build::Vehicles(_) => Stage::Appending,
            Build::Insertion => Stage::Placing,
            Build::Routes(_) | Build::Tour(_) => Stage::Straightening,
            Build::Done => Stage::Searching,
        }
    }

    /// A piece of building; whether it gave a better plan.
    fn build(&mut self) -> bool {
        let problem = Arc::clone(&self.problem);
        match std::mem::replace(&mut self.build, Build::Done) {
            Build::Begin => {
                // Where a plan is given, what it leaves out is inserted.
                let bare = self.pending.len() == problem.tasks;
                let chains = if bare { Chains::new(&problem) } else { None };
                self.build = match chains {
                    Some(chains) => Build::Chains(Box::new(chains)),
                    None if bare => Build::Vehicles(Box::default()),
                    None => Build::Insertion,
                };
            }
            Build::Chains(mut chains) => {
                self.build = if chains.step(&problem) {
                    Build::Chains(chains)
                } else {
                    let mut chains = chains.finish(&problem);
                    chains.reverse();
                    Build::Vehicles(Box::new(Appending { chains, ..Appending::default() }))
                };
            }
            Build::Vehicles(mut appending) => {
                if self.append(&mut appending).is_some() {
                    self.build = Build::Vehicles(appending);
                } else {
                    self.line_up();
                    self.build = Build::Insertion;
                }
            }
            Build::Insertion | Build::Done => {}
            Build::Routes(mut straightening) => {
                if !straightening.step(&problem, &mut self.plan) {
                    return self.begin_search();
                }
                self.build = Build::Routes(straightening);
            }
            Build::Tour(mut founding) => {
                if founding.step(&problem) {
                    self.build = Build::Tour(founding);
                    return false;
                }
                let before = self.best.sums.0;
                self.tour = Some(founding.finish(&problem));
                self.begin_search();
                return self.sums().0 < before;
            }
        }
        false
    }

    /// Puts some stops of the next chain onto a vehicle of their own; none when no chain or no vehicle is left.
    fn append(&mut self, appending: &mut Appending) -> Option<()> {
        let Self { problem, plan, .. } = self;
        let chain = appending.chains.last()?;
        if appending.from == 0 {
            appending.vehicle = problem.kinds.iter().find_map(|&kind| plan.spare(problem, kind))?;
        }
        let to = chain.len().min(appending.from + APPENDED);
        for &job in &chain[appending.from..to] {
            Recreate::append(problem, plan, job, plan.node(problem.end(appending.vehicle)).prev);
        }
        appending.from = to;
        if to == chain.len() {
            appending.chains.pop();
            appending.from = 0;
        }
        Some(())
    }

    /// Has the stops that found no place in chains wait for insertion, the hardest to reach first.
    fn line_up(&mut self) {
        self.pending.retain(|&job| self.plan.node(job).route == NONE);
        let stops = &self.problem.stops;
        order::by_key(&mut self.pending, |&job| stops[job as usize].remote);
        order::by_key(&mut self.pending, |&job| stops[job as usize].weight);
        self.settle();
    }

    /// Inserts one of the stops that wait; whether that gave the first plan.
    fn insert_one(&mut self) -> bool {
        if let Some(job) = self.pending.pop() {
            if !self.recreate.place(&self.problem, &mut self.plan, &mut self.rng, job, Effort::Everywhere) {
                self.plan.absent.push(job);
            }
            self.settle();
        }
        // A plan that was given whole leaves nothing to insert.
        self.pending.is_empty() && self.plan_stands()
    }

    /// Every stop has been placed once: that is worth showing before it is straightened.
    fn plan_stands(&mut self) -> bool {
        self.score = self.plan.score(&self.problem);
        let tour = match self.plan.absent.is_empty() {
            true => Founding::new(&self.problem, &self.plan),
            false => None,
        };
        self.build = match tour {
            Some(tour) => Build::Tour(Box::new(tour)),
            None => Build::Routes(Box::new(Straightening::new(&self.problem, &self.plan))),
        };
        self.remember()
    }

    /// Ends the building; whether straightening gave a better plan.
    fn begin_search(&mut self) -> bool {
        self.settle();
        self.score = self.plan.score(&self.problem);
        let typical = self.typical_leg();
        let shipping = self.problem.windowed && self.problem.paired;
        let calm = match self.problem.windowed {
            true if self.has_pieces() => IN_TIME,
            true => WITH_ENDS,
            false if HUNDREDS.contains(&self.problem.jobs) => OF_HUNDREDS,
            false => WITHOUT_WINDOWS,
        };
        let heat = |(hot, cold): (i64, i64)| (typical * hot / 1_000, typical * cold / 1_000);
        let (hot, cold) = heat(if shipping { OF_SHIPMENTS } else { calm });
        self.anneal = Some(Anneal::new(hot, cold));
        self.begin_fleet(heat(calm));
        if self.problem.evened {
            self.begin_evening();
        }
        self.build = Build::Done;
        self.score < self.best.score && self.remember()
    }
}
