//! The present value between two discount factors as a Taylor polynomial, with a bound on its error.
//!
//! A piece reaches from x = start to x = start × (1 + width). With x = start × (1 + width × t) the sum of amount × x^units is
//!
//! ```text
//! f(t) = sum over j of c_j × t^j, c_j = sum over flows of w × (units choose j) × width^j, w = amount × start^units
//! ```
//!
//! in which all terms of a flow have one sign. Everything is scaled so that the largest |w| is just below 2^A, A = 64 F - 16; the errors below
//! are in units of that scale, for n flows at times up to `last`, a polynomial of degree d, and G = e^(last × width) >= (1 + width)^last.
//!
//! - `start` and `width` are what they are in binary and have no error. A start of 76 digits loses 2^-(64 F - 3) of itself where it becomes binary,
//!   up to F = 4; beyond, the binary number is the start, and the decimal is wrong by 2^-254 of itself. Amounts are integers there, and exact.
//! - A power start^units comes of at most 2 × units products, each wrong by 2^-(64 F - 2) of itself at most, and by units × 2^-(64 F - 3) for the
//!   start; an amount is wrong by 2^-(64 F - 3). With the product of both, and the rounding to an integer, w is wrong by
//!   `weight = 2 + (4 × last + n + 8) / 2^14` at most.
//! - The next term of a flow is the last one × (units - j) × width / (j + 1). The factor width / (j + 1) has 64 F bits behind the highest bit of
//!   width, and is wrong by 2^-(64 F - 8) of itself; what comes of it is below 2^A × G, and so wrong by G / 2^8; two roundings add 2. Errors of
//!   earlier terms are multiplied by ratios whose product is below G, because that is a term's part of (1 + width)^units. So the term j is wrong by
//!   `G × (weight + j × (2 + G / 2^8))` at most, and the sum of all d + 1 terms of n flows by `n × (d + 1) × G × (weight + d × (2 + G / 2^8))`. This
//!   bounds the error of f(t), and of each coefficient in the basis of Bernstein, which is a mean of sums of c_j with factors up to 1.
//! - Where `last` is 64 at most, terms are wrong by less: sums of w × (units choose j) are exact, and their product with width^j, which is wrong
//!   by j × 2^-(64 F - 2) of itself, is wrong by n × G × (weight + j / 2^14) and one rounding.
//! - Terms beyond the degree d, where there are any, are below 2^-A × w for each flow, so that they and their derivative are below n × 1 and
//!   n × (d + 1); Descartes' rule takes 2 × (d × n + n × (d + 1)) for them (see [`super::bernstein`]).
//! - The next piece, or one of more bits, starts or ends where this one does, but for 2^-246 of x (some roundings of 76 digits), which moves f
//!   by n × G × last × 2^(A - 246) at most. Up to F = 4 the bound counts n × G × last / 2^6 for this; of more bits the ends of a piece alone have a
//!   place that a decimal tells, and their signs are known only where the value is beyond this as well (`border`).

use ruint::aliases::U512;

use super::fixed::{Behind, Fixed, LIMBS_A_UNIT, SHORT_LIMBS};
use super::float::Float;
use crate::decimal::whole_power;
use crate::wide::Wide;
use crate::work;

/// The highest degree of a Taylor polynomial: its binomials fit into 64 bits.
pub(super) const DEGREE_MAX: u32 = 64;

/// Bits of x that the place of an end is right to, as a decimal.
const DECIMAL_BITS: i64 = 246;
/// Limbs of a decimal of 76 digits.
pub(super) const DECIMAL_LIMBS: usize = 4;

/// Digits of the largest amount as an integer: a mantissa of up to 76 times a power of ten of up to 77.
const INTEGER_DIGITS: i64 = 77;

/// Flows with their amounts in binary: the magnitudes, and whether they are below 0.
pub(super) struct Flows<const F: usize> {
    units: Vec<u32>,
    amounts: Vec<(Float<F>, bool)>,
    /// The power of ten that the amounts were multiplied by.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare with the exact amounts"))]
    tens: i64,
    are_integers: bool,
}

impl<const F: usize> Flows<F> {
    pub fn of(units: &[u32], amounts: &[Wide]) -> Option<Flows<F>> {
        // Times a power of ten they are integers, as far as these fit, and exact but for the bits beyond the mantissa.
        let lowest = amounts.iter().map(|amount| i64::from(amount.exponent())).min()?;
        let highest = amounts.iter().map(|amount| amount.magnitude()).max()?;
        let tens = if highest - lowest <= INTEGER_DIGITS { -lowest } else { 0 };
        let binary = |amount: &Wide| Some((Float::of(amount.raised(tens)?)?, amount.is_negative()));
        let amounts = amounts.iter().map(binary).collect::<Option<_>>()?;
        Some(Flows { units: units.to_vec(), amounts, tens, are_integers: highest - lowest <= INTEGER_DIGITS })
    }

    /// True where the amounts have no error, if they have no more than 512 bits.
    pub fn are_exact(&self) -> bool {
        self.are_integers
    }

    pub fn last(&self) -> u32 {
        self.units.last().copied().unwrap_or(0)
    }

    /// Returns the exponent of the power of two above the largest weighted amount, and what the amounts were multiplied by.
    #[cfg(test)]
    pub fn scale(&self, start: Wide) -> Option<(i64, Wide)> {
        let top = self.weighted(Float::of(start)?)?.iter().map(|term| term.magnitude()).max()?;
        Some((top, Wide::power_of_ten(i32::try_from(self.tens).ok()?)))
    }

    /// Returns the magnitude of amount × x^units for each flow.
    fn weighted(&self, x: Float<F>) -> Option<Vec<Float<F>>> {
        let (mut weight, mut time) = (None, 0);
        let mut latest = (0, Float::one());
        let mut weighted = Vec::with_capacity(self.units.len());
        for ((amount, _), units) in self.amounts.iter().zip(&self.units) {
            if work::is_over() {
                return None;
            }
            let gap = units.checked_sub(time)?;
            if gap != latest.0 {
                latest = (gap, x.to_the(gap));
            }
            if gap > 0 {
                weight = Some(weight.map_or(latest.1, |weight: Float<F>| weight.times(latest.1)));
            }
            time = *units;
            weighted.push(weight.map_or(*amount, |weight| weight.times(*amount)));
        }
        Some(weighted)
    }
}

/// The Taylor polynomial in t from 0 to 1, where x = start × (1 + width × t).
pub(super) struct Piece<const L: usize, const F: usize> {
    start: Wide,
    width: Behind<F>,
    pub coefficients: Vec<Fixed<L>>,
    /// True where no power is left out.
    pub is_complete: bool,
    /// Bound on the error of the value between 0 and 1, and of each coefficient in the basis of Bernstein.
    pub error: Fixed<L>,
    /// Bound on what the value at an end moves by within the place that a decimal tells, as far as the error does not count it.
    pub border: Fixed<L>,
}

impl<const L: usize, const F: usize> Piece<L, F> {
    /// Bits of the largest weighted amount.
    const AMOUNT_BITS: i64 = 64 * F as i64 - 16;
    /// Bits behind the point of t, of the width and of its parts.
    pub const PLACES: usize = 64 * F;
    /// Products of limbs in a product with a fraction, as far as it does not count itself.
    pub const PRODUCT_LIMBS: u64 = if L <= SHORT_LIMBS { (L * F) as u64 } else { 0 };

    /// Creates the piece; None where its width is 0, or its terms do not end in time.
    pub fn new(flows: &Flows<F>, start: Wide, width: Behind<F>) -> Option<Piece<L, F>> {
        let (last, relative) = (flows.last(), to_f64(&width));
        let reach = f64::from(last) * relative * (1.0 + 1e-9);
        let degree = degree(last, reach, Self::AMOUNT_BITS as f64)?;
        let weighted = flows.weighted(Float::of(start)?)?;
        let top = weighted.iter().map(|term| term.magnitude()).max()?;
        let sizes = weighted.iter().map(|term| term.fixed(Self::AMOUNT_BITS.checked_sub(top)?)).collect::<Option<Vec<_>>>()?;
        let coefficients = match last <= DEGREE_MAX {
            true => Self::summed(flows, &sizes, &width, degree)?,
            false => Self::ended(flows, &sizes, &width, degree)?,
        };
        let (count, growth) = (flows.units.len() as u64, libm::exp(reach));
        let error = error(count, degree.into(), last.into(), growth)?;
        let border = match usize::try_from(Self::AMOUNT_BITS - DECIMAL_BITS) {
            Ok(surplus) if F > DECIMAL_LIMBS => Fixed::whole(moved(count, last.into(), growth)).raised(surplus),
            _ => Fixed::ZERO,
        };
        Some(Piece { start, width, coefficients, is_complete: degree == last, error: Fixed::whole(error), border })
    }

    /// Returns the coefficients up to a degree, for flows whose powers are few: those in powers of x / start - 1 by sums alone, each then times its
    /// power of the width.
    fn summed(flows: &Flows<F>, sizes: &[Fixed<L>], width: &Behind<F>, degree: u32) -> Option<Vec<Fixed<L>>> {
        let (last, degree) = (flows.last() as usize, degree as usize);
        let mut coefficients = vec![Fixed::ZERO; last + 1];
        for ((size, units), (_, negative)) in sizes.iter().zip(&flows.units).zip(&flows.amounts) {
            coefficients[*units as usize] = if *negative { size.negated() } else { *size };
        }
        for lowest in 0..last.min(degree + 1) {
            for place in (lowest..last).rev() {
                coefficients[place] = coefficients[place].plus(coefficients[place + 1]);
            }
        }
        coefficients.truncate(degree + 1);
        let (width, shift) = normal(width)?;
        let (mut power, mut shifts) = (width, shift);
        for coefficient in &mut coefficients[1..] {
            *coefficient = if coefficient.is_negative() {
                coefficient.negated().size_times(&power).halved(shifts).negated()
            } else {
                coefficient.size_times(&power).halved(shifts)
            };
            let next = Fixed(power).size_times(&width);
            // One bit is lost where the product of two fractions is below a half.
            let lost = usize::from(next.0[F - 1] >> 63 == 0);
            (power, shifts) = (next.raised(lost).0, shifts + shift + lost);
        }
        let sums = ((last * (degree + 1)).min(last * last / 2 + last) * L) as u64;
        let products = degree as u64 * (2 * Self::PRODUCT_LIMBS + L as u64);
        work::tick(sums / 15 + products / LIMBS_A_UNIT + 1);
        (!work::is_over()).then_some(coefficients)
    }

    /// Returns the coefficients up to a degree, each flow's term from the one before.
    fn ended(flows: &Flows<F>, sizes: &[Fixed<L>], width: &Behind<F>, degree: u32) -> Option<Vec<Fixed<L>>> {
        let (factors, shift) = factors(width, degree)?;
        let mut coefficients = vec![Fixed::ZERO; degree as usize + 1];
        for ((size, units), (_, negative)) in sizes.iter().zip(&flows.units).zip(&flows.amounts) {
            let mut size = *size;
            let mut products = 0;
            for (step, coefficient) in (0..).zip(&mut coefficients) {
                *coefficient = coefficient.plus(if *negative { size.negated() } else { size });
                let rest = units.saturating_sub(step);
                let (true, Some(factor)) = (rest > 0 && !size.is_zero(), factors.get(step as usize)) else { break };
                size = size.times(rest.into()).size_times(factor).halved(shift);
                products += 1;
            }
            if work::is_over_after(products * (Self::PRODUCT_LIMBS + L as u64 / 2) / LIMBS_A_UNIT + 1) {
                return None;
            }
        }
        Some(coefficients)
    }

    pub fn degree(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// Returns the value at t, wrong by the piece's error at most, and the slope; None where nobody waits any more.
    ///
    /// Each step of Horner's rule rounds once; the bound on the terms counts two roundings for each of them.
    pub fn value_and_slope(&self, t: &Behind<F>) -> Option<(Fixed<L>, Fixed<L>)> {
        let (mut value, mut slope) = (Fixed::ZERO, Fixed::ZERO);
        self.horner(2, |coefficient| {
            slope = slope.times_fraction(t).plus(value);
            value = value.times_fraction(t).plus(coefficient);
        })?;
        Some((value, slope))
    }

    /// Returns the value at t, wrong by the piece's error at most; None where nobody waits any more.
    pub fn value(&self, t: &Behind<F>) -> Option<Fixed<L>> {
        let mut value = Fixed::ZERO;
        self.horner(1, |coefficient| value = value.times_fraction(t).plus(coefficient))?;
        Some(value)
    }

    /// Goes through the coefficients, the highest first, in steps of so many products; None where nobody waits any more.
    pub fn horner(&self, products: u64, mut step: impl FnMut(Fixed<L>)) -> Option<()> {
        let limbs = products * Self::PRODUCT_LIMBS;
        if F <= DECIMAL_LIMBS && work::is_over_after(limbs * self.degree() as u64 / LIMBS_A_UNIT + 1) {
            return None;
        }
        for coefficient in self.coefficients.iter().rev() {
            if F > DECIMAL_LIMBS && work::is_over() {
                return None;
            }
            step(*coefficient);
        }
        Some(())
    }

    /// Returns x at t from 0 to 1, to 75 digits.
    pub fn x_at(&self, t: Fixed<L>) -> Option<Wide> {
        if t.is_zero() {
            return Some(self.start);
        }
        let mut width = [0; L];
        width[..F].copy_from_slice(&self.width);
        let beyond = if t.fraction::<F>() == [0; F] { Fixed(width) } else { Fixed(width).size_times(&t.fraction::<F>()) };
        // As many bits as a decimal has, and 2^-places in two steps, as that power does not fit.
        let surplus = beyond.bits().saturating_sub(256);
        let places = Self::PLACES - surplus;
        let beyond = Wide::from_parts(false, leading(beyond.halved(surplus)), 0)?;
        let half = whole_power(Wide::from_parts(false, U512::from(2), 0)?, u32::try_from(places / 2).ok()?)?;
        let beyond = beyond.over(half)?.over(half)?;
        let beyond = if places % 2 == 0 { beyond } else { beyond.over(Wide::from_parts(false, U512::from(2), 0)?)? };
        self.start.times(Wide::ONE.plus(beyond)?)
    }

    /// Returns x where the piece ends.
    pub fn end(&self) -> Option<Wide> {
        self.x_at(Fixed::power_of_two(Self::PLACES))
    }

    /// Returns the width against x.
    pub fn relative(&self) -> f64 {
        to_f64(&self.width)
    }
}

/// Returns a number of up to 256 bits.
fn leading<const L: usize>(fixed: Fixed<L>) -> U512 {
    let mut limbs = [0; 8];
    limbs[..4].copy_from_slice(&fixed.0[..4]);
    U512::from_limbs(limbs)
}

fn to_f64<const F: usize>(fraction: &Behind<F>) -> f64 {
    fraction.iter().fold(0.0, |value, limb| (value + *limb as f64) / 18_446_744_073_709_551_616.0)
}

/// Returns a width other than 0 times 2^shift, and the shift: as large as leaves a fraction.
fn normal<const F: usize>(width: &Behind<F>) -> Option<(Behind<F>, usize)> {
    let leading = width.iter().rposition(|limb| *limb != 0)?;
    let shift = 64 * (F - 1 - leading) + width[leading].leading_zeros() as usize;
    Some((Fixed(*width).raised(shift).0, shift))
}

/// Returns width / (j + 1) × 2^shift for each j below the degree, and the shift.
fn factors<const F: usize>(width: &Behind<F>, degree: u32) -> Option<(Vec<Behind<F>>, usize)> {
    let (width, shift) = normal(width)?;
    Some(((1..=u64::from(degree)).map(|step| divided(&width, step)).collect(), shift))
}

fn divided<const F: usize>(number: &[u64; F], divisor: u64) -> [u64; F] {
    let mut quotient = [0; F];
    let mut rest = 0_u128;
    for (quotient, limb) in quotient.iter_mut().zip(number).rev() {
        rest = rest << 64 | u128::from(*limb);
        *quotient = (rest / u128::from(divisor)) as u64;
        rest %= u128::from(divisor);
    }
    quotient
}

/// Returns the degree after which the rest of a Taylor polynomial is below 2^-bits of its weighted amounts; None where that is above
/// [`DEGREE_MAX`]. `reach` is the highest power times the relative width.
pub(in crate::cash_flow::internal_rate) fn degree(last: u32, reach: f64, bits: f64) -> Option<u32> {
    // The rest is below reach^(degree + 1) / (degree + 1)! × e^reach; in powers of two.
    let mut rest = libm::log2(reach) + reach * std::f64::consts::LOG2_E;
    let mut degree = 0;
    while degree == 0 || degree < last && rest > -bits {
        if degree == DEGREE_MAX {
            return None;
        }
        degree += 1;
        rest += libm::log2(reach / f64::from(degree + 1));
    }
    Some(degree)
}

/// Returns the bound of the module's text; None where it leaves nothing of the scale.
fn error(flows: u64, degree: u64, last: u64, growth: f64) -> Option<u128> {
    if growth.is_nan() || growth > 1e9 {
        return None;
    }
    let border = moved(flows, last, growth).div_ceil(1 << 6);
    let (flows, degree, last, growth) = (u128::from(flows), u128::from(degree), u128::from(last), growth.ceil() as u128 + 1);
    let weight = 2 + (4 * last + flows + 8).div_ceil(1 << 14);
    let terms = (degree + 1) * growth * (weight + degree * (2 + growth.div_ceil(1 << 8)));
    let rest = 2 * (2 * degree + 1);
    Some(flows * (terms + rest) + border + 2)
}

/// Returns a bound on the derivative of f by ln x.
fn moved(flows: u64, last: u64, growth: f64) -> u128 {
    u128::from(flows) * u128::from(last) * (growth.ceil() as u128 + 1)
}
