//! Terminal value of an investment: what the investment is worth at the end of its last period.

use super::inputs::{CapexRoiInputs, TerminalValue, growth_per_period};
use super::moves::Moves;
use crate::input::Bounded;
use crate::number::{Exact, Number};

impl TerminalValue {
    /// Returns the terminal value in money of the last period.
    pub(super) fn value(&self, inputs: &CapexRoiInputs, last: &Moves) -> Exact {
        match self {
            TerminalValue::Amount(amount) => amount.get().into(),
            TerminalValue::PerpetualGrowth { net_cash_flow, .. } => {
                let replaced = normalised(last.operating_profit, last.depreciation, inputs.tax());
                self.capitalised(inputs, net_cash_flow.map_or(replaced, |given| given.get().into()))
            }
            TerminalValue::ExitMultiple(_) => self.capitalised(inputs, last.operating_profit),
        }
    }

    /// Returns the part of the terminal value that follows revenue: the terminal value is linear in the last period's revenue.
    pub(super) fn of_revenue(&self, inputs: &CapexRoiInputs, last: &Moves) -> Exact {
        match self {
            TerminalValue::Amount(_) | TerminalValue::PerpetualGrowth { net_cash_flow: Some(_), .. } => Exact::ZERO,
            TerminalValue::PerpetualGrowth { net_cash_flow: None, .. } => {
                self.capitalised(inputs, last.kept_revenue * (Exact::ONE - inputs.tax()))
            }
            TerminalValue::ExitMultiple(_) => self.capitalised(inputs, last.kept_revenue),
        }
    }

    /// Returns what a flow of the last period is worth as a terminal value; an amount that was given is worth itself.
    fn capitalised(&self, inputs: &CapexRoiInputs, of_last_period: Exact) -> Exact {
        match self {
            TerminalValue::Amount(_) => of_last_period,
            TerminalValue::PerpetualGrowth { growth, .. } => {
                let discount = growth_per_period(inputs.discount_rate, inputs.period) - Exact::ONE;
                gordon(of_last_period, discount, growth_per_period(*growth, inputs.period) - Exact::ONE)
            }
            TerminalValue::ExitMultiple(multiple) => {
                exit(of_last_period, Exact::whole(inputs.period.per_year()), multiple.get().into())
            }
        }
    }
}

/// Net cash flow of a period in which capital expenditure replaces what wears out.
pub(super) fn normalised<N: Number>(operating_profit: N, depreciation: N, tax_rate: N) -> N {
    (operating_profit - depreciation) * (N::whole(1) - tax_rate)
}

/// A perpetuity that grows: its first payment comes a period after the last one.
pub(super) fn gordon<N: Number>(net_cash_flow: N, discount_rate_per_period: N, growth_rate_per_period: N) -> N {
    net_cash_flow * (N::whole(1) + growth_rate_per_period) / (discount_rate_per_period - growth_rate_per_period)
}

pub(super) fn exit<N: Number>(operating_profit: N, periods_per_year: N, exit_multiple: N) -> N {
    operating_profit * periods_per_year * exit_multiple
}
