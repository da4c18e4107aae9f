//! A scale of inputs that is even near 0 and of powers far from it, and decimals of few digits on it.

use rust_decimal::Decimal;

use super::between::shortest_between;
use super::sight::Range;
use crate::number::{Exact, Number};

/// Returns a point of even distances in a scale of powers of ten.
pub(super) fn spaced(range: Range, place: u32, last: u32) -> Option<Decimal> {
    let (low, high) = (scaled(range.low), scaled(range.high));
    let guess = unscaled(low + (high - low) * f64::from(place) / f64::from(last));
    let near = (high - low) / f64::from(last) / 4.0 * guess.abs().max(UNIT);
    decimal_near(guess, near, range.low, range.high)
}

/// The input below which a scale of powers of ten is even.
const UNIT: f64 = 1e-3;

/// An input in a scale that is even near 0, and of powers of e far from it.
pub(super) fn scaled(input: Decimal) -> f64 {
    let input = double(input);
    (input.abs() / UNIT).ln_1p() * input.signum()
}

pub(super) fn unscaled(place: f64) -> f64 {
    place.abs().exp_m1() * UNIT * place.signum()
}

pub(super) fn double(value: Decimal) -> f64 {
    Exact::of(value).to_f64()
}

/// Returns a decimal of few digits no farther from a guess than `room`, strictly between two others.
pub(super) fn decimal_near(guess: f64, room: f64, low: Decimal, high: Decimal) -> Option<Decimal> {
    let decimal = |value: f64| Exact::from_f64(value).decimal();
    let (from, to) = (decimal(guess - room)?.max(low), decimal(guess + room)?.min(high));
    shortest_between(from, to).or_else(|| shortest_between(low, high))
}

pub(super) fn halfway(low: Decimal, high: Decimal) -> Option<Decimal> {
    let half = (Exact::of(low) + Exact::of(high)) / Exact::of(Decimal::TWO);
    half.decimal().filter(|middle| *middle > low && *middle < high)
}
