//! End of an investment: what moves at the very end of the last period.

use super::inputs::CapexRoiInputs;
use super::losses::{offset, tax_of};
use super::moves::Moves;
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Flows at the very end of the last period. A payback counts them there, and spreads none of them over the period.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndFlows {
    /// Terminal value; 0 where there is none.
    pub terminal_value: Exact,
    pub disposal: Option<Disposal>,
    /// The sum of all flows, after tax.
    total: Exact,
}

/// Disposal of everything that was bought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disposal {
    pub proceeds: Exact,
    /// Cost of everything less its depreciation.
    pub book_value: Exact,
    /// Tax on the gain; below 0 where a loss is offset.
    pub tax: Exact,
    /// Loss that is left after the disposal, and lost; `None` where losses are offset at once.
    pub loss_balance: Option<Exact>,
}

impl EndFlows {
    pub fn of(inputs: &CapexRoiInputs, moves: &[Moves], terminal_value: Exact) -> EndFlows {
        let released = if inputs.releases_working_capital() {
            inputs.net_working_capital(moves.len().saturating_sub(1))
        } else {
            Exact::ZERO
        };
        let disposal = Disposal::of(inputs, moves);
        let of_disposal = disposal.map_or(Exact::ZERO, |disposal| disposal.proceeds - disposal.tax);
        EndFlows { terminal_value, disposal, total: terminal_value + of_disposal + released }
    }

    /// Returns the sum of all flows, after tax.
    pub fn total(&self) -> Exact {
        self.total
    }

    /// Returns the tax on the disposal; 0 where there is none.
    pub fn tax(&self) -> Exact {
        self.disposal.map_or(Exact::ZERO, |disposal| disposal.tax)
    }
}

impl Disposal {
    fn of(inputs: &CapexRoiInputs, moves: &[Moves]) -> Option<Disposal> {
        let proceeds = Exact::from(inputs.disposal_proceeds?.get());
        let book_value =
            moves.iter().while_awaited().fold(Exact::ZERO, |sum, moved| sum + moved.capital_expenditure - moved.depreciation);
        let gain = proceeds - book_value;
        let (tax_rate, last) = (inputs.tax(), moves.last()?);
        let Some(limit) = inputs.offset_limit() else {
            return Some(Disposal { proceeds, book_value, tax: tax_of(gain, tax_rate), loss_balance: None });
        };
        // The gain is part of the last period's profit, and its tax is what the tax of that period is more.
        let before = moves.iter().rev().nth(1).and_then(|moved| moved.loss_balance).unwrap_or(Exact::ZERO);
        let taxed = offset(last.profit() + gain, before, limit);
        let tax = tax_of(taxed.taxable_profit, tax_rate) - last.tax;
        Some(Disposal { proceeds, book_value, tax, loss_balance: Some(taxed.loss_balance) })
    }

    pub fn gain(&self) -> Exact {
        self.proceeds - self.book_value
    }
}
