//! Ranges of fields as numbers, from the words of the contract.

use rust_decimal::{Decimal, dec};

use super::levers::StudyLever;
use super::subject::StudyInput;
use crate::models::number::{Exact, Number};
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

/// A bound of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldBound {
    /// A number that the field takes.
    Taken(Decimal),
    /// A number that the field only approaches.
    Approached(Decimal),
}

/// Returns the bounds that the words of a range name: "above 0 up to 1", "0 or more", "above -1 and below discount_rate".
fn bounds_in_words(words: &str) -> (Option<FieldBound>, Option<FieldBound>) {
    let number = |text: Option<&str>| text.and_then(|text| read(text.trim_end_matches(',')).ok());
    let behind = |mark: &str| words.split_once(mark).and_then(|(_, rest)| rest.split_whitespace().next());
    let first = words.split_whitespace().next();
    let low = match number(words.strip_prefix("above ").and_then(|rest| rest.split_whitespace().next())) {
        Some(open) => Some(FieldBound::Approached(open)),
        None => number(first).filter(|_| !words.starts_with("at most")).map(FieldBound::Taken),
    };
    let high = match number(behind("up to below ")) {
        Some(open) => Some(FieldBound::Approached(open)),
        None => number(behind("up to "))
            .or_else(|| number(behind("at most ")))
            .or_else(|| number(behind(" to ")))
            .map(FieldBound::Taken),
    };
    (low, high)
}

/// Returns the least and the greatest number that a field takes, as far as the words of its range name them.
fn bounds(words: &str) -> (Option<Decimal>, Option<Decimal>) {
    let (low, high) = bounds_in_words(words);
    let taken = |bound: FieldBound, inwards: Decimal| match bound {
        FieldBound::Taken(number) => Some(number),
        FieldBound::Approached(number) => number.checked_add(inwards),
    };
    (low.and_then(|low| taken(low, NEAR)), high.and_then(|high| taken(high, -NEAR)))
}

/// Returns a number to which an input is moved from where it stands, no further than its field goes. To a bound that the field only
/// approaches it goes half way: next to the bound of a margin, figures are as large as one likes.
#[must_use]
pub fn clipped(field: &FieldShape, stands_at: Decimal, number: Decimal) -> Decimal {
    clipped_in_words(field.range, stands_at, number)
}

fn clipped_in_words(words: &str, stands_at: Decimal, number: Decimal) -> Decimal {
    let half_way = |bound: Decimal| {
        let middle = (Exact::of(stands_at) + Exact::of(bound)) / Exact::of(Decimal::TWO);
        // Where the two are neighbours, there is nothing between.
        middle.decimal().filter(|middle| *middle != bound).unwrap_or(stands_at)
    };
    let (low, high) = bounds_in_words(words);
    let number = match low {
        Some(FieldBound::Taken(low)) => number.max(low),
        Some(FieldBound::Approached(low)) if number <= low => half_way(low),
        _ => number,
    };
    match high {
        Some(FieldBound::Taken(high)) => number.min(high),
        Some(FieldBound::Approached(high)) if number >= high => half_way(high),
        _ => number,
    }
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

    #[test]
    fn a_number_goes_as_far_as_its_field_and_half_way_to_a_bound_that_is_only_approached() {
        let next_to_one = dec!(1) - NEAR;
        for (words, stands_at, number, clipped) in [
            ("any decimal", dec!(5), dec!(-7), dec!(-7)),
            ("0 up to below 1", dec!(0.95), dec!(1.045), dec!(0.975)),
            ("0 up to below 1", dec!(0.95), dec!(0.855), dec!(0.855)),
            ("0 up to below 1", dec!(0.5), dec!(1), dec!(0.75)),
            ("0 up to below 1", dec!(0.5), next_to_one, next_to_one),
            ("0 up to below 1", next_to_one, dec!(1.1), next_to_one),
            ("0 up to 1", dec!(0.95), dec!(1.045), dec!(1)),
            ("at most 1", dec!(0.95), dec!(1.045), dec!(1)),
            ("above -1", dec!(-0.96), dec!(-1.056), dec!(-0.98)),
            ("above -1, and below discount_rate", dec!(-0.96), dec!(-1.056), dec!(-0.98)),
            ("above 0", NEAR, dec!(0), NEAR),
            ("above 0, at most 100", dec!(95), dec!(104.5), dec!(100)),
        ] {
            assert_eq!(clipped_in_words(words, stands_at, number), clipped, "{words}: from {stands_at} to {number}");
        }
    }
}
