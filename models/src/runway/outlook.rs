//! The months in doubles, with a bound on their error: 200 growing lines over a century in a fraction of a millisecond.

use std::collections::BTreeMap;

use super::bundle::AT_MOST;
use super::inputs::LineGrowth;
use super::months::Months;
use super::plan::Plan;
use super::stream::FlatSum;
use crate::number::Exact;
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
    /// The lower of the balances before and after all that moves at the month's end, above the minimum: at least, and at most. NaN where
    /// doubles end.
    pub at_least: f64,
    pub at_most: f64,
}

/// The months in doubles: what grows in `f64` with a bound on its error, everything else exactly.
pub(super) struct Outlook<'a> {
    plan: &'a Plan<'a>,
    lines: Vec<OutlookLine>,
    /// So many of the lines are what is left where lines that grow alike cancel; the others are what has cancelled.
    left: usize,
    /// The monthly amounts of the lines, and what each is multiplied by; 0 before a line begins and after it ends.
    amounts: Vec<f64>,
    factors: Vec<f64>,
    flat: FlatSum,
    month: u32,
    /// Above the minimum, growing lines left out.
    headroom: Exact,
    /// Amounts that the growing lines have burned, and moved in either direction.
    burned: f64,
    moved: f64,
    /// Relative uncertainty of amounts that have grown, as exact months know them.
    uncertainty: f64,
}

/// The growing lines of a month: costs less revenues, amounts without signs, and amounts that cancelled.
#[derive(Clone, Copy)]
struct Grown {
    net: f64,
    gross: f64,
    cancelled: f64,
}

struct OutlookLine {
    first: u32,
    last: u32,
    amount: f64,
}

/// A double's 1.1e-16, three times a month for 1200 months, with room to spare.
pub(super) const RELATIVE_ERROR_MAX: f64 = 1e-11;
/// What doubles that have shrunk below their smallest may have lost, and far more.
const UNDERFLOW: f64 = 1e-290;
/// The work of a month without its growing lines, of which so many are a unit.
const MONTH_UNITS: u64 = 8;
const LINES_A_UNIT: usize = 10;

impl<'a> Outlook<'a> {
    pub fn new(plan: &'a Plan<'a>) -> Outlook<'a> {
        let mut flat = FlatSum::new(plan.listed.clone());
        // Lines that grow alike are one line, so that costs and revenues that cancel leave nothing to doubt but the roundings of exact months.
        let mut alike: BTreeMap<(LineGrowth, u32, u32), (Exact, Exact)> = BTreeMap::new();
        for line in &plan.lines {
            let amount = if line.is_cost { line.amount } else { -line.amount };
            if line.factor.is_some() {
                let (sum, gross) = alike.entry((line.growth, line.first, line.last)).or_insert((Exact::ZERO, Exact::ZERO));
                (*sum, *gross) = (*sum + amount, *gross + line.amount);
            } else {
                flat.add(line.first, line.last, amount);
            }
        }
        let kept = alike.iter().map(|(line, (sum, _))| (line, *sum));
        let cancelled = alike.iter().map(|(line, (sum, gross))| (line, *gross - sum.absolute()));
        let (kept, cancelled) =
            (kept.filter(|(_, amount)| !amount.is_zero()), cancelled.filter(|(_, amount)| !amount.is_zero()));
        let left = kept.clone().count();
        let lines: Vec<_> = kept.chain(cancelled).collect();
        let opening = (plan.inputs.opening_balance() - plan.inputs.minimum()) * Exact::from(12);
        Outlook {
            plan,
            amounts: vec![0.0; lines.len()],
            factors: lines.iter().map(|((growth, ..), _)| growth.approximate_monthly_factor()).collect(),
            lines: lines
                .into_iter()
                .map(|((_, first, last), amount)| OutlookLine { first: *first, last: *last, amount: amount.to_f64() })
                .collect(),
            left,
            flat: flat.sorted(),
            month: 0,
            headroom: opening + plan.start_of(1),
            burned: 0.0,
            moved: 0.0,
            uncertainty: Months::new(plan).uncertainty().to_f64() * AT_MOST,
        }
    }

    fn grow(&mut self) -> Grown {
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

impl Outlook<'_> {
    /// Returns whether an amount, of which so much has grown, and the growing lines together are above 0 by more than exact months leave
    /// uncertain, where doubles can tell.
    fn is_positive(&self, exact: Exact, grown: Exact, lines: Grown) -> Option<bool> {
        if self.lines.is_empty() && grown.is_zero() {
            return Some(exact.is_positive());
        }
        let (exact, net) = (exact.to_f64(), exact.to_f64() + lines.net);
        let uncertain = self.uncertainty * lines.cancelled;
        let doubt = RELATIVE_ERROR_MAX * (exact.abs() + lines.gross + grown.to_f64()) + uncertain + UNDERFLOW;
        if net > doubt {
            Some(true)
        } else if net < -doubt {
            Some(false)
        } else {
            None
        }
    }
}

impl Iterator for Outlook<'_> {
    type Item = Glimpse;

    fn next(&mut self) -> Option<Glimpse> {
        if work::is_over_after((self.lines.len().wrapping_div(LINES_A_UNIT) as u64).saturating_add(MONTH_UNITS)) {
            return None;
        }
        self.month = self.month.checked_add(1)?;
        let flat = self.flat.advance(self.month);
        let grown = self.grow();
        self.burned += grown.net;
        self.moved += grown.gross;
        self.headroom = self.headroom - flat;
        let before = self.headroom;
        let moves = self.plan.moves_of(self.month);
        self.headroom = self.headroom + moves;
        let bounds = |headroom: Exact| {
            let headroom = headroom.to_f64();
            let (likely, doubt) = (headroom - self.burned, RELATIVE_ERROR_MAX * (headroom.abs() + self.moved));
            (likely - doubt, likely + doubt)
        };
        let before = bounds(before);
        let after = if moves.is_zero() { before } else { bounds(self.headroom) };
        let at_least = if after.0 < before.0 { after.0 } else { before.0 };
        let falls = self.is_positive(flat, Exact::ZERO, grown);
        let burns = match self.plan.payments.of(self.month) {
            Some(paid) => self.is_positive(flat + paid.burn().total(), paid.grown, grown),
            None => falls,
        };
        let is_level = self.lines.is_empty() && flat.is_zero();
        let falls_beside = |month: u32| {
            let moves = self.plan.moves_of(month);
            if moves.is_zero() {
                return falls;
            }
            self.is_positive(flat - moves, self.plan.payments.grown_at_end_of(month), grown)
        };
        let sinks = falls_beside(self.month);
        let deepens = falls_beside(self.month.saturating_sub(1));
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
            at_most: before.1.min(after.1),
        })
    }
}
