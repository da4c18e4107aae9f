//! Growing lines for a look in doubles: added up where they grow alike, and in the order of their growth.

use super::inputs::LineGrowth;
use super::stream::EvenLine;
use crate::arithmetic::Arithmetic;

/// Factors that differ by this share differ beyond the rounding of doubles.
pub(super) const FACTORS_APART: f64 = 1e-14;

/// A line that grows, as doubles follow it.
#[derive(Clone, Copy)]
pub(super) struct RoughLine<A> {
    pub growth: LineGrowth,
    pub first: u32,
    pub last: u32,
    pub amount: A,
    /// Sum of the amounts without signs.
    pub gross: A,
    pub factor: A,
    pub rough_factor: f64,
}

/// Returns the lines that grow and run, or will run, after a month: what is left where they cancel, and how many those are, then what has cancelled;
/// of either those that grow fastest first.
pub(super) fn lines_of<A: Arithmetic>(lines: &[EvenLine<A>], month: u32) -> (Vec<RoughLine<A>>, usize) {
    let growing = lines.iter().filter(|line| line.last > month).filter_map(|line| {
        let factor = line.factor?;
        let EvenLine { growth, first, last, .. } = *line;
        Some(RoughLine { growth, first, last, amount: line.burn(), gross: line.amount, factor, rough_factor: factor.to_f64() })
    });
    let mut lines: Vec<_> = growing.collect();
    // Lines that grow alike are one line, so that costs and revenues that cancel leave nothing to doubt but the roundings of exact months.
    lines.sort_by_key(|line| std::cmp::Reverse((line.growth, line.first, line.last)));
    lines.dedup_by(|next, kept| {
        let alike = (next.growth, next.first, next.last) == (kept.growth, kept.first, kept.last);
        if alike {
            (kept.amount, kept.gross) = (kept.amount + next.amount, kept.gross + next.gross);
        }
        alike
    });
    lines.sort_by(|left, right| right.rough_factor.total_cmp(&left.rough_factor));
    let cancelled = lines.iter().map(|line| RoughLine { amount: line.gross - line.amount.absolute(), ..*line });
    let cancelled: Vec<_> = cancelled.filter(|line| !line.amount.is_zero()).collect();
    lines.retain(|line| !line.amount.is_zero());
    let left = lines.len();
    lines.extend(cancelled);
    (lines, left)
}

/// Returns how many lines have a factor above 1, and so come before what stays flat; `None` where the factors are not proven to be in order.
pub(super) fn rising<A: Arithmetic>(lines: &[RoughLine<A>]) -> Option<usize> {
    let in_order = |factor: A, rough: f64, next: A, rough_next: f64| {
        rough - rough_next > FACTORS_APART * rough || factor.compared(next).is_some_and(std::cmp::Ordering::is_ge)
    };
    let sorted = lines.is_sorted_by(|line, next| in_order(line.factor, line.rough_factor, next.factor, next.rough_factor));
    let rising = lines.iter().take_while(|line| line.rough_factor > 1.0).count();
    let (faster, slower) = lines.split_at_checked(rising)?;
    let above = faster.last().is_none_or(|line| in_order(line.factor, line.rough_factor, A::ONE, 1.0));
    let below = slower.first().is_none_or(|line| in_order(A::ONE, 1.0, line.factor, line.rough_factor));
    (sorted && above && below).then_some(rising)
}

/// Returns factor^exponent.
pub(super) fn power(factor: f64, exponent: u32) -> f64 {
    let (mut power, mut square, mut rest) = (1.0, factor, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            power *= square;
        }
        square *= square;
        rest >>= 1;
    }
    power
}

/// Returns factor + factor^2 + … + factor^count, without a difference that would lose digits.
pub(super) fn powers(factor: f64, count: u32) -> f64 {
    // Of so many terms: their sum, and the last one of them.
    let (mut sum, mut last) = (0.0, 1.0);
    for bit in (0..u32::BITS.saturating_sub(count.leading_zeros())).rev() {
        sum += last * sum;
        last *= last;
        if count >> bit & 1 == 1 {
            last *= factor;
            sum += last;
        }
    }
    sum
}
