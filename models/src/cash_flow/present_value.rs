//! Net present value: the worth of a series of payments today.
//!
//! Sources: Brealey, Myers and Allen, Principles of Corporate Finance, "how to calculate present values"; numpy-financial for the
//! first flow now, the spreadsheets' NPV for the first flow after one period, and their XNPV for dated flows.

use rust_decimal::Decimal;

use super::discount::{CompoundFactor, Discount, DiscountOfAmounts};
use super::{CashFlows, Series};
use crate::arithmetic::Arithmetic;
use crate::input::{Bounded, ModelError, Rate};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
use crate::work::WhileAwaited;

/// Inputs of the net present value: cash flows, discount rate and the time of the first flow.
#[derive(Clone, Debug)]
pub struct PresentValueInputs {
    /// Cash flows of the series.
    pub cash_flows: CashFlows,
    /// Discount rate per year, effective.
    pub discount_rate: Rate,
    /// Time of the first flow of a periodic series; `None` is now. The first dated flow is always at its earliest date.
    pub first_flow: Option<FirstFlow>,
}

/// Time of the first amount of a periodic series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFlow {
    /// First flow now: its amount is not discounted.
    Now,
    /// First flow after one period: its amount is discounted once.
    OnePeriod,
}

/// Outcome of the net present value: present values and rates of the series.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresentValue {
    /// Net present value: inflows less outflows.
    pub net_present_value: Decimal,
    /// Discount rate per period; of dated flows the annual rate.
    pub rate_per_period: Decimal,
    /// Present value of all inflows, 0 or more.
    pub present_value_of_inflows: Decimal,
    /// Present value of all outflows, 0 or more.
    pub present_value_of_outflows: Decimal,
    /// Sensitivity: change of the net present value per unit of change of the annual discount rate, its derivative.
    pub rate_sensitivity: Decimal,
}

/// Computes the present value of a series of payments.
///
/// ```text
/// net_present_value         = sum of amount_i / (1 + discount_rate)^years_i
/// present_value_of_inflows  = sum over the amounts above 0; outflows: over the amounts below 0, as a positive number
/// rate_per_period           = (1 + discount_rate)^(1 / periods per year) - 1
/// rate_sensitivity          = -(sum of years_i × amount_i / (1 + discount_rate)^years_i) / (1 + discount_rate)
/// years_i                   = i / periods per year, or (i + 1) / periods per year; of a dated flow, by the day count
/// ```
///
/// - Shapes: 1 to 50,000 amounts; dated flows in any order, the amounts of one date added up first.
/// - Units: money in one currency, positive when cash comes in; the rate per year, effective, as a fraction.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 2, "How to Calculate Present Values".
///
/// # Example: 15,000 now, five years of growing income, 5 %
///
/// ```
/// use paydirt_models::cash_flow::{CashFlows, PresentValueInputs, present_value};
/// use paydirt_models::input::{AnyDecimal, Bounded, Period, Rate};
/// use rust_decimal::dec;
///
/// let amounts = [-15000, 1500, 2500, 3500, 4500, 6000];
/// let inputs = PresentValueInputs {
///     cash_flows: CashFlows::Periodic {
///         amounts: amounts.map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec(),
///         period: Period::Year,
///     },
///     discount_rate: Rate::new(dec!(0.05)).unwrap(),
///     first_flow: None,
/// };
/// let worth = present_value(&inputs).unwrap().net_present_value;
/// assert_eq!(worth.round_dp(8), dec!(122.89485495));
/// ```
///
/// "At 5 % the investment is worth 123 more than it costs."
pub fn present_value(inputs: &PresentValueInputs) -> Result<PresentValue, ModelError> {
    quickly(inputs)
}

impl Computation for PresentValueInputs {
    type Answer = Result<PresentValue, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<PresentValue, ModelError> {
        let series = Series::of(&self.cash_flows);
        let mut factor = CompoundFactor::<A>::new(self.discount_rate, series.unit());
        let sums = Sums::by(&series, Discount::by(&factor), self.delay());
        let (years, units) = series.unit().fraction();
        let weighted_years = sums.weighted_units * A::whole(years) / A::whole(units);
        let discount_rate = A::of(self.discount_rate.get());
        Ok(PresentValue {
            net_present_value: net_present_value(sums.inflows, sums.outflows).value("net_present_value")?,
            rate_per_period: rate_per_period(&series, self.discount_rate, &mut factor).value("rate_per_period")?,
            present_value_of_inflows: sums.inflows.value("present_value_of_inflows")?,
            present_value_of_outflows: sums.outflows.value("present_value_of_outflows")?,
            rate_sensitivity: rate_sensitivity(weighted_years, discount_rate).value("rate_sensitivity")?,
        })
    }
}

impl PresentValueInputs {
    /// True when the first amount is discounted once.
    pub(super) fn is_delayed(&self) -> bool {
        self.first_flow == Some(FirstFlow::OnePeriod) && self.cash_flows.period().is_some()
    }

    /// Returns the units of time from now to the first flow.
    pub(super) fn delay(&self) -> u32 {
        u32::from(self.is_delayed())
    }
}

/// Sums of present values over all flows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums<A = Exact> {
    pub inflows: A,
    pub outflows: A,
    /// Sum of present values, inflows less outflows, each times its time in units.
    pub weighted_units: A,
}

impl<A: Arithmetic> Sums<A> {
    pub fn of(series: &Series, rate: Rate, delay: u32) -> Sums<A> {
        Sums::by(series, Discount::new(rate, series.unit()), delay)
    }

    fn by(series: &Series, discount: Discount<A>, delay: u32) -> Sums<A> {
        let mut sums = Sums::default();
        let mut discount = DiscountOfAmounts::of(series, discount);
        for flow in series.flows().iter().while_awaited() {
            let units = flow.units.saturating_add(delay);
            let present_value = discount.over(units, flow.amount);
            sums.weighted_units = sums.weighted_units + A::whole(units) * present_value;
            if present_value.is_negative() {
                sums.outflows = sums.outflows - present_value;
            } else {
                sums.inflows = sums.inflows + present_value;
            }
        }
        sums
    }
}

/// Returns the net present value of a series at a rate, at the time of unit 0; spoilt where it is too large.
#[must_use]
pub fn worth_at(series: &Series, rate: Rate) -> Exact {
    let Sums { inflows, outflows, .. } = Sums::<Exact>::of(series, rate, 0);
    net_present_value(inflows, outflows)
}

/// Returns the discount rate of one period; of dated flows that of a year.
fn rate_per_period<A: Arithmetic>(series: &Series, rate: Rate, factor: &mut CompoundFactor<A>) -> A {
    match series.period() {
        Some((units, _)) => factor.over(units) - A::ONE,
        None => A::of(rate.get()),
    }
}

pub(super) fn net_present_value<N: Number>(present_value_of_inflows: N, present_value_of_outflows: N) -> N {
    (present_value_of_inflows - present_value_of_outflows).named("net_present_value")
}

pub(super) fn rate_sensitivity<N: Number>(weighted_years: N, discount_rate: N) -> N {
    (-(weighted_years / (N::whole(1) + discount_rate))).named("rate_sensitivity")
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;
    use crate::calendar::parse;
    use crate::cash_flow::{DatedCashFlow, DayCount};
    use crate::input::{AnyDecimal, Period};

    fn any(amount: Decimal) -> AnyDecimal {
        AnyDecimal::new(amount).unwrap()
    }

    fn periodic(amounts: &[Decimal], period: Period, rate: Decimal, first_flow: Option<FirstFlow>) -> PresentValue {
        let amounts = amounts.iter().map(|amount| any(*amount)).collect();
        let cash_flows = CashFlows::Periodic { amounts, period };
        present_value(&PresentValueInputs { cash_flows, discount_rate: Rate::new(rate).unwrap(), first_flow }).unwrap()
    }

    fn dated(flows: &[(&str, Decimal)], day_count: DayCount, rate: Decimal) -> PresentValue {
        let flows =
            flows.iter().map(|(date, amount)| DatedCashFlow { date: parse(date).unwrap(), amount: any(*amount) }).collect();
        let cash_flows = CashFlows::Dated { flows, day_count };
        let discount_rate = Rate::new(rate).unwrap();
        present_value(&PresentValueInputs { cash_flows, discount_rate, first_flow: None }).unwrap()
    }

    /// Source of the expected value: numpy-financial's documentation, -0.0084785916384548798; further digits by mpmath.
    #[test]
    fn the_first_flow_is_not_discounted_unless_asked_for() {
        let amounts = [dec!(-100), dec!(39), dec!(59), dec!(55), dec!(20)];
        let now = periodic(&amounts, Period::Year, dec!(0.281), None);
        assert_eq!(now.net_present_value, dec!(-0.0084785916384261307446697093));
        assert_eq!(now, periodic(&amounts, Period::Year, dec!(0.281), Some(FirstFlow::Now)));
        assert_eq!(now.rate_sensitivity, dec!(-164.3695832530678811301756198));
        assert_eq!(now.rate_per_period, dec!(0.281));
    }

    /// Source of the expected value: Microsoft's example of NPV, 1,188.44; further digits by mpmath.
    #[test]
    fn the_spreadsheets_discount_the_first_flow_once() {
        let amounts = [dec!(-10000), dec!(3000), dec!(4200), dec!(6800)];
        let later = periodic(&amounts, Period::Year, dec!(0.1), Some(FirstFlow::OnePeriod));
        assert_eq!(later.net_present_value, dec!(1188.443412335223003893176696));
        assert_eq!(later.present_value_of_inflows, dec!(10279.35250324431391298408579));
        assert_eq!(later.present_value_of_outflows, dec!(9090.909090909090909090909091));
        assert_eq!(later.rate_sensitivity, dec!(-21738.45552030102265741907843));
    }

    /// Source of the expected value: Microsoft's example of XNPV, 2,086.65; further digits by mpmath.
    #[test]
    fn dated_flows_are_discounted_by_their_days_in_whatever_order_they_come() {
        let mut flows = [
            ("2008-10-30", dec!(4250)),
            ("2008-01-01", dec!(-10000)),
            ("2009-04-01", dec!(2750)),
            ("2008-03-01", dec!(2750)),
            ("2009-02-15", dec!(3250)),
        ];
        let value = dated(&flows, DayCount::Act365Fixed, dec!(0.09));
        assert_eq!(value.net_present_value, dec!(2086.647602031536621663610094));
        assert_eq!(value.rate_sensitivity, dec!(-9299.354109082284077602255109));
        flows.reverse();
        assert_eq!(dated(&flows, DayCount::Act365Fixed, dec!(0.09)), value);
    }

    #[test]
    fn monthly_flows_are_discounted_at_the_twelfth_root() {
        let amounts = [dec!(-40000), dec!(5000), dec!(8000), dec!(12000), dec!(30000)];
        let value = periodic(&amounts, Period::Month, dec!(0.08), None);
        assert_eq!(value.rate_per_period, dec!(0.0064340301100034548339171793));
        assert_eq!(value.net_present_value, dec!(13877.5773025735875211968032));
        assert_eq!(value.rate_sensitivity, dec!(-13351.75908063224332726709649));
    }

    #[test]
    fn flows_of_one_date_are_one_flow() {
        let value = dated(
            &[("2024-01-01", dec!(100)), ("2025-01-01", dec!(50)), ("2024-01-01", dec!(-130))],
            DayCount::ActActIsda,
            dec!(0.25),
        );
        assert_eq!((value.present_value_of_inflows, value.present_value_of_outflows), (dec!(40), dec!(30)));
        assert_eq!((value.net_present_value, value.rate_sensitivity), (dec!(10), dec!(-32)));
    }

    #[test]
    fn whole_answers_stay_whole() {
        // A par bond of fifty years: worth its price at its own rate.
        let mut bond = vec![dec!(10); 51];
        bond[0] = dec!(-100);
        bond[50] = dec!(110);
        let value = periodic(&bond, Period::Year, dec!(0.1), None);
        assert_eq!((value.net_present_value, value.present_value_of_inflows), (dec!(0), dec!(100)));
        // 0.126825030131969720661201 a year is 1 % a month.
        let value = periodic(&[dec!(-100), dec!(101)], Period::Month, dec!(0.126825030131969720661201), None);
        assert_eq!((value.net_present_value, value.rate_per_period), (dec!(0), dec!(0.01)));
    }

    #[test]
    fn at_a_rate_of_0_it_is_the_sum() {
        let value = periodic(&[dec!(-1.5), dec!(0), dec!(2.25)], Period::Quarter, dec!(0), None);
        assert_eq!((value.net_present_value, value.rate_per_period), (dec!(0.75), dec!(0)));
        assert_eq!(value.rate_sensitivity, dec!(-1.125));
    }

    #[test]
    fn a_rate_close_to_minus_1_makes_the_future_large() {
        let value = periodic(&[dec!(1), dec!(1)], Period::Year, dec!(-0.9999999999), None);
        assert_eq!(value.net_present_value, dec!(10000000001));
        assert_eq!(value.rate_sensitivity, dec!(-100000000000000000000));
        let amounts = vec![any(dec!(1)); 10];
        let inputs = PresentValueInputs {
            cash_flows: CashFlows::Periodic { amounts, period: Period::Year },
            discount_rate: Rate::new(dec!(-0.9999999999)).unwrap(),
            first_flow: None,
        };
        assert_eq!(present_value(&inputs), Err(ModelError::too_large("net_present_value")));
    }

    #[test]
    fn nothing_is_worth_nothing() {
        let value = periodic(&[dec!(0)], Period::Year, dec!(0.1), Some(FirstFlow::OnePeriod));
        assert_eq!((value.net_present_value, value.rate_sensitivity), (dec!(0), dec!(0)));
    }
}
