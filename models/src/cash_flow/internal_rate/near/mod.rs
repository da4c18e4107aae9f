//! Zeros that are near to each other, told apart in integers with a bound on their error: of 256 bits first, then of 384, then of more.
//!
//! The present value is a polynomial in x = e^-growth, whose powers are the times of the flows, however large. From piece to piece of x it is a
//! Taylor polynomial ([`piece`]), whose zeros Descartes' rule of signs in the basis of Bernstein separates ([`bernstein`], [`search`]; Vincent,
//! Collins, Akritas). A part that its bits do not tell is looked at again with more of them.
//!
//! Where two pieces meet, and at both ends of what is searched again with more bits, the place of the end as a decimal of 76 digits is wrong by 2^-246
//! of x. The sign is known there with a bound that counts what this moves the present value by, so that no zero is lost, or found twice.

mod bernstein;
mod fixed;
mod float;
mod piece;
mod search;
#[cfg(test)]
mod tests;

pub(super) use bernstein::most_changes;
pub(super) use piece::degree;

use std::cell::{Cell, OnceCell};

use bernstein::Stage;
use fixed::Fixed;
use piece::{DECIMAL_LIMBS, DEGREE_MAX, Flows, Piece};

use super::enclosed::Enclosed;
use super::points::Point;
use crate::decimal::exp;
use crate::wide::Wide;
use crate::work;

/// How far the exponent of a weight may move over one piece, where the polynomial is complete, and where its rest has to vanish.
const REACHES_OF_COARSE: [f64; 2] = [6.0, 6.0];
const REACHES_OF_FINE: [f64; 2] = [12.0, 1.6];
/// The most that x moves over one piece, so that it stays a fraction of x.
const WIDTH_MAX: f64 = 0.9;
/// Work after which what is left stays open, whoever waits: some 0.1 s. No search that tests know takes a third of it.
const WORK_MAX: u64 = 10_000_000;
/// The most pieces of one interval.
const PIECES_MAX: u32 = 100;

/// How well a zero is known at first, against its x: most rates of 12 digits follow from it. [`NearZeros::closer`] knows it better.
const DOUBT_MAX: f64 = 1e-20;

/// The present value of a series, to look for zeros that are near to each other.
pub(super) struct NearZeros {
    units: Vec<u32>,
    amounts: Vec<Wide>,
    /// True where the amounts are the series' own, and no longer numbers that were cut to 76 digits.
    are_exact: bool,
    coarse: OnceCell<Option<Flows<2>>>,
    fine: OnceCell<Option<Flows<4>>>,
    /// Work so far.
    spent: Cell<u64>,
}

/// The end of a search: the work at which it gives up, as [`work::done`] counts it.
#[derive(Clone, Copy)]
struct Until(u64);

impl Until {
    /// True where nobody waits any more, or the search has done all that it may.
    fn is_over(self) -> bool {
        work::is_over() || work::done() > self.0
    }
}

impl NearZeros {
    pub fn of(units: Vec<u32>, amounts: Vec<Wide>, are_exact: bool) -> NearZeros {
        NearZeros { units, amounts, are_exact, coarse: OnceCell::new(), fine: OnceCell::new(), spent: Cell::new(0) }
    }

    fn coarse(&self) -> Option<&Flows<2>> {
        self.coarse.get_or_init(|| Flows::of(&self.units, &self.amounts)).as_ref()
    }

    fn fine(&self) -> Option<&Flows<4>> {
        self.fine.get_or_init(|| Flows::of(&self.units, &self.amounts)).as_ref()
    }

    /// Searches, and counts the work.
    fn search<T>(&self, search: impl FnOnce(Until) -> Option<T>) -> Option<T> {
        let before = work::done();
        let found = search(Until(before + WORK_MAX.saturating_sub(self.spent.get())));
        self.spent.set(self.spent.get() + (work::done() - before));
        found
    }

    /// Returns the zeros between two growths; None where no precision can tell.
    pub fn zeros(&self, low: Point, high: Point) -> Option<Vec<Enclosed>> {
        let ends = (exp(high.exact().negated())?, exp(low.exact().negated())?);
        self.search(|until| {
            between::<4, 2>(self.coarse()?, (ends, None), REACHES_OF_COARSE, until, &|ends, _| self.fine_between(ends, until))
        })
    }

    fn fine_between(&self, ends: Ends, until: Until) -> Option<Vec<Enclosed>> {
        between::<6, 4>(self.fine()?, (ends, None), REACHES_OF_FINE, until, &|ends, _| self.finest_between(ends, until))
    }

    /// Returns the zeros between two discount factors in 1,024 bits, then in 1,664, then in 3,200: a complete polynomial with exact amounts is worth
    /// them. Amounts of 28 digits and a degree of 64 need no more for two zeros as near as M. Mignotte's are ("Some useful bounds", 1983).
    fn finest_between(&self, ends: Ends, until: Until) -> Option<Vec<Enclosed>> {
        let finest = |ends, hint| self.finer::<50, 48>((ends, hint), until, &|_, _| None);
        let finer = |ends, hint| self.finer::<26, 24>((ends, hint), until, &finest);
        self.finer::<16, 14>((ends, None), until, &finer)
    }

    fn finer<const L: usize, const F: usize>(
        &self,
        place: (Ends, Hint),
        until: Until,
        otherwise: Otherwise,
    ) -> Option<Vec<Enclosed>> {
        between::<L, F>(&self.exact_flows()?, place, REACHES_OF_FINE, until, otherwise)
    }

    /// Returns the flows with amounts that have no error, where all powers of x are few enough to be computed with.
    fn exact_flows<const F: usize>(&self) -> Option<Flows<F>> {
        let is_low = self.units.last().is_some_and(|last| *last <= DEGREE_MAX);
        let flows = (is_low && self.are_exact).then(|| Flows::of(&self.units, &self.amounts)).flatten();
        flows.filter(Flows::are_exact)
    }

    /// Returns the zero from x = start to start × (1 + width), where there is exactly one.
    pub fn only_zero(&self, start: Wide, width: f64) -> Option<Enclosed> {
        self.search(|until| {
            let coarse = only::<4, 2>(self.coarse()?, (start, width), DOUBT_MAX, until);
            coarse.or_else(|| only::<6, 4>(self.fine()?, (start, width), DOUBT_MAX, until))
        })
    }

    /// Returns a zero, known as well as is asked for; None where another one is next to it, or no precision knows it so well.
    pub fn closer(&self, zero: Enclosed, doubt_max: f64) -> Option<Enclosed> {
        let reach = zero.doubt * 2.0;
        let place = (zero.x.times(Wide::ONE.minus(Wide::from_f64(reach)?)?)?, 2.0 * reach);
        self.search(|until| {
            let fine = only::<6, 4>(self.fine()?, place, doubt_max, until);
            let finer = || only::<16, 14>(&self.exact_flows()?, place, doubt_max, until);
            fine.or_else(finer).or_else(|| only::<26, 24>(&self.exact_flows()?, place, doubt_max, until))
        })
    }
}

fn only<const L: usize, const F: usize>(
    flows: &Flows<F>,
    (start, width): (Wide, f64),
    doubt_max: f64,
    until: Until,
) -> Option<Enclosed> {
    let piece: Piece<L, F> = Piece::new(flows, start, fraction::<L, F>(width)?)?;
    let part = Stage::whole(&piece).filter(|part| part.changes_max() == 1)?;
    let zeros = piece.zeros(part, doubt_max, until, None);
    zeros.found.first().map(|(_, zero)| *zero).filter(|_| zeros.lost.is_empty())
}

/// Discount factors between which zeros are looked for.
type Ends = (Wide, Wide);
/// The place of two zeros, if there are any: t between the ends, its limbs from the highest on.
type Hint = Option<Vec<u64>>;
/// Whatever is asked for the zeros between two discount factors of which the bits do not tell.
type Otherwise<'a> = &'a dyn Fn(Ends, Hint) -> Option<Vec<Enclosed>>;

/// Returns the zeros between two discount factors, piece by piece; `otherwise` is asked for those of a piece whose bits do not tell.
fn between<const L: usize, const F: usize>(
    flows: &Flows<F>,
    ((mut start, end), hint): (Ends, Hint),
    [complete, ended]: [f64; 2],
    until: Until,
    otherwise: Otherwise,
) -> Option<Vec<Enclosed>> {
    let reach = if flows.last() <= DEGREE_MAX { complete } else { ended };
    // With more bits than a decimal has, the place where two pieces meet is not known well enough: a piece of fewer bits is one piece still.
    let wider = if F > DECIMAL_LIMBS { 1.05 } else { 1.0 };
    let width_max = wider * (reach / f64::from(flows.last())).min(WIDTH_MAX);
    let mut found = Vec::new();
    for _ in 0..PIECES_MAX {
        if until.is_over() {
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
            found.extend(otherwise((start, next), None)?);
            start = next;
            continue;
        };
        let zeros =
            piece.zeros(part, DOUBT_MAX, until, hint.as_deref().filter(|_| F > DECIMAL_LIMBS).map(Fixed::of_leading::<F>));
        // With more bits than a decimal has, no part but the whole has ends that a decimal tells.
        if F > DECIMAL_LIMBS && !zeros.lost.is_empty() {
            found.extend(otherwise((start, next), zeros.hint.map(Fixed::leading::<F>))?);
            start = next;
            continue;
        }
        // Parts that the bits do not tell are searched with more of them, from the first such part to the last, with all parts between.
        let lost = zeros.lost.iter().copied().reduce(|(low, high), (first, last)| (low.least(first), high.most(last)));
        let is_between = |place: Fixed<L>| lost.is_some_and(|(low, high)| !low.exceeds(place) && high.exceeds(place));
        found.extend(zeros.found.into_iter().filter(|(place, _)| !is_between(*place)).map(|(_, zero)| zero));
        if let Some((low, high)) = lost {
            found.extend(otherwise((piece.x_at(low)?, piece.x_at(high)?), None)?);
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
