//! Ranges of fields as numbers, from the words of the contract.

use rust_decimal::{Decimal, dec};

use super::levers::StudyLever;
use super::subject::StudyInput;
use crate::wire::decimal::read;
use crate::wire::reach::{FieldShape, ValueKind};

/// The farthest that a field without a bound is looked at.
const FAR: Decimal = dec!(1e15);
/// The greatest rate that is looked at: 1000 %.
const RATE_MAX: Decimal = dec!(10);
/// The distance from a bound that a field only approaches.
const NEAR: Decimal = dec!(1e-28);
/// The greatest whole number that is looked at where the contract has none.
const WHOLE_MAX: Decimal = dec!(9999);

/// Returns the least and the greatest number that a field takes, and that a search looks at.
fn range_of(field: &FieldShape) -> (Decimal, Decimal) {
    let (low, high) = bounds(field.range);
    let is_whole = matches!(field.kind, ValueKind::Whole);
    let is_rate = field.unit.starts_with("ratio a");
    let (least, greatest) = match (is_whole, is_rate) {
        (true, _) => (Decimal::ZERO, WHOLE_MAX),
        (_, true) => (-FAR, RATE_MAX),
        _ => (-FAR, FAR),
    };
    (low.map_or(least, |low| low.max(least)), high.map_or(greatest, |high| high.min(greatest)))
}

/// Returns the bounds that the words of a range name: "above 0 up to 1", "0 or more", "above -1 and below discount_rate".
fn bounds(words: &str) -> (Option<Decimal>, Option<Decimal>) {
    let number = |text: Option<&str>| text.and_then(|text| read(text.trim_end_matches(',')).ok());
    let behind = |mark: &str| words.split_once(mark).and_then(|(_, rest)| rest.split_whitespace().next());
    let first = words.split_whitespace().next();
    let low = match number(words.strip_prefix("above ").and_then(|rest| rest.split_whitespace().next())) {
        Some(open) => open.checked_add(NEAR),
        None => number(first).filter(|_| !words.starts_with("at most")),
    };
    let high = match number(behind("up to below ")) {
        Some(open) => open.checked_sub(NEAR),
        None => number(behind("up to ")).or_else(|| number(behind("at most "))).or_else(|| number(behind(" to "))),
    };
    (low, high)
}

/// Returns a number, or the nearest one that a field takes.
#[must_use]
pub fn clipped(field: &FieldShape, number: Decimal) -> Decimal {
    let (low, high) = bounds(field.range);
    let number = low.map_or(number, |low| number.max(low));
    high.map_or(number, |high| number.min(high))
}

/// Returns the range of a lever that replaces or multiplies its inputs, where nothing else is asked.
#[must_use]
pub fn range_of_lever(lever: &StudyLever) -> (Decimal, Decimal) {
    const FACTOR_MAX: Decimal = dec!(1000);
    if lever.multiplies() {
        return (Decimal::ZERO, FACTOR_MAX);
    }
    lever.inputs().fold((-FAR, FAR), |(low, high), (input, _)| match input {
        StudyInput::Assumption(_) => (low, high),
        StudyInput::Field(_, place) => {
            let (least, greatest) = range_of(place.field);
            (low.max(least), high.min(greatest))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_range_are_numbers() {
        let (above, below_one) = (|low: Decimal| Some(low + NEAR), Some(dec!(1) - NEAR));
        for (words, low, high) in [
            ("any decimal", None, None),
            ("0 or more", Some(dec!(0)), None),
            ("above 0", above(dec!(0)), None),
            ("above -1", above(dec!(-1)), None),
            ("above 0 up to 1", above(dec!(0)), Some(dec!(1))),
            ("0 up to below 1", Some(dec!(0)), below_one),
            ("0 up to 1", Some(dec!(0)), Some(dec!(1))),
            ("above 0, at most 100", above(dec!(0)), Some(dec!(100))),
            ("at most 1", None, Some(dec!(1))),
            ("1 to 1200", Some(dec!(1)), Some(dec!(1200))),
            ("above -1 and below discount_rate", above(dec!(-1)), None),
            ("above 0 up to 1, at most maximum_share", above(dec!(0)), Some(dec!(1))),
            ("first_month or later", None, None),
        ] {
            assert_eq!(bounds(words), (low, high), "{words}");
        }
    }
}
