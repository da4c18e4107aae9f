//! Flows of one period of an investment, exactly.

use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// Flows of one period, without those at the very end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moves<A = Exact> {
    pub capital_expenditure: A,
    pub revenue: A,
    pub kept_revenue: A,
    pub operating_profit: A,
    pub depreciation: A,
    pub tax: A,
    pub net_cash_flow: A,
    /// Loss that is left for later periods; `None` where losses are offset at once.
    pub loss_balance: Option<A>,
    /// Net working capital at the end of the period less that before; `None` without net working capital.
    pub working_capital_change: Option<A>,
}

impl Moves {
    /// Returns the profit before tax and before losses of earlier periods.
    pub fn profit(&self) -> Exact {
        self.operating_profit - self.depreciation
    }

    /// Returns the flows in another arithmetic.
    #[inline]
    pub fn with<A: Arithmetic>(&self) -> Moves<A> {
        Moves {
            capital_expenditure: A::exact(self.capital_expenditure),
            revenue: A::exact(self.revenue),
            kept_revenue: A::exact(self.kept_revenue),
            operating_profit: A::exact(self.operating_profit),
            depreciation: A::exact(self.depreciation),
            tax: A::exact(self.tax),
            net_cash_flow: A::exact(self.net_cash_flow),
            loss_balance: self.loss_balance.map(A::exact),
            working_capital_change: self.working_capital_change.map(A::exact),
        }
    }
}
