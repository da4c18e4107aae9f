//! Words for "this input cannot be used", and numbers that carry their range in their type.

use rust_decimal::{Decimal, dec};

/// Why a calculation was refused. There is no third kind: what has no value is an outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Some fields of the request cannot be used.
    #[error("{0}")]
    Invalid(Violations),
    /// A result does not fit into 28 digits.
    #[error("{name} is too large to be written: its magnitude is 7.9e28 or more")]
    ResultTooLarge {
        /// The result, by its path in the response.
        name: String,
    },
}

impl ModelError {
    /// The error of a result called `name`.
    #[must_use]
    pub fn too_large(name: &str) -> ModelError {
        ModelError::ResultTooLarge { name: name.to_owned() }
    }

    /// The error as it reads from outside: a result of the message `parent` is `parent.name`.
    #[must_use]
    pub fn within(self, parent: &str) -> ModelError {
        match self {
            ModelError::ResultTooLarge { name } => ModelError::ResultTooLarge { name: format!("{parent}.{name}") },
            invalid @ ModelError::Invalid(_) => invalid,
        }
    }
}

/// One field that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The path in the request: `costs[2].amount`.
    pub field: String,
    /// The reason, for programs.
    pub reason: Reason,
    /// The reason, for people: what was given, what is allowed.
    pub description: String,
}

/// Why a field cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Missing, empty or unspecified.
    Required,
    /// Not written as decimals are.
    DecimalMalformed,
    /// More than 28 significant digits, or more than 28 after the point.
    DecimalTooPrecise,
    /// A magnitude of 7.9e28 or more.
    DecimalTooLarge,
    /// Not in ISO 4217.
    CurrencyUnknown,
    /// Not a calendar date, YYYY-MM-DD.
    DateMalformed,
    /// A number that the enum does not have.
    EnumUnknown,
    /// Readable, but outside of what the model can use.
    OutOfRange,
    /// A list above its limit.
    TooManyItems,
    /// Refused together with another field.
    NotApplicable,
}

impl Reason {
    /// The reason as it travels: in UPPER_SNAKE_CASE.
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
        }
    }

    /// True of a field that could not even be read; these are reported first.
    #[must_use]
    pub fn is_unreadable(self) -> bool {
        !matches!(self, Reason::OutOfRange | Reason::TooManyItems | Reason::NotApplicable)
    }
}

/// Every field that cannot be used: unreadable ones first, then those out of range, each in the order of the request.
///
/// It keeps the first [`Violations::KEPT_MAX`] and counts the rest, so that no request makes it grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    unreadable: Vec<Violation>,
    out_of_range: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// A caller mends 25 fields at a time; more would not fit into the trailers of a response.
    pub const KEPT_MAX: usize = 25;

    /// Adds one. The description is only written when it is kept.
    pub fn add(&mut self, reason: Reason, field: impl FnOnce() -> String, description: impl FnOnce() -> String) {
        self.count = self.count.saturating_add(1);
        let kept = if reason.is_unreadable() { &mut self.unreadable } else { &mut self.out_of_range };
        if kept.len() < Self::KEPT_MAX {
            kept.push(Violation { field: field(), reason, description: description() });
        }
    }

    /// How many there are in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The first ones, at most [`Violations::KEPT_MAX`].
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

/// A decimal that is known to lie in a range.
pub trait Bounded: Copy {
    /// The range in words: "0 or more".
    const RANGE: &'static str;
    /// A member of the range, which stands where a field cannot be read until the whole request is refused.
    const PLACEHOLDER: Self;
    /// The least value that looks like a percentage typed as a number: 10 for ten per cent. None: no value does.
    const PERCENT_FROM: Option<Decimal> = None;

    /// The decimal, if it lies in the range.
    fn new(value: Decimal) -> Option<Self>;
    /// The decimal.
    fn get(self) -> Decimal;
}

/// By its sign: to compare with 0 takes 60 instructions. A zero may have one.
fn is_below_zero(value: Decimal) -> bool {
    value.is_sign_negative() && !value.is_zero()
}

fn is_above_zero(value: Decimal) -> bool {
    !value.is_sign_negative() && !value.is_zero()
}

macro_rules! bounded {
    ($(#[$documentation:meta])* $name:ident, $range:literal, $placeholder:expr, |$value:ident| $holds:expr $(, percent from $percent:expr)?) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Decimal);

        impl Bounded for $name {
            const RANGE: &'static str = $range;
            const PLACEHOLDER: Self = $name($placeholder);
            $(const PERCENT_FROM: Option<Decimal> = Some($percent);)?

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
    /// Any decimal.
    AnyDecimal, "any decimal", Decimal::ZERO, |_value| { let _ = _value; true }
);
bounded!(
    /// 0 or more: costs, revenues, cash.
    NonNegative, "0 or more", Decimal::ZERO, |value| !is_below_zero(value)
);
bounded!(
    /// Above 0: prices, outlays, customers.
    Positive, "above 0", Decimal::ONE, |value| is_above_zero(value)
);
bounded!(
    /// Above 0 up to 1: a share that something is divided by.
    Share, "above 0 up to 1", Decimal::ONE, |value| is_above_zero(value) && value <= Decimal::ONE
);
bounded!(
    /// 0 up to below 1: a margin that leaves something.
    Margin, "0 up to below 1", Decimal::ZERO, |value| !is_below_zero(value) && value < Decimal::ONE
);
bounded!(
    /// 0 up to 1: a tax rate.
    TaxRate, "0 up to 1", Decimal::ZERO, |value| !is_below_zero(value) && value <= Decimal::ONE
);
bounded!(
    /// 0 up to 1: a probability, or a weight.
    Fraction, "0 up to 1", Decimal::ZERO, |value| !is_below_zero(value) && value <= Decimal::ONE
);
bounded!(
    /// At most 1: a contribution margin ratio, which may be negative.
    AtMostOne, "at most 1", Decimal::ONE, |value| value <= Decimal::ONE
);
bounded!(
    /// Above -1: a rate of growth or return a year that leaves something.
    Rate, "above -1", Decimal::ZERO, |value| value > Decimal::NEGATIVE_ONE, percent from Decimal::TWO
);
bounded!(
    /// Above -1: a rate of growth a month that leaves something.
    MonthlyRate, "above -1", Decimal::ZERO, |value| value > Decimal::NEGATIVE_ONE, percent from dec!(0.25)
);
bounded!(
    /// Above 0 up to 100: years of useful life.
    LifeYears, "above 0, at most 100", Decimal::ONE, |value| is_above_zero(value) && value <= dec!(100)
);

/// The length of one period of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// 12 a year.
    Month,
    /// 4 a year.
    Quarter,
    /// 1 a year.
    Year,
}

impl Period {
    /// How many of them make a year.
    #[must_use]
    pub fn per_year(self) -> u32 {
        match self {
            Period::Month => 12,
            Period::Quarter => 4,
            Period::Year => 1,
        }
    }

    /// In words, for explanations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Period::Month => "month",
            Period::Quarter => "quarter",
            Period::Year => "year",
        }
    }
}
