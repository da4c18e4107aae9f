//! The months in doubles, with a bound on their error: 200 growing lines over a century in a fraction of a millisecond.

use std::collections::BTreeMap;

use super::inputs::{LineGrowth, MonthSpan, RunwayInputs};
use super::months::{FlatSum, events_by_month};
use crate::number::Exact;
use crate::work;

/// A month as far as doubles can tell.
pub(super) struct Glimpse {
    pub month: u32,
    /// The balance is above the minimum, before and after the month's events, by more than any rounding.
    pub clear: bool,
    /// Whether the month burns, where doubles can tell.
    pub burns: Option<bool>,
    /// The lower of the balances before and after the month's events, above the minimum: at least, and at most. NaN where doubles end.
    pub at_least: f64,
    pub at_most: f64,
}

/// The months in doubles: what grows in `f64` with a bound on its error, everything else exactly.
pub(super) struct Outlook {
    lines: Vec<OutlookLine>,
    /// The monthly amounts of the lines, and what each is multiplied by; 0 before a line begins and after it ends.
    amounts: Vec<f64>,
    factors: Vec<f64>,
    flat: FlatSum,
    events: Vec<Exact>,
    month: u32,
    /// Above the minimum, growing lines left out.
    headroom: Exact,
    /// Amounts that the growing lines have burned, and moved in either direction.
    burned: f64,
    moved: f64,
}

struct OutlookLine {
    first: u32,
    last: u32,
    amount: f64,
}

/// A double's 1.1e-16, three times a month for 1200 months, with room to spare.
pub(super) const RELATIVE_ERROR_MAX: f64 = 1e-11;
/// The work of a month without its growing lines, of which so many are a unit.
const MONTH_UNITS: u64 = 8;
const LINES_A_UNIT: usize = 10;

impl Outlook {
    pub fn new(inputs: &RunwayInputs) -> Outlook {
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

    /// Net burn and gross movement of the growing lines in this month.
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
        let bounds = |headroom: Exact| {
            let headroom = headroom.to_f64();
            let (likely, doubt) = (headroom - self.burned, RELATIVE_ERROR_MAX * (headroom.abs() + self.moved));
            (likely - doubt, likely + doubt)
        };
        let before = bounds(before);
        let after = if events.is_zero() { before } else { bounds(self.headroom) };
        let at_least = if after.0 < before.0 { after.0 } else { before.0 };
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
        // Written so that a NaN, from amounts beyond doubles, is not clear.
        Some(Glimpse { month: self.month, clear: at_least > 0.0, burns, at_least, at_most: before.1.min(after.1) })
    }
}
