//! A pocket calculator for the figures of explanations. Its arithmetic is its own: exact fractions, cut to 60 digits where they grow, and
//! logarithms and exponentials by their series, so that a mistake of the engine's arithmetic is not made again here.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

/// Significant digits of a fraction that was cut.
const DIGITS: i32 = 60;
/// Bits of a numerator or denominator from which on a fraction is cut.
const LONG: u64 = 420;
/// Digits after the point in the sums of series.
const SERIES_DIGITS: u32 = 100;
/// Above it, an exponential has more digits than any answer.
const EXPONENT_MAX: i64 = 1_000;

/// Returns what the calculator makes of a text; `None` of words.
pub fn calculate(text: &str) -> Option<BigRational> {
    let mut calculator = Calculator { rest: text };
    let value = calculator.sum()?;
    calculator.rest.trim().is_empty().then_some(value)
}

pub fn power_of_ten(exponent: i32) -> BigRational {
    whole(10).pow(exponent)
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// Cuts a long fraction.
fn cut(value: BigRational) -> BigRational {
    if value.numer().bits().max(value.denom().bits()) < LONG {
        return value;
    }
    // A small fraction keeps as many digits as a large one.
    let magnitude = (value.denom().bits() as f64 - value.numer().bits() as f64) * 0.302;
    let scale = power_of_ten(DIGITS + magnitude.max(0.0) as i32);
    (value * &scale).round() / scale
}

/// In units of the last digit of a series.
fn fixed(value: &BigRational) -> BigInt {
    (value * BigRational::from_integer(unit())).to_integer()
}

fn unit() -> BigInt {
    BigInt::from(10).pow(SERIES_DIGITS)
}

/// Adds up a series from its first term, the quotient of two terms in number `n`, and what a term counts, until a term is 0.
fn series(first: BigInt, next: impl Fn(BigInt, u32) -> BigInt, counts: impl Fn(&BigInt, u32) -> BigInt) -> BigInt {
    let (mut term, mut sum, mut number) = (first, BigInt::zero(), 0);
    while !term.is_zero() {
        sum += counts(&term, number);
        number += 1;
        term = next(term, number);
    }
    sum
}

/// artanh z = z + z^3 / 3 + z^5 / 5 + …
fn artanh(value: &BigRational) -> BigInt {
    let (value, unit) = (fixed(value), unit());
    let square = &value * &value / &unit;
    series(value, |term, _| term * &square / &unit, |term, number| term / (2 * number + 1))
}

/// ln x = 2 × artanh((x - 1) / (x + 1)), after x was halved or doubled until it is near 1.
fn ln(value: &BigRational) -> Option<BigRational> {
    if !value.is_positive() {
        return None;
    }
    let near_one = |value: &BigRational| artanh(&((value - whole(1)) / (value + whole(1)))) * 2;
    let halvings = i32::try_from(value.numer().bits()).ok()? - i32::try_from(value.denom().bits()).ok()?;
    let rest = value / whole(2).pow(halvings);
    Some(cut(BigRational::new(near_one(&rest) + near_one(&whole(2)) * halvings, unit())))
}

/// e^x = 1 + x + x^2 / 2! + …, after x was halved until it is small; the halvings are undone by squares.
fn exponential(exponent: &BigRational) -> Option<BigRational> {
    const HALVINGS: usize = 18;
    if exponent.abs() > whole(EXPONENT_MAX) {
        return None;
    }
    let (exponent, unit) = (fixed(exponent) >> HALVINGS, unit());
    let sum = series(unit.clone(), |term, number| term * &exponent / &unit / number, |term, _| term.clone());
    Some((0..HALVINGS).fold(cut(BigRational::new(sum, unit)), |value, _| cut(&value * &value)))
}

fn power(base: &BigRational, exponent: &BigRational) -> Option<BigRational> {
    if base.is_one() {
        return Some(base.clone());
    }
    if exponent.is_integer()
        && let Some(times) = exponent.to_integer().to_i64().filter(|times| times.abs() < 100_000)
    {
        let (mut power, mut square) = (BigRational::one(), base.clone());
        let mut left = times.unsigned_abs();
        while left > 0 {
            if left % 2 == 1 {
                power = cut(power * &square);
            }
            square = cut(&square * &square);
            left /= 2;
        }
        return if times >= 0 { Some(power) } else { quotient(&BigRational::one(), &power) };
    }
    exponential(&(ln(base)? * exponent))
}

fn quotient(dividend: &BigRational, divisor: &BigRational) -> Option<BigRational> {
    (!divisor.is_zero()).then(|| dividend / divisor)
}

struct Calculator<'a> {
    rest: &'a str,
}

impl Calculator<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Option<BigRational> {
        let mut value = self.product()?;
        loop {
            if self.take("+") {
                value += self.product()?;
            } else if self.take("-") {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<BigRational> {
        let mut value = self.power()?;
        loop {
            if self.take("×") {
                value = cut(value * self.power()?);
            } else if self.take("/") {
                value = cut(quotient(&value, &self.power()?)?);
            } else {
                return Some(value);
            }
        }
    }

    fn power(&mut self) -> Option<BigRational> {
        if self.take("-") {
            return Some(-self.power()?);
        }
        if self.take("e^") {
            return exponential(&self.power()?);
        }
        let base = self.atom()?;
        if !self.take("^") {
            return Some(base);
        }
        power(&base, &self.power()?)
    }

    fn atom(&mut self) -> Option<BigRational> {
        if self.take("ln(") {
            let value = self.sum()?;
            return if self.take(")") { ln(&value) } else { None };
        }
        if self.take("max(") {
            let first = self.sum()?;
            let second = if self.take(",") { self.sum()? } else { return None };
            return self.take(")").then(|| first.max(second));
        }
        if self.take("(") {
            let value = self.sum()?;
            return self.take(")").then_some(value);
        }
        let rest = self.rest.trim_start();
        let length = rest.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(rest.len());
        let (number, rest) = rest.split_at(length);
        self.rest = rest;
        let (whole, behind) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{behind}").parse().ok()?;
        Some(BigRational::from_integer(digits) * power_of_ten(-i32::try_from(behind.len()).ok()?))
    }
}

#[test]
fn the_calculator_knows_what_comes_first() {
    let value = |text: &str| calculate(text).map(|value| value.to_string());
    for (text, expected) in [
        ("1 + 2 × 3", Some("7")),
        ("8 / (4 / 2)", Some("4")),
        ("5 - (-3)", Some("8")),
        ("100 × 0.1 / (1 - (1 + 1)^-1)", Some("20")),
        ("max(0 - 5, 0)", Some("0")),
        ("ln(1) + 2^3", Some("8")),
        ("e^0 - 1", Some("0")),
        ("1 / 3", Some("1/3")),
        ("1 / 0", None),
        ("in month 12", None),
        ("3 <= 4", None),
    ] {
        assert_eq!(value(text).as_deref(), expected, "{text}");
    }
}

/// Abramowitz and Stegun, Handbook of Mathematical Functions, table 1.1, to 25 digits.
#[test]
fn the_calculator_knows_logarithms_and_roots() {
    for (text, printed) in [
        ("ln(2)", "0.6931471805599453094172321"),
        ("ln(10)", "2.3025850929940456840179915"),
        ("e^1", "2.7182818284590452353602875"),
        ("e^-1", "0.3678794411714423215955238"),
        ("2^0.5", "1.4142135623730950488016887"),
        ("10^(1 / 3)", "2.1544346900318837217592936"),
    ] {
        let difference = calculate(text).expect("a value") - calculate(printed).expect("a figure");
        assert!(difference.abs() < power_of_ten(-25), "{text}");
    }
}
