//! Tears a plan open around one stop: takes a string of consecutive stops out of each of a few routes nearby.
//!
//! After Christiaens and Vanden Berghe (2020), with their parameters. Neighbouring gaps in several routes leave the
//! room for real exchanges, which single stops scattered over the map do not.

use crate::plan::Plan;
use crate::prepared::{NONE, Prepared};
use crate::rng::Rng;

/// How many stops are taken out on average.
const AVERAGE: u32 = 10;
/// Up to as many, a third of a route, where shipments are put in order: long routes of them are full, and a few find no
/// other place than theirs.
const AVERAGE_OF_SHIPMENTS: u32 = 20;
/// Once in so many times a whole route goes first. Strings alone never empty a long one, and fewer routes are often
/// the shorter way.
const WHOLE: u32 = 40;
/// More often where windows decide: there a whole route finds another order, and hardly ever empties by itself.
const WHOLE_IN_TIME: u32 = 20;
/// The longest string.
const LONGEST: u32 = 10;

#[derive(Debug)]
pub(crate) struct Ruin {
    /// How many stops are taken out on average, at most.
    average: u32,
    ruined: Vec<u32>,
    string: Vec<u32>,
}

impl Ruin {
    /// With room for the longest route there can be, and for all routes.
    pub(crate) fn new(problem: &Prepared) -> Self {
        let average = if problem.paired && !problem.fewest { AVERAGE_OF_SHIPMENTS } else { AVERAGE };
        Self {
            average,
            ruined: Vec::with_capacity(problem.vans.len()),
            string: Vec::with_capacity(problem.jobs),
        }
    }

    /// From now on vehicles do not count any more.
    pub(crate) fn end_fleet(&mut self, problem: &Prepared) {
        self.average = if problem.paired { AVERAGE_OF_SHIPMENTS } else { AVERAGE };
    }

    /// Takes stops out, around a random one unless `seed` is given, and adds them to the absent ones; `false` when what is left cannot be driven.
    pub(crate) fn run(
        &mut self,
        problem: &Prepared,
        plan: &mut Plan,
        rng: &mut Rng,
        seed: Option<u32>,
    ) -> bool {
        let served = problem.jobs - plan.unserved(problem);
        let average = (served as u32 / plan.used.max(1)).max(1);
        let longest = LONGEST.min(average);
        // Between one string and so many that as many stops go on average.
        let many = (average / 3).clamp(AVERAGE, self.average);
        let strings = 1 + rng.below(4 * many / (1 + longest));
        let seed = seed.unwrap_or_else(|| problem.draw(rng));
        self.ruined.clear();
        if plan.used > 1 && rng.one_in(if problem.windowed { WHOLE_IN_TIME } else { WHOLE }) {
            self.empty(problem, plan, rng, seed);
        }
        let mut torn = 0;
        // What is near on the map may be far apart in time, and the other way round.
        let near = if problem.windowed { problem.near.beside(seed) } else { problem.near.around(seed) };
        for &job in std::iter::once(&seed).chain(near) {
            let route = plan.node(job).route;
            // One long route may be torn in several places.
            let again = average <= 4 * LONGEST && self.ruined.contains(&route);
            if route == NONE || again || problem.is_foreign(route) {
                continue;
            }
            let most = longest.min(plan.routes[route as usize].count);
            let length = 1 + rng.below(most);
            self.tear(problem, plan, rng, job, length);
            if !self.ruined.contains(&route) {
                self.ruined.push(route);
            }
            torn += 1;
            if torn >= strings {
                break;
            }
        }
        let mut drivable = true;
        for &route in &self.ruined {
            if problem.reloading {
                plan.tidy(problem, route, Some(rng));
            }
            drivable &= plan.refresh(problem, route);
        }
        drivable
    }

    /// Takes out all of the shorter of two routes near a stop.
    fn empty(&mut self, problem: &Prepared, plan: &mut Plan, rng: &mut Rng, seed: u32) {
        let near = problem.near.around(seed);
        let mut pick = || plan.node(near[rng.below(near.len() as u32) as usize]).route;
        let routes =
            [pick(), pick()].into_iter().filter(|&route| route != NONE && !problem.is_foreign(route));
        let Some(route) = routes.min_by_key(|&route| plan.routes[route as usize].count) else { return };
        self.string.clear();
        let mut at = plan.node(problem.start(route)).next;
        while problem.is_job(at) {
            self.string.push(at);
            at = plan.node(at).next;
        }
        self.take_out(problem, plan);
        self.ruined.push(route);
    }

    /// Takes out `length` consecutive stops with `job` among them, sometimes keeping a few in their middle.
    fn tear(&mut self, problem: &Prepared, plan: &mut Plan, rng: &mut Rng, job: u32, length: u32) {
        let count = plan.routes[plan.node(job).route as usize].count;
        let mut spared = 0;
        if length > 1 && rng.one_in(2) {
            while length + spared < count && rng.one_in(100) {
                spared += 1;
            }
            if length + spared < count {
                spared += 1;
            }
        }
        let span = length + spared;
        let mut first = job;
        for _ in 0..rng.below(span) {
            let prev = plan.node(first).prev;
            if !problem.is_job(prev) {
                break;
            }
            first = prev;
        }
        let skip_from = if spared == 0 { span } else { 1 + rng.below(length - 1) };
        self.string.clear();
        let mut at = first;
        for step in 0..span {
            if !problem.is_job(at) {
                break;
            }
            if !(skip_from..skip_from + spared).contains(&step) {
                self.string.push(at);
            }
            at = plan.node(at).next;
        }
        self.take_out(problem, plan);
    }

    /// Takes the chosen stops out, each with the other end of its shipment.
    fn take_out(&mut self, problem: &Prepared, plan: &mut Plan) {
        self.string.retain(|&job| !problem.is_fixed(job) && !problem.is_reload(job));
        for &job in &self.string {
            if let Some(mate) = problem.mate(job) {
                // It went with the other end.
                if plan.node(job).route == NONE {
                    continue;
                }
                plan.unlink(problem, mate);
            }
            plan.unlink(problem, job);
            plan.absent.push(problem.task(job));
        }
    }
}
