//! Times of an investment's flows, and discount factors over them: (1 + r)^i, or (1 + r)^(i - 1/2) in the middle of a period.

use super::inputs::{CapexRoiInputs, CashFlowTiming};
use crate::arithmetic::Arithmetic;
use crate::cash_flow::{Discount, DiscountFactor, Flow, Series, YearUnit};
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Discount factors from period 0 to the flows of each period, and to the very end.
pub(super) struct FlowFactors<A = Exact> {
    pub of_flows: Vec<DiscountFactor<A>>,
    pub at_end: DiscountFactor<A>,
}

impl<A: Arithmetic> FlowFactors<A> {
    pub fn new(inputs: &CapexRoiInputs) -> FlowFactors<A> {
        let mut discount = FlowDiscount::new(inputs);
        let of_flows = (0..=inputs.last_period()).while_awaited().map(|period| discount.of_flows(period)).collect();
        FlowFactors { of_flows, at_end: discount.at_end() }
    }
}

/// Discount factors, each computed when it is asked for: in order of the periods, and then to the very end.
pub(super) struct FlowDiscount<'a, A> {
    inputs: &'a CapexRoiInputs,
    discount: Discount<A>,
}

impl<A: Arithmetic> FlowDiscount<'_, A> {
    pub fn new(inputs: &CapexRoiInputs) -> FlowDiscount<'_, A> {
        FlowDiscount { inputs, discount: Discount::new(inputs.discount_rate, unit(inputs)) }
    }

    /// Returns the factor from period 0 to the flows of a period.
    #[inline]
    pub fn of_flows(&mut self, period: u32) -> DiscountFactor<A> {
        self.discount.over(flow_units(self.inputs, period))
    }

    /// Returns the factor from period 0 to the very end.
    pub fn at_end(&mut self) -> DiscountFactor<A> {
        self.discount.over(end_units(self.inputs))
    }
}

/// Returns the net cash flows at the times at which they are discounted. The rates of return are found from this series.
pub(super) fn timed(inputs: &CapexRoiInputs, before_the_end: impl Iterator<Item = Exact>, at_end: Exact) -> Series {
    if inputs.timing() == CashFlowTiming::EndOfPeriod {
        return counted(inputs, before_the_end, at_end);
    }
    let flows = before_the_end.zip(0..);
    let flows = flows.map(|(amount, period)| Flow { units: flow_units(inputs, period), amount });
    let at_end = inputs.has_end().then(|| Flow { units: end_units(inputs), amount: at_end });
    Series::in_half_periods(flows.chain(at_end), inputs.period)
}

/// Returns the net cash flows at whole periods, the times that a payback counts.
fn counted(inputs: &CapexRoiInputs, before_the_end: impl Iterator<Item = Exact>, at_end: Exact) -> Series {
    let last = inputs.last_period() as usize;
    let amounts = before_the_end.enumerate();
    let amounts = amounts.map(|(period, amount)| if period == last { amount + at_end } else { amount });
    Series::periodic(amounts, inputs.period)
}

/// Returns the unit of time: a period, or half a period where flows are discounted in mid-period.
fn unit(inputs: &CapexRoiInputs) -> YearUnit {
    match inputs.timing() {
        CashFlowTiming::EndOfPeriod => YearUnit::of_period(inputs.period),
        CashFlowTiming::MidPeriod => YearUnit::of_half_period(inputs.period),
    }
}

/// Returns the time at which the flows of a period are discounted, in units.
fn flow_units(inputs: &CapexRoiInputs, period: u32) -> u32 {
    match inputs.timing() {
        CashFlowTiming::EndOfPeriod => period,
        CashFlowTiming::MidPeriod => period.saturating_mul(2).saturating_sub(1),
    }
}

/// Returns the time at which the flows at the very end are discounted, in units. Gordon's value is made of later flows, and moves as they do.
fn end_units(inputs: &CapexRoiInputs) -> u32 {
    let last = inputs.last_period();
    let moves_with_flows = inputs.terminal_value.is_some_and(|terminal| terminal.moves_with_flows());
    match inputs.timing() {
        CashFlowTiming::MidPeriod if !moves_with_flows => last.saturating_mul(2),
        _ => flow_units(inputs, last),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::{Decimal, dec};

    use super::super::{Expenditures, TerminalValue};
    use super::*;
    use crate::cash_flow::exact_root;
    use crate::input::{AnyDecimal, Bounded, NonNegative, Period, Rate};

    fn investment(periods: usize, period: Period, timing: CashFlowTiming, rate: Decimal) -> CapexRoiInputs {
        CapexRoiInputs {
            period,
            capital_expenditures: Expenditures::new(vec![NonNegative::new(dec!(1)).unwrap()]),
            revenues: vec![NonNegative::new(dec!(1)).unwrap(); periods],
            gross_margin: None,
            operating_costs: Vec::new(),
            discount_rate: Rate::new(rate).unwrap(),
            tax_rate: None,
            depreciation: None,
            terminal_value: AnyDecimal::new(dec!(1)).map(TerminalValue::Amount),
            timing: Some(timing),
            finance_rate: None,
            reinvestment_rate: None,
            tax_losses: None,
            disposal_proceeds: None,
            net_working_capitals: Vec::new(),
            assets: Vec::new(),
        }
    }

    #[test]
    fn whole_years_are_whole_powers_also_where_a_month_is_a_root() {
        let inputs = investment(25, Period::Month, CashFlowTiming::EndOfPeriod, dec!(0.1));
        let factors = FlowFactors::new(&inputs);
        let worth = |factor: DiscountFactor, amount: Decimal| factor.of(Exact::from(amount));
        assert_eq!(worth(factors.of_flows[12], dec!(1.1)), Exact::ONE);
        assert_eq!(worth(factors.of_flows[24], dec!(1.21)), Exact::ONE);
        let inputs = investment(13, Period::Month, CashFlowTiming::MidPeriod, dec!(0.1));
        assert_eq!(
            worth(FlowFactors::new(&inputs).at_end, dec!(1.1)),
            Exact::ONE,
            "an amount falls on the end of the last period"
        );
    }

    proptest! {
        /// The factor of a period, multiplied up period by period, is another way to the present value, with more roundings.
        #[test]
        fn present_values_are_those_of_factors_multiplied_up_period_by_period(
            periods in 1_usize..400, months in prop::sample::select(vec![Period::Month, Period::Quarter, Period::HalfYear, Period::Year]),
            is_middle in any::<bool>(), rate in -9_999_i64..100_000, amount in 1_i64..1_000_000_000,
        ) {
            let timing = if is_middle { CashFlowTiming::MidPeriod } else { CashFlowTiming::EndOfPeriod };
            let rate = Decimal::new(rate, 4);
            let factors = FlowFactors::new(&investment(periods, months, timing, rate));
            let annual = Exact::ONE + Exact::from(rate);
            let root = |degree| if degree == 1 { annual } else { exact_root(annual, degree) };
            let (a_period, half) = (root(months.per_year()), root(months.per_year() * 2));
            let amount = Exact::from(Decimal::from(amount));
            let mut growth = Exact::ONE;
            for (period, factor) in factors.of_flows.iter().enumerate() {
                let step = if period == 0 { Exact::ONE } else if period == 1 && is_middle { half } else { a_period };
                growth = growth * step;
                prop_assert_eq!(factor.of(amount).as_answer(), (amount / growth).as_answer(), "period {}", period);
            }
        }
    }
}
