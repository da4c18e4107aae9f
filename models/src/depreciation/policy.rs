//! Depreciation policy: the method, the useful life, and the share of cost that each period bears.

use rust_decimal::Decimal;

use super::macrs::RecoveryPeriod;
use crate::explanation::canonical;
use crate::input::{Bounded, Margin};
use crate::number::{Exact, Number};

/// Depreciation policy of an expenditure, from the period after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepreciationPolicy {
    /// Depreciation down to salvage value, over a useful life.
    OverLife {
        /// Method by which depreciation is spread over the useful life.
        method: Method,
        /// Useful life in periods.
        useful_life_periods: UsefulLife,
        /// Salvage value as a share of cost; `None` is 0.
        salvage_ratio: Option<Margin>,
    },
    /// Depreciation by the printed MACRS table, in years, down to 0.
    Macrs(RecoveryPeriod),
}

/// Method by which depreciation is spread over a useful life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Straight line: equal depreciation in every period.
    StraightLine,
    /// Double declining balance: 2 / life of the book value, never below salvage, without a switch to the straight line.
    DoubleDecliningBalance,
    /// Sum of the years' digits: remaining periods / sum of the numbers of all periods.
    SumOfYearsDigits,
}

/// A useful life, 1 to 1200 periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsefulLife(u32);

impl UsefulLife {
    /// The longest useful life, in periods.
    pub const PERIODS_MAX: u32 = 1200;
    /// Placeholder for a useful life that cannot be read, until the whole request is refused.
    pub const PLACEHOLDER: UsefulLife = UsefulLife(1);

    /// Creates a useful life of this number of periods, if it is 1 to 1200.
    #[must_use]
    pub fn new(periods: u32) -> Option<UsefulLife> {
        (1..=Self::PERIODS_MAX).contains(&periods).then_some(UsefulLife(periods))
    }

    /// Returns the useful life in periods.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl DepreciationPolicy {
    /// Returns the name of the policy in the contract.
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

    /// Returns the number of periods over which depreciation is spread.
    #[must_use]
    pub fn periods(&self) -> u32 {
        match self {
            DepreciationPolicy::OverLife { useful_life_periods, .. } => useful_life_periods.get(),
            DepreciationPolicy::Macrs(period) => u32::try_from(period.percentages().len()).unwrap_or(u32::MAX),
        }
    }

    /// Returns the salvage value as a share of cost.
    #[must_use]
    pub fn salvage_ratio(&self) -> Exact {
        match self {
            DepreciationPolicy::OverLife { salvage_ratio: Some(ratio), .. } => Exact::from(ratio.get()),
            _ => Exact::ZERO,
        }
    }

    /// Writes the share of an expenditure that a period of its life bears, 1 the first, for explanations.
    pub(crate) fn share_in_words(&self, cost: &str, period: u32) -> String {
        let Some(weights) = self.weights() else { return format!("declining balance of {cost} in its period {period}") };
        let depreciable = Exact::ONE - self.salvage_ratio();
        let factor = if depreciable == Exact::ONE { String::new() } else { format!(" × {}", canonical(depreciable)) };
        format!("{cost}{factor} × {} / {}", weights.of(period).normalize(), weights.total())
    }

    /// Returns the weights of the periods; `None` where depreciation is a share of the falling book value.
    ///
    /// The straight line has a weight of 1 in each period, the years' digits the remaining periods, the table its percentages.
    pub(super) fn weights(&self) -> Option<PeriodWeights> {
        match *self {
            DepreciationPolicy::OverLife { method: Method::StraightLine, useful_life_periods, .. } => {
                Some(PeriodWeights::Same { life: useful_life_periods.get() })
            }
            DepreciationPolicy::OverLife { method: Method::SumOfYearsDigits, useful_life_periods, .. } => {
                Some(PeriodWeights::Falling { life: useful_life_periods.get() })
            }
            DepreciationPolicy::OverLife { method: Method::DoubleDecliningBalance, .. } => None,
            DepreciationPolicy::Macrs(period) => Some(PeriodWeights::Printed(period)),
        }
    }
}

/// Weights of the periods: the share of the depreciable cost that each bears, in parts of [`PeriodWeights::total`].
#[derive(Clone, Copy, Debug)]
pub(super) enum PeriodWeights {
    Same { life: u32 },
    Falling { life: u32 },
    Printed(RecoveryPeriod),
}

impl PeriodWeights {
    /// Returns the weight of a period of the life, 1 the first.
    pub fn of(self, period: u32) -> Decimal {
        match self {
            PeriodWeights::Same { .. } => Decimal::ONE,
            PeriodWeights::Falling { life } => life.saturating_add(1).saturating_sub(period).into(),
            PeriodWeights::Printed(column) => {
                let index = period.saturating_sub(1) as usize;
                column.percentages().get(index).copied().unwrap_or_default()
            }
        }
    }

    /// Returns the sum of the weights of the first periods.
    pub fn up_to(self, periods: u32) -> Decimal {
        match self {
            PeriodWeights::Same { .. } => periods.into(),
            PeriodWeights::Falling { life } => triangle(life).saturating_sub(triangle(life.saturating_sub(periods))).into(),
            PeriodWeights::Printed(column) => {
                let percentages = column.percentages().iter().take(periods as usize);
                percentages.fold(Decimal::ZERO, |sum, percentage| sum.saturating_add(*percentage))
            }
        }
    }

    /// Returns the sum of all weights.
    pub fn total(self) -> Decimal {
        match self {
            PeriodWeights::Same { life } => life.into(),
            PeriodWeights::Falling { life } => triangle(life).into(),
            PeriodWeights::Printed(_) => Decimal::ONE_HUNDRED,
        }
    }
}

/// Returns 1 + 2 + … + number, for a number up to 1200.
fn triangle(number: u32) -> u32 {
    number.saturating_mul(number.saturating_add(1)).wrapping_div(2)
}

/// Returns the part of a cost by its weight among all weights; multiplied before divided, so that the parts add up to the cost.
pub(super) fn by_weight<N: Number>(depreciable_cost: N, weight: N, weights: N) -> N {
    depreciable_cost * weight / weights
}
