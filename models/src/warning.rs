//! Warnings: inputs that can be used, and probably do not say what was meant. A warning is never an error, and changes no answer.

use rust_decimal::{Decimal, dec};

use crate::input::{Bounded, Rate};

/// A suspicious field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The path in the request: `costs[2].annual_growth_rate`.
    pub field: String,
    /// The reason, for programs.
    pub reason: WarningReason,
    /// The reason, for people: the figure that was given, and the meaning that it has.
    pub message: String,
}

/// The reason why a field is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningReason {
    /// A rate a year of 2 or more, or a growth a month of 0.25 or more: a percentage may have been typed as a number.
    RateLooksLikePercent,
    /// A series of cash flows whose flows are all outlays, or all income: a minus may have been forgotten.
    OneSign,
    /// A perpetual growth within 0.01 of the discount rate, so that a small change of either changes the value much.
    TerminalGrowthNearRate,
    /// A perpetuity of an investment whose last period has no depreciation, so that nothing pays for replacing what wears out.
    TerminalWithoutReplacement,
    /// A line from month 1 whose cash moves later, so that no cash moves in the months before: what was earned earlier may be missing.
    OpeningReceivables,
    /// A company whose expenses exceed its revenue for good, after more than 120 months: so long nothing grows evenly.
    LossIsFar,
    /// A currency code that was withdrawn from ISO 4217.
    CurrencyWithdrawn,
    /// A series with more than one internal rate of return.
    SeveralRates,
}

impl WarningReason {
    /// All reasons, in the order of the documentation.
    pub const ALL: &[WarningReason] = &[
        WarningReason::RateLooksLikePercent,
        WarningReason::OneSign,
        WarningReason::TerminalGrowthNearRate,
        WarningReason::TerminalWithoutReplacement,
        WarningReason::OpeningReceivables,
        WarningReason::LossIsFar,
        WarningReason::CurrencyWithdrawn,
        WarningReason::SeveralRates,
    ];

    /// Returns the reason as it travels: in UPPER_SNAKE_CASE.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            WarningReason::RateLooksLikePercent => "RATE_LOOKS_LIKE_PERCENT",
            WarningReason::OneSign => "ONE_SIGN",
            WarningReason::TerminalGrowthNearRate => "TERMINAL_GROWTH_NEAR_RATE",
            WarningReason::TerminalWithoutReplacement => "TERMINAL_WITHOUT_REPLACEMENT",
            WarningReason::OpeningReceivables => "OPENING_RECEIVABLES",
            WarningReason::LossIsFar => "LOSS_IS_FAR",
            WarningReason::CurrencyWithdrawn => "CURRENCY_WITHDRAWN",
            WarningReason::SeveralRates => "SEVERAL_RATES",
        }
    }
}

/// The warnings of one calculation, in the order in which they were found.
///
/// The first [`Warnings::KEPT_MAX`] are kept and the rest is left out, so that no request makes the list grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings(Vec<Warning>);

impl Warnings {
    /// The largest number of warnings of one calculation.
    pub const KEPT_MAX: usize = 16;

    /// Adds a warning. The texts are only written when the warning is kept.
    pub fn add(&mut self, reason: WarningReason, field: impl Into<String>, message: impl FnOnce() -> String) {
        if self.0.len() < Self::KEPT_MAX {
            self.0.push(Warning { field: field.into(), reason, message: message() });
        }
    }

    /// Returns the warnings.
    #[must_use]
    pub fn kept(&self) -> &[Warning] {
        &self.0
    }
}

impl IntoIterator for Warnings {
    type Item = Warning;
    type IntoIter = std::vec::IntoIter<Warning>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Warns of a perpetual growth within 0.01 of the discount rate. `field` is the field of the growth in the request.
pub(crate) fn warn_of_terminal_growth(field: &str, growth: Rate, discount_rate: Rate, warnings: &mut Warnings) {
    const NEAR: Decimal = dec!(0.01);
    let Some(distance) = discount_rate.get().checked_sub(growth.get()) else { return };
    if distance <= NEAR {
        warnings.add(WarningReason::TerminalGrowthNearRate, field, || {
            format!(
                "{} is within 0.01 of the discount rate, {}: a small change of either changes the value much",
                growth.get().normalize(),
                discount_rate.get().normalize()
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_warnings_are_kept_and_the_rest_is_not_written() {
        let mut warnings = Warnings::default();
        for number in 0..20 {
            warnings.add(WarningReason::OneSign, number.to_string(), || {
                assert!(number < 16, "written");
                String::new()
            });
        }
        let fields: Vec<_> = warnings.kept().iter().map(|warning| warning.field.as_str()).collect();
        assert_eq!(fields, (0..16).map(|number| number.to_string()).collect::<Vec<_>>());
    }
}
