//! The months in doubles once more, for amounts that nearly cancel: bundles of lines since a month whose balance is known exactly.

use std::collections::BTreeMap;

use super::bundle::{AT_LEAST, BoundedFlow, Bundle, BundledLine, RELATIVE_ERROR_MAX, ROUGH_UNITS, hundreds_of, rough};
use super::inputs::RunwayInputs;
use super::months::{Months, events_by_month};
use crate::number::Exact;
use crate::work;

/// How far factors of one bundle may lie apart, against each other.
const SPREAD_MAX: f64 = 1e-5;
/// So many lines at most are summed up again when another one has ended, so that nothing of it is left: of more lines that costs more than it saves.
const SUMMED_AGAIN_MAX: u32 = 8;
/// The work of a month without its bundles, and how many terms of them are a unit.
const MONTH_UNITS: u64 = 3;
const TERMS_A_UNIT: usize = 4;

/// Bundles of lines from some month on, and the balance since a later month that is known exactly.
pub(super) struct Nearby {
    bundles: Vec<Bundle>,
    lines: Vec<BundledLine>,
    /// The lines that begin in a month, or have ended before it.
    changes: BTreeMap<u32, Vec<Change>>,
    events: Vec<Exact>,
    minimum: Exact,
    uncertainty: f64,
    month: u32,
    /// Movement of this month.
    flow: BoundedFlow,
    /// Movement since the balance was known, this month included.
    since: BoundedFlow,
    /// Above the minimum: when it was known, and with the events since then, those of this month left out.
    headroom: Exact,
    /// The month after which it was known.
    known_after: u32,
    /// Sum of the growing amounts until then: a balance below the minimum by no more than this times the uncertainty touches it.
    grown: Exact,
}

#[derive(Clone, Copy)]
enum Change {
    Begins(usize),
    Ended(usize),
}

impl Nearby {
    /// Returns the months after the one that the exact months have reached.
    pub fn new(inputs: &RunwayInputs, months: &Months) -> Nearby {
        let begins = months.month();
        let mut nearby = Nearby {
            bundles: Vec::new(),
            lines: Vec::new(),
            changes: BTreeMap::new(),
            events: events_by_month(inputs),
            minimum: inputs.minimum() * Exact::from(12),
            uncertainty: months.uncertainty().to_f64(),
            month: begins,
            flow: BoundedFlow::NOTHING,
            since: BoundedFlow::NOTHING,
            headroom: Exact::ZERO,
            known_after: begins,
            grown: Exact::ZERO,
        };
        nearby.take_lines(inputs, months);
        nearby.begin_after(begins, months);
        nearby
    }

    fn take_lines(&mut self, inputs: &RunwayInputs, months: &Months) {
        let line = |is_cost: bool, first: u32, amount: Exact, factor: Exact, grows: bool| {
            let amount = if is_cost { amount } else { -amount };
            BundledLine { bundle: 0, first, amount, factor, apart: Exact::ZERO, grows, runs: false, rest: 0.0 }
        };
        let costs = inputs.costs.iter().map(|line| (true, line));
        let flat =
            costs.chain(inputs.revenues.iter().map(|line| (false, line))).filter(|(_, line)| !line.grows() && !line.non_cash);
        let flat =
            flat.map(|(is_cost, of)| (line(is_cost, of.months.first(), of.twelfths(), Exact::ONE, false), of.months.last()));
        let growing =
            months.growing_lines().map(|(is_cost, of)| (line(is_cost, of.first, of.current, of.factor, true), of.last));
        let mut lines: Vec<(BundledLine, u32, f64)> = flat
            .chain(growing)
            .filter(|(line, last)| *last > self.month && !line.amount.is_zero())
            .map(|(line, last)| {
                let rough = line.factor.to_f64();
                (line, last, rough)
            })
            .collect();
        lines.sort_by(|left, right| left.2.total_cmp(&right.2));
        let mut begun: Option<(usize, f64)> = None;
        for (line, last, rough) in lines {
            // Flat lines are added up exactly where the factor of their bundle is 1.
            let is_flat = !line.grows;
            let is_near = begun.is_some_and(|(_, lowest)| rough - lowest <= SPREAD_MAX * lowest);
            let bundle = match begun {
                Some((bundle, _)) if is_near => bundle,
                _ => {
                    self.bundles.push(Bundle::new(line.factor, rough));
                    let bundle = self.bundles.len().saturating_sub(1);
                    begun = Some((bundle, rough));
                    bundle
                }
            };
            if let (true, Some(bundle)) = (is_flat, self.bundles.get_mut(bundle)) {
                (bundle.factor, bundle.monthly) = (Exact::ONE, 1.0);
            }
            let number = self.lines.len();
            // A line that runs already has the amount of this month.
            let first = line.first.max(self.month);
            self.changes.entry(first).or_default().push(Change::Begins(number));
            self.changes.entry(last.saturating_add(1)).or_default().push(Change::Ended(number));
            self.lines.push(BundledLine { bundle, first, ..line });
        }
        for line in &mut self.lines {
            let Some(bundle) = self.bundles.get_mut(line.bundle) else { continue };
            if line.factor != bundle.factor {
                line.apart = (line.factor - bundle.factor) / bundle.factor;
            }
            bundle.allow(line);
        }
        self.change_lines();
    }

    /// Adds the lines that begin in this month, and takes those away that have ended.
    fn change_lines(&mut self) {
        let Some(changes) = self.changes.remove(&self.month) else { return };
        for change in changes {
            let (Change::Begins(number) | Change::Ended(number)) = change;
            let Some((line, bundle)) =
                self.lines.get_mut(number).and_then(|line| self.bundles.get_mut(line.bundle).map(|bundle| (line, bundle)))
            else {
                continue;
            };
            match change {
                Change::Begins(_) => bundle.begin(line),
                Change::Ended(_) => {
                    bundle.end(line);
                    let number = line.bundle;
                    if (1..=SUMMED_AGAIN_MAX).contains(&bundle.running) {
                        bundle.sum_again(self.lines.iter().filter(|line| line.bundle == number && line.runs));
                    }
                }
            }
        }
        self.bundles.iter_mut().for_each(Bundle::roughen);
    }

    /// Takes over the balance before this month: only the month's own movement counts from here on.
    pub fn begin_before(&mut self, month: u32, months: &Months) {
        self.advance(month);
        self.known_at(month.saturating_sub(1), months);
        self.since = self.flow;
    }

    /// Takes over the balance after this month.
    pub fn begin_after(&mut self, month: u32, months: &Months) {
        self.advance(month);
        self.known_at(month, months);
        self.since = BoundedFlow::NOTHING;
    }

    fn known_at(&mut self, month: u32, months: &Months) {
        self.headroom = months.balance() - self.minimum;
        self.grown = months.grown();
        self.known_after = month;
    }

    /// Returns false where the balance is known right before the month that was looked at.
    pub fn is_worth_a_leap(&self) -> bool {
        self.known_after.saturating_add(1) < self.month
    }

    /// Returns true for a month whose balance is proven not to pass below the minimum, before or after its events.
    pub fn is_clear(&mut self, month: u32) -> bool {
        self.advance(month);
        let is_clear = |headroom: Exact| {
            work::tick(2 * ROUGH_UNITS);
            let hundreds = self.since.hundreds.max(hundreds_of(headroom)).max(hundreds_of(self.grown));
            let (headroom, since) = (rough(headroom, hundreds), self.since.at(hundreds));
            let allowed = (rough(self.grown, hundreds) * AT_LEAST + since.grown) * self.uncertainty;
            // Written so that a NaN is not clear.
            headroom - since.net - since.doubt() - RELATIVE_ERROR_MAX * headroom.abs() >= -allowed
        };
        let events = self.events_of(month);
        is_clear(self.headroom) && (events.is_zero() || is_clear(self.headroom + events))
    }

    /// Returns whether a month burns, where doubles can tell. A month that burns no more than the uncertainty of what grows does not.
    pub fn burns(&mut self, month: u32) -> Option<bool> {
        self.advance(month);
        let (net, doubt) = (self.flow.net, self.flow.doubt());
        if net - doubt > self.flow.grown_at_most * self.uncertainty {
            Some(true)
        } else if net + doubt <= self.flow.grown * self.uncertainty {
            Some(false)
        } else {
            None
        }
    }

    fn events_of(&self, month: u32) -> Exact {
        self.events.get(month as usize).copied().unwrap_or(Exact::ZERO)
    }

    fn advance(&mut self, month: u32) {
        while self.month < month {
            let events = self.events_of(self.month);
            if self.known_after < self.month && !events.is_zero() {
                self.headroom = self.headroom + events;
            }
            self.month = self.month.saturating_add(1);
            self.bundles.iter_mut().for_each(Bundle::advance);
            self.change_lines();
            let terms: usize = self.bundles.iter().map(|bundle| bundle.rough.len()).sum();
            self.flow = self
                .bundles
                .iter()
                .filter(|bundle| bundle.running > 0)
                .map(|bundle| bundle.flow(self.month))
                .fold(BoundedFlow::NOTHING, BoundedFlow::and);
            self.since = self.since.and(self.flow);
            if work::is_over_after((terms.wrapping_div(TERMS_A_UNIT) as u64).saturating_add(MONTH_UNITS)) {
                self.month = month;
            }
        }
    }
}
