//! Modified internal rate of return: the return of a series when outflows are financed at one rate and inflows reinvested at
//! another.
//!
//! Sources: Lin, The Modified Internal Rate of Return and Investment Criterion, The Engineering Economist 21 (1976); the
//! spreadsheets' MIRR.

use std::cell::OnceCell;

use rust_decimal::Decimal;

use super::discount::{CompoundFactor, Discount};
use super::{CashFlows, RateOfReturn, Series};
use crate::arithmetic::Arithmetic;
use crate::input::{ModelError, Rate};
use crate::number::Exact;
use crate::precision::{Computation, quickly};
use crate::work::WhileAwaited;

/// Digits of a rate of return after its decimal point.
pub(super) const RATE_DIGITS: u32 = 12;

/// Inputs of the modified rate: cash flows, finance rate and reinvestment rate.
#[derive(Clone, Debug)]
pub struct ModifiedRateInputs {
    /// Cash flows of the series.
    pub cash_flows: CashFlows,
    /// Finance rate per year, at which outflows are discounted to the first flow.
    pub finance_rate: Rate,
    /// Reinvestment rate per year, at which inflows grow until the last flow.
    pub reinvestment_rate: Rate,
}

/// Computes the modified internal rate of return of a request's cash flows: [`modified_rate`] of their series.
///
/// - Errors: [`ModelError::ResultTooLarge`], as [`modified_rate`].
/// - Source: S. A. Y. Lin, "The Modified Internal Rate of Return and Investment Criterion", The Engineering Economist 21 (4), 1976,
///   pages 237-247.
pub fn modified_internal_rate(inputs: &ModifiedRateInputs) -> Result<Option<RateOfReturn>, ModelError> {
    modified_rate(&Series::of(&inputs.cash_flows), inputs.finance_rate, inputs.reinvestment_rate)
}

/// Computes the return of a series when outflows are financed at one rate and inflows reinvested at another.
///
/// ```text
/// annual = (future value of inflows at the reinvestment rate / present value of outflows at the finance rate)^(1 / n) - 1
/// n      = years from the first flow to the last, flows of 0 included
/// ```
///
/// The rate is `None` unless there are both inflows and outflows. Amounts at one time are one flow, so that inflows and outflows
/// fall on different times.
///
/// - Units: rates per year, effective, as fractions; per period too where the series has periods.
/// - Rounding: half-even to 12 digits after the point, from 60 correct digits.
/// - Errors: [`ModelError::ResultTooLarge`] for a rate of 1e16 or more, which 28 digits cannot hold with 12 after the point.
/// - Source: S. A. Y. Lin, "The Modified Internal Rate of Return and Investment Criterion", The Engineering Economist 21 (4), 1976,
///   pages 237-247.
///
/// # Example: the example of spreadsheets' MIRR
///
/// ```
/// use paydirt_models::cash_flow::{CashFlows, Series, modified_rate};
/// use paydirt_models::input::{AnyDecimal, Bounded, Period, Rate};
/// use rust_decimal::dec;
///
/// let amounts = [-120000, 39000, 30000, 21000, 37000, 46000];
/// let amounts = amounts.map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec();
/// let series = Series::of(&CashFlows::Periodic { amounts, period: Period::Year });
/// let rate = modified_rate(&series, Rate::new(dec!(0.1)).unwrap(), Rate::new(dec!(0.12)).unwrap());
/// assert_eq!(rate.unwrap().unwrap().annual.round_dp(4), dec!(0.1261));
/// ```
///
/// "Reinvested at 12 %, the loan of 120,000 at 10 % has earned 12.61 % a year."
pub fn modified_rate(series: &Series, finance: Rate, reinvestment: Rate) -> Result<Option<RateOfReturn>, ModelError> {
    quickly(&ModifiedRateOfSeries { series, finance, reinvestment })
}

/// Returns true of a series with both inflows and outflows, which has a modified rate, however large.
pub(crate) fn has_modified_rate(series: &Series) -> bool {
    let flows = series.flows();
    flows.iter().any(|flow| flow.amount.is_positive()) && flows.iter().any(|flow| flow.amount.is_negative())
}

struct ModifiedRateOfSeries<'a> {
    series: &'a Series,
    finance: Rate,
    reinvestment: Rate,
}

impl Computation for ModifiedRateOfSeries<'_> {
    type Answer = Result<Option<RateOfReturn>, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<Option<RateOfReturn>, ModelError> {
        let ModifiedRateOfSeries { series, finance, reinvestment } = *self;
        let Some(values) = TerminalValues::<A>::of(series, finance, reinvestment) else { return Ok(None) };
        let TerminalValues { future_value_of_inflows, present_value_of_outflows } = values;
        let growth = Growth::of(future_value_of_inflows, present_value_of_outflows);
        let answer = |rate: A, name: &str| {
            rounded(rate).ok_or_else(|| ModelError::too_large(name).within("modified_internal_rate_of_return"))
        };
        let span = series.span_units();
        let (years, units) = series.unit().fraction();
        let annual = growth.rate(units, span.saturating_mul(years));
        let Some((units_of_period, period)) = series.period() else {
            return Ok(Some(RateOfReturn { annual: answer(annual, "annual")?, per_period: None, nominal_annual: None }));
        };
        if period.per_year() == 1 {
            // A year's rate is all three.
            let rate = answer(annual, "annual")?;
            return Ok(Some(RateOfReturn { annual: rate, per_period: Some(rate), nominal_annual: Some(rate) }));
        }
        let per_period = growth.rate(units_of_period, span);
        Ok(Some(RateOfReturn {
            annual: answer(annual, "annual")?,
            per_period: Some(answer(per_period, "per_period")?),
            nominal_annual: Some(answer(per_period * A::whole(period.per_year()), "nominal_annual")?),
        }))
    }
}

/// Future value of all inflows at the last flow, and present value of all outflows at the first flow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TerminalValues<A = Exact> {
    pub future_value_of_inflows: A,
    pub present_value_of_outflows: A,
}

impl<A: Arithmetic> TerminalValues<A> {
    /// Returns the future value of inflows and the present value of outflows; `None` unless there are both inflows and outflows.
    pub fn of(series: &Series, finance: Rate, reinvestment: Rate) -> Option<TerminalValues<A>> {
        let span = series.span_units();
        let mut compound = CompoundFactor::<A>::new(reinvestment, series.unit());
        let mut discount = Discount::<A>::new(finance, series.unit());
        let flows = series.flows();
        let inflows = flows.iter().rev().filter(|flow| flow.amount.is_positive());
        let outflows = flows.iter().filter(|flow| flow.amount.is_negative());
        Some(TerminalValues {
            // From the last one back, so that the time to the end grows.
            future_value_of_inflows: inflows
                .map(|flow| A::exact(flow.amount) * compound.over(span.saturating_sub(flow.units)))
                .while_awaited()
                .reduce(|sum, value| sum + value)?,
            present_value_of_outflows: outflows
                .map(|flow| discount.over(flow.units).of(A::exact(-flow.amount)))
                .while_awaited()
                .reduce(|sum, value| sum + value)?,
        })
    }
}

/// Growth from a present value to a future value, and its logarithm, taken once.
struct Growth<A> {
    ratio: A,
    logarithm: OnceCell<A>,
}

impl<A: Arithmetic> Growth<A> {
    fn of(future_value_of_inflows: A, present_value_of_outflows: A) -> Growth<A> {
        Growth { ratio: future_value_of_inflows / present_value_of_outflows, logarithm: OnceCell::new() }
    }

    /// Returns (future / present)^(above / below) - 1, without losing the digits of a small rate.
    fn rate(&self, above: u32, below: u32) -> A {
        if above == below {
            return self.ratio - A::ONE;
        }
        let degree = below.checked_div(above).filter(|degree| degree.checked_mul(above) == Some(below));
        if let Some(rate) = degree.and_then(|degree| self.ratio.root_less_one(degree)) {
            return rate;
        }
        let exponent = A::whole(above) / A::whole(below);
        (*self.logarithm.get_or_init(|| self.ratio.ln()) * exponent).exp_m1()
    }
}

/// Rounds a rate half-even to 12 digits after the point, as an answer; `None` where 28 digits do not hold the rate.
pub(super) fn rounded<A: Arithmetic>(rate: A) -> Option<Decimal> {
    let rounded = rate.to_places(RATE_DIGITS);
    if rounded.absolute() < A::power_of_ten(16) { rounded.decimal() } else { None }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;
    use crate::calendar::parse;
    use crate::cash_flow::{DatedCashFlow, DayCount, Flow};
    use crate::input::{AnyDecimal, Bounded, Period};

    fn periodic(amounts: &[i64], period: Period) -> Series {
        let amounts = amounts.iter().map(|amount| AnyDecimal::new((*amount).into()).unwrap()).collect();
        Series::of(&CashFlows::Periodic { amounts, period })
    }

    fn modified(series: &Series, finance: Decimal, reinvestment: Decimal) -> Option<RateOfReturn> {
        modified_rate(series, Rate::new(finance).unwrap(), Rate::new(reinvestment).unwrap()).unwrap()
    }

    /// Source of the expected values: Microsoft's example of MIRR, 12.61 %, and numpy-financial's tests, 0.0666; further digits by
    /// mpmath.
    #[test]
    fn the_published_rates_come_out() {
        let excel = periodic(&[-120000, 39000, 30000, 21000, 37000, 46000], Period::Year);
        assert_eq!(modified(&excel, dec!(0.1), dec!(0.12)).unwrap().annual, dec!(0.126094130366));
        let numpy = periodic(&[-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000], Period::Year);
        assert_eq!(modified(&numpy, dec!(0.08), dec!(0.055)).unwrap().annual, dec!(0.066597175032));
    }

    #[test]
    fn amounts_of_0_count_as_time() {
        let rate = |amounts: &[i64]| modified(&periodic(amounts, Period::Month), dec!(0.1), dec!(0.05)).unwrap();
        let of = |annual, per_period, nominal_annual| RateOfReturn {
            annual,
            per_period: Some(per_period),
            nominal_annual: Some(nominal_annual),
        };
        let with = of(dec!(0.573066305495), dec!(0.038473899658), dec!(0.461686795901));
        let without = of(dec!(0.740349453244), dec!(0.047256436952), dec!(0.567077243428));
        assert_eq!(rate(&[-1000, 0, 0, 700, 500, 0]), with);
        assert_eq!(rate(&[-1000, 0, 0, 700, 500]), without);
    }

    #[test]
    fn dated_flows_have_years_by_their_day_count_and_no_period() {
        let flows =
            [("2008-01-01", -10000), ("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)];
        let flows = flows.map(|(date, amount)| DatedCashFlow {
            date: parse(date).unwrap(),
            amount: AnyDecimal::new(amount.into()).unwrap(),
        });
        let series = Series::of(&CashFlows::Dated { flows: flows.to_vec(), day_count: DayCount::Act365Fixed });
        let rate = modified(&series, dec!(0.1), dec!(0.12));
        assert_eq!(rate, Some(RateOfReturn { annual: dec!(0.279981109261), per_period: None, nominal_annual: None }));
    }

    #[test]
    fn flows_in_the_middle_of_their_periods_have_a_rate_per_period_too() {
        // 100 at once, 110 after half a month: 10 % in half a month, 21 % in a month.
        let flows = [(0, -100), (1, 110)].map(|(units, amount)| Flow { units, amount: Exact::from(Decimal::from(amount)) });
        let series = Series::in_half_periods(flows.into_iter(), Period::Month);
        let rate = modified(&series, dec!(0), dec!(0)).unwrap();
        // 1.1^24 - 1
        assert_eq!(
            rate,
            RateOfReturn { annual: dec!(8.849732675808), per_period: Some(dec!(0.21)), nominal_annual: Some(dec!(2.52)) }
        );
    }

    #[test]
    fn flows_of_one_kind_have_no_modified_rate() {
        for amounts in [&[100, 200][..], &[-100, 0, -5], &[0], &[-1]] {
            assert_eq!(modified(&periodic(amounts, Period::Year), dec!(0.1), dec!(0.1)), None);
        }
    }

    #[test]
    fn exact_rates_are_exact() {
        let rate = modified(&periodic(&[-100, 0, 121], Period::Year), dec!(0.07), dec!(0.03)).unwrap();
        assert_eq!(rate, RateOfReturn { annual: dec!(0.1), per_period: Some(dec!(0.1)), nominal_annual: Some(dec!(0.1)) });
        let lost = modified(&periodic(&[-7, 7], Period::Quarter), dec!(0.07), dec!(0.03)).unwrap();
        assert_eq!(lost, RateOfReturn { annual: dec!(0), per_period: Some(dec!(0)), nominal_annual: Some(dec!(0)) });
    }

    #[test]
    fn a_rate_that_28_digits_cannot_hold_is_too_large() {
        let series = periodic(&[-1, 1000], Period::Month);
        let refused = modified_rate(&series, Rate::new(dec!(0)).unwrap(), Rate::new(dec!(0)).unwrap());
        assert_eq!(refused, Err(ModelError::too_large("modified_internal_rate_of_return.annual")));
    }

    #[test]
    fn rates_round_half_even_once() {
        let round = |rate: Decimal| rounded(Exact::from(rate));
        assert_eq!(round(dec!(0.0000000000005)), Some(dec!(0)));
        assert_eq!(round(dec!(0.0000000000015)), Some(dec!(0.000000000002)));
        assert_eq!(round(dec!(-0.0000000000015)), Some(dec!(-0.000000000002)));
        assert_eq!(round(dec!(0.0000000000005000000000000001)), Some(dec!(0.000000000001)));
        assert_eq!(round(dec!(0.0000000000025)), Some(dec!(0.000000000002)));
        // Rounding first to 28 digits and then to 12 would make it a tie.
        let above = Exact::from(dec!(0.0000000000005)) + Exact::power_of_ten(-33);
        assert_eq!(rounded(above), Some(dec!(0.000000000001)));
        // A tie but for the last roundings of a power is one.
        let hardly_above = Exact::from(dec!(0.0000000000005)) + Exact::power_of_ten(-70);
        assert_eq!(rounded(hardly_above), Some(dec!(0)));
        assert_eq!(rounded(Exact::power_of_ten(16)), None);
        assert_eq!(round(dec!(9999999999999999)), Some(dec!(9999999999999999)));
    }
}
