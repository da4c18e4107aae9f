//! The months in doubles once more, for amounts that nearly cancel: bundles of lines since a month whose balance is known exactly.

use std::collections::BTreeMap;

use super::bundle::{AT_LEAST, AT_MOST, BoundedFlow, Bundle, BundledLine, RELATIVE_ERROR_MAX, ROUGH_UNITS, hundreds_of, rough};
use super::months::Months;
use super::plan::Plan;
use crate::arithmetic::Arithmetic;
use crate::work;

/// How far factors of one bundle may lie apart, against each other.
const SPREAD_MAX: f64 = 1e-5;
/// So many lines at most are summed up again when another one has ended, so that nothing of it is left: of more lines that costs more than it saves.
const SUMMED_AGAIN_MAX: u32 = 8;
/// The first month of what is listed month by month, which stands for one line that begins before all others.
const LISTED: u32 = 0;
/// The work of a month without its bundles, and how many terms of them are a unit.
const MONTH_UNITS: u64 = 3;
const TERMS_A_UNIT: usize = 4;

/// Bundles of lines from some month on, and the balance since a later month that is known exactly.
pub(super) struct Nearby<'a, A> {
    plan: &'a Plan<'a, A>,
    bundles: Vec<Bundle<A>>,
    lines: Vec<BundledLine<A>>,
    /// The line of what is listed month by month; its amount changes.
    listed: Option<usize>,
    /// The lines that begin in a month, or have ended before it.
    changes: BTreeMap<u32, Vec<Change>>,
    minimum: A,
    uncertainty: f64,
    month: u32,
    /// Movement of this month.
    flow: BoundedFlow,
    /// Movement since the balance was known, this month included.
    since: BoundedFlow,
    /// Above the minimum: when it was known, and with what has moved at once since then, at the end of this month left out.
    headroom: A,
    /// The month after which it was known.
    known_after: u32,
    /// Sum of the growing amounts until then: a balance below the minimum by no more than this times the uncertainty touches it.
    grown: A,
}

#[derive(Clone, Copy)]
enum Change {
    Begins(usize),
    Ended(usize),
}

impl<'a, A: Arithmetic> Nearby<'a, A> {
    /// Returns the months after the one that the exact months have reached.
    pub fn new(plan: &'a Plan<'a, A>, months: &Months<'_, A>) -> Nearby<'a, A> {
        let begins = months.month();
        let mut nearby = Nearby {
            plan,
            listed: None,
            bundles: Vec::new(),
            lines: Vec::new(),
            changes: BTreeMap::new(),
            minimum: plan.inputs.minimum::<A>() * A::whole(12),
            uncertainty: 10_f64.powi(months.uncertainty()),
            month: begins,
            flow: BoundedFlow::NOTHING,
            since: BoundedFlow::NOTHING,
            headroom: A::ZERO,
            known_after: begins,
            grown: A::ZERO,
        };
        nearby.take_lines(months);
        nearby.begin_after(begins, months);
        nearby
    }

    fn take_lines(&mut self, months: &Months<'_, A>) {
        let line = |is_cost: bool, first: u32, amount: A, factor: A, grows: bool| {
            let amount = if is_cost { amount } else { -amount };
            BundledLine { bundle: 0, first, amount, factor, apart: A::ZERO, grows, runs: false, rest: 0.0 }
        };
        let flat = self.plan.lines.iter().filter(|line| line.factor.is_none());
        let flat = flat.map(|of| (line(of.is_cost, of.first, of.amount, A::ONE, false), of.last));
        let growing =
            months.growing_lines().map(|(is_cost, of)| (line(is_cost, of.first, of.current, of.factor, true), of.last));
        let mut lines: Vec<(BundledLine<A>, u32, f64)> = flat
            .chain(growing)
            .filter(|(line, last)| *last > self.month && !line.amount.is_zero())
            .map(|(line, last)| {
                let rough = line.factor.to_f64();
                (line, last, rough)
            })
            .collect();
        if !self.plan.listed.is_empty() {
            let amount = self.plan.listed.in_month(self.month);
            lines.push((line(true, LISTED, amount, A::ONE, false), u32::MAX, 1.0));
        }
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
                (bundle.factor, bundle.monthly) = (A::ONE, 1.0);
            }
            let number = self.lines.len();
            if line.first == LISTED && is_flat {
                self.listed = Some(number);
            }
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
        let changes = self.changes.remove(&self.month);
        if changes.is_none() && self.listed.is_none() {
            return;
        }
        self.change_listed();
        for change in changes.into_iter().flatten() {
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

    /// Gives the line of what is listed the amount of this month.
    fn change_listed(&mut self) {
        let Some(line) = self.listed.and_then(|number| self.lines.get_mut(number)).filter(|line| line.runs) else { return };
        let amount = self.plan.listed.in_month(self.month);
        if let Some(bundle) = self.bundles.get_mut(line.bundle) {
            bundle.replace(line.amount, amount);
        }
        line.amount = amount;
    }

    /// Takes over the balance before this month: only the month's own movement counts from here on.
    pub fn begin_before(&mut self, month: u32, months: &Months<'_, A>) {
        self.advance(month);
        self.known_at(month.saturating_sub(1), months);
        self.since = self.flow;
    }

    /// Takes over the balance after this month.
    pub fn begin_after(&mut self, month: u32, months: &Months<'_, A>) {
        self.advance(month);
        self.known_at(month, months);
        self.since = BoundedFlow::NOTHING;
    }

    fn known_at(&mut self, month: u32, months: &Months<'_, A>) {
        self.headroom = months.balance_at_next_start() - self.minimum;
        self.grown = months.grown();
        self.known_after = month;
    }

    /// Returns false where the balance is known right before the month that was looked at.
    pub fn is_worth_a_leap(&self) -> bool {
        self.known_after.saturating_add(1) < self.month
    }

    /// Returns true for a month whose balance is proven not to pass below the minimum, before or after what moves at its end.
    pub fn is_clear(&mut self, month: u32) -> bool {
        self.advance(month);
        let is_clear = |headroom: A| {
            work::tick(2 * ROUGH_UNITS);
            let hundreds = self.since.hundreds.max(hundreds_of(headroom)).max(hundreds_of(self.grown));
            let (headroom, since) = (rough(headroom, hundreds), self.since.at(hundreds));
            let allowed = (rough(self.grown, hundreds) * AT_LEAST + since.grown) * self.uncertainty;
            // Written so that a NaN is not clear.
            headroom - since.net - since.doubt() - RELATIVE_ERROR_MAX * headroom.abs() >= -allowed
        };
        let moves = self.plan.moves_of(month);
        is_clear(self.headroom) && (moves.is_zero() || is_clear(self.headroom + moves))
    }

    /// Returns true for a month whose balances before and after what moves at its end are proven to be further above the minimum than this, in
    /// twelfths of money.
    pub fn is_above(&mut self, month: u32, level: f64) -> bool {
        self.advance(month);
        let is_above = |headroom: A| {
            work::tick(ROUGH_UNITS);
            let hundreds = self.since.hundreds.max(hundreds_of(headroom)).max(0);
            let (headroom, since) = (rough(headroom, hundreds), self.since.at(hundreds));
            headroom - since.net - since.doubt() - RELATIVE_ERROR_MAX * headroom.abs() > level / 1e100_f64.powi(hundreds)
        };
        let moves = self.plan.moves_of(month);
        is_above(self.headroom) && (moves.is_zero() || is_above(self.headroom + moves))
    }

    /// Returns whether a month burns, where doubles can tell. A month that burns no more than the uncertainty of what grows does not.
    pub fn burns(&mut self, month: u32) -> Option<bool> {
        self.advance(month);
        let paid = self.plan.payments.of(month).map(|paid| flow_of(paid.burn().total(), paid.grown()));
        self.burns_by(paid.map_or(self.flow, |paid| self.flow.and(paid)))
    }

    /// Returns whether the balance falls evenly within a month, where doubles can tell.
    pub fn falls(&mut self, month: u32) -> Option<bool> {
        self.advance(month);
        self.burns_by(self.flow)
    }

    /// Returns whether costs exceed revenues from the end of the month `after` to the end of the month `until`, with what was burned before, where
    /// doubles can tell. `after` is no month before that of an earlier question.
    pub fn has_burned(&mut self, before: BoundedFlow, after: u32, until: u32) -> Option<bool> {
        if self.known_after != after {
            self.advance(after);
            self.known_after = after;
            self.since = BoundedFlow::NOTHING;
        }
        self.advance(until);
        (self.month == until).then(|| self.burns_by(self.since.and(before)))?
    }

    /// Returns whether more burns evenly within a month than moves at the end of one, this month or the one before, where doubles can tell.
    pub fn falls_beside(&mut self, month: u32, moves_at_end_of: u32) -> Option<bool> {
        self.advance(month);
        let moves = self.plan.moves_of(moves_at_end_of);
        if moves.is_zero() {
            return self.burns_by(self.flow);
        }
        self.burns_by(self.flow.and(flow_of(-moves, self.plan.payments.grown_at_end_of(moves_at_end_of))))
    }

    /// Returns true where nothing moves evenly within a month.
    pub fn is_level(&mut self, month: u32) -> bool {
        self.advance(month);
        self.flow.gross == 0.0 && self.flow.rest == 0.0 && self.flow.grown_at_most == 0.0
    }

    fn burns_by(&self, flow: BoundedFlow) -> Option<bool> {
        let (net, doubt) = (flow.net, flow.doubt());
        if net - doubt > flow.grown_at_most * self.uncertainty {
            Some(true)
        } else if net + doubt <= flow.grown * self.uncertainty {
            Some(false)
        } else {
            None
        }
    }

    fn advance(&mut self, month: u32) {
        while self.month < month {
            let moves = self.plan.moves_of(self.month);
            if self.known_after < self.month && !moves.is_zero() {
                self.headroom = self.headroom + moves;
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

/// Returns a movement, of which so much has grown, in doubles.
pub(super) fn flow_of<A: Arithmetic>(movement: A, grown: A) -> BoundedFlow {
    work::tick(2 * ROUGH_UNITS);
    let hundreds = hundreds_of(movement).max(hundreds_of(grown));
    let (net, grown) = (rough(movement, hundreds), rough(grown, hundreds));
    BoundedFlow { net, gross: net.abs(), rest: 0.0, grown: grown * AT_LEAST, grown_at_most: grown * AT_MOST, hundreds }
}
