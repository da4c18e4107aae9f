//! A pocket calculator: numbers of 384 bits with a binary exponent, and what a person has keys for. The tests of explanations calculate with
//! it, and so share no arithmetic with the engine.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::LazyLock;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// The bits of a number: some 115 digits.
const BITS: u64 = 384;

/// A number: `mantissa` × 2^`exponent`, cut off below [`BITS`] bits.
#[derive(Clone, Debug)]
pub struct Pocket {
    mantissa: BigInt,
    exponent: i64,
}

/// ln(2) = 2 artanh(1/3).
static LN_2: LazyLock<Pocket> = LazyLock::new(|| Pocket::from(2) * artanh(&(Pocket::from(1) / Pocket::from(3))));

impl Pocket {
    fn new(mantissa: BigInt, exponent: i64) -> Pocket {
        let surplus = mantissa.bits().saturating_sub(BITS);
        if mantissa.is_zero() {
            return Pocket { mantissa, exponent: 0 };
        }
        Pocket { mantissa: mantissa >> surplus, exponent: exponent + i64::try_from(surplus).expect("few bits") }
    }

    /// Reads digits with at most one point, and no sign.
    pub fn read(text: &str) -> Option<Pocket> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
        Some(Pocket::new(digits, 0) / Pocket::ten_to(u32::try_from(fraction.len()).ok()?))
    }

    fn ten_to(power: u32) -> Pocket {
        Pocket::new(BigInt::from(10).pow(power), 0)
    }

    /// Returns 10^-`power`.
    pub fn tenths(power: u32) -> Pocket {
        Pocket::from(1) / Pocket::ten_to(power)
    }

    pub fn absolute(&self) -> Pocket {
        Pocket { mantissa: self.mantissa.abs(), exponent: self.exponent }
    }

    pub fn max(self, other: Pocket) -> Pocket {
        if self < other { other } else { self }
    }

    /// The whole number that this is, if it is one of nine digits at the most.
    fn whole(&self) -> Option<i32> {
        let value = match self.exponent {
            0.. if self.exponent < 64 => &self.mantissa << self.exponent,
            0.. => return None,
            below => {
                let shift = below.unsigned_abs();
                let whole = &self.mantissa >> shift;
                ((&whole << shift) == self.mantissa).then_some(whole)?
            }
        };
        i32::try_from(value).ok().filter(|whole| whole.abs() < 1_000_000_000)
    }

    /// The natural logarithm of a number above 0.
    pub fn ln(&self) -> Option<Pocket> {
        if !self.mantissa.is_positive() {
            return None;
        }
        // Between 2/3 and 4/3, times a power of 2.
        let bits = i64::try_from(self.mantissa.bits()).ok()?;
        let mut reduced = Pocket { mantissa: self.mantissa.clone(), exponent: -bits };
        let mut twos = self.exponent + bits;
        if reduced < Pocket::from(2) / Pocket::from(3) {
            (reduced.exponent, twos) = (reduced.exponent + 1, twos - 1);
        }
        let one = Pocket::from(1);
        let ratio = (reduced.clone() - one.clone()) / (reduced + one);
        Some(Pocket::from(2) * artanh(&ratio) + Pocket::from(twos) * LN_2.clone())
    }

    /// e to this power.
    pub fn exp(&self) -> Option<Pocket> {
        const HALVINGS: i64 = 12;
        let twos = (self.clone() / LN_2.clone()).rounded_down();
        let twos: i64 = i64::try_from(&twos).ok()?;
        let rest = self.clone() - Pocket::from(twos) * LN_2.clone();
        let small = Pocket { exponent: rest.exponent - HALVINGS, ..rest };
        let (mut term, mut sum) = (Pocket::from(1), Pocket::from(1));
        for number in 1..60 {
            term = term * small.clone() / Pocket::from(number);
            sum = sum + term.clone();
        }
        for _ in 0..HALVINGS {
            sum = sum.clone() * sum;
        }
        Some(Pocket { exponent: sum.exponent + twos, ..sum })
    }

    fn rounded_down(&self) -> BigInt {
        match self.exponent {
            0.. => &self.mantissa << self.exponent.min(1 << 20),
            below => &self.mantissa >> below.unsigned_abs(),
        }
    }

    /// This to a power.
    pub fn to_the(&self, power: &Pocket) -> Option<Pocket> {
        let Some(whole) = power.whole() else {
            return if self.mantissa.is_zero() { Some(self.clone()) } else { (self.ln()? * power.clone()).exp() };
        };
        let (mut result, mut square, mut left) = (Pocket::from(1), self.clone(), whole.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                result = result * square.clone();
            }
            square = square.clone() * square;
            left >>= 1;
        }
        if whole < 0 { (!result.mantissa.is_zero()).then(|| Pocket::from(1) / result) } else { Some(result) }
    }
}

/// The inverse hyperbolic tangent of a number of at most 1/3: y + y³/3 + y⁵/5 …
fn artanh(ratio: &Pocket) -> Pocket {
    let square = ratio.clone() * ratio.clone();
    let (mut power, mut sum) = (ratio.clone(), ratio.clone());
    // (1/9)^125 is below 2^-384.
    for number in 1..125 {
        power = power * square.clone();
        sum = sum + power.clone() / Pocket::from(2 * number + 1);
    }
    sum
}

impl From<i64> for Pocket {
    fn from(whole: i64) -> Pocket {
        Pocket::new(whole.into(), 0)
    }
}

impl Neg for Pocket {
    type Output = Pocket;
    fn neg(self) -> Pocket {
        Pocket { mantissa: -self.mantissa, exponent: self.exponent }
    }
}

impl Add for Pocket {
    type Output = Pocket;
    fn add(self, other: Pocket) -> Pocket {
        if self.mantissa.is_zero() || other.mantissa.is_zero() {
            return if self.mantissa.is_zero() { other } else { self };
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let apart = high.exponent - low.exponent;
        // The lower one ends before the last bit of the higher one begins.
        if apart > i64::try_from(2 * BITS).expect("few bits") {
            return high;
        }
        Pocket::new((high.mantissa << apart) + low.mantissa, low.exponent)
    }
}

impl Sub for Pocket {
    type Output = Pocket;
    fn sub(self, other: Pocket) -> Pocket {
        self + -other
    }
}

impl Mul for Pocket {
    type Output = Pocket;
    fn mul(self, other: Pocket) -> Pocket {
        Pocket::new(self.mantissa * other.mantissa, self.exponent + other.exponent)
    }
}

impl Div for Pocket {
    type Output = Pocket;
    fn div(self, other: Pocket) -> Pocket {
        let shift = BITS + other.mantissa.bits();
        let quotient = (self.mantissa << shift) / other.mantissa;
        Pocket::new(quotient, self.exponent - other.exponent - i64::try_from(shift).expect("few bits"))
    }
}

impl PartialEq for Pocket {
    fn eq(&self, other: &Pocket) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Pocket {
    fn partial_cmp(&self, other: &Pocket) -> Option<Ordering> {
        let difference = self.clone() - other.clone();
        Some(difference.mantissa.cmp(&BigInt::zero()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Pocket {
        text.strip_prefix('-').map_or_else(|| Pocket::read(text), |text| Pocket::read(text).map(Neg::neg)).expect("a number")
    }

    fn close(found: &Pocket, expected: &str) -> bool {
        (found.clone() - number(expected)).absolute() < Pocket::tenths(58)
    }

    /// Digits of mathematical tables: Abramowitz and Stegun, Handbook of Mathematical Functions, table 1.1 and following.
    #[test]
    fn it_knows_the_printed_digits() {
        let ln = |text: &str| number(text).ln().expect("above 0");
        assert!(close(&ln("2"), "0.693147180559945309417232121458176568075500134360255254120680"));
        assert!(close(&ln("10"), "2.302585092994045684017991454684364207601101488628772976033328"));
        assert!(close(&(ln("0.1") + ln("10")), "0"));
        assert!(close(&number("1").exp().expect("e"), "2.718281828459045235360287471352662497757247093699959574966968"));
        assert!(close(
            &number("2").to_the(&number("0.5")).expect("a root"),
            "1.414213562373095048801688724209698078569671875376948073176680"
        ));
        assert!(close(
            &number("1.1").to_the(&number("-2")).expect("a power"),
            "0.826446280991735537190082644628099173553719008264462809917355"
        ));
        assert!(close(&(number("1") / number("3") * number("3")), "1"));
        assert!(number("0").ln().is_none() && BigInt::one().is_positive());
    }

    #[test]
    fn large_and_small_numbers_keep_their_distance() {
        let large = number("79000000000000000000000000000");
        assert!(large.clone() + Pocket::tenths(28) > large);
        assert!(close(&(large.clone() - large), "0"));
        assert!(number("1").exp().expect("e") > number("2.7") && number("-1").exp().expect("1 / e") < number("0.4"));
    }
}
