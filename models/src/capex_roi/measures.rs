//! Measures of an investment: present value, rates of return, paybacks and ratios, from one set of flows.

use std::cell::LazyCell;
use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::course::InvestmentCourse;
use super::inputs::{CapexRoiInputs, TerminalValue};
use super::periods::{CapexPeriod, Investment};
use super::revenue_factor::RevenueFactor;
use super::times::timed;
use crate::arithmetic::Arithmetic;
use crate::cash_flow::{
    InternalRates, Movement, Payback, RateOfReturn, YearUnit, internal_rates, modified_rate, years_of_payback,
};
use crate::explanation::canonical;
use crate::input::{Bounded, ModelError};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
use crate::warning::{WarningReason, Warnings};
use crate::work::WhileAwaited;

/// Outcome of a return on capital expenditure: every measure of the investment, and its periods.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CapexRoi {
    /// Total capital expenditure over all periods.
    pub total_capital_expenditure: Decimal,
    /// Total net inflow: all flows after tax, those at the end included, before capital expenditure.
    pub total_net_inflow: Decimal,
    /// Total net inflow minus total capital expenditure.
    pub net_gain: Decimal,
    /// Return on investment: net_gain / total_capital_expenditure.
    pub return_on_investment: Decimal,
    /// Return on investment, compounded per year; `None` when everything is lost or more, at a single period, and where it is too large to
    /// be written.
    pub annualized_return_on_investment: Option<Decimal>,
    /// Total revenue / total capital expenditure.
    pub revenue_to_capital_expenditure: Decimal,
    /// Net present value: the sum of the present values of all net cash flows.
    pub net_present_value: Decimal,
    /// Profitability index: present value of net inflows / present value of capital expenditures.
    pub profitability_index: Decimal,
    /// Internal rates of return: the rates at which the net present value is 0.
    pub internal_rates_of_return: InternalRates,
    /// Modified internal rate of return; `None` unless there are both inflows and outflows, at different times, and where it is too large
    /// to be written.
    pub modified_internal_rate_of_return: Option<RateOfReturn>,
    /// Payback of the capital expenditure, undiscounted.
    pub payback: Payback,
    /// Payback of the capital expenditure, discounted.
    pub discounted_payback: Payback,
    /// Equivalent annual annuity: the net present value in equal payments at the end of each year; `None` at a single period.
    pub equivalent_annual_annuity: Option<Decimal>,
    /// Break-even revenue factor: with every revenue multiplied by it, the net present value is 0; `None` where revenue changes
    /// nothing, where each revenue loses money, and where the investment pays without any.
    pub break_even_revenue_factor: Option<Decimal>,
    /// Periods of the investment, period 0 first.
    pub periods: Vec<CapexPeriod>,
}

impl CapexRoi {
    /// Warns of a perpetuity in which nothing is replaced: its flow has no depreciation, and no flow was given instead.
    pub fn warn_of_missing_replacement(&self, inputs: &CapexRoiInputs, warnings: &mut Warnings) {
        let Some(TerminalValue::PerpetualGrowth { net_cash_flow: None, .. }) = inputs.terminal_value else { return };
        let Some(last) = self.periods.last().filter(|last| last.depreciation.is_zero()) else { return };
        warnings.add(WarningReason::TerminalWithoutReplacement, "perpetual_growth_rate", || {
            let average = Exact::from(self.total_capital_expenditure) / Exact::from(last.period.max(1));
            format!(
                "the last period has no depreciation, so the perpetuity replaces nothing that wears out, where capital expenditure was {} a period on \
                 average: give terminal_net_cash_flow, or a depreciation that lasts to the last period",
                canonical(average.to_digits(6))
            )
        });
    }
}

/// Computes the net present value, the rates of return, the paybacks and the other measures of a capital expenditure.
///
/// ```text
/// operating_profit(i) = revenue(i) × gross_margin - operating_cost(i)
/// tax(i)              = (operating_profit(i) - depreciation(i)) × tax_rate
/// net_cash_flow(i)    = operating_profit(i) - tax(i) - capital_expenditure(i) - change of net_working_capital(i)
///                       in the last period + terminal_value + disposal_proceeds + net_working_capital that comes back
/// present_value(i)    = net_cash_flow(i) / (1 + r)^i, r per period; i - 1/2 with flows in the middle of a period
///
/// net_present_value               = sum of present_value(i)
/// return_on_investment            = (total_net_inflow - total_capital_expenditure) / total_capital_expenditure
/// annualized_return_on_investment = (1 + return_on_investment)^(1 / years) - 1
/// equivalent_annual_annuity       = net_present_value × r / (1 - (1 + r)^-years), r per year; at r = 0 net_present_value / years
/// break_even_revenue_factor       = 1 - net_present_value / present value of what follows revenue, after tax
/// ```
///
/// With losses carried forward, profit(i) = operating_profit(i) - depreciation(i):
///
/// ```text
/// offset(i)  = min(balance(i - 1), limit × profit(i)), 0 at a loss
/// balance(i) = balance(i - 1) - offset(i), and more by a loss
/// tax(i)     = (profit(i) - offset(i)) × tax_rate, 0 at a loss
/// ```
///
/// The break-even factor is exact, since the net present value is a straight line in it; with losses carried forward a line with kinks, each
/// of which is followed. The factor is absent where it would be below 0, where several factors lead to 0, without revenue, at a gross margin
/// at or below 0, and at a tax rate of 1.
///
/// A disposal is taxed on disposal_proceeds - book value, the cost of everything less its depreciation, as part of the last period's profit.
/// Net working capital comes back at the end, but not with a perpetual growth or an exit multiple.
///
/// A payback counts the terminal value, the disposal and working capital that comes back at the end of the last period: they move at once, and
/// are not spread over the period.
///
/// - Shapes: each series has one value per period, 1 to 1200; beyond the end of a shorter series, values are 0.
/// - Units: money in one currency; rates per year, effective, as fractions; paybacks in years.
/// - Rounding: half-even at the 28th digit, once for each result; rates of return at the 12th after the point.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapters 5 (net present value, payback, rate of return), 6
///   (equivalent annual cash flows) and 19 (valuation, terminal value).
///
/// # Example: 200 spent, then 50, 60, 70 and 200
///
/// ```
/// use paydirt_models::capex_roi::{CapexRoiInputs, Expenditures, capex_roi};
/// use paydirt_models::input::{Bounded, NonNegative, Period, Rate};
/// use rust_decimal::{Decimal, dec};
///
/// let amounts = |figures: &[i64]| figures.iter().map(|figure| NonNegative::new(Decimal::from(*figure)).unwrap()).collect();
/// let outcome = capex_roi(&CapexRoiInputs {
///     period: Period::Year,
///     capital_expenditures: Expenditures::new(amounts(&[200])),
///     revenues: amounts(&[0, 50, 60, 70, 200]),
///     gross_margin: None,
///     operating_costs: Vec::new(),
///     discount_rate: Rate::new(dec!(0.1)).unwrap(),
///     tax_rate: None,
///     depreciation: None,
///     terminal_value: None,
///     timing: None,
///     finance_rate: None,
///     reinvestment_rate: None,
///     tax_losses: None,
///     disposal_proceeds: None,
///     net_working_capitals: Vec::new(),
///     assets: Vec::new(),
/// })
/// .unwrap();
/// assert_eq!(outcome.net_present_value.round_dp(2), dec!(84.24));
/// ```
///
/// "At 10 % the investment is worth 84 more than it costs."
pub fn capex_roi(inputs: &CapexRoiInputs) -> Result<CapexRoi, ModelError> {
    let investment = Investment::new(inputs);
    let as_discounted = timed(inputs, investment.net_cash_flows(), investment.end.total());
    let mut outcome = quickly(&Measures {
        inputs,
        factor_over_kinks: RevenueFactor::over_kinks(inputs, &investment),
        investment,
        modified_rate: LazyCell::new(&|| modified_rate(&as_discounted, inputs.finance_rate(), inputs.reinvestment_rate())),
    })?;
    outcome.internal_rates_of_return = internal_rates(&as_discounted);
    Ok(outcome)
}

/// Measures to be computed, but for the internal rates. The exact flows, and a rate that has a precision of its own, are computed once.
struct Measures<'a> {
    inputs: &'a CapexRoiInputs,
    investment: Investment,
    factor_over_kinks: Option<RevenueFactor>,
    modified_rate: LazyCell<ModifiedRate, &'a dyn Fn() -> ModifiedRate>,
}

type ModifiedRate = Result<Option<RateOfReturn>, ModelError>;

impl Computation for Measures<'_> {
    type Answer = Result<CapexRoi, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<CapexRoi, ModelError> {
        let Measures { inputs, investment, .. } = self;
        let as_counted = YearUnit::of_period(inputs.period);
        let course = InvestmentCourse::<A>::of(inputs, investment);
        let InvestmentCourse { net_present_value, net_gain, total_capital_expenditure: expenditure, .. } = course;
        let net_inflow = net_gain + expenditure;
        let return_on_investment = return_on_investment(net_gain, expenditure);
        let years = InvestmentYears::of(inputs);
        let break_even_revenue_factor = match &self.factor_over_kinks {
            Some(factor) => factor.value().map(A::exact),
            None => RevenueFactor::of_line(inputs, net_present_value, course.present_value_of_revenues).value(),
        };
        Ok(CapexRoi {
            total_capital_expenditure: expenditure.value("total_capital_expenditure")?,
            total_net_inflow: net_inflow.value("total_net_inflow")?,
            net_gain: net_gain.value("net_gain")?,
            return_on_investment: return_on_investment.value("return_on_investment")?,
            annualized_return_on_investment: years
                .filter(|_| leaves_something(inputs, investment, net_inflow))
                .map(|years| years.annualized(return_on_investment))
                .and_then(Arithmetic::decimal),
            revenue_to_capital_expenditure: revenue_to_capital_expenditure(course.total_revenue, expenditure)
                .value("revenue_to_capital_expenditure")?,
            net_present_value: net_present_value.value("net_present_value")?,
            profitability_index: profitability_index(net_present_value, course.present_value_of_capital_expenditures)
                .value("profitability_index")?,
            internal_rates_of_return: InternalRates::not_looked_for(),
            modified_internal_rate_of_return: self.modified_rate.clone().or_else(ModelError::left_out)?,
            payback: years_of_payback(course.payback, as_counted, Movement::Evenly).map_err(|error| error.within("payback"))?,
            discounted_payback: years_of_payback(course.discounted_payback, as_counted, Movement::Evenly)
                .map_err(|error| error.within("discounted_payback"))?,
            equivalent_annual_annuity: years
                .map(|years| match A::of(inputs.discount_rate.get()) {
                    rate if rate.is_zero() => in_equal_parts(net_present_value, years.years()),
                    rate => annuity(net_present_value, rate, years.years()),
                })
                .map(|annuity| annuity.value("equivalent_annual_annuity"))
                .transpose()?,
            break_even_revenue_factor: break_even_revenue_factor
                .map(|factor| factor.value("break_even_revenue_factor"))
                .transpose()?,
            periods: course.periods?,
        })
    }
}

/// True when the total inflow is above 0. A remainder at the 76th digit, left by rounding of tax shields, counts as 0.
pub(super) fn leaves_something<A: Arithmetic>(inputs: &CapexRoiInputs, investment: &Investment, net_inflow: A) -> bool {
    /// A share that rounding leaves of what was moved, and what is more than that share of any investment without a terminal value: 1,200 profits and
    /// taxes are below 10^63 together, as a decimal is below 7.9 × 10^28, and a product of two of them below 10^58.
    const SHARE_EXPONENT: i32 = -70;
    const CLEAR_EXPONENT: i32 = -7;
    let is_clear = net_inflow.compared(A::power_of_ten(CLEAR_EXPONENT)).is_some_and(Ordering::is_gt);
    if is_clear && inputs.terminal_value.is_none() {
        return true;
    }
    // All profits, losses and taxes, each without its sign: the scale against which rounding is judged.
    let of_end = A::exact(investment.end.total()).absolute() + A::exact(investment.end.tax()).absolute();
    let moved = investment.moves.iter().while_awaited().fold(of_end, |sum, moved| {
        let change = moved.working_capital_change.unwrap_or(Exact::ZERO);
        [moved.operating_profit, moved.tax, change].into_iter().fold(sum, |sum, amount| sum + A::exact(amount).absolute())
    });
    net_inflow.is_above_share(moved, SHARE_EXPONENT)
}

/// Length of the investment in years; a single period has no length.
#[derive(Clone, Copy)]
pub(super) struct InvestmentYears {
    periods_per_year: u32,
    last_period: u32,
}

impl InvestmentYears {
    pub fn of(inputs: &CapexRoiInputs) -> Option<InvestmentYears> {
        let (last_period, periods_per_year) = (inputs.last_period(), inputs.period.per_year());
        (last_period > 0).then_some(InvestmentYears { periods_per_year, last_period })
    }

    fn years<A: Arithmetic>(self) -> A {
        years(A::whole(self.last_period), A::whole(self.periods_per_year))
    }

    /// Annualises a return: over whole years by a root, where that is faster.
    fn annualized<A: Arithmetic>(self, return_on_investment: A) -> A {
        let InvestmentYears { periods_per_year, last_period } = self;
        let years = last_period.checked_div(periods_per_year);
        let whole = years.filter(|years| years.checked_mul(periods_per_year) == Some(last_period));
        whole
            .and_then(|years| (A::ONE + return_on_investment).root_less_one(years))
            .unwrap_or_else(|| annualized(return_on_investment, A::whole(periods_per_year), A::whole(last_period)))
    }
}

pub(super) fn years<N: Number>(last_period: N, periods_per_year: N) -> N {
    (last_period / periods_per_year).named("years")
}

pub(super) fn return_on_investment<N: Number>(net_gain: N, total_capital_expenditure: N) -> N {
    (net_gain / total_capital_expenditure).named("return_on_investment")
}

/// Annualises a return on investment. The exponent is 1 / years, computed as one quotient, so that a whole exponent stays whole.
pub(super) fn annualized<N: Number>(return_on_investment: N, periods_per_year: N, last_period: N) -> N {
    return_on_investment.compounded(periods_per_year / last_period).named("annualized_return_on_investment")
}

pub(super) fn revenue_to_capital_expenditure<N: Number>(total_revenue: N, total_capital_expenditure: N) -> N {
    (total_revenue / total_capital_expenditure).named("revenue_to_capital_expenditure")
}

pub(super) fn profitability_index<N: Number>(net_present_value: N, of_capital_expenditures: N) -> N {
    let of_net_inflows = (net_present_value + of_capital_expenditures).named("present_value_of_net_inflows");
    (of_net_inflows / of_capital_expenditures).named("profitability_index")
}

pub(super) fn annuity<N: Number>(net_present_value: N, discount_rate: N, years: N) -> N {
    (net_present_value * discount_rate / discount_rate.discount_share(years)).named("equivalent_annual_annuity")
}

pub(super) fn in_equal_parts<N: Number>(net_present_value: N, years: N) -> N {
    (net_present_value / years).named("equivalent_annual_annuity")
}
