//! The least and the greatest value of a figure as several inputs move, by values that were seen.
//!
//! Points are inputs between 0 and 1, so that nothing here knows of ranges. The search is a grid, or a sequence of low discrepancy where inputs
//! are many; then each extreme is followed by steps along every input, shorter each time, and by the vertex of the parabola through three
//! neighbours.

use rust_decimal::{Decimal, dec};

use crate::number::{Exact, Number};

/// The values of each of one or two inputs.
pub const GRID: usize = 33;
/// The points of more inputs: corners, and as many in between.
const SCATTERED: usize = 4096;
/// The bases of the scattered points, one for each input.
const PRIMES: [u32; 20] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];

/// Returns the number of points at which a figure of so many inputs is looked at first.
#[must_use]
pub fn points_count(inputs: usize) -> usize {
    match inputs {
        0 => 1,
        1 => GRID,
        2 => GRID.saturating_mul(GRID),
        _ => SCATTERED,
    }
}

/// Returns the points at which a figure of so many inputs is looked at first, each a value between 0 and 1 for each input.
///
/// - Shapes: 33 values of one input, 33 × 33 of two; of more the corners of the range, at most 2,048, and points between them, 4,096 in all.
/// - Units: the share of an input's range.
/// - Rounding: half-even at the 12th digit after the point, where a share has more.
/// - Errors: none.
/// - Source: J. H. Halton, On the efficiency of certain quasi-random sequences of points, Numerische Mathematik 2, 1960.
///
/// ```
/// use paydirt_models::study::points;
/// use rust_decimal::dec;
///
/// assert_eq!(points(1)[1], [dec!(0.03125)]);
/// assert_eq!(points(3)[1], [dec!(1), dec!(0), dec!(0)]);
/// ```
#[must_use]
pub fn points(inputs: usize) -> Vec<Vec<Decimal>> {
    let count = points_count(inputs);
    let part = |place: usize| share(place, GRID.saturating_sub(1));
    match inputs {
        0 => vec![Vec::new()],
        1 => (0..count).map(|place| vec![part(place)]).collect(),
        2 => (0..count).map(|place| vec![part(place / GRID), part(place % GRID)]).collect(),
        _ => {
            let corners = 1_usize.checked_shl(u32::try_from(inputs).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
            let corners = corners.min(SCATTERED / 2);
            (0..count)
                .map(|place| if place < corners { corner(place, inputs, corners) } else { between(place, inputs) })
                .collect()
        }
    }
}

/// Returns a corner. Where inputs are more than the bits of its number, the bits stand for several inputs each.
fn corner(number: usize, inputs: usize, corners: usize) -> Vec<Decimal> {
    let bits = corners.trailing_zeros().max(1);
    let is_high = |input: usize| {
        let input = u32::try_from(input).unwrap_or(u32::MAX);
        let (bit, turn) = (input.checked_rem(bits).unwrap_or(0), input.checked_div(bits).unwrap_or(0));
        // Later inputs go with the others in some corners, and against them in others.
        let shifted = number.rotate_left(turn.saturating_mul(5)) ^ number;
        let number = if turn == 0 { number } else { shifted };
        number.checked_shr(bit).unwrap_or(0) & 1 == 1
    };
    (0..inputs).map(|input| if is_high(input) { Decimal::ONE } else { Decimal::ZERO }).collect()
}

/// Returns a point of Halton's sequence.
fn between(place: usize, inputs: usize) -> Vec<Decimal> {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    PRIMES.iter().cycle().take(inputs).map(|base| radical_inverse(place, *base)).collect()
}

/// Returns the digits of a number in a base, the other way round behind the point.
fn radical_inverse(mut number: u32, base: u32) -> Decimal {
    let (mut inverse, mut unit) = (0_u64, 1_u64);
    let base_of_64 = u64::from(base);
    while let Some(digit) = number.checked_rem(base).filter(|_| number > 0) {
        inverse = inverse.saturating_mul(base_of_64).saturating_add(u64::from(digit));
        unit = unit.saturating_mul(base_of_64);
        number = number.checked_div(base).unwrap_or(0);
    }
    (Exact::of(inverse.into()) / Exact::of(unit.into())).to_places(12).decimal().unwrap_or_default()
}

fn share(place: usize, last: usize) -> Decimal {
    let whole = |count: usize| Exact::whole(u32::try_from(count).unwrap_or(u32::MAX));
    (whole(place) / whole(last)).decimal().unwrap_or_default()
}

/// Returns the number of rounds in which an extreme of so many inputs is followed.
#[must_use]
pub fn rounds_count(inputs: usize) -> u32 {
    if inputs <= 2 { 14 } else { 24 }
}

/// Returns the length of a step in a round, as a share of an input's range: a quarter of the one before where a grid has seen everything,
/// half of it where the first points are far from each other.
#[must_use]
pub fn step_of(round: u32, inputs: usize) -> Decimal {
    let (first, shorter) = if inputs <= 2 { (dec!(0.015625), dec!(0.25)) } else { (dec!(0.5), dec!(0.5)) };
    let step = Exact::of(first) * Exact::of(shorter).whole_power(round);
    step.to_digits(3).decimal().unwrap_or_default()
}

/// Returns the input at which a parabola through three points turns; `None` of a straight line.
///
/// - Shapes: figures at `middle - step`, `middle` and `middle + step`.
/// - Units: that of the inputs.
/// - Rounding: three digits less than the step has.
/// - Errors: none.
/// - Source: W. H. Press and others, Numerical Recipes, "Parabolic Interpolation and Brent's Method in One Dimension".
///
/// ```
/// use paydirt_models::study::vertex;
/// use rust_decimal::dec;
///
/// // (x - 1)^2 at 0, 2 and 4
/// assert_eq!(vertex(dec!(2), dec!(2), [dec!(1), dec!(1), dec!(9)]), Some(dec!(1)));
/// ```
#[must_use]
pub fn vertex(middle: Decimal, step: Decimal, figures: [Decimal; 3]) -> Option<Decimal> {
    let [before, at, after] = figures.map(Exact::of);
    let bend = before - at - at + after;
    if bend.is_zero() {
        return None;
    }
    let half = Exact::of(step) / Exact::of(Decimal::TWO);
    let moved = Exact::of(middle) + half * (before - after) / bend;
    moved.to_places(step.scale().saturating_add(4)).decimal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_different_and_hold_every_corner_of_few_inputs() {
        for inputs in 0..=20 {
            let found = points(inputs);
            assert_eq!(found.len(), points_count(inputs));
            assert!(found.iter().flatten().all(|share| *share >= Decimal::ZERO && *share <= Decimal::ONE));
            assert!(found.iter().all(|point| point.len() == inputs));
            let mut sorted = found.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted.len(), found.len(), "{inputs} inputs");
            let is_corner = |point: &&Vec<Decimal>| point.iter().all(|share| share.is_zero() || *share == Decimal::ONE);
            let corners = found.iter().filter(is_corner).count();
            assert_eq!(corners, 1 << inputs.min(11), "{inputs} inputs");
        }
    }

    #[test]
    fn every_input_stands_low_and_high_in_corners() {
        let found = points(20);
        for input in 0..20 {
            let high = found[..2048].iter().filter(|point| point[input] == Decimal::ONE).count();
            assert!((256..=1792).contains(&high), "input {input} is high in {high}");
        }
    }

    #[test]
    fn a_radical_inverse_is_halved_again_and_again() {
        let of_two: Vec<Decimal> = (1..=4).map(|number| radical_inverse(number, 2)).collect();
        assert_eq!(of_two, [dec!(0.5), dec!(0.25), dec!(0.75), dec!(0.125)]);
        assert_eq!(radical_inverse(5, 3), dec!(0.777777777778));
    }

    #[test]
    fn steps_become_shorter_and_a_line_has_no_vertex() {
        assert_eq!((step_of(0, 1), step_of(1, 2), step_of(1, 3)), (dec!(0.0156), dec!(0.00391), dec!(0.25)));
        assert!(step_of(rounds_count(2), 2) < dec!(1e-10) && step_of(rounds_count(3), 3) < dec!(1e-7));
        assert_eq!(vertex(dec!(2), dec!(1), [dec!(1), dec!(2), dec!(3)]), None);
    }
}
