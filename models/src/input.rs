//! Reasons why an input cannot be used, and numbers whose type carries their range.

use rust_decimal::{Decimal, dec};

/// Error of a calculation. There are two kinds; an outcome without a value, such as a break-even that is never reached, is no
/// error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Invalid inputs: fields of the request that cannot be used.
    #[error("{0}")]
    Invalid(Violations),
    /// Result too large: a result does not fit into 28 digits.
    #[error("{name} is too large to be written in 28 digits")]
    ResultTooLarge {
        /// Path of the result in the response.
        name: String,
    },
}

impl ModelError {
    /// Creates the error of a result called `name`.
    #[must_use]
    pub fn too_large(name: &str) -> ModelError {
        ModelError::ResultTooLarge { name: name.to_owned() }
    }

    /// Leaves out a figure that is too large to be written, where it stands beside others that are not.
    ///
    /// # Errors
    /// [`ModelError::Invalid`], as it came.
    pub fn left_out<T>(self) -> Result<Option<T>, ModelError> {
        match self {
            ModelError::ResultTooLarge { .. } => Ok(None),
            invalid @ ModelError::Invalid(_) => Err(invalid),
        }
    }

    /// Puts the path of the message `parent` before the result's name: `parent.name`.
    #[must_use]
    pub fn within(self, parent: &str) -> ModelError {
        match self {
            ModelError::ResultTooLarge { name } => ModelError::ResultTooLarge { name: format!("{parent}.{name}") },
            invalid @ ModelError::Invalid(_) => invalid,
        }
    }
}

/// Violation: one field that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Path of the field in the request: `costs[2].amount`.
    pub field: String,
    /// Reason for programs.
    pub reason: Reason,
    /// Description for people: the given value and the allowed range.
    pub description: String,
}

/// Reason why a field cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Required field that is missing, empty or unspecified.
    Required,
    /// Decimal that does not follow the grammar of decimals.
    DecimalMalformed,
    /// Decimal with more than 28 significant digits, or more than 28 after the point.
    DecimalTooPrecise,
    /// Decimal with a magnitude of 7.9e28 or more.
    DecimalTooLarge,
    /// Currency code that is not in ISO 4217.
    CurrencyUnknown,
    /// Date that is no calendar date of the form YYYY-MM-DD.
    DateMalformed,
    /// Enum number that the contract does not have.
    EnumUnknown,
    /// Value outside the range of the model.
    OutOfRange,
    /// List with more members than its limit.
    TooManyItems,
    /// Field that cannot be combined with another field of the request.
    NotApplicable,
    /// Path of a study that names no field.
    PathUnknown,
    /// Path of a study to a field that cannot be used there: a text, a list, a message, or several values where one is meant.
    PathUnsuitable,
    /// Field that two levers of a study turn, or a lever and a binding.
    LeversOverlap,
}

impl Reason {
    /// Returns the reason in UPPER_SNAKE_CASE, as responses carry it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Required => "REQUIRED",
            Reason::DecimalMalformed => "DECIMAL_MALFORMED",
            Reason::DecimalTooPrecise => "DECIMAL_TOO_PRECISE",
            Reason::DecimalTooLarge => "DECIMAL_TOO_LARGE",
            Reason::CurrencyUnknown => "CURRENCY_UNKNOWN",
            Reason::DateMalformed => "DATE_MALFORMED",
            Reason::EnumUnknown => "ENUM_UNKNOWN",
            Reason::OutOfRange => "OUT_OF_RANGE",
            Reason::TooManyItems => "TOO_MANY_ITEMS",
            Reason::NotApplicable => "NOT_APPLICABLE",
            Reason::PathUnknown => "PATH_UNKNOWN",
            Reason::PathUnsuitable => "PATH_UNSUITABLE",
            Reason::LeversOverlap => "LEVERS_OVERLAP",
        }
    }

    /// True of a field that could not be read; unreadable fields are reported first.
    #[must_use]
    pub fn is_unreadable(self) -> bool {
        !matches!(self, Reason::OutOfRange | Reason::TooManyItems | Reason::NotApplicable | Reason::LeversOverlap)
    }
}

/// Violations of a request: unreadable fields first, then fields out of range, each in the order of the request.
///
/// Violations are kept up to [`Violations::KEPT_MAX`] and counted beyond, so that no request makes the list grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    unreadable: Vec<Violation>,
    out_of_range: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// The most violations that are kept. A caller corrects 25 fields at a time; more would not fit into the trailers of a
    /// response.
    pub const KEPT_MAX: usize = 25;

    /// Adds a violation. The description is only written when the violation is kept.
    pub fn add(&mut self, reason: Reason, field: impl FnOnce() -> String, description: impl FnOnce() -> String) {
        self.count = self.count.saturating_add(1);
        let kept = if reason.is_unreadable() { &mut self.unreadable } else { &mut self.out_of_range };
        if kept.len() < Self::KEPT_MAX {
            kept.push(Violation { field: field(), reason, description: description() });
        }
    }

    /// Returns the number of violations, those beyond the limit included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns the first violations, at most [`Violations::KEPT_MAX`].
    pub fn kept(&self) -> impl Iterator<Item = &Violation> {
        self.unreadable.iter().chain(&self.out_of_range).take(Self::KEPT_MAX)
    }
}

impl std::fmt::Display for Violations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(first) = self.kept().next() else { return formatter.write_str("no field is at fault") };
        write!(formatter, "{}: {}", first.field, first.description)?;
        match self.count.saturating_sub(1) {
            0 => Ok(()),
            1 => formatter.write_str(" (and 1 more field)"),
            more => write!(formatter, " (and {more} more fields)"),
        }
    }
}

/// A decimal within a range that its type guarantees.
pub trait Bounded: Copy {
    /// Range in words: "0 or more".
    const RANGE: &'static str;
    /// Placeholder for a field that cannot be read, until the whole request is refused: a decimal within the range.
    const PLACEHOLDER: Self;
    /// The least value that looks like a percentage typed as a number: 10 for ten per cent. None: no value does.
    const PERCENT_FROM: Option<Decimal> = None;
    /// True of a part of a whole, which somebody may have typed as a percentage: 82 for 82 %.
    const IS_SHARE: bool = false;
    /// The time that a rate is counted by: a year, or a month.
    const PER: &'static str = "year";

    /// Creates the number, if the decimal lies in the range.
    fn new(value: Decimal) -> Option<Self>;
    /// Returns the decimal.
    fn get(self) -> Decimal;
}

/// True of a decimal below 0, by its sign: comparing with 0 takes 60 instructions. A decimal of 0 may have a sign.
fn is_below_zero(value: Decimal) -> bool {
    value.is_sign_negative() && !value.is_zero()
}

fn is_above_zero(value: Decimal) -> bool {
    !value.is_sign_negative() && !value.is_zero()
}

macro_rules! bounded {
    ($(#[$documentation:meta])* $name:ident, $range:literal, $placeholder:expr, |$value:ident| $holds:expr
        $(, percent from $percent:expr, a $per:literal)? $(, share $is_share:literal)?) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Decimal);

        impl Bounded for $name {
            const RANGE: &'static str = $range;
            const PLACEHOLDER: Self = $name($placeholder);
            $(
                const PERCENT_FROM: Option<Decimal> = Some($percent);
                const PER: &'static str = $per;
            )?
            $(const IS_SHARE: bool = $is_share;)?

            fn new($value: Decimal) -> Option<Self> {
                ($holds).then_some($name($value))
            }

            fn get(self) -> Decimal {
                self.0
            }
        }
    };
}

bounded!(
    /// A decimal without a range.
    AnyDecimal, "any decimal", Decimal::ZERO, |_value| { let _ = _value; true }
);
bounded!(
    /// A decimal of 0 or more: costs, revenues, cash.
    NonNegative, "0 or more", Decimal::ZERO, |value| !is_below_zero(value)
);
bounded!(
    /// A decimal above 0: prices, outlays, customers.
    Positive, "above 0", Decimal::ONE, |value| is_above_zero(value)
);
bounded!(
    /// A share above 0 and at most 1: as a divisor, a share is never 0.
    Share, "above 0 up to 1", Decimal::ONE, |value| is_above_zero(value) && value <= Decimal::ONE, share true
);
bounded!(
    /// A margin of 0 up to below 1, which leaves a part of the revenue for costs.
    Margin, "0 up to below 1", Decimal::ZERO, |value| !is_below_zero(value) && value < Decimal::ONE, share true
);
bounded!(
    /// A tax rate of 0 up to 1.
    TaxRate, "0 up to 1", Decimal::ZERO, |value| !is_below_zero(value) && value <= Decimal::ONE, share true
);
bounded!(
    /// A fraction of 0 up to 1: a probability, or a weight.
    Fraction, "0 up to 1", Decimal::ZERO, |value| !is_below_zero(value) && value <= Decimal::ONE, share true
);
bounded!(
    /// A fraction above 0 and below 1: a relative change that leaves something of what it changes.
    OpenFraction, "above 0 up to below 1", dec!(0.5), |value| is_above_zero(value) && value < Decimal::ONE, share true
);
bounded!(
    /// A decimal of at most 1: a contribution margin ratio, which may be negative.
    AtMostOne, "at most 1", Decimal::ONE, |value| value <= Decimal::ONE, share true
);
bounded!(
    /// Above -1: a rate of growth or return a year that leaves something.
    Rate, "above -1", Decimal::ZERO, |value| value > Decimal::NEGATIVE_ONE, percent from Decimal::TWO, a "year"
);
bounded!(
    /// A return of 0 or more a year.
    ReturnRate, "0 or more", Decimal::ZERO, |value| !is_below_zero(value), percent from Decimal::TWO, a "year"
);
bounded!(
    /// A rate of interest a year, 0 or more.
    InterestRate, "0 or more", Decimal::ZERO, |value| !is_below_zero(value), percent from Decimal::TWO, a "year"
);
bounded!(
    /// Above -1: a rate of growth a month that leaves something.
    MonthlyRate, "above -1", Decimal::ZERO, |value| value > Decimal::NEGATIVE_ONE, percent from dec!(0.25), a "month"
);
bounded!(
    /// A useful life in years, above 0 up to 100.
    LifeYears, "above 0, at most 100", Decimal::ONE, |value| is_above_zero(value) && value <= dec!(100)
);

/// Length of one period of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A month: 12 periods a year.
    Month,
    /// A quarter: 4 periods a year.
    Quarter,
    /// A half-year: 2 periods a year.
    HalfYear,
    /// A year: 1 period a year.
    Year,
    /// A week: 52 periods a year.
    Week,
    /// A day: 365 periods a year.
    Day,
}

impl Period {
    /// Returns the number of periods in a year.
    #[must_use]
    pub fn per_year(self) -> u32 {
        match self {
            Period::Month => 12,
            Period::Quarter => 4,
            Period::HalfYear => 2,
            Period::Year => 1,
            Period::Week => 52,
            Period::Day => 365,
        }
    }

    /// Returns the number of months in the period; `None` of a period that is not a whole number of months.
    #[must_use]
    pub fn months(self) -> Option<u32> {
        match self {
            Period::Month => Some(1),
            Period::Quarter => Some(3),
            Period::HalfYear => Some(6),
            Period::Year => Some(12),
            Period::Week | Period::Day => None,
        }
    }

    /// Returns the name of the period in words, for explanations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Period::Month => "month",
            Period::Quarter => "quarter",
            Period::HalfYear => "half-year",
            Period::Year => "year",
            Period::Week => "week",
            Period::Day => "day",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_cannot_be_read_come_before_those_that_cannot_be_used() {
        use Reason::{DecimalMalformed, EnumUnknown, NotApplicable, OutOfRange, Required, TooManyItems};
        let mut violations = Violations::default();
        for reason in [OutOfRange, Required, TooManyItems, DecimalMalformed, NotApplicable, EnumUnknown] {
            violations.add(reason, || reason.as_str().to_owned(), String::new);
        }
        let order: Vec<Reason> = violations.kept().map(|violation| violation.reason).collect();
        assert_eq!(order, [Required, DecimalMalformed, EnumUnknown, OutOfRange, TooManyItems, NotApplicable]);
    }

    #[test]
    fn twenty_five_fields_are_described_and_all_are_counted() {
        let (mut violations, mut described) = (Violations::default(), 0);
        for field in 0..30 {
            let description = || {
                described += 1;
                String::new()
            };
            violations.add(Reason::OutOfRange, || format!("costs[{field}]"), description);
        }
        assert_eq!((violations.count(), described), (30, 25));
        let kept: Vec<&str> = violations.kept().map(|violation| violation.field.as_str()).collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (25, Some(&"costs[0]"), Some(&"costs[24]")));
    }
}
