//! Terminal value: the worth of an investment at the end of its last period.

use super::inputs::{CapexRoiInputs, TerminalValue, growth_per_period};
use crate::input::Bounded;
use crate::number::{Exact, Number};

impl TerminalValue {
    /// Returns the terminal value in money of the last period, from the last net cash flow and operating profit.
    pub(super) fn value(&self, inputs: &CapexRoiInputs, net_cash_flow: Exact, operating_profit: Exact) -> Exact {
        match self {
            TerminalValue::Amount(amount) => amount.get().into(),
            TerminalValue::PerpetualGrowth(rate) => {
                let discount = growth_per_period(inputs.discount_rate, inputs.period) - Exact::ONE;
                gordon(net_cash_flow, discount, growth_per_period(*rate, inputs.period) - Exact::ONE)
            }
            TerminalValue::ExitMultiple(multiple) => {
                exit(operating_profit, Exact::whole(inputs.period.per_year()), multiple.get().into())
            }
        }
    }

    /// Returns the part of the terminal value that is proportional to the last period's revenue.
    pub(super) fn of_revenue(&self, inputs: &CapexRoiInputs, after_tax_revenue: Exact, kept_revenue: Exact) -> Exact {
        match self {
            TerminalValue::Amount(_) => Exact::ZERO,
            _ => self.value(inputs, after_tax_revenue, kept_revenue),
        }
    }
}

/// Value of a growing perpetuity (Gordon): the first payment comes one period after the last period.
pub(super) fn gordon<N: Number>(net_cash_flow: N, discount_rate_per_period: N, growth_rate_per_period: N) -> N {
    net_cash_flow * (N::whole(1) + growth_rate_per_period) / (discount_rate_per_period - growth_rate_per_period)
}

pub(super) fn exit<N: Number>(operating_profit: N, periods_per_year: N, exit_multiple: N) -> N {
    operating_profit * periods_per_year * exit_multiple
}
