//! What a route costs, part by part, by the rates of the plan.
//!
//! Costs are counted in a unit so small that a cent an hour and a cent a kilometre are both whole, which is the
//! optimiser's unit too: parts add up exactly, and what is shown is what was minimised.

use crate::clock::HOUR;
use crate::schedule::RouteSchedule;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// How many units make one cent: 5 units a second are a cent an hour, 18 units a metre a cent a kilometre.
pub const UNITS_PER_CENT: i64 = 18_000;

/// What driving costs, in cents of the plan's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// For sending a van out at all.
    pub fixed: u32,
    /// For each hour from departure to return, waiting, service and breaks included.
    pub per_hour: u32,
    /// For each kilometre.
    pub per_km: u32,
    /// For each hour after the shift's end, on top of `per_hour`.
    pub per_overtime_hour: u32,
    /// For each minute that a stop is late. While it is zero an optimisation keeps the windows; once lateness has a
    /// price it weighs that against what being in time would cost.
    pub late_per_minute: u32,
    /// What all of this is counted in.
    pub currency: Currency,
}

impl Default for Rates {
    /// 30 an hour and 0.30 a kilometre.
    fn default() -> Self {
        let currency = Currency::default();
        Rates { fixed: 0, per_hour: 3_000, per_km: 30, per_overtime_hour: 0, late_per_minute: 0, currency }
    }
}

/// A currency that has a hundred parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Currency {
    #[default]
    Euro,
    Dollar,
    Pound,
    Franc,
    Sek,
    Nok,
    Dkk,
    Zloty,
    /// Amounts are bare numbers.
    None,
}

impl Currency {
    /// All currencies, in the order to offer them.
    pub const ALL: [Currency; 9] = [
        Currency::Euro,
        Currency::Dollar,
        Currency::Pound,
        Currency::Franc,
        Currency::Sek,
        Currency::Nok,
        Currency::Dkk,
        Currency::Zloty,
        Currency::None,
    ];

    /// The code of ISO 4217; empty for bare numbers.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Euro => "EUR",
            Currency::Dollar => "USD",
            Currency::Pound => "GBP",
            Currency::Franc => "CHF",
            Currency::Sek => "SEK",
            Currency::Nok => "NOK",
            Currency::Dkk => "DKK",
            Currency::Zloty => "PLN",
            Currency::None => "",
        }
    }

    /// What stands before an amount.
    pub fn sign(self) -> &'static str {
        match self {
            Currency::Euro => "€",
            Currency::Dollar => "$",
            Currency::Pound => "£",
            Currency::Franc => "CHF\u{A0}",
            Currency::Sek => "SEK\u{A0}",
            Currency::Nok => "NOK\u{A0}",
            Currency::Dkk => "DKK\u{A0}",
            Currency::Zloty => "PLN\u{A0}",
            Currency::None => "",
        }
    }
}

/// The parts of a cost, in units (see [`UNITS_PER_CENT`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// For sending the van out.
    pub fixed: i64,
    /// For the time on the road.
    pub driving: i64,
    /// For the time of service.
    pub service: i64,
    /// For the time of waiting at doors.
    pub waiting: i64,
    /// For the time of breaks.
    pub breaks: i64,
    /// For the metres.
    pub distance: i64,
    /// For the time after the shift's end, on top of what the time costs.
    pub overtime: i64,
    /// For being late.
    pub lateness: i64,
}

impl Cost {
    /// What a route costs that has this schedule; one without stops costs nothing.
    pub fn of(rates: &Rates, it: &RouteSchedule) -> Self {
        if it.stops == 0 {
            return Cost::default();
        }
        let units =
            |cents: u32, amount: u32, per: i64| i64::from(cents) * i64::from(amount) * (UNITS_PER_CENT / per);
        let hours = |cents: u32, seconds: u32| units(cents, seconds, i64::from(HOUR));
        Cost {
            fixed: i64::from(rates.fixed) * UNITS_PER_CENT,
            driving: hours(rates.per_hour, it.driving),
            service: hours(rates.per_hour, it.service),
            waiting: hours(rates.per_hour, it.waiting),
            breaks: hours(rates.per_hour, it.resting),
            distance: units(rates.per_km, it.distance, 1_000),
            overtime: hours(rates.per_overtime_hour, it.overtime),
            lateness: units(rates.late_per_minute, it.lateness, 60),
        }
    }

    /// All parts together.
    pub fn total(&self) -> i64 {
        let time = self.driving + self.service + self.waiting + self.breaks + self.overtime;
        self.fixed + time + self.distance + self.lateness
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, it: Self) {
        self.fixed += it.fixed;
        self.driving += it.driving;
        self.service += it.service;
        self.waiting += it.waiting;
        self.breaks += it.breaks;
        self.distance += it.distance;
        self.overtime += it.overtime;
        self.lateness += it.lateness;
    }
}

/// Units in whole cents, to the nearest.
pub fn cents(units: i64) -> i64 {
    (units + units.signum() * UNITS_PER_CENT / 2) / UNITS_PER_CENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TimeWindow;
    use crate::fixture;
    use crate::schedule::schedule;

    /// The cost of Aino's route in the fixture (30 km, 60 min of driving, 15 of service), in cents.
    fn check(rates: Rates, expected: [i64; 8]) {
        let mut plan = fixture::plan();
        plan.stops[1].window = Some(TimeWindow::new(0, 8 * HOUR));
        plan.stops[2].window = Some(TimeWindow::new(8 * HOUR + 3_000, 10 * HOUR));
        plan.drivers[0].shift.end = 9 * HOUR;
        let cost = Cost::of(&rates, &schedule(&plan, &plan.routes[0], &fixture::line()));
        let parts = [cost.fixed, cost.driving, cost.service, cost.waiting];
        let more = [cost.breaks, cost.distance, cost.overtime, cost.lateness];
        let all: Vec<i64> = parts.into_iter().chain(more).collect();
        assert_eq!(cost.total(), all.iter().sum::<i64>());
        assert_eq!(all.into_iter().map(cents).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_part_has_its_rate() {
        let none = Rates { per_hour: 0, per_km: 0, ..Rates::default() };
        check(none, [0; 8]);
        // Ten minutes of waiting, of which none can be spent at home, since a stop before would be later still.
        check(Rates::default(), [0, 3_000, 750, 500, 0, 900, 0, 0]);
        check(Rates { fixed: 1_999, ..none }, [1_999, 0, 0, 0, 0, 0, 0, 0]);
        // Back at 09:25, and 25 minutes late at the second stop.
        check(Rates { per_overtime_hour: 600, late_per_minute: 2, ..none }, [0, 0, 0, 0, 0, 0, 250, 50]);
    }

    #[test]
    fn a_route_without_stops_costs_nothing() {
        let rates = Rates { fixed: 100, ..Rates::default() };
        assert_eq!(Cost::of(&rates, &RouteSchedule::default()), Cost::default());
    }

    #[test]
    fn halves_of_cents_are_rounded_away_from_nothing() {
        for (units, expected) in [(0, 0), (8_999, 0), (9_000, 1), (-8_999, 0), (-9_000, -1), (36_000, 2)] {
            assert_eq!(cents(units), expected, "{units}");
        }
    }
}
