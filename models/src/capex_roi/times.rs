//! Compound factors of an investment's periods: (1 + r)^i, or (1 + r)^(i - 1/2) in the middle of a period.

use super::inputs::{CapexRoiInputs, CashFlowTiming, growth_per_half_period, growth_per_period};
use crate::cash_flow::{Flow, Series};
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Growth from period 0 to each period, and to the terminal value.
///
/// Present values divide by it, where multiplying with a discount factor would leave 99.99… of 110 at 10 %. It is multiplied
/// up period by period; numbers with a free exponent lose nothing by that, however many periods there are.
pub(super) struct Growth {
    pub of_flows: Vec<Exact>,
    pub of_terminal_value: Exact,
}

impl Growth {
    pub fn new(inputs: &CapexRoiInputs) -> Growth {
        let a_period = growth_per_period(inputs.discount_rate, inputs.period);
        let (first_period, rest_of_last) = match inputs.timing() {
            CashFlowTiming::EndOfPeriod => (a_period, Exact::ONE),
            CashFlowTiming::MidPeriod => {
                let half = growth_per_half_period(inputs.discount_rate, inputs.period);
                (half, half)
            }
        };
        let last_period = inputs.last_period();
        let (mut of_flows, mut growth) = (vec![Exact::ONE], Exact::ONE);
        for period in (1..=last_period).while_awaited() {
            growth = growth * if period == 1 { first_period } else { a_period };
            of_flows.push(growth);
        }
        let moves_with_flows = inputs.terminal_value.is_none_or(|terminal| terminal.moves_with_flows());
        let of_terminal_value = if moves_with_flows || last_period == 0 { growth } else { growth * rest_of_last };
        Growth { of_flows, of_terminal_value }
    }
}

/// Returns the net cash flows at the times at which they are discounted. The rates of return are found from this series.
pub(super) fn timed(inputs: &CapexRoiInputs, before_terminal_value: &[Exact], terminal_value: Exact) -> Series {
    if inputs.timing() == CashFlowTiming::EndOfPeriod {
        return counted(inputs, before_terminal_value, terminal_value);
    }
    let half_periods = |period: u32| period.saturating_mul(2).saturating_sub(1);
    let last = inputs.last_period();
    let moves_with_flows = inputs.terminal_value.is_none_or(|terminal| terminal.moves_with_flows());
    let units = if moves_with_flows { half_periods(last) } else { last.saturating_mul(2) };
    let flows =
        before_terminal_value.iter().zip(0..).map(|(amount, period)| Flow { units: half_periods(period), amount: *amount });
    let terminal = inputs.terminal_value.map(|_| Flow { units, amount: terminal_value });
    Series::in_half_periods(flows.chain(terminal), inputs.period)
}

/// Returns the net cash flows at whole periods, the times that a payback counts.
pub(super) fn counted(inputs: &CapexRoiInputs, before_terminal_value: &[Exact], terminal_value: Exact) -> Series {
    let last = inputs.last_period() as usize;
    let amounts = before_terminal_value.iter().enumerate();
    let amounts = amounts.map(|(period, amount)| if period == last { *amount + terminal_value } else { *amount });
    Series::periodic(amounts, inputs.period)
}
