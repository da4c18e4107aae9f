//! Flows of one period of an investment, exactly.

use crate::number::Exact;

/// Exact flows of one period, without those at the very end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moves {
    pub capital_expenditure: Exact,
    pub revenue: Exact,
    pub kept_revenue: Exact,
    pub operating_profit: Exact,
    pub depreciation: Exact,
    pub tax: Exact,
    pub net_cash_flow: Exact,
    /// Loss that is left for later periods; `None` where losses are offset at once.
    pub loss_balance: Option<Exact>,
    /// Net working capital at the end of the period less that before; `None` without net working capital.
    pub working_capital_change: Option<Exact>,
}

impl Moves {
    /// Returns the profit before tax and before losses of earlier periods.
    pub fn profit(&self) -> Exact {
        self.operating_profit - self.depreciation
    }
}
