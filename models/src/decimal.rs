//! Logarithms, exponentials, powers and roots, which rust_decimal lacks or rounds, to more digits than an answer has.
//!
//! Each function is right to 49 significant digits or more (tests compare with 50-digit references), takes one to three
//! microseconds, and returns `None` where it has no value or a value that is too large. Arithmetic is fixed point with 240 bits
//! after the point, in integers only, so that every processor computes equal digits.

use ruint::aliases::{U256, U512};

use super::wide::{DIGITS, Wide, digits, power};
use super::work::tick;

/// Work of a fixed-point product with its addition, and of a division of 512 bits.
const MULTIPLICATION_UNITS: u64 = 3;
const DIVISION_UNITS: u64 = 10;

const FRACTION_BITS: usize = 240;
const ONE: U256 = U256::from_limbs([0, 0, 0, 1 << 48]);
/// Constants ln 2 × 10^75 and ln 10 × 10^75, as integers.
const LN_2: U256 =
    U256::from_limbs([0xf1e4_43c0_823e_c3d2, 0xfcec_1543_4792_1421, 0x8aa8_3fef_8425_7d4e, 0x0188_4eb1_daca_1380]);
const LN_10: U256 =
    U256::from_limbs([0xfc21_1149_4f90_1a8d, 0x3338_a3e5_cb81_90d4, 0xe63a_c3da_fe05_0aed, 0x0517_378b_e4e6_ce66]);
const LOGARITHM_EXPONENT: i64 = -75;
/// Exponent of 1e-20: for a number nearer to 0 the first terms of the series are exact enough, where fixed point would lose digits.
const NEAR_ZERO: i64 = -20;
/// Largest exponent of e. For a larger exponent the power is too large to be computed with; below the negative limit it is 0.
const EXPONENT_LIMIT: u128 = 1_000_000_000;

/// Returns the natural logarithm of a number above 0.
pub(crate) fn ln(number: Wide) -> Option<Wide> {
    if number.is_zero() || number.is_negative() {
        return None;
    }
    let above_one = number.minus(Wide::ONE)?;
    if above_one.magnitude() < NEAR_ZERO || above_one.is_zero() {
        return series(above_one, |term, next| term.times(above_one.negated())?.times(ratio(next - 1, next)?));
    }
    // number = leading × 10^tens with leading from 1 to below 10, and leading = near_one × 2^halvings.
    let length = digits(&number.mantissa());
    let tens = number.magnitude() - 1;
    let mut near_one = divide(U512::from(number.mantissa()) << FRACTION_BITS, power(length - 1));
    let root_of_two = ONE + (ONE >> 2) + (ONE >> 3);
    let mut halvings = 0_u32;
    while near_one > root_of_two {
        near_one >>= 1;
        halvings += 1;
    }
    // ln(near_one) = 2 artanh((near_one - 1) / (near_one + 1)); the argument is below 0.19.
    let negative = near_one < ONE;
    let distance = if negative { ONE - near_one } else { near_one - ONE };
    let argument = divide(U512::from(distance) << FRACTION_BITS, U512::from(near_one + ONE));
    let square = multiply(argument, argument);
    let (mut term, mut sum, mut odd) = (argument, argument, 1_u64);
    while !term.is_zero() {
        term = multiply(term, square);
        odd += 2;
        sum += term / U256::from(odd);
    }
    let of_near_one = from_fixed(negative, sum << 1)?;
    let of_halvings = logarithm_of(LN_2, halvings.into())?;
    let of_tens = logarithm_of(LN_10, tens)?;
    of_near_one.plus(of_halvings)?.plus(of_tens)
}

/// Returns ln(1 + number) for a number above -1, without losing the digits of a small number.
pub(crate) fn ln_1p(number: Wide) -> Option<Wide> {
    if number.magnitude() < NEAR_ZERO || number.is_zero() {
        return series(number, |term, next| term.times(number.negated())?.times(ratio(next - 1, next)?));
    }
    ln(Wide::ONE.plus(number)?)
}

/// Returns e^number.
pub(crate) fn exp(number: Wide) -> Option<Wide> {
    match exp_m1_and_tens(number)? {
        Exponential::Vanishes => Some(Wide::ZERO),
        Exponential::Parts { less_one, tens } => Wide::ONE.plus(less_one)?.raised(tens),
    }
}

/// Returns e^number - 1, without losing the digits of a small number.
pub(crate) fn exp_m1(number: Wide) -> Option<Wide> {
    match exp_m1_and_tens(number)? {
        Exponential::Vanishes => Some(Wide::ONE.negated()),
        Exponential::Parts { less_one, tens: 0 } => Some(less_one),
        Exponential::Parts { less_one, tens } => Wide::ONE.plus(less_one)?.raised(tens)?.minus(Wide::ONE),
    }
}

/// Returns base^exponent for a base above 0.
pub(crate) fn power_of(base: Wide, exponent: Wide) -> Option<Wide> {
    exp(ln(base)?.times(exponent)?)
}

/// Returns the interest that compounding over `periods` adds: (1 + rate)^periods - 1, for a rate above -1.
pub(crate) fn compounded(rate: Wide, periods: Wide) -> Option<Wide> {
    exp_m1(ln_1p(rate)?.times(periods)?)
}

/// Returns the positive root of a number above 0: the number whose `degree`-th power it is.
pub(crate) fn root(number: Wide, degree: u32) -> Option<Wide> {
    if number.is_zero() || number.is_negative() || degree == 0 {
        return None;
    }
    let degree_wide = whole(degree.into())?;
    let Some(mut root) = Wide::from_f64(number.to_f64().powf(1.0 / f64::from(degree))).filter(|seed| !seed.is_zero()) else {
        return power_of(number, Wide::ONE.over(degree_wide)?);
    };
    // Newton's steps double the right digits: 15, 30, 60.
    for _ in 0..2 {
        let missing = number.over(whole_power(root, degree)?)?.minus(Wide::ONE)?;
        root = root.plus(root.times(missing)?.over(degree_wide)?)?;
    }
    Some(root)
}

/// Returns base^exponent by squaring: exact as long as the power has at most 76 digits.
pub(crate) fn whole_power(base: Wide, exponent: u32) -> Option<Wide> {
    let (mut result, mut square, mut rest) = (Wide::ONE, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = result.times(square)?;
        }
        rest >>= 1;
        if rest > 0 {
            square = square.times(square)?;
        }
    }
    Some(result)
}

/// Returns the square root of a number that is 0 or more.
pub(crate) fn square_root(number: Wide) -> Option<Wide> {
    if number.is_zero() { Some(number) } else { root(number, 2) }
}

enum Exponential {
    /// Exponential too small to change any result.
    Vanishes,
    /// Exponential in parts: (1 + less_one) × 10^tens.
    Parts { less_one: Wide, tens: i64 },
}

fn exp_m1_and_tens(number: Wide) -> Option<Exponential> {
    if number.magnitude() < NEAR_ZERO || number.is_zero() {
        let less_one = series(number, |term, next| term.times(number)?.times(ratio(1, next)?))?;
        return Some(Exponential::Parts { less_one, tens: 0 });
    }
    if number.magnitude() > 10 || number.absolute().whole()? > EXPONENT_LIMIT {
        return number.is_negative().then_some(Exponential::Vanishes);
    }
    // number = tens × ln 10 + rest, rest from -ln(10)/2 to ln(10)/2, and rest = 2^8 × part.
    let ln_10 = logarithm_of(LN_10, 1)?;
    let half = Wide::ONE.over(whole(2)?)?;
    let tens = i64::try_from(number.absolute().over(ln_10)?.plus(half)?.whole()?).ok()?;
    let tens = if number.is_negative() { -tens } else { tens };
    let rest = number.minus(logarithm_of(LN_10, tens)?)?;
    const DOUBLINGS: usize = 8;
    let part = to_fixed(rest) >> DOUBLINGS;
    let (mut term, mut sum, mut index) = (part, part, 1_u64);
    while !term.is_zero() {
        index += 1;
        term = multiply(term, part) / U256::from(index);
        sum += term;
    }
    // (1 + s)^2 - 1 = 2s + s^2 keeps the digits of a small s.
    for _ in 0..DOUBLINGS {
        sum = (sum << 1) + multiply(sum, sum);
    }
    if rest.is_negative() {
        sum = divide(U512::from(sum) << FRACTION_BITS, U512::from(ONE + sum));
    }
    Some(Exponential::Parts { less_one: from_fixed(rest.is_negative(), sum)?, tens })
}

/// Sums first + second + …, each term computed from the term before and its index, until a term no longer counts.
fn series(first: Wide, next_term: impl Fn(Wide, u64) -> Option<Wide>) -> Option<Wide> {
    let (mut sum, mut term, mut index) = (first, first, 1_u64);
    while !term.is_zero() && term.magnitude() + i64::from(DIGITS) >= sum.magnitude() {
        index += 1;
        term = next_term(term, index)?;
        sum = sum.plus(term)?;
    }
    Some(sum)
}

fn whole(number: u64) -> Option<Wide> {
    Wide::from_parts(false, U512::from(number), 0)
}

fn ratio(above: u64, below: u64) -> Option<Wide> {
    whole(above)?.over(whole(below)?)
}

fn logarithm_of(constant: U256, times: i64) -> Option<Wide> {
    let product = U512::from(constant).wrapping_mul(U512::from(times.unsigned_abs()));
    Wide::from_parts(times < 0, product, LOGARITHM_EXPONENT)
}

/// Converts the magnitude of a number below 16 to fixed point.
fn to_fixed(number: Wide) -> U256 {
    let shifted = U512::from(number.mantissa()) << FRACTION_BITS;
    if number.exponent() >= 0 {
        return divide(shifted.wrapping_mul(power(number.exponent().unsigned_abs())), U512::ONE);
    }
    divide(shifted, power(number.exponent().unsigned_abs().min(154)))
}

fn from_fixed(negative: bool, fixed: U256) -> Option<Wide> {
    const PLACES: u32 = 75;
    let scaled: U512 = U512::from(fixed).wrapping_mul(power(PLACES));
    Wide::from_parts(negative, (scaled + (U512::ONE << (FRACTION_BITS - 1))) >> FRACTION_BITS, -i64::from(PLACES))
}

fn multiply(left: U256, right: U256) -> U256 {
    tick(MULTIPLICATION_UNITS);
    let product: U512 = left.widening_mul(right);
    (product >> FRACTION_BITS).wrapping_to()
}

fn divide(dividend: U512, divisor: U512) -> U256 {
    tick(DIVISION_UNITS);
    (dividend / divisor).wrapping_to()
}
