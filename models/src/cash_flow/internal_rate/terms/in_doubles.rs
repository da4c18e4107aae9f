//! Sums of exponentials, and their logarithm, in doubles.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use crate::cash_flow::internal_rate::binary::Binary;
use crate::cash_flow::series::Flow;
use crate::wide::Wide;
use crate::work;

/// Bound on the relative error of an operation in doubles, 2^-53. A logarithm or an exponential may be wrong by two such units.
pub(super) const UNIT: f64 = f64::EPSILON / 2.0;
/// Marks a distance between flows that has no place in the table yet.
const NO_PLACE: u32 = u32::MAX;
/// The longest distance between flows that has a place in the table: some years in days, or a few weeks of the finest grid.
const PLACES_MAX: u32 = 4096;
/// Bound on the sum of the weighted amounts that are too small for a double, where the largest amount is near 1.
pub(super) const LOST_BELOW: f64 = 1e-290;
/// Terms added up in doubles that make up a unit of work.
pub(super) const TERMS_A_UNIT: u64 = 3;
/// Work of a search that was abandoned: more than any limit, and far enough from the largest number to be added to.
const ABANDONED: u64 = u64::MAX / 2;

/// A value with a bound on its error.
#[derive(Clone, Copy, Debug)]
pub(in crate::cash_flow::internal_rate) struct Approximate {
    pub value: f64,
    pub error: f64,
}

impl Approximate {
    /// Returns the sign, -1 or 1, where the error leaves no doubt, else 0.
    pub fn sign(self) -> i8 {
        if self.value > self.error {
            1
        } else if self.value < -self.error {
            -1
        } else {
            0
        }
    }
}

/// Terms of the present value: amounts other than 0 at ascending times, the first at 0.
#[derive(Debug)]
pub(in crate::cash_flow::internal_rate) struct Terms<'a> {
    pub(super) units: Vec<u32>,
    /// Amounts as doubles, to a scale at which the first amount is near 1.
    pub(super) quick: Vec<f64>,
    /// Bound on the relative error of an amount in doubles, in [`UNIT`]s.
    pub(super) amount_doubt: f64,
    /// Distinct distances between neighbouring terms.
    pub(super) gaps: Vec<u32>,
    /// Index of the distance before each term, and after the last. Before the first term and after the last there is none, and the
    /// index is 0.
    pub(super) gap_before: Vec<u32>,
    /// Flows with their exact amounts; a power of ten brings them to the scale of the doubles.
    pub(super) source: &'a [Flow],
    pub(super) tens: i64,
    pub(super) binary: OnceCell<Vec<Binary>>,
    /// Discount factor over each distinct distance between terms, and the bound on its error.
    pub(super) powers: RefCell<Vec<(f64, f64)>>,
    /// Weight × amount of each term at the point looked at last, each with a bound on its error.
    pub(super) weighted: RefCell<Weighted>,
    pub(super) work: Cell<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Weighted {
    pub amounts: Vec<f64>,
    pub errors: Vec<f64>,
}

impl<'a> Terms<'a> {
    /// Creates terms at ascending times, the first at 0. The amounts are scaled by a power of ten, which changes no zero.
    pub fn of(units: Vec<u32>, source: &'a [Flow]) -> Terms<'a> {
        let amount_of = |flow: &Flow| flow.amount.0.unwrap_or(Wide::ZERO);
        let tens = -source.first().map_or(0, |flow| amount_of(flow).magnitude());
        let mut amount_doubt = 1.0;
        let mut amounts = Vec::with_capacity(source.len());
        for flow in source {
            let amount = amount_of(flow);
            amounts.push(quick(&amount, tens).unwrap_or_else(|| {
                amount_doubt = 16.0;
                amount.raised(tens).map_or(f64::NAN, Wide::to_f64)
            }));
        }
        Terms { source, tens, amount_doubt, ..Terms::new(units, amounts) }
    }

    /// Creates terms of amounts in 128 bits, whose largest magnitude is near 1.
    pub fn of_binary(units: Vec<u32>, amounts: Vec<Binary>) -> Terms<'a> {
        let quick = amounts.iter().map(|amount| amount.to_f64()).collect();
        Terms { amount_doubt: 2.0, binary: OnceCell::from(amounts), ..Terms::new(units, quick) }
    }

    fn new(units: Vec<u32>, quick: Vec<f64>) -> Terms<'a> {
        let steps = || units.windows(2).map(|pair| pair[1] - pair[0]);
        let first = steps().next().unwrap_or(0);
        let mut gaps = vec![first];
        let mut gap_before = vec![0; units.len() + 1];
        if steps().any(|step| step != first) {
            // A place for each distance up to the longest usual one, so that nothing has to be sorted.
            let mut places = vec![NO_PLACE; steps().max().map_or(0, |longest| longest.min(PLACES_MAX) as usize + 1)];
            let mut others: HashMap<u32, u32> = HashMap::new();
            gaps.clear();
            for (gap_before, step) in gap_before.iter_mut().skip(1).zip(steps()) {
                let place = match places.get_mut(step as usize) {
                    Some(place) => place,
                    None => others.entry(step).or_insert(NO_PLACE),
                };
                if *place == NO_PLACE {
                    *place = gaps.len() as u32;
                    gaps.push(step);
                }
                *gap_before = *place;
            }
        }
        Terms {
            units,
            quick,
            amount_doubt: 0.0,
            gaps,
            gap_before,
            source: &[],
            tens: 0,
            binary: OnceCell::new(),
            powers: RefCell::default(),
            weighted: RefCell::default(),
            work: Cell::new(0),
        }
    }

    /// Returns some hundred coarser terms, neighbours of one sign added up: a starting point for a long series.
    pub fn coarse(&self) -> Option<Terms<'static>> {
        const COARSE: usize = 96;
        const WORTH_IT: usize = 4 * COARSE;
        if self.len() < WORTH_IT {
            return None;
        }
        let most = self.len().div_ceil(COARSE);
        let (mut units, mut quick) = (Vec::with_capacity(2 * COARSE), Vec::with_capacity(2 * COARSE));
        let terms: Vec<(f64, u32)> = self.quick.iter().copied().zip(self.units.iter().copied()).collect();
        for run in terms.chunk_by(|left, right| (left.0 < 0.0) == (right.0 < 0.0)) {
            for part in run.chunks(most) {
                let amount: f64 = part.iter().map(|(amount, _)| amount).sum();
                let moment: f64 = part.iter().map(|(amount, units)| amount * f64::from(*units)).sum();
                units.push((moment / amount).round() as u32);
                quick.push(amount);
            }
        }
        (quick.len() < self.len() / 2).then(|| Terms::new(units, quick))
    }

    /// Returns the times of the terms, ascending; the first is 0.
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    pub fn len(&self) -> usize {
        self.units.len()
    }

    pub fn span(&self) -> f64 {
        f64::from(self.last())
    }

    pub fn last(&self) -> u32 {
        self.units.last().copied().unwrap_or(0)
    }

    /// Returns the work so far, in terms added up in doubles.
    pub fn work(&self) -> u64 {
        self.work.get()
    }

    /// Counts the work of a pass over the terms, with a little for the pass itself.
    pub(super) fn has_worked(&self, amount: u64) {
        const PASS: u64 = 16;
        self.adds(amount + PASS);
        // An abandoned search ends as one does that has done all that it may.
        if work::is_over_after((amount + PASS) / TERMS_A_UNIT) {
            self.work.set(ABANDONED);
        }
    }

    /// Adds to the work of the search what is counted, as work of the thread, where it is done.
    pub(super) fn adds(&self, amount: u64) {
        self.work.set(self.work.get() + amount);
    }

    /// Returns the sign of the last term or of the first: the sign of the sum far to the left, or far to the right.
    pub fn sign_at_end(&self, right: bool) -> i8 {
        let amount = if right { self.quick.first() } else { self.quick.last() };
        if amount.is_some_and(|amount| *amount < 0.0) { -1 } else { 1 }
    }

    /// Returns the sum of exponentials f(s) in doubles; s may be wrong by six [`UNIT`]s of itself.
    pub fn sum(&self, s: f64) -> Approximate {
        let (mut sum, mut error, mut partial) = (0.0, 0.0, 0.0);
        self.walk(s, |amount, _, weight, doubt| {
            let term = amount * weight;
            sum += term;
            error += term.abs() * doubt;
            partial += sum.abs();
        });
        Approximate { value: sum, error: (error + partial) * (1.01 * UNIT) + LOST_BELOW }
    }

    /// Returns ln(inflows / outflows) at s, and its slope. The logarithm is 0 where the sum is 0, and has its sign. A guide for the
    /// search: no bound is known.
    pub fn log_ratio(&self, s: f64) -> (f64, f64) {
        // A weight that is next to nothing, while all that points its way is as far off, would leave nothing to compare.
        const SAFE: f64 = 600.0;
        if s.abs() * self.span() > SAFE {
            return self.log_ratio_far_out(s);
        }
        let pivot = if s < 0.0 { self.span() } else { 0.0 };
        let (mut inflows, mut outflows, mut of_inflows, mut of_outflows) = (0.0, 0.0, 0.0, 0.0);
        self.walk(s, |amount, units, weight, _| {
            let term = amount * weight;
            let moment = term * (units - pivot);
            let is_inflow = term > 0.0;
            inflows += if is_inflow { term } else { 0.0 };
            of_inflows += if is_inflow { moment } else { 0.0 };
            outflows -= if is_inflow { 0.0 } else { term };
            of_outflows -= if is_inflow { 0.0 } else { moment };
        });
        (libm::log(inflows / outflows), of_outflows / outflows - of_inflows / inflows)
    }

    /// Returns ln(inflows / outflows) where weights fall below the smallest double: inflows and outflows are weighted from where
    /// each of them begins.
    fn log_ratio_far_out(&self, s: f64) -> (f64, f64) {
        self.has_worked(4 * self.len() as u64);
        let mut sides = [Side::default(); 2];
        let mut visit = |index: usize| {
            let (amount, units) = (self.quick[index], f64::from(self.units[index]));
            let side = &mut sides[usize::from(amount < 0.0)];
            if side.sum == 0.0 {
                side.pivot = units;
            }
            let term = amount.abs() * libm::exp(-s * (units - side.pivot));
            side.sum += term;
            side.moment += term * units;
        };
        if s >= 0.0 {
            (0..self.len()).for_each(&mut visit)
        } else {
            (0..self.len()).rev().for_each(&mut visit)
        }
        let [inflows, outflows] = sides;
        let ratio = libm::log(inflows.sum) - libm::log(outflows.sum) - s * (inflows.pivot - outflows.pivot);
        (ratio, outflows.moment / outflows.sum - inflows.moment / inflows.sum)
    }

    /// Visits each amount with its time, its weight, and the bound on the weighted amount's error in [`UNIT`]s: from the first term
    /// on where s is 0 or above, else from the last term backwards, so that weights fall from 1 on.
    #[inline(always)]
    pub(super) fn walk(&self, s: f64, visit: impl FnMut(f64, f64, f64, f64)) {
        self.has_worked(self.len() as u64);
        let magnitude = s.abs();
        let mut powers = self.powers.borrow_mut();
        powers.clear();
        // For each step an exponential and a product; its argument's product, and what s is wrong by, in proportion to the time.
        powers.extend(self.gaps.iter().map(|gap| {
            let exponent = magnitude * f64::from(*gap);
            (libm::exp(-exponent), 3.0 + 7.0 * exponent)
        }));
        // The amount, and its product with the weight.
        let doubt = self.amount_doubt + 1.0;
        let terms = self.quick.iter().zip(&self.units);
        if s < 0.0 {
            let before = &self.gap_before[..self.len()];
            weigh(terms.zip(before).rev(), &powers, doubt, visit);
        } else {
            weigh(terms.zip(&self.gap_before[1..]), &powers, doubt, visit);
        }
    }
}

/// Loop of [`Terms::walk`]. The step behind the last term is computed and not visited.
#[inline(always)]
fn weigh<'a>(
    terms: impl Iterator<Item = ((&'a f64, &'a u32), &'a u32)>,
    powers: &[(f64, f64)],
    mut doubt: f64,
    mut visit: impl FnMut(f64, f64, f64, f64),
) {
    let mut weight = 1.0;
    if let [(power, step)] = powers {
        for ((amount, units), _) in terms {
            visit(*amount, f64::from(*units), weight, doubt);
            weight *= power;
            doubt += step;
        }
    } else {
        for ((amount, units), gap) in terms {
            visit(*amount, f64::from(*units), weight, doubt);
            let (power, step) = powers[*gap as usize];
            weight *= power;
            doubt += step;
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Side {
    pivot: f64,
    sum: f64,
    moment: f64,
}

/// Returns amount × 10^tens where one exact division or product of doubles gives the number, as is usual.
fn quick(amount: &Wide, tens: i64) -> Option<f64> {
    const EXACT_POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
        1e21, 1e22,
    ];
    let [lowest, 0, 0, 0] = *amount.mantissa().as_limbs() else { return None };
    let mantissa = Some(lowest).filter(|mantissa| *mantissa < 1 << 53)? as f64;
    let exponent = i64::from(amount.exponent()) + tens;
    let power = *EXACT_POWERS.get(usize::try_from(exponent.abs()).ok()?)?;
    let magnitude = if exponent < 0 { mantissa / power } else { mantissa * power };
    Some(if amount.is_negative() { -magnitude } else { magnitude })
}
