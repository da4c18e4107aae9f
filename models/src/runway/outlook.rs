//! The months in doubles, with a bound on their error: 200 growing lines over a century in a fraction of a millisecond.

use super::bundle::AT_MOST;
use super::inputs::Month;
use super::months::Months;
use super::plan::Plan;
use super::rough_lines::{RoughLine, lines_of, power, powers, rising};
use super::stream::FlatSum;
use crate::arithmetic::Arithmetic;
use crate::work;

/// A month as far as doubles can tell.
pub(super) struct Glimpse {
    pub month: u32,
    /// The balance is above the minimum, before and after all that moves at the month's end, by more than any rounding.
    pub clear: bool,
    /// Whether the month burns, where doubles can tell.
    pub burns: Option<bool>,
    /// Whether the balance falls evenly within the month, where doubles can tell.
    pub falls: Option<bool>,
    /// True where nothing moves evenly within the month.
    pub is_level: bool,
    /// Whether the month leaves the balance lower than it was at its start, with all that moves at its end and at the start of the next one,
    /// where doubles can tell.
    pub sinks: Option<bool>,
    /// Whether the balance before all that moves at the month's end is lower than it was before all that moved at the end of the month before,
    /// where doubles can tell.
    pub deepens: Option<bool>,
    /// The lower of the balances before and after all that moves at the month's end, above the minimum: at least, and at most as exact months
    /// can tell. NaN where doubles end.
    pub at_least: f64,
    pub at_most: f64,
}

/// The months in doubles: what grows in `f64` with a bound on its error, everything else exactly.
pub(super) struct Outlook<'a, A> {
    pub plan: &'a Plan<'a, A>,
    /// Lines that grow, those that grow fastest first.
    pub lines: Vec<RoughLine<A>>,
    /// So many of the lines are what is left where lines that grow alike cancel; the others are what has cancelled.
    pub left: usize,
    /// The monthly amounts of the lines, and what each is multiplied by; 0 before a line begins and after it ends.
    pub amounts: Vec<f64>,
    pub factors: Vec<f64>,
    /// How many of the lines that are left have a factor above 1; `None` where factors cannot be told apart.
    pub rising: Option<usize>,
    flat: FlatSum<A>,
    /// Amount of this month without growth.
    pub flat_now: A,
    pub month: u32,
    /// Above the minimum, what growing lines have moved since the outlook began left out.
    pub headroom: A,
    /// Amounts that the growing lines have burned since then, and all that they have moved in either direction.
    pub burned: f64,
    pub moved: f64,
    /// Amounts of growing lines that have cancelled, since they began.
    pub cancelled: f64,
    /// Relative uncertainty of amounts that have grown, as exact months know them.
    pub uncertainty: f64,
}

/// The growing lines of a month: costs less revenues, amounts without signs, and amounts that cancelled.
#[derive(Clone, Copy)]
struct Grown {
    net: f64,
    gross: f64,
    cancelled: f64,
}

/// A double's 1.1e-16, three times a month for 1200 months, with room to spare.
pub(super) const RELATIVE_ERROR_MAX: f64 = 1e-11;
/// Loss of doubles that have shrunk below their smallest, and far more.
pub(super) const UNDERFLOW: f64 = 1e-290;
/// The work of a month without its growing lines, of which so many are a unit.
const MONTH_UNITS: u64 = 8;
pub(super) const LINES_A_UNIT: usize = 10;

impl<'a, A: Arithmetic> Outlook<'a, A> {
    /// Begins after the month that the exact months have reached.
    pub fn after(plan: &'a Plan<'a, A>, months: &Months<'_, A>) -> Outlook<'a, A> {
        let month = months.month();
        let mut flat = FlatSum::new(plan.listed.clone());
        for line in plan.lines.iter().filter(|line| line.factor.is_none()) {
            flat.add(line.first, line.last, line.burn());
        }
        let mut flat = flat.sorted();
        let (lines, left) = lines_of(&plan.lines, month);
        let amount_in = |line: &RoughLine<A>| match month.checked_sub(line.first) {
            Some(passed) => line.amount.to_f64() * power(line.rough_factor, passed),
            None => 0.0,
        };
        let moved_until = |line: &RoughLine<A>| match month.checked_sub(line.first) {
            Some(passed) => line.amount.to_f64().abs() * (1.0 + powers(line.rough_factor, passed)),
            None => 0.0,
        };
        let moved = lines.iter().take(left).map(moved_until).sum();
        let cancelled = lines.iter().skip(left).map(moved_until).sum();
        Outlook {
            amounts: lines.iter().map(amount_in).collect(),
            factors: lines.iter().map(|line| line.rough_factor).collect(),
            rising: rising(lines.get(..left).unwrap_or_default()),
            lines,
            left,
            flat_now: flat.advance(month),
            flat,
            month,
            headroom: months.balance_at_next_start() - plan.inputs.minimum::<A>() * A::whole(12),
            burned: 0.0,
            moved,
            cancelled,
            uncertainty: 10_f64.powi(months.uncertainty()) * AT_MOST,
            plan,
        }
    }

    pub fn plan(&self) -> &'a Plan<'a, A> {
        self.plan
    }

    fn grow(&mut self) -> Grown {
        for (amount, factor) in self.amounts.iter_mut().zip(&self.factors) {
            *amount *= factor;
        }
        if self.month <= self.plan.settles {
            for (amount, line) in self.amounts.iter_mut().zip(&self.lines) {
                if self.month == line.first {
                    *amount = line.amount.to_f64();
                } else if self.month > line.last {
                    *amount = 0.0;
                }
            }
        }
        // Four sums side by side, which processors add at once.
        let (mut net, mut gross) = ([0.0; 4], [0.0; 4]);
        let (kept, cancelled) = self.amounts.split_at(self.left.min(self.amounts.len()));
        for chunk in kept.chunks(4) {
            for (lane, amount) in chunk.iter().enumerate() {
                net[lane] += amount;
                gross[lane] += amount.abs();
            }
        }
        Grown { net: net.iter().sum(), gross: gross.iter().sum(), cancelled: cancelled.iter().sum() }
    }
}

/// Returns how far the balance is above the minimum: at least, and at most.
pub(super) fn bounds<A: Arithmetic>(headroom: A, burned: f64, moved: f64) -> (f64, f64) {
    let headroom = headroom.to_f64();
    let (likely, doubt) = (headroom - burned, RELATIVE_ERROR_MAX * (headroom.abs() + moved));
    (likely - doubt, likely + doubt)
}

impl<A: Arithmetic> Outlook<'_, A> {
    /// Returns whether an amount, of which so much has grown, and the growing lines together are above 0 by more than exact months leave
    /// uncertain, where doubles can tell.
    fn is_positive(&self, exact: A, grown: A, lines: Grown) -> Option<bool> {
        if self.lines.is_empty() && grown.is_zero() {
            return Some(exact.is_positive());
        }
        let (exact, grown) = (exact.to_f64(), grown.to_f64());
        let net = exact + lines.net;
        let uncertain = self.uncertainty * lines.cancelled;
        let doubt = RELATIVE_ERROR_MAX * (exact.abs() + lines.gross + grown) + uncertain + UNDERFLOW;
        if net > doubt {
            Some(true)
        } else if net < -doubt {
            Some(false)
        } else {
            None
        }
    }
}

impl<A: Arithmetic> Iterator for Outlook<'_, A> {
    type Item = Glimpse;

    fn next(&mut self) -> Option<Glimpse> {
        let units = (self.lines.len().wrapping_div(LINES_A_UNIT) as u64).saturating_add(MONTH_UNITS);
        if self.month >= Month::LAST.get() || work::is_over_after(units) || A::is_in_doubt() {
            return None;
        }
        self.month = self.month.checked_add(1)?;
        let flat = self.flat.advance(self.month);
        self.flat_now = flat;
        let grown = self.grow();
        self.burned += grown.net;
        self.moved += grown.gross;
        self.cancelled += grown.cancelled;
        self.headroom = self.headroom - flat;
        let before = bounds(self.headroom, self.burned, self.moved);
        let moves = self.plan.moves_of(self.month);
        let stays = moves.is_zero();
        if !stays {
            self.headroom = self.headroom + moves;
        }
        let after = if stays { before } else { bounds(self.headroom, self.burned, self.moved) };
        let at_least = if after.0 < before.0 { after.0 } else { before.0 };
        let falls = self.is_positive(flat, A::ZERO, grown);
        let burns = match self.plan.payments.of(self.month) {
            Some(paid) => self.is_positive(flat + paid.burn().total(), paid.grown(), grown),
            None => falls,
        };
        let is_level = self.lines.is_empty() && flat.is_zero();
        let falls_beside =
            |month: u32, moves: A| self.is_positive(flat - moves, self.plan.payments.grown_at_end_of(month), grown);
        let sinks = if stays { falls } else { falls_beside(self.month, moves) };
        let month_before = self.month.saturating_sub(1);
        let moves_before = self.plan.moves_of(month_before);
        let deepens = if moves_before.is_zero() { falls } else { falls_beside(month_before, moves_before) };
        // Written so that a NaN, from amounts beyond doubles, is not clear.
        Some(Glimpse {
            month: self.month,
            clear: at_least > 0.0,
            burns,
            falls,
            is_level,
            sinks,
            deepens,
            at_least,
            // A balance that is lower by no more than what has cancelled is uncertain is not lower.
            at_most: before.1.min(after.1) + self.uncertainty * self.cancelled,
        })
    }
}
