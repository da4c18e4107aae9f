//! Decimals between two others.

use rust_decimal::{Decimal, RoundingStrategy};

/// The most digits after the point.
const PLACES_MAX: u32 = 28;
/// The limit of a decimal's digits, as a whole number: 28 of them. A decimal holds some of 29.
const MANTISSA_LIMIT: u128 = 10_u128.pow(28);

/// Returns the decimal with the fewest digits strictly between two decimals, the lower ones of several; `None` where there is none of 28 digits.
///
/// ```
/// use paydirt_models::study::shortest_between;
/// use rust_decimal::dec;
///
/// assert_eq!(shortest_between(dec!(0.2499999), dec!(0.2500001)), Some(dec!(0.25)));
/// assert_eq!(shortest_between(dec!(-1), dec!(1)), Some(dec!(0)));
/// ```
#[must_use]
pub fn shortest_between(low: Decimal, high: Decimal) -> Option<Decimal> {
    // Both ends may be 0, of either sign.
    if low >= high {
        return None;
    }
    let is_inside = |value: &Decimal| *value > low && *value < high;
    if is_inside(&Decimal::ZERO) {
        return Some(Decimal::ZERO);
    }
    // Of two negative numbers the magnitudes are looked at, so that a number and its negative are as short.
    if high <= Decimal::ZERO {
        return shortest_between(negative(high), negative(low)).map(negative);
    }
    let tens = (1..=PLACES_MAX).rev().filter_map(power_of_ten);
    let rounded = tens.filter_map(|unit| low.checked_div(unit)?.floor().checked_add(Decimal::ONE)?.checked_mul(unit));
    let fractions = (0..=PLACES_MAX).filter_map(|places| {
        let unit = Decimal::try_from_i128_with_scale(1, places).ok()?;
        low.round_dp_with_strategy(places, RoundingStrategy::ToNegativeInfinity).checked_add(unit)
    });
    let is_short = |value: &Decimal| value.normalize().mantissa().unsigned_abs() < MANTISSA_LIMIT;
    rounded.chain(fractions).find(|value| is_inside(value) && is_short(value)).map(|value| value.normalize())
}

fn negative(mut value: Decimal) -> Decimal {
    value.set_sign_negative(!value.is_sign_negative());
    value
}

/// Returns 10^power, which 28 digits hold.
fn power_of_ten(power: u32) -> Option<Decimal> {
    Some(Decimal::from_i128_with_scale(10_i128.checked_pow(power)?, 0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn the_shortest_decimal_is_strictly_inside() {
        for (low, high, shortest) in [
            (dec!(0.2), dec!(0.4), Some(dec!(0.3))),
            (dec!(0.2), dec!(0.3), Some(dec!(0.21))),
            (dec!(0.9), dec!(1.1), Some(dec!(1))),
            (dec!(123), dec!(987), Some(dec!(200))),
            (dec!(95), dec!(1005), Some(dec!(1000))),
            (dec!(-0.31), dec!(-0.29), Some(dec!(-0.3))),
            (dec!(0), dec!(1e15), Some(dec!(1e14))),
            (dec!(0), dec!(1e-28), None),
            (dec!(122.8089762197164229094562911), dec!(122.8089762197164229094562912), None),
            (dec!(5), dec!(5), None),
            (dec!(6), dec!(5), None),
            (dec!(0), dec!(0), None),
            (dec!(0), dec!(-0), None),
            (dec!(-0), dec!(0), None),
            (dec!(0), dec!(-1), None),
        ] {
            let found = shortest_between(low, high);
            let digits = |value: Option<Decimal>| {
                value.map(|value| value.normalize().mantissa().to_string().trim_end_matches('0').len())
            };
            assert_eq!(digits(found), digits(shortest), "{low} {high}: {found:?}");
            assert!(found.is_none_or(|found| found > low && found < high), "{low} {high}: {found:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_between_and_something_is_found(low in -1_000_000_000_i64..1_000_000_000, width in 2_i64..1_000_000, scale in 0_u32..12) {
            let (low, high) = (Decimal::new(low, scale), Decimal::new(low + width, scale));
            let found = shortest_between(low, high).expect("two units are enough");
            prop_assert!(found > low && found < high);
        }
    }
}
