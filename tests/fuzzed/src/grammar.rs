//! Decimals read once more, in whole numbers of any length.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed, Zero};

/// Exponents beyond it are left out: to write them in full takes too long.
const EXPONENT_MAX: usize = 4;

/// What a text stands for.
pub enum Meaning {
    Number(BigRational),
    /// It is a decimal, with an exponent of too many digits to compute.
    Decimal,
    Nothing,
}

/// `["-"] digits ["." digits] [("e" | "E") ["+" | "-"] digits]`
pub fn meaning(text: &str) -> Meaning {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (figure, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((figure, exponent)) => (figure, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, behind_point) = match figure.split_once('.') {
        Some((whole, behind_point)) => (whole, Some(behind_point)),
        None => (figure, None),
    };
    let exponent_digits = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let parts = [Some(whole), behind_point, exponent_digits];
    if parts.into_iter().flatten().any(|part| part.is_empty() || !part.chars().all(|digit| digit.is_ascii_digit())) {
        return Meaning::Nothing;
    }
    let behind_point = behind_point.unwrap_or("");
    let mantissa: BigInt = format!("{whole}{behind_point}").parse().expect("digits alone");
    if mantissa.is_zero() {
        return Meaning::Number(BigRational::zero());
    }
    let Some(power) = exponent_digits.map_or(Some(0), exponent_value) else { return Meaning::Decimal };
    let power = if exponent.is_some_and(|exponent| exponent.starts_with('-')) { -power } else { power };
    let power = power - i64::try_from(behind_point.len()).expect("a short text");
    let ten = BigRational::from_integer(10.into());
    let magnitude = BigRational::from_integer(mantissa) * Pow::pow(ten, i32::try_from(power).expect("four digits"));
    Meaning::Number(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn exponent_value(digits: &str) -> Option<i64> {
    let digits = digits.trim_start_matches('0');
    if digits.len() > EXPONENT_MAX { None } else { Some(digits.parse().unwrap_or(0)) }
}

/// A magnitude of 7.9e28 or more.
pub fn is_too_large(number: &BigRational) -> bool {
    number.abs() >= BigRational::from_integer(BigInt::from(79) * BigInt::from(10).pow(27_u32))
}

/// More than 28 significant digits, or more than 28 after the point.
pub fn is_too_precise(number: &BigRational) -> bool {
    let scaled = number * BigRational::from_integer(BigInt::from(10).pow(28_u32));
    if !scaled.is_integer() {
        return true;
    }
    scaled.to_integer().abs().to_string().trim_end_matches('0').len() > 28
}

/// Returns whether the text of a decimal is the only one of its number: no exponent, no needless zero, no "-0".
pub fn is_canonical(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, behind_point) = unsigned.split_once('.').unwrap_or((unsigned, "none"));
    let is_plain = !text.contains(['e', 'E', '+']) && text != "-0";
    is_plain && (whole == "0" || !whole.starts_with('0')) && !behind_point.ends_with('0') && !behind_point.is_empty()
}
