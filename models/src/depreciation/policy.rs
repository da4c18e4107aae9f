//! How an expenditure is written off, and which share of its cost each period has.

use rust_decimal::Decimal;

use super::macrs::RecoveryPeriod;
use crate::explanation::canonical;
use crate::input::{Bounded, Margin};
use crate::number::{Exact, Number};

/// How an expenditure is written off, from the period after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepreciationPolicy {
    /// Down to salvage, over a useful life.
    OverLife {
        /// How it spreads over the life.
        method: Method,
        /// Periods.
        useful_life_periods: UsefulLife,
        /// Salvage value as a share of cost; `None` is 0.
        salvage_ratio: Option<Margin>,
    },
    /// By the printed table, in years, to nothing.
    Macrs(RecoveryPeriod),
}

/// How depreciation spreads over a useful life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The same every period.
    StraightLine,
    /// 2 / life of the book value, never below salvage, without a switch to straight line.
    DoubleDecliningBalance,
    /// Periods left / sum of the periods' numbers.
    SumOfYearsDigits,
}

/// A useful life, 1 to 1200 periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsefulLife(u32);

impl UsefulLife {
    /// The longest.
    pub const PERIODS_MAX: u32 = 1200;
    /// Stands where a life cannot be read until the whole request is refused.
    pub const PLACEHOLDER: UsefulLife = UsefulLife(1);

    /// A life of so many periods.
    #[must_use]
    pub fn new(periods: u32) -> Option<UsefulLife> {
        (1..=Self::PERIODS_MAX).contains(&periods).then_some(UsefulLife(periods))
    }

    /// Periods.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl DepreciationPolicy {
    /// As it is written in the contract.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            DepreciationPolicy::OverLife { method: Method::StraightLine, .. } => "DEPRECIATION_METHOD_STRAIGHT_LINE",
            DepreciationPolicy::OverLife { method: Method::DoubleDecliningBalance, .. } => {
                "DEPRECIATION_METHOD_DOUBLE_DECLINING_BALANCE"
            }
            DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, .. } => "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS",
            DepreciationPolicy::Macrs(_) => "DEPRECIATION_METHOD_MACRS_HALF_YEAR",
        }
    }

    /// Over how many periods depreciation falls.
    #[must_use]
    pub fn periods(&self) -> u32 {
        match self {
            DepreciationPolicy::OverLife { useful_life_periods, .. } => useful_life_periods.get(),
            DepreciationPolicy::Macrs(period) => u32::try_from(period.percentages().len()).unwrap_or(u32::MAX),
        }
    }

    /// Salvage value as a share of cost.
    #[must_use]
    pub fn salvage_ratio(&self) -> Exact {
        match self {
            DepreciationPolicy::OverLife { salvage_ratio: Some(ratio), .. } => Exact::from(ratio.get()),
            _ => Exact::ZERO,
        }
    }

    /// An expenditure's share of a period of its life, 1 the first, for explanations.
    pub(crate) fn share_in_words(&self, cost: &str, period: u32) -> String {
        let Some(weights) = self.weights() else { return format!("declining balance of {cost} in its period {period}") };
        let depreciable = Exact::ONE - self.salvage_ratio();
        let factor = if depreciable == Exact::ONE { String::new() } else { format!(" × {}", canonical(depreciable)) };
        format!("{cost}{factor} × {} / {}", weights.of(period).normalize(), weights.total())
    }

    /// What a period's depreciation is a share of: `None` where it is a share of the falling book value.
    ///
    /// A straight line has a weight of 1 in each period, the years' digits the periods that are left, the table its percentages.
    pub(super) fn weights(&self) -> Option<Weights> {
        match *self {
            DepreciationPolicy::OverLife { method: Method::StraightLine, useful_life_periods, .. } => {
                Some(Weights::Same { life: useful_life_periods.get() })
            }
            DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, useful_life_periods, .. } => {
                Some(Weights::Falling { life: useful_life_periods.get() })
            }
            DepreciationPolicy::OverLife { method: Method::DoubleDecliningBalance, .. } => None,
            DepreciationPolicy::Macrs(period) => Some(Weights::Printed(period)),
        }
    }
}

/// Which share of the depreciable cost each period has, in parts of [`Weights::total`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Weights {
    Same { life: u32 },
    Falling { life: u32 },
    Printed(RecoveryPeriod),
}

impl Weights {
    /// Of a period of the life, 1 the first.
    pub fn of(self, period: u32) -> Decimal {
        match self {
            Weights::Same { .. } => Decimal::ONE,
            Weights::Falling { life } => life.saturating_add(1).saturating_sub(period).into(),
            Weights::Printed(column) => {
                let index = period.saturating_sub(1) as usize;
                column.percentages().get(index).copied().unwrap_or_default()
            }
        }
    }

    /// Of the first so many periods together.
    pub fn up_to(self, periods: u32) -> Decimal {
        match self {
            Weights::Same { .. } => periods.into(),
            Weights::Falling { life } => triangle(life).saturating_sub(triangle(life.saturating_sub(periods))).into(),
            Weights::Printed(column) => {
                let percentages = column.percentages().iter().take(periods as usize);
                percentages.fold(Decimal::ZERO, |sum, percentage| sum.saturating_add(*percentage))
            }
        }
    }

    /// All of them together.
    pub fn total(self) -> Decimal {
        match self {
            Weights::Same { life } => life.into(),
            Weights::Falling { life } => triangle(life).into(),
            Weights::Printed(_) => Decimal::ONE_HUNDRED,
        }
    }
}

/// 1 + 2 + … + number, of a number up to 1200.
fn triangle(number: u32) -> u32 {
    number.saturating_mul(number.saturating_add(1)).wrapping_div(2)
}

/// A part of a cost, by its weight among all; multiplied first, so that the last part leaves nothing.
pub(super) fn by_weight<N: Number>(depreciable_cost: N, weight: N, weights: N) -> N {
    depreciable_cost * weight / weights
}
