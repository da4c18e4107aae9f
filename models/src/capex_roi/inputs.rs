//! What an investment costs and brings, period by period.

use crate::cash_flow::exact_root;
use crate::depreciation::DepreciationPolicy;
use crate::input::{AnyDecimal, AtMostOne, Bounded, NonNegative, Period, Rate, TaxRate};
use crate::number::{Exact, Number};
use crate::warning::{Warnings, warn_of_terminal_growth};

/// The longest series: a century of months.
pub const PERIODS_MAX: usize = 1200;

/// An investment.
#[derive(Clone, Debug)]
pub struct CapexRoiInputs {
    /// The length of one period of the series.
    pub period: Period,
    /// What is spent, period 0 first.
    pub capital_expenditures: Expenditures,
    /// What comes in; a shorter series goes on with 0. At most [`PERIODS_MAX`].
    pub revenues: Vec<NonNegative>,
    /// Revenue kept after the cost of revenue; `None` is 1.
    pub gross_margin: Option<AtMostOne>,
    /// What it costs to run; a shorter series goes on with 0. At most [`PERIODS_MAX`].
    pub operating_costs: Vec<NonNegative>,
    /// Per year, effective.
    pub discount_rate: Rate,
    /// `None` is 0.
    pub tax_rate: Option<TaxRate>,
    /// `None` is no tax shield.
    pub depreciation: Option<DepreciationPolicy>,
    /// What is left at the end; `None` is nothing.
    pub terminal_value: Option<TerminalValue>,
    /// `None` is the end of the period.
    pub timing: Option<CashFlowTiming>,
    /// For the modified rate; `None` is the discount rate.
    pub finance_rate: Option<Rate>,
    /// For the modified rate; `None` is the discount rate.
    pub reinvestment_rate: Option<Rate>,
}

/// One per period, at most [`PERIODS_MAX`], at least one of them above 0.
#[derive(Clone, Debug)]
pub struct Expenditures(Vec<NonNegative>);

/// A flow of the last period, untaxed.
#[derive(Clone, Copy, Debug)]
pub enum TerminalValue {
    /// So much.
    Amount(AnyDecimal),
    /// Gordon: the last period's net cash flow goes on for ever, and grows at this rate per year, which is below the discount rate.
    PerpetualGrowth(Rate),
    /// So many times the last period's operating profit, annualised.
    ExitMultiple(AnyDecimal),
}

impl CapexRoiInputs {
    /// Warns of a perpetual growth near the discount rate.
    pub fn warn_of_terminal_growth(&self, warnings: &mut Warnings) {
        if let Some(TerminalValue::PerpetualGrowth(growth)) = self.terminal_value {
            warn_of_terminal_growth("perpetual_growth_rate", growth, self.discount_rate, warnings);
        }
    }
}

/// When the flows of a period are discounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CashFlowTiming {
    /// Period i is discounted i times.
    #[default]
    EndOfPeriod,
    /// Period i, from 1, is discounted i - 1/2 times.
    MidPeriod,
}

impl Expenditures {
    /// The expenditures, if at least one is above 0 and there are not too many.
    #[must_use]
    pub fn new(amounts: Vec<NonNegative>) -> Option<Expenditures> {
        let is_spent = amounts.iter().any(|amount| !amount.get().is_zero());
        (is_spent && amounts.len() <= PERIODS_MAX).then_some(Expenditures(amounts))
    }

    /// One of 1, which stands where they cannot be read until the whole request is refused.
    #[must_use]
    pub fn placeholder() -> Expenditures {
        Expenditures(vec![NonNegative::new(rust_decimal::Decimal::ONE).unwrap_or(NonNegative::PLACEHOLDER)])
    }

    /// Period 0 first.
    #[must_use]
    pub fn amounts(&self) -> &[NonNegative] {
        &self.0
    }
}

impl CapexRoiInputs {
    /// The index of the last period: the longest series decides.
    pub(super) fn last_period(&self) -> u32 {
        let lengths = [self.capital_expenditures.amounts().len(), self.revenues.len(), self.operating_costs.len()];
        let longest = lengths.into_iter().max().unwrap_or_default().min(PERIODS_MAX);
        u32::try_from(longest.saturating_sub(1)).unwrap_or_default()
    }

    pub(super) fn margin(&self) -> Exact {
        self.gross_margin.map_or(Exact::ONE, |margin| margin.get().into())
    }

    pub(super) fn tax(&self) -> Exact {
        self.tax_rate.map_or(Exact::ZERO, |rate| rate.get().into())
    }

    pub(super) fn timing(&self) -> CashFlowTiming {
        self.timing.unwrap_or_default()
    }

    pub(super) fn finance_rate(&self) -> Rate {
        self.finance_rate.unwrap_or(self.discount_rate)
    }

    pub(super) fn reinvestment_rate(&self) -> Rate {
        self.reinvestment_rate.unwrap_or(self.discount_rate)
    }

    /// What is spent in each period, up to the last.
    pub(super) fn expenditures(&self) -> Vec<Exact> {
        self.each(self.capital_expenditures.amounts())
    }

    /// A series up to the last period, with 0 where it is shorter.
    pub(super) fn each(&self, series: &[NonNegative]) -> Vec<Exact> {
        let amounts = series.iter().map(|amount| Exact::from(amount.get()));
        let periods = (self.last_period() as usize).saturating_add(1);
        amounts.chain(std::iter::repeat(Exact::ZERO)).take(periods).collect()
    }
}

impl TerminalValue {
    /// The same discounting as the flows of the last period: Gordon's value is made of such flows.
    pub(super) fn moves_with_flows(&self) -> bool {
        matches!(self, TerminalValue::PerpetualGrowth(_))
    }
}

impl CashFlowTiming {
    /// As it is written in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CashFlowTiming::EndOfPeriod => "CASH_FLOW_TIMING_END_OF_PERIOD",
            CashFlowTiming::MidPeriod => "CASH_FLOW_TIMING_MID_PERIOD",
        }
    }
}

/// The square root of [`growth_per_period`], from the year too.
pub(super) fn growth_per_half_period(rate: Rate, period: Period) -> Exact {
    exact_root(Exact::ONE + Exact::from(rate.get()), period.per_year().saturating_mul(2))
}

/// 1 + a rate per period, from the effective rate per year: a root, taken once.
pub(super) fn growth_per_period(rate: Rate, period: Period) -> Exact {
    let growth = Exact::ONE + Exact::from(rate.get());
    if period == Period::Year { growth } else { exact_root(growth, period.per_year()) }
}

/// A rate per period.
pub(super) fn rate_per_period<N: Number>(annual_rate: N, periods_per_year: N) -> N {
    annual_rate.compounded(N::whole(1) / periods_per_year)
}
