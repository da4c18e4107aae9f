//! Losses carried forward: the tax of each period, and the loss that is left for later periods.

use crate::number::{Exact, Number};

/// Tax of one period.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaxedProfit {
    /// The profit that the tax is a share of.
    pub taxable_profit: Exact,
    /// The loss that is left for later periods.
    pub loss_balance: Exact,
}

/// Offsets the losses that were carried forward against the profit of a period, which may be a loss itself.
///
/// ```text
/// offset         = min(loss balance before, limit × profit), 0 where the profit is below 0
/// taxable profit = profit - offset, 0 where the profit is below 0
/// loss balance   = loss balance before - offset, and more by a loss
/// ```
pub(super) fn offset(profit: Exact, before: Exact, limit: Exact) -> TaxedProfit {
    if !profit.is_positive() {
        return TaxedProfit { taxable_profit: Exact::ZERO, loss_balance: before - profit };
    }
    let most = limit * profit;
    if before > most {
        return TaxedProfit { taxable_profit: profit - most, loss_balance: before - most };
    }
    TaxedProfit { taxable_profit: profit - before, loss_balance: Exact::ZERO }
}

pub(super) fn tax_of<N: Number>(taxable_profit: N, tax_rate: N) -> N {
    taxable_profit * tax_rate
}
