//! Inputs of a return on capital expenditure: costs and revenues of an investment, period by period.

use crate::cash_flow::exact_root;
use crate::depreciation::DepreciationPolicy;
use crate::input::{AnyDecimal, AtMostOne, Bounded, NonNegative, Period, Rate, Share, TaxRate};
use crate::number::{Exact, Number};
use crate::warning::{Warnings, warn_of_terminal_growth};

/// The most periods of a series: 1200, a century of months.
pub const PERIODS_MAX: usize = 1200;

/// The most assets of an investment. A project of 20 classes of assets is a large one, and each costs as much as a series.
pub const ASSETS_MAX: usize = 20;

/// Inputs of a return on capital expenditure: an investment's costs, revenues, rates and conventions.
#[derive(Clone, Debug)]
pub struct CapexRoiInputs {
    /// The length of one period of the series.
    pub period: Period,
    /// Capital expenditure of each period, period 0 first, beside that of assets; `None` where there is no other.
    pub capital_expenditures: Option<Expenditures>,
    /// Revenue of each period, period 0 first, at most [`PERIODS_MAX`]. Beyond the end of a shorter series, revenue is 0.
    pub revenues: Vec<NonNegative>,
    /// Gross margin: share of revenue that is left after the cost of revenue; `None` is 1.
    pub gross_margin: Option<AtMostOne>,
    /// Operating cost of each period, period 0 first, at most [`PERIODS_MAX`]. Beyond the end of a shorter series, cost is 0.
    pub operating_costs: Vec<NonNegative>,
    /// Discount rate per year, effective.
    pub discount_rate: Rate,
    /// Tax rate on profit after depreciation; `None` is 0.
    pub tax_rate: Option<TaxRate>,
    /// Depreciation of `capital_expenditures`, which reduces taxable profit; `None` is no depreciation, and so no tax shield.
    pub depreciation: Option<DepreciationPolicy>,
    /// Terminal value at the end of the last period; `None` is no terminal value.
    pub terminal_value: Option<TerminalValue>,
    /// When the flows of a period are discounted; `None` is at the end of the period.
    pub timing: Option<CashFlowTiming>,
    /// Finance rate per year of the modified internal rate of return; `None` is the discount rate.
    pub finance_rate: Option<Rate>,
    /// Reinvestment rate per year of the modified internal rate of return; `None` is the discount rate.
    pub reinvestment_rate: Option<Rate>,
    /// When a loss lowers the tax; `None` is at once.
    pub tax_losses: Option<TaxLosses>,
    /// Disposal proceeds at the end of the last period, taxed on what exceeds the book value of all. `None` is no disposal: the book value
    /// is lost, and lowers no tax.
    pub disposal_proceeds: Option<NonNegative>,
    /// Net working capital at the end of each period, period 0 first, at most [`PERIODS_MAX`]. Beyond the end of a shorter series, the last
    /// level stays.
    pub net_working_capitals: Vec<AnyDecimal>,
    /// Assets with a depreciation of their own, at most [`ASSETS_MAX`].
    pub assets: Vec<CapexAsset>,
}

/// Asset of an investment: its expenditures, and how they are written off.
#[derive(Clone, Debug)]
pub struct CapexAsset {
    /// Capital expenditure of each period, period 0 first.
    pub capital_expenditures: Expenditures,
    /// Depreciation that reduces taxable profit; `None` is no depreciation.
    pub depreciation: Option<DepreciationPolicy>,
}

/// When a loss lowers the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxLosses {
    /// At once: a loss lowers the tax on other profits of the same owner, so that tax may be negative.
    OffsetAtOnce,
    /// Carried forward: a loss lowers the tax on later profits of the investment, without an end. What is left at the end is lost.
    CarriedForward {
        /// The largest share of a period's profit that earlier losses offset; `None` is 1, without a limit.
        offset_limit: Option<Share>,
    },
}

/// Capital expenditures, one for each period, at most [`PERIODS_MAX`], at least one of them above 0.
#[derive(Clone, Debug)]
pub struct Expenditures(Vec<NonNegative>);

/// Terminal value: a flow at the end of the last period, untaxed.
#[derive(Clone, Copy, Debug)]
pub enum TerminalValue {
    /// Terminal value as an amount of money in the last period.
    Amount(AnyDecimal),
    /// Terminal value by Gordon's growth model: a normalised net cash flow goes on for ever, and grows.
    PerpetualGrowth {
        /// Growth per year, below the discount rate.
        growth: Rate,
        /// Net cash flow of one period after tax, at the level of the last period. `None` is (operating profit - depreciation) ×
        /// (1 - tax rate) of the last period, because what wears out is replaced.
        net_cash_flow: Option<AnyDecimal>,
    },
    /// Terminal value as a multiple of the last period's operating profit, annualised.
    ExitMultiple(AnyDecimal),
}

impl CapexRoiInputs {
    /// Warns of a perpetual growth near the discount rate.
    pub fn warn_of_terminal_growth(&self, warnings: &mut Warnings) {
        if let Some(TerminalValue::PerpetualGrowth { growth, .. }) = self.terminal_value {
            warn_of_terminal_growth("perpetual_growth_rate", growth, self.discount_rate, warnings);
        }
    }
}

/// When the flows of a period are discounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CashFlowTiming {
    /// End of period: the flows of period i are discounted for i periods.
    #[default]
    EndOfPeriod,
    /// Middle of period: the flows of period i, from 1 on, are discounted for i - 1/2 periods.
    MidPeriod,
}

impl Expenditures {
    /// Creates the series, if at least one expenditure is above 0 and the series is not too long.
    #[must_use]
    pub fn new(amounts: Vec<NonNegative>) -> Option<Expenditures> {
        let is_spent = amounts.iter().any(|amount| !amount.get().is_zero());
        (is_spent && amounts.len() <= PERIODS_MAX).then_some(Expenditures(amounts))
    }

    /// Returns a series with one expenditure of 1. The placeholder stands where the series cannot be read, until the whole request
    /// is refused.
    #[must_use]
    pub fn placeholder() -> Expenditures {
        Expenditures(vec![NonNegative::new(rust_decimal::Decimal::ONE).unwrap_or(NonNegative::PLACEHOLDER)])
    }

    /// Returns the total of the expenditures.
    #[must_use]
    pub fn total(&self) -> Exact {
        total_of(&self.0)
    }

    /// Returns the expenditures, period 0 first.
    #[must_use]
    pub fn amounts(&self) -> &[NonNegative] {
        &self.0
    }
}

impl CapexRoiInputs {
    /// Returns the index of the last period: the longest series decides.
    pub(super) fn last_period(&self) -> u32 {
        let spent = self.spent().map(|(_, amounts)| amounts.len()).max().unwrap_or_default();
        let lengths = [spent, self.revenues.len(), self.operating_costs.len(), self.net_working_capitals.len()];
        let longest = lengths.into_iter().max().unwrap_or_default().min(PERIODS_MAX);
        u32::try_from(longest.saturating_sub(1)).unwrap_or_default()
    }

    /// True where money moves at the very end of the last period.
    pub(super) fn has_end(&self) -> bool {
        self.terminal_value.is_some() || self.disposal_proceeds.is_some() || !self.net_working_capitals.is_empty()
    }

    /// Returns the net working capital at the end of a period, which need not be in the series.
    pub(super) fn net_working_capital(&self, period: usize) -> Exact {
        let level = self.net_working_capitals.get(period).or(self.net_working_capitals.last());
        level.map_or(Exact::ZERO, |level| level.get().into())
    }

    /// True where working capital comes back at the end: an investment that goes on, or is sold, keeps it.
    pub(super) fn releases_working_capital(&self) -> bool {
        !self.net_working_capitals.is_empty() && !self.terminal_value.is_some_and(|terminal| terminal.goes_on())
    }

    pub(super) fn margin(&self) -> Exact {
        self.gross_margin.map_or(Exact::ONE, |margin| margin.get().into())
    }

    pub(super) fn tax(&self) -> Exact {
        self.tax_rate.map_or(Exact::ZERO, |rate| rate.get().into())
    }

    /// Returns the largest share of a period's profit that earlier losses offset; `None` where losses are offset at once.
    pub(super) fn offset_limit(&self) -> Option<Exact> {
        match self.tax_losses {
            Some(TaxLosses::CarriedForward { offset_limit }) => {
                Some(offset_limit.map_or(Exact::ONE, |limit| limit.get().into()))
            }
            Some(TaxLosses::OffsetAtOnce) | None => None,
        }
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

    /// Returns each series of capital expenditures, with its depreciation.
    pub(super) fn spent(&self) -> impl Iterator<Item = (Option<DepreciationPolicy>, &[NonNegative])> {
        let project = self.capital_expenditures.iter().map(|spent| (self.depreciation, spent.amounts()));
        project.chain(self.assets.iter().map(|asset| (asset.depreciation, asset.capital_expenditures.amounts())))
    }

    /// True where something is depreciated.
    pub(super) fn is_depreciated(&self) -> bool {
        self.spent().any(|(policy, _)| policy.is_some())
    }

    /// Returns the capital expenditure of a period.
    pub(super) fn expenditure(&self, period: usize) -> Exact {
        let of_project = self.capital_expenditures.as_ref().map(|spent| amount_of(spent.amounts(), period));
        let of_assets = self.assets.iter().map(|asset| amount_of(asset.capital_expenditures.amounts(), period));
        match of_project {
            Some(amount) if self.assets.is_empty() => amount,
            of_project => of_project.into_iter().chain(of_assets).reduce(|sum, amount| sum + amount).unwrap_or(Exact::ZERO),
        }
    }

    /// Returns the depreciation of each period up to the last; `None` where nothing is depreciated.
    pub(super) fn charges(&self) -> Option<Vec<Exact>> {
        let periods = (self.last_period() as usize).saturating_add(1);
        let charges = self.spent().filter_map(|(policy, amounts)| {
            let policy = policy?;
            let mut each = Vec::with_capacity(periods);
            each.extend(amounts.iter().map(|amount| Exact::from(amount.get())));
            each.resize(periods, Exact::ZERO);
            Some(policy.charges(&each))
        });
        charges.reduce(|mut sums, more| {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = *sum + more);
            sums
        })
    }
}

impl TerminalValue {
    /// True where a part of the terminal value follows revenue.
    pub(super) fn follows_revenue(&self) -> bool {
        !matches!(self, TerminalValue::Amount(_) | TerminalValue::PerpetualGrowth { net_cash_flow: Some(_), .. })
    }

    /// True of the value of an investment that goes on after the last period, working capital and all.
    pub(super) fn goes_on(&self) -> bool {
        !matches!(self, TerminalValue::Amount(_))
    }

    /// True where the terminal value is discounted as the flows of the last period are: Gordon's value is made of such flows.
    pub(super) fn moves_with_flows(&self) -> bool {
        matches!(self, TerminalValue::PerpetualGrowth { .. })
    }
}

impl CashFlowTiming {
    /// Returns the name of the timing in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CashFlowTiming::EndOfPeriod => "CASH_FLOW_TIMING_END_OF_PERIOD",
            CashFlowTiming::MidPeriod => "CASH_FLOW_TIMING_MID_PERIOD",
        }
    }
}

/// Returns 1 + rate per period, from the effective rate per year: one root, taken once.
pub(super) fn growth_per_period(rate: Rate, period: Period) -> Exact {
    let growth = Exact::ONE + Exact::from(rate.get());
    if period == Period::Year { growth } else { exact_root(growth, period.per_year()) }
}

/// Converts an effective annual rate into the rate per period.
pub(super) fn rate_per_period<N: Number>(annual_rate: N, periods_per_year: N) -> N {
    annual_rate.compounded(N::whole(1) / periods_per_year)
}

/// Returns the amount of a period: 0 beyond the end of the series.
#[inline]
pub(super) fn amount_of(series: &[NonNegative], period: usize) -> Exact {
    series.get(period).map_or(Exact::ZERO, |amount| amount.get().into())
}

pub(super) fn total_of(amounts: &[NonNegative]) -> Exact {
    amounts.iter().fold(Exact::ZERO, |sum, amount| sum + Exact::from(amount.get()))
}
