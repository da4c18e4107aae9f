//! Logarithms, exponentials and roots of balls, in fixed point with 128 bits after the point. Each says how far its result may be off.

use super::ball::{Ball, ROUNDING, UNIT, power_of_two};
use crate::integers::multiply;

/// Natural logarithm of 2, cut off.
const LN_2: Ball = Ball { negative: false, mantissa: 0xb172_17f7_d1cf_79ab_c9e3_b398_03f2_f6af, exponent: -128, doubt: UNIT };
/// The square root of 1/2, about, as a mantissa.
const ROOT_OF_HALF: u128 = 0xb504_f333_f9de_6484 << 64;
/// Bound on what fixed point adds to the error of a result: each step cuts off less than two units of 2^-128, a step's error shrinks by a third or
/// more on the way through the next, and the rest of the series is below 2^-136. That makes eight units at most.
const FIXED_POINT: f64 = 8.0 * power_of_two(-128) * 2.0;
/// Largest error of an argument, as a distance, for which the bounds hold that go with it.
const ARGUMENT_ERROR_MAX: f64 = power_of_two(-20);

/// Number of terms of each series.
const TERMS: usize = 27;

/// Reciprocals of the odd numbers from 3 on, with 128 bits after the point, rounded down.
static ODD_RECIPROCALS: [u128; TERMS] = {
    let mut reciprocals = [0; TERMS];
    let mut index = 0;
    while index < TERMS {
        // An odd number does not divide 2^128, so that the quotient of 2^128 - 1 is the one of 2^128.
        reciprocals[index] = u128::MAX / (2 * index as u128 + 3);
        index += 1;
    }
    reciprocals
};

/// Reciprocals of the factorials from 2! on, with 128 bits after the point, each at most two units below.
static FACTORIAL_RECIPROCALS: [u128; TERMS] = {
    let mut reciprocals = [1 << 127; TERMS];
    let mut index = 1;
    while index < TERMS {
        reciprocals[index] = reciprocals[index - 1] / (index as u128 + 2);
        index += 1;
    }
    reciprocals
};

/// Returns ln(number), for a number above 0.
pub(super) fn ln(number: Ball) -> Option<Ball> {
    if number.doubt > ARGUMENT_ERROR_MAX {
        return None;
    }
    // number = near_one × 2^twos, near_one from 0.707 to below 1.415.
    let shift = if number.mantissa < ROOT_OF_HALF { 127 } else { 128 };
    let near_one = Ball { exponent: -shift, doubt: 0.0, ..number };
    let twos = number.exponent + shift;
    let whole = (twos != 0).then(|| LN_2.times(Ball::of(twos < 0, twos.unsigned_abs().into(), 0)));
    // Exactly: both have the same last place, or near_one is below 1 and what is missing has its last place.
    let above_one = match shift {
        127 => Ball::of(false, (near_one.mantissa - (1 << 127)).max(1), -127),
        _ => Ball::of(true, near_one.mantissa.wrapping_neg(), -128),
    };
    let is_one = shift == 127 && near_one.mantissa == 1 << 127;
    let rest = if is_one { None } else { Some(by_quotient(above_one.over(near_one.plus(Ball::ONE))?)) };
    let logarithm = match (whole, rest) {
        (Some(whole), Some(rest)) => whole.plus(rest),
        (Some(logarithm), None) | (None, Some(logarithm)) => logarithm,
        // The middle is 1, whose logarithm is 0: a ball about 0, with its middle beside it.
        (None, None) => {
            let doubt = (number.doubt * 2.0 + UNIT) / UNIT * 1.01;
            return Some(Ball { negative: false, mantissa: 1 << 127, exponent: -254, doubt });
        }
    };
    // |ln(v) - ln(x)| <= d / (1 - d) for v within a share d of x, a distance and not a share.
    Some(widened(logarithm, number.doubt * 2.0))
}

/// Returns ln(1 + number), for a number above -1, without losing the digits of a small number.
pub(super) fn ln_1p(number: Ball) -> Option<Ball> {
    let size = number.to_f64();
    if !(-0.28..0.39).contains(&size) {
        return ln(number.plus(Ball::ONE));
    }
    if number.doubt > ARGUMENT_ERROR_MAX {
        return None;
    }
    let exact = Ball { doubt: 0.0, ..number };
    let two = Ball { exponent: -126, ..Ball::ONE };
    let logarithm = by_quotient(exact.over(exact.plus(two))?);
    // The condition of ln(1 + x), x / ((1 + x) ln(1 + x)), is below 1.2 there.
    Some(Ball { doubt: logarithm.doubt + 1.3 * number.doubt, ..logarithm })
}

/// Returns 2 artanh(t), the logarithm of (1 + t) / (1 - t), for |t| up to 0.18: 2 t (1 + t²/3 + t⁴/5 + …).
fn by_quotient(quotient: Ball) -> Ball {
    let square = quotient.times(quotient);
    let square = fixed(square);
    let mut sum = 0;
    for reciprocal in ODD_RECIPROCALS.iter().rev() {
        sum = reciprocal + multiply(square, sum).0;
    }
    let series = one_and(false, multiply(square, sum).0);
    let result = quotient.times(series);
    Ball { exponent: result.exponent + 1, doubt: result.doubt + FIXED_POINT, ..result }
}

/// Returns e^number - 1, without losing the digits of a small number.
pub(super) fn exp_m1(number: Ball) -> Option<Ball> {
    let (less_one, twos) = exp_m1_and_twos(number)?;
    if twos == 0 {
        return Some(less_one);
    }
    Some(raised(less_one.plus(Ball::ONE), twos).minus(Ball::ONE))
}

/// Returns e^number.
pub(super) fn exp(number: Ball) -> Option<Ball> {
    let (less_one, twos) = exp_m1_and_twos(number)?;
    Some(raised(less_one.plus(Ball::ONE), twos))
}

fn raised(ball: Ball, twos: i32) -> Ball {
    Ball { exponent: ball.exponent + twos, ..ball }
}

/// Returns e^rest - 1 and twos, for number = twos × ln 2 + rest and |rest| up to 0.36.
fn exp_m1_and_twos(number: Ball) -> Option<(Ball, i32)> {
    const LIMIT: f64 = 1e8;
    let size = number.to_f64();
    if size.abs() >= LIMIT {
        return None;
    }
    let twos = (size * std::f64::consts::LOG2_E).round() as i32;
    let rest = match twos {
        0 => number,
        _ => number.minus(LN_2.times(Ball::of(twos < 0, twos.unsigned_abs().into(), 0))),
    };
    // The doubt of what is left may be large where that is next to nothing; its distance is not.
    let distance = rest.doubt * rest.to_f64().abs();
    if distance > ARGUMENT_ERROR_MAX || rest.doubt > 1e30 {
        return None;
    }
    let argument = Ball { doubt: 0.0, ..rest };
    let step = fixed(argument);
    let mut sum = 0;
    for reciprocal in FACTORIAL_RECIPROCALS.iter().rev() {
        let product = multiply(step, sum).0;
        sum = if rest.negative { reciprocal - product } else { reciprocal + product };
    }
    // e^r - 1 = r (1 + r/2! + r²/3! + …)
    let series = one_and(rest.negative, multiply(step, sum).0);
    let less_one = argument.times(series);
    // |e^v - e^r| <= 1.44 |r| d for v within |r| d of r, and |e^r - 1| >= 0.83 |r|.
    Some((Ball { doubt: less_one.doubt + FIXED_POINT + 1.8 * rest.doubt, ..less_one }, twos))
}

/// Returns the positive root of a number above 0.
///
/// For a double y near the root, and 1 + d = number / y^n, the root is y (1 + d)^(1/n) = y (1 + d/n - (n - 1) d² / (2 n²) + …). What follows is within
/// |d|³: the third derivative's share is (1/n)(1 - 1/n)(2 - 1/n) / 6, at most 1/16, and d is next to nothing.
pub(super) fn root(number: Ball, degree: u32) -> Option<Ball> {
    /// Largest d: its cube is below the unit that cutting off may take.
    const NEAR: f64 = power_of_two(-42);
    if number.doubt > ARGUMENT_ERROR_MAX {
        return None;
    }
    let exact = Ball { doubt: 0.0, ..number };
    let n = f64::from(degree);
    let mut seed = number.to_f64().powf(1.0 / n);
    // The logarithm of a very large number costs a double some digits, which a second seed makes up for.
    for _ in 0..2 {
        if !seed.is_normal() {
            return None;
        }
        let near = Ball::of_f64(seed);
        let missing = exact.over(power(near, degree))?.minus(Ball::ONE);
        let d = missing.to_f64();
        // A doubt of d is a distance of 2^-126 or so, beside which its size is known where it matters.
        if d.abs() > NEAR {
            seed += seed * d / n;
            continue;
        }
        let linear = missing.over_whole(degree);
        // In doubles to 48 bits, of which 42 or more stand before what is cut off.
        let square = (1.0 - n) / (2.0 * n * n) * d * d;
        let more = match square.is_normal() {
            true => linear.plus(Ball { doubt: power_of_two(-48), ..Ball::of_f64(square) }),
            false => linear,
        };
        let root = near.plus(near.times(more));
        return Some(Ball { doubt: root.doubt + (d * d * d).abs() + ROUNDING + number.doubt, ..root });
    }
    None
}

fn power(base: Ball, exponent: u32) -> Ball {
    let (mut result, mut square, mut rest) = (None, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = Some(result.map_or(square, |result: Ball| result.times(square)));
        }
        rest >>= 1;
        if rest > 0 {
            square = square.times(square);
        }
    }
    result.unwrap_or(Ball::ONE)
}

/// Adds an error that is a distance.
fn widened(ball: Ball, distance: f64) -> Ball {
    let size = ball.to_f64().abs();
    Ball { doubt: ball.doubt + distance / size * (1.0 + power_of_two(-30)), ..ball }
}

/// Returns the magnitude of a number below 1 with 128 bits after the point, cut off.
fn fixed(ball: Ball) -> u128 {
    ball.mantissa.checked_shr((-128 - ball.exponent).unsigned_abs()).unwrap_or(0)
}

/// Returns 1 ± a number with 128 bits after the point.
fn one_and(negative: bool, part: u128) -> Ball {
    if part == 0 { Ball::ONE } else { Ball::ONE.plus(Ball { negative, ..Ball::of(false, part, -128) }) }
}
