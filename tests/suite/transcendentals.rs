//! Logarithms, powers and roots against 50-digit references, which mpmath computed: `tests/golden/transcendentals.jsonl`.

use paydirt::models::number::{Exact, Number};
use rust_decimal::Decimal;
use serde_json::Value;

/// The references have 50; what callers are promised is 20.
const RIGHT_DIGITS: i32 = 49;

#[test]
fn logarithms_powers_and_roots_have_more_right_digits_than_any_answer() {
    let text = include_str!("../golden/transcendentals.jsonl");
    let mut count = 0;
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("a row is JSON");
        let argument = |index: usize| exact(row["arguments"][index].as_str().expect("arguments are text"));
        let computed = match row["function"].as_str() {
            Some("ln_1p") => (Exact::ONE + argument(0)).ln(),
            Some("exp_m1") => argument(0).exp_m1(),
            Some("power") => argument(0).to_the(argument(1)),
            Some("discount_share") => argument(0).discount_share(argument(1)),
            Some("root") => argument(0).root(row["arguments"][1].as_str().and_then(|n| n.parse().ok()).expect("a degree")),
            other => panic!("{other:?} is not known"),
        };
        let value = exact(row["value"].as_str().expect("a value is text"));
        let error = ((computed - value) / value).absolute();
        assert!(
            value.is_zero() && computed.is_zero() || error <= Exact::power_of_ten(-RIGHT_DIGITS),
            "{line}: off by {error:?}"
        );
        count += 1;
    }
    assert!(count >= 60, "{count} rows");
}

/// Any number of digits with any exponent, put together from pieces that decimals hold.
fn exact(text: &str) -> Exact {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (negative, unsigned) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let mut value = Exact::ZERO;
    for piece in digits.as_bytes().chunks(20) {
        let piece = std::str::from_utf8(piece).expect("digits are ASCII");
        let shift = Exact::power_of_ten(i32::try_from(piece.len()).expect("short"));
        value = value * shift + Exact::from(piece.parse::<Decimal>().expect("digits"));
    }
    let exponent: i32 = exponent.parse().expect("an exponent");
    let value = value * Exact::power_of_ten(exponent - i32::try_from(fraction.len()).expect("short"));
    if negative { -value } else { value }
}
