//! Search for the month in which the balance falls below the minimum cash, up to month 1200.
//!
//! A month is looked at three times, and each look is dearer than the one before: in doubles, line by line ([`Outlook`]); in doubles again,
//! where what cancels was cancelled exactly before ([`Nearby`]); and exactly. Each look says what it can prove, and leaves the rest to the
//! next one. Only the exact look says that the balance passes below the minimum.

use super::inputs::{Month, RunwayInputs};
use super::lowest::{Depths, Lowest};
use super::months::{MonthlyFlows, Months};
use super::nearby::Nearby;
use super::outlook::Outlook;
use super::trail::Trail;
use crate::number::{Exact, Number};

/// The moment at which the balance falls below the minimum cash.
#[derive(Clone, Copy, Debug)]
pub(super) enum Crossing {
    /// Crossing at the start: the opening balance is below the minimum.
    AtStart,
    /// Crossing within a month: the headroom above the minimum at its start, and its net burn, in twelfths of money.
    Within { month: u32, headroom: Exact, net_burn: Exact },
    /// Crossing by the events at the end of a month.
    AtEventsOf { month: u32 },
}

impl Crossing {
    /// Returns the month of the crossing; 0 for the start.
    pub fn month(&self) -> u32 {
        match *self {
            Crossing::AtStart => 0,
            Crossing::Within { month, .. } | Crossing::AtEventsOf { month } => month,
        }
    }
}

/// Result of the search: a crossing, or none within 1200 months.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Crossing(Crossing),
    /// No month falls below the minimum. `burns` is true where a month burns cash; `lowest` is the lowest balance of all months.
    Lasts {
        burns: bool,
        lowest: Lowest,
    },
}

/// Follows the balance above the minimum from month to month, and reports when the balance falls below the minimum.
pub(super) struct Watch {
    minimum: Exact,
    headroom: Exact,
    burns: bool,
}

impl Watch {
    pub fn new(inputs: &RunwayInputs) -> Result<Watch, Crossing> {
        let minimum = inputs.minimum() * Exact::from(12);
        let headroom = inputs.opening_balance() * Exact::from(12) - minimum;
        if headroom.is_negative() { Err(Crossing::AtStart) } else { Ok(Watch { minimum, headroom, burns: false }) }
    }

    /// Starts from the balance at the end of the month before the given months.
    fn arrive(&mut self, months: &Months) {
        self.headroom = Exact::ZERO.max(months.balance() - self.minimum);
    }

    pub fn look(&mut self, month: &MonthlyFlows) -> Option<Crossing> {
        let below = |balance: Exact| balance - self.minimum < -month.balance_uncertainty;
        self.burns |= month.burns();
        if below(month.balance_before_events) {
            return Some(Crossing::Within { month: month.month, headroom: self.headroom, net_burn: month.net_burn() });
        }
        if below(month.balance) {
            return Some(Crossing::AtEventsOf { month: month.month });
        }
        // A balance that cannot be told from the minimum touches it.
        let headroom = month.balance - self.minimum;
        self.headroom = if headroom > month.balance_uncertainty { headroom } else { Exact::ZERO };
        None
    }
}

/// Searches the months that were computed already, then the months after them.
pub(super) fn search(inputs: &RunwayInputs, known: &[MonthlyFlows]) -> Found {
    let mut watch = match Watch::new(inputs) {
        Ok(watch) => watch,
        Err(crossing) => return Found::Crossing(crossing),
    };
    for month in known {
        if let Some(crossing) = watch.look(month) {
            return Found::Crossing(crossing);
        }
    }
    let mut trail = Trail::new(inputs);
    let mut depths = Depths::after(inputs, known);
    match look_beyond(inputs, &mut watch, known.len(), &mut trail, &mut depths) {
        Some(crossing) => Found::Crossing(crossing),
        None => Found::Lasts { burns: watch.burns, lowest: depths.lowest(inputs, &mut trail) },
    }
}

fn look_beyond(
    inputs: &RunwayInputs,
    watch: &mut Watch,
    known_months: usize,
    trail: &mut Trail,
    depths: &mut Depths,
) -> Option<Crossing> {
    let mut nearby: Option<Nearby> = None;
    // Months of which no look in doubles could tell whether they burn.
    let mut open: Vec<u32> = Vec::new();
    for glimpse in Outlook::new(inputs).take(Month::LAST.get() as usize).skip(known_months) {
        depths.see(&glimpse);
        trail.glimpse(&glimpse);
        watch.burns |= glimpse.burns == Some(true);
        let burns_unknown = glimpse.burns.is_none() && !watch.burns;
        if glimpse.clear && !burns_unknown {
            continue;
        }
        let month = glimpse.month;
        let nearby = nearby.get_or_insert_with(|| Nearby::new(inputs, trail.before(month)));
        let mut clear = glimpse.clear || nearby.is_clear(month);
        if !clear && nearby.is_worth_a_leap() {
            nearby.begin_before(month, trail.before(month));
            clear = nearby.is_clear(month);
        }
        match nearby.burns(month) {
            Some(burns) => watch.burns |= burns,
            None if burns_unknown => open.push(month),
            None => {}
        }
        if clear {
            continue;
        }
        let months = trail.before(month);
        watch.arrive(months);
        if let Some(crossing) = months.next().and_then(|month| watch.look(&month)) {
            return Some(crossing);
        }
        nearby.begin_after(month, months);
    }
    for month in open {
        if watch.burns {
            break;
        }
        watch.burns = trail.before(month).next().is_some_and(|month| month.burns());
    }
    None
}
