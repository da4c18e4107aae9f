//! The lowest balance of the century that a search looks at: months that cannot have it are left out by proven bounds.
//!
//! A month has the lowest balance only where its balance may lie below all others as far as doubles can tell, and only where the burn of the
//! months may end: a month that does not burn is no lower than the one before, and a month before one that burns is no lowest. What is left
//! is computed exactly, which of an ordinary course is a month or none.

use super::inputs::{Month, RunwayInputs};
use super::months::{MonthlyFlows, events_by_month, money};
use super::nearby::Nearby;
use super::outlook::{Glimpse, RELATIVE_ERROR_MAX};
use super::trail::Trail;
use crate::number::Exact;

/// So many months are computed exactly without a second look in doubles.
const FEW: usize = 4;

/// Lowest balance: of the start, and of the times before and after each month's events.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lowest {
    twelfths: Exact,
    /// The month, the earliest of several; 0 for the start.
    pub month: u32,
}

impl Lowest {
    /// Returns the lowest balance of the start and of months that were computed exactly.
    pub fn of(inputs: &RunwayInputs, months: &[MonthlyFlows]) -> Lowest {
        let mut lowest = Lowest { twelfths: inputs.opening_balance() * Exact::from(12), month: 0 };
        // What has moved since then, which says more exactly than two balances whether a later one is lower.
        let (mut since, mut doubt) = (Exact::ZERO, Exact::ZERO);
        for month in months {
            doubt = doubt + month.burn_uncertainty;
            for (moved, balance) in [(-month.net_burn(), month.balance_before_events), (month.events, month.balance)] {
                since = since + moved;
                // Balances that growth leaves within rounding of each other are equally low: the earlier one counts.
                if since < -doubt {
                    lowest = Lowest { twelfths: balance, month: month.month };
                    (since, doubt) = (Exact::ZERO, Exact::ZERO);
                }
            }
        }
        lowest
    }

    pub fn balance(&self) -> Exact {
        money(self.twelfths)
    }

    fn see(&mut self, month: &MonthlyFlows) {
        for balance in [month.balance_before_events, month.balance] {
            if balance - self.twelfths < -month.balance_uncertainty {
                *self = Lowest { twelfths: balance, month: month.month };
            }
        }
    }
}

/// Months that may have the lowest balance, collected while a search looks at one month after the other.
pub(super) struct Depths {
    events: Vec<Exact>,
    known: Lowest,
    known_months: u32,
    /// Some balance is no higher than this, in doubles above the minimum.
    at_most: f64,
    months: Vec<Depth>,
}

/// A month that may have the lowest balance, which then is at least so far above the minimum.
#[derive(Clone, Copy)]
struct Depth {
    month: u32,
    at_least: f64,
}

impl Depth {
    /// Returns true where the balance may be as low as this; a NaN, from amounts beyond doubles, may.
    fn reaches(&self, at_most: f64) -> bool {
        self.at_least <= at_most || self.at_least.is_nan()
    }
}

impl Depths {
    /// Begins with the lowest balance of the months that were computed already.
    pub fn after(inputs: &RunwayInputs, known: &[MonthlyFlows]) -> Depths {
        let lowest = Lowest::of(inputs, known);
        let rough_known = (lowest.twelfths - inputs.minimum() * Exact::from(12)).to_f64();
        Depths {
            events: events_by_month(inputs),
            known: lowest,
            known_months: u32::try_from(known.len()).unwrap_or(u32::MAX),
            at_most: rough_known + RELATIVE_ERROR_MAX * rough_known.abs(),
            months: Vec::new(),
        }
    }

    /// Looks at the next month.
    pub fn see(&mut self, glimpse: &Glimpse) {
        self.turn(glimpse.month, glimpse.burns);
        let may_be_lowest = self.may_fall(glimpse.month, glimpse.burns);
        let depth = Depth { month: glimpse.month, at_least: glimpse.at_least };
        if may_be_lowest && depth.reaches(self.at_most) {
            self.months.push(depth);
        }
        self.at_most = self.at_most.min(glimpse.at_most);
    }

    /// Takes back the month before one that burns: its balance is no lowest, unless an event raises it at its end.
    fn turn(&mut self, month: u32, burns: Option<bool>) {
        let before = month.saturating_sub(1);
        if burns == Some(true) && !self.events_of(before).is_positive() {
            self.months.pop_if(|depth| depth.month == before);
        }
    }

    /// Returns false of a month whose balances are no lower than the one before.
    fn may_fall(&self, month: u32, burns: Option<bool>) -> bool {
        burns != Some(false) || self.events_of(month).is_negative()
    }

    fn events_of(&self, month: u32) -> Exact {
        self.events.get(month as usize).copied().unwrap_or(Exact::ZERO)
    }

    /// Returns the lowest balance of all months, of which none falls below the minimum.
    pub fn lowest(mut self, inputs: &RunwayInputs, trail: &mut Trail) -> Lowest {
        let at_most = self.at_most;
        self.months.retain(|depth| depth.reaches(at_most));
        if self.months.len() > FEW {
            self.look_nearby(inputs, trail);
        }
        let mut lowest = self.known;
        for depth in &self.months {
            if let Some(month) = trail.before(depth.month).next() {
                lowest.see(&month);
            }
        }
        lowest
    }

    /// Looks at the months once more, where what cancels was cancelled exactly before.
    fn look_nearby(&mut self, inputs: &RunwayInputs, trail: &mut Trail) {
        let seen = std::mem::take(&mut self.months);
        let first = self.known_months.saturating_add(1);
        let mut nearby = Nearby::new(inputs, trail.before(first));
        let mut seen = seen.into_iter().peekable();
        for month in first..=Month::LAST.get() {
            let burns = nearby.burns(month);
            self.turn(month, burns);
            if let Some(depth) = seen.next_if(|depth| depth.month == month)
                && self.may_fall(month, burns)
            {
                self.months.push(depth);
            }
        }
    }
}
