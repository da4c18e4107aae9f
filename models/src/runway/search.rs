//! Search for the month in which the balance falls below the minimum cash, up to month 1200.
//!
//! Lines without growth are summed exactly. Growing lines are first summed in doubles with a bound on their error, 200 lines over a
//! century in a fraction of a millisecond. Only a month that doubles cannot clear is computed exactly, and decides.

use std::collections::BTreeMap;

use super::inputs::{LineGrowth, Month, MonthSpan, RunwayInputs};
use super::months::{FlatSum, MonthlyFlows, Months, events_by_month};
use crate::number::{Exact, Number};
use crate::work;

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
    /// No month falls below the minimum. `burns` is true where a month burns cash.
    Lasts {
        burns: bool,
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

/// The most exact computations from a distance. After these the balance is known to stay near the minimum, and every month is
/// computed exactly.
const LEAPS_MAX: u32 = 8;

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
    let known_months = u32::try_from(known.len()).unwrap_or(u32::MAX);
    match look_beyond(inputs, &mut watch, known_months) {
        Some(crossing) => Found::Crossing(crossing),
        None => Found::Lasts { burns: watch.burns },
    }
}

fn look_beyond(inputs: &RunwayInputs, watch: &mut Watch, known_months: u32) -> Option<Crossing> {
    let mut leaps = 0_u32;
    let mut burns_unknown = false;
    let mut exact: Option<Months> = None;
    for glimpse in Outlook::new(inputs).take(Month::LAST.get() as usize).skip(known_months as usize) {
        watch.burns |= glimpse.burns == Some(true);
        burns_unknown |= glimpse.burns.is_none();
        if glimpse.clear && leaps < LEAPS_MAX {
            exact = None;
            continue;
        }
        let months = exact.get_or_insert_with(|| {
            leaps = leaps.saturating_add(1);
            Months::after(inputs, glimpse.month.saturating_sub(1))
        });
        watch.arrive(months);
        if let Some(crossing) = months.next().and_then(|month| watch.look(&month)) {
            return Some(crossing);
        }
    }
    if burns_unknown && !watch.burns {
        watch.burns = Months::after(inputs, known_months)
            .take(Month::LAST.get().saturating_sub(known_months) as usize)
            .any(|month| month.burns());
    }
    None
}

/// A month in doubles, as far as doubles can decide.
struct Glimpse {
    month: u32,
    /// True where the balance is above the minimum, before and after the month's events, by more than any rounding.
    clear: bool,
    /// Whether the month burns cash; None where doubles cannot decide.
    burns: Option<bool>,
}

/// The months in doubles: growing lines in `f64` with a bound on their error, everything else exactly.
struct Outlook {
    lines: Vec<OutlookLine>,
    /// Monthly amounts of the growing lines, and their monthly factors; 0 before a line begins and after it ends.
    amounts: Vec<f64>,
    factors: Vec<f64>,
    flat: FlatSum,
    events: Vec<Exact>,
    month: u32,
    /// Headroom above the minimum, without the growing lines.
    headroom: Exact,
    /// Net burn of the growing lines, and their gross movement, in all months so far.
    burned: f64,
    moved: f64,
}

struct OutlookLine {
    first: u32,
    last: u32,
    amount: f64,
}

/// Bound on the relative error in doubles: 1.1e-16, three times a month for 1200 months, with room to spare.
const RELATIVE_ERROR_MAX: f64 = 1e-11;
/// Work of a month without its growing lines, and the number of growing lines in a unit of work.
const MONTH_UNITS: u64 = 8;
const LINES_A_UNIT: usize = 10;

impl Outlook {
    fn new(inputs: &RunwayInputs) -> Outlook {
        let mut flat = FlatSum::default();
        // Lines that grow alike are one line, so that costs and revenues that cancel leave nothing to doubt.
        let mut alike: BTreeMap<(LineGrowth, MonthSpan), Exact> = BTreeMap::new();
        let costs = inputs.costs.iter().map(|line| (line, line.twelfths()));
        let revenues = inputs.revenues.iter().map(|line| (line, -line.twelfths()));
        for (line, amount) in costs.chain(revenues).filter(|(line, _)| !line.non_cash) {
            if line.grows() {
                let sum = alike.entry((line.growth, line.months)).or_insert(Exact::ZERO);
                *sum = *sum + amount;
            } else {
                flat.add(line.months.first(), line.months.last(), amount);
            }
        }
        alike.retain(|_, amount| !amount.is_zero());
        Outlook {
            amounts: vec![0.0; alike.len()],
            factors: alike.keys().map(|(growth, _)| growth.approximate_monthly_factor()).collect(),
            lines: alike
                .iter()
                .map(|((_, span), amount)| OutlookLine { first: span.first(), last: span.last(), amount: amount.to_f64() })
                .collect(),
            flat: flat.sorted(),
            events: events_by_month(inputs),
            month: 0,
            headroom: (inputs.opening_balance() - inputs.minimum()) * Exact::from(12),
            burned: 0.0,
            moved: 0.0,
        }
    }

    /// Returns net burn and gross movement of the growing lines in this month.
    fn grow(&mut self) -> (f64, f64) {
        for (amount, factor) in self.amounts.iter_mut().zip(&self.factors) {
            *amount *= factor;
        }
        for (amount, line) in self.amounts.iter_mut().zip(&self.lines) {
            if self.month == line.first {
                *amount = line.amount;
            } else if self.month > line.last {
                *amount = 0.0;
            }
        }
        // Four sums side by side, which processors add at once.
        let (mut net, mut gross) = ([0.0; 4], [0.0; 4]);
        for chunk in self.amounts.chunks(4) {
            for (lane, amount) in chunk.iter().enumerate() {
                net[lane] += amount;
                gross[lane] += amount.abs();
            }
        }
        (net.iter().sum(), gross.iter().sum())
    }
}

impl Iterator for Outlook {
    type Item = Glimpse;

    fn next(&mut self) -> Option<Glimpse> {
        if work::is_over_after((self.lines.len().wrapping_div(LINES_A_UNIT) as u64).saturating_add(MONTH_UNITS)) {
            return None;
        }
        self.month = self.month.checked_add(1)?;
        let flat = self.flat.advance(self.month);
        let (net, gross) = self.grow();
        self.burned += net;
        self.moved += gross;
        self.headroom = self.headroom - flat;
        let before = self.headroom;
        let events = self.events.get(self.month as usize).copied().unwrap_or(Exact::ZERO);
        self.headroom = self.headroom + events;
        let is_clear = |headroom: Exact| {
            // Written so that a NaN, from amounts beyond doubles, is not clear.
            let headroom = headroom.to_f64();
            headroom - self.burned > RELATIVE_ERROR_MAX * (headroom.abs() + self.moved)
        };
        let burns = if gross == 0.0 && self.lines.is_empty() {
            Some(flat.is_positive())
        } else {
            let (flat, net) = (flat.to_f64(), flat.to_f64() + net);
            let doubt = RELATIVE_ERROR_MAX * (flat.abs() + gross);
            if net > doubt {
                Some(true)
            } else if net < -doubt {
                Some(false)
            } else {
                None
            }
        };
        Some(Glimpse { month: self.month, clear: is_clear(before) && is_clear(self.headroom), burns })
    }
}
