//! Zeros that are near to each other, told apart in integers with a bound on their error: of 256 bits first, then of 384, then of more.
//!
//! The present value is a polynomial in x = e^-growth, whose powers are the times of the flows, however large. From piece to piece of x it is a
//! Taylor polynomial ([`piece`]), whose zeros Descartes' rule of signs in the basis of Bernstein separates ([`bernstein`], [`search`]; Vincent,
//! Collins, Akritas). A part that its bits do not tell is looked at again with more of them.
//!
//! Both ends of whatever is searched are points at which the sign is known: with more bits than a decimal of 76 digits has, their place is wrong by
//! 2^-246 of x, over which the present value keeps its sign, because the sign was found with a bound that counts as much.

mod bernstein;
mod fixed;
mod float;
mod piece;
mod search;
#[cfg(test)]
mod tests;

pub(super) use bernstein::most_changes;
pub(super) use piece::degree;

use std::cell::OnceCell;

use bernstein::Stage;
use fixed::Fixed;
use piece::{DEGREE_MAX, Flows, Piece};

use super::enclosed::Enclosed;
use super::points::{Interval, Point};
use crate::decimal::exp;
use crate::wide::Wide;
use crate::work;

/// How far the exponent of a weight may move over one piece, where the polynomial is complete, and where its rest has to vanish.
const REACHES_OF_COARSE: [f64; 2] = [6.0, 6.0];
const REACHES_OF_FINE: [f64; 2] = [12.0, 1.6];
/// The most that x moves over one piece, so that it stays a fraction of x.
const WIDTH_MAX: f64 = 0.9;
/// Limbs of a decimal of 76 digits.
const DECIMAL_LIMBS: usize = 4;
/// The most pieces of one interval.
const PIECES_MAX: u32 = 100;

/// How well a zero is known at first, against its x: most rates of 12 digits follow from it.
const DOUBT_MAX: f64 = 1e-20;
/// How well a zero has to be known where a rate lies near a tie: a tie is told from its neighbours by 28 digits after the point.
const TIE_DOUBT_MAX: f64 = 1e-32;

/// The present value of a series, to look for zeros that are near to each other.
pub(super) struct NearZeros {
    units: Vec<u32>,
    amounts: Vec<Wide>,
    /// True where the amounts are the series' own, and no longer numbers that were cut to 76 digits.
    are_exact: bool,
    coarse: OnceCell<Option<Flows<2>>>,
    fine: OnceCell<Option<Flows<4>>>,
}

impl NearZeros {
    pub fn of(units: Vec<u32>, amounts: Vec<Wide>, are_exact: bool) -> NearZeros {
        NearZeros { units, amounts, are_exact, coarse: OnceCell::new(), fine: OnceCell::new() }
    }

    fn coarse(&self) -> Option<&Flows<2>> {
        self.coarse.get_or_init(|| Flows::of(&self.units, &self.amounts)).as_ref()
    }

    fn fine(&self) -> Option<&Flows<4>> {
        self.fine.get_or_init(|| Flows::of(&self.units, &self.amounts)).as_ref()
    }

    /// Returns the zeros in the interval; None where neither precision can tell. The present value is other than 0 at the ends of the interval,
    /// and within a 2^160th of them, as is shown by its signs there in 128 bits.
    pub fn zeros(&self, interval: Interval) -> Option<Vec<Enclosed>> {
        let start = exp(Point::at(interval.high).exact().negated())?;
        let end = exp(Point::at(interval.low).exact().negated())?;
        between::<4, 2>(self.coarse()?, (start, end), REACHES_OF_COARSE, DOUBT_MAX, &|start, end| self.fine_between(start, end))
    }

    fn fine_between(&self, start: Wide, end: Wide) -> Option<Vec<Enclosed>> {
        between::<6, 4>(self.fine()?, (start, end), REACHES_OF_FINE, DOUBT_MAX, &|start, end| self.finest_between(start, end))
    }

    /// Returns the zeros between two discount factors in 1,024 bits, then in 1,664, then in 3,200: a complete polynomial with exact amounts is worth
    /// them. Amounts of 28 digits and a degree of 64 need no more for two zeros as near as M. Mignotte's are ("Some useful bounds", 1983).
    fn finest_between(&self, start: Wide, end: Wide) -> Option<Vec<Enclosed>> {
        let finest = |start, end| self.finer::<50, 48>((start, end), &|_, _| None);
        self.finer::<16, 14>((start, end), &|start, end| self.finer::<26, 24>((start, end), &finest))
    }

    fn finer<const L: usize, const F: usize>(
        &self,
        ends: (Wide, Wide),
        otherwise: &dyn Fn(Wide, Wide) -> Option<Vec<Enclosed>>,
    ) -> Option<Vec<Enclosed>> {
        let flows: Flows<F> = self.are_exact.then(|| Flows::of(&self.units, &self.amounts)).flatten()?;
        let is_worth_it = flows.last() <= DEGREE_MAX && flows.are_exact();
        if is_worth_it { between::<L, F>(&flows, ends, REACHES_OF_FINE, DOUBT_MAX, otherwise) } else { None }
    }

    /// Returns the zero from x = start to start × (1 + width), where there is exactly one, known well enough for a tie where that is asked for.
    pub fn only_zero(&self, start: Wide, width: f64, is_tie: bool) -> Option<Enclosed> {
        let coarse = || only::<4, 2>(self.coarse()?, start, width, DOUBT_MAX);
        let fine = || only::<6, 4>(self.fine()?, start, width, if is_tie { TIE_DOUBT_MAX } else { DOUBT_MAX });
        if is_tie { fine() } else { coarse().or_else(fine) }
    }
}

fn only<const L: usize, const F: usize>(flows: &Flows<F>, start: Wide, width: f64, doubt_max: f64) -> Option<Enclosed> {
    let piece: Piece<L, F> = Piece::new(flows, start, fraction::<L, F>(width)?)?;
    let part = Stage::whole(&piece).filter(|part| part.changes_max() == 1)?;
    let zeros = piece.zeros(part, doubt_max);
    zeros.found.first().copied().filter(|_| zeros.lost.is_empty())
}

/// Returns the zeros between two discount factors, piece by piece; `otherwise` is asked for those of a piece whose bits do not tell.
fn between<const L: usize, const F: usize>(
    flows: &Flows<F>,
    (mut start, end): (Wide, Wide),
    [complete, ended]: [f64; 2],
    doubt_max: f64,
    otherwise: &dyn Fn(Wide, Wide) -> Option<Vec<Enclosed>>,
) -> Option<Vec<Enclosed>> {
    let reach = if flows.last() <= DEGREE_MAX { complete } else { ended };
    // With more bits than a decimal has, the place where two pieces meet is not known well enough: a piece of fewer bits is one piece still.
    let wider = if F > DECIMAL_LIMBS { 1.05 } else { 1.0 };
    let width_max = wider * (reach / f64::from(flows.last())).min(WIDTH_MAX);
    let mut found = Vec::new();
    for _ in 0..PIECES_MAX {
        if work::is_over() {
            return None;
        }
        let rest = end.over(start)?.minus(Wide::ONE)?;
        let share = rest.to_f64() / width_max;
        if share <= 0.0 {
            return Some(found);
        }
        // A zero on the border of two pieces moves the border.
        let (last, widths) = match share <= 1.0 {
            true => (fraction_of::<L, F>(rest), [0.87, 0.71, 0.5].map(|part| part * share)),
            false => (None, [1.0, 0.87, 0.71]),
        };
        let widths = widths.into_iter().filter(|_| F <= DECIMAL_LIMBS).filter_map(|share| fraction::<L, F>(share * width_max));
        let candidates = last.into_iter().map(|width| (width, true)).chain(widths.map(|width| (width, false)));
        let piece = candidates.into_iter().find_map(|(width, is_last)| {
            let piece: Piece<L, F> = Piece::new(flows, start, width)?;
            Some((Stage::whole(&piece)?, if is_last { end } else { piece.end()? }, piece))
        });
        let Some((part, next, piece)) = piece else {
            let next = if share <= 1.0 { end } else { start.times(Wide::ONE.plus(Wide::from_f64(width_max)?)?)? };
            found.extend(otherwise(start, next)?);
            start = next;
            continue;
        };
        let zeros = piece.zeros(part, doubt_max);
        // With more bits than a decimal has, no part but the whole has ends that a decimal tells.
        if F > DECIMAL_LIMBS && !zeros.lost.is_empty() {
            found.extend(otherwise(start, next)?);
            start = next;
            continue;
        }
        // Parts that the bits do not tell are searched with more of them, from the first such part to the last.
        let lost = zeros.lost.iter().copied().reduce(|(low, high), (first, last)| (low.least(first), high.most(last)));
        if let Some((low, high)) = lost {
            let (low, high) = (piece.x_at(low)?, piece.x_at(high)?);
            found.extend(zeros.found.into_iter().filter(|zero| zero.x < low || zero.x > high));
            found.extend(otherwise(low, high)?);
        } else {
            found.extend(zeros.found);
        }
        start = next;
    }
    None
}

fn fraction<const L: usize, const F: usize>(value: f64) -> Option<[u64; F]> {
    Fixed::<L>::of_f64(value, 64 * F).map(Fixed::fraction)
}

/// Returns a decimal below 1 as a fraction, rounded up.
fn fraction_of<const L: usize, const F: usize>(value: Wide) -> Option<[u64; F]> {
    let fixed: Fixed<L> = float::Float::<F>::of(value)?.fixed(64 * F as i64)?;
    let fraction = fixed.plus(Fixed::whole(1));
    (!fraction.exceeds(Fixed::power_of_two(64 * F).minus(Fixed::whole(1)))).then(|| fraction.fraction())
}
