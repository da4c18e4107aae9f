//! Depreciation policy: the method, the useful life, and the share of cost that each period bears.

use rust_decimal::Decimal;

use super::macrs::MacrsColumn;
use crate::explanation::{canonical, text};
use crate::input::{Bounded, Fraction, Margin, NonNegative, Positive};
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
        /// Salvage value; `None` is 0.
        salvage: Option<Salvage>,
        /// Bonus: share of cost that the first period bears beforehand; `None` is 0. The method runs on the rest of the cost.
        bonus_ratio: Option<Fraction>,
    },
    /// Depreciation by a printed MACRS table, in years, down to 0.
    Macrs {
        /// Column of the table.
        column: MacrsColumn,
        /// Bonus: share of cost that the first year bears beforehand; `None` is 0. The percentages are those of the rest of the cost.
        bonus_ratio: Option<Fraction>,
    },
}

/// Salvage value: what is left at the end of a useful life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Salvage {
    /// Salvage value as a share of cost.
    Ratio(Margin),
    /// Salvage value in money, below the cost. Several expenditures share it by their costs.
    Amount(NonNegative),
}

/// Method by which depreciation is spread over a useful life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Straight line: equal depreciation in every period.
    StraightLine,
    /// Declining balance: factor / life of the book value, never below salvage.
    DecliningBalance {
        /// Factor of the straight line's rate; `None` is 2, the double declining balance. A rate above 1 is 1.
        factor: Option<Positive>,
        /// Switches to a straight line over the remaining periods, from the period on in which that charges more.
        is_switching: bool,
    },
    /// Sum of the years' digits: remaining periods / sum of the numbers of all periods.
    SumOfYearsDigits,
}

impl Method {
    /// Double declining balance, without a switch to the straight line.
    pub const DOUBLE_DECLINING_BALANCE: Method = Method::DecliningBalance { factor: None, is_switching: false };
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
            DepreciationPolicy::OverLife { method, .. } => match method {
                Method::StraightLine => "DEPRECIATION_METHOD_STRAIGHT_LINE",
                Method::DecliningBalance { is_switching: false, .. } => "DEPRECIATION_METHOD_DOUBLE_DECLINING_BALANCE",
                Method::DecliningBalance { is_switching: true, .. } => "DEPRECIATION_METHOD_DECLINING_BALANCE_SWITCHING",
                Method::SumOfYearsDigits => "DEPRECIATION_METHOD_SUM_OF_YEARS_DIGITS",
            },
            DepreciationPolicy::Macrs { column, .. } => match column {
                MacrsColumn::HalfYear(_) => "DEPRECIATION_METHOD_MACRS_HALF_YEAR",
                MacrsColumn::MidQuarter(..) => "DEPRECIATION_METHOD_MACRS_MID_QUARTER",
                MacrsColumn::Residential(_) => "DEPRECIATION_METHOD_MACRS_RESIDENTIAL",
                MacrsColumn::Nonresidential(_) => "DEPRECIATION_METHOD_MACRS_NONRESIDENTIAL",
            },
        }
    }

    /// Returns the number of periods over which depreciation is spread.
    #[must_use]
    pub fn periods(&self) -> u32 {
        match self {
            DepreciationPolicy::OverLife { useful_life_periods, .. } => useful_life_periods.get(),
            DepreciationPolicy::Macrs { column, .. } => column.years(),
        }
    }

    /// Returns the rate of a declining balance, at most 1, and whether the balance switches to a straight line.
    pub(super) fn declining_rate(&self) -> (Exact, bool) {
        let (factor, is_switching) = match self {
            DepreciationPolicy::OverLife { method: Method::DecliningBalance { factor, is_switching }, .. } => {
                (factor.map_or(Exact::from(2), |factor| factor.get().into()), *is_switching)
            }
            _ => (Exact::ZERO, false),
        };
        let rate = factor / Exact::from(self.periods());
        (if rate > Exact::ONE { Exact::ONE } else { rate }, is_switching)
    }

    /// Writes the rate of a declining balance: the factor over the useful life, or 1 where that is more.
    pub(super) fn declining_rate_in_words(&self) -> String {
        let (rate, _) = self.declining_rate();
        match self {
            DepreciationPolicy::OverLife { method: Method::DecliningBalance { factor, .. }, .. } if rate < Exact::ONE => {
                let factor = factor.map_or("2".to_owned(), |factor| text(factor.get()));
                format!("{factor} / {}", self.periods())
            }
            _ => canonical(rate),
        }
    }

    pub(super) fn bonus_ratio(&self) -> Option<Fraction> {
        match self {
            DepreciationPolicy::OverLife { bonus_ratio, .. } | DepreciationPolicy::Macrs { bonus_ratio, .. } => *bonus_ratio,
        }
    }

    /// Returns the parts of a cost of 1, where all expenditures of the policy cost `total_cost` together.
    pub(super) fn parts(&self, total_cost: Exact) -> CostParts {
        self.parts_of(|| total_cost)
    }

    /// Returns the parts of a cost of 1; what all expenditures cost together is computed where a salvage value in money is a share of that.
    pub(super) fn parts_of(&self, total_cost: impl FnOnce() -> Exact) -> CostParts {
        let salvage = match self {
            DepreciationPolicy::OverLife { salvage: Some(Salvage::Ratio(ratio)), .. } => Exact::from(ratio.get()),
            DepreciationPolicy::OverLife { salvage: Some(Salvage::Amount(amount)), .. } => {
                Exact::from(amount.get()) / total_cost()
            }
            _ if self.bonus_ratio().is_none() => return CostParts { bonus: Exact::ZERO, salvage: Exact::ZERO },
            _ => Exact::ZERO,
        };
        let (given, most) = (self.bonus_ratio().map_or(Exact::ZERO, |ratio| ratio.get().into()), Exact::ONE - salvage);
        CostParts { bonus: if given > most { most } else { given }, salvage }
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
            DepreciationPolicy::OverLife { method: Method::DecliningBalance { .. }, .. } => None,
            DepreciationPolicy::Macrs { column, .. } => Some(PeriodWeights::Printed(column)),
        }
    }
}

/// Parts of a cost of 1: what the bonus takes, and what salvage leaves. A bonus never reaches into salvage.
#[derive(Clone, Copy, Debug)]
pub(super) struct CostParts {
    pub bonus: Exact,
    pub salvage: Exact,
}

impl CostParts {
    /// Returns the part that the method spreads over the life.
    pub fn depreciable(self) -> Exact {
        Exact::ONE - self.bonus - self.salvage
    }
}

/// Weights of the periods: the share of the depreciable cost that each bears, in parts of [`PeriodWeights::total`].
#[derive(Clone, Copy, Debug)]
pub(super) enum PeriodWeights {
    Same { life: u32 },
    Falling { life: u32 },
    Printed(MacrsColumn),
}

impl PeriodWeights {
    /// Returns the weight of a period of the life, 1 the first.
    pub fn of(self, period: u32) -> Decimal {
        match self {
            PeriodWeights::Same { .. } => Decimal::ONE,
            PeriodWeights::Falling { life } => life.saturating_add(1).saturating_sub(period).into(),
            PeriodWeights::Printed(column) => column.percentage(period),
        }
    }

    /// Returns the sum of the weights of the first periods.
    pub fn up_to(self, periods: u32) -> Decimal {
        match self {
            PeriodWeights::Same { .. } => periods.into(),
            PeriodWeights::Falling { life } => triangle(life).saturating_sub(triangle(life.saturating_sub(periods))).into(),
            PeriodWeights::Printed(column) => {
                let percentages = (1..=periods).map(|period| column.percentage(period));
                percentages.fold(Decimal::ZERO, |sum, percentage| sum.saturating_add(percentage))
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
