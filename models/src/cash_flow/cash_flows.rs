//! Cash flows of a request: periodic, or with dates.

use super::day_count::DayCount;
use crate::calendar::Date;
use crate::input::{AnyDecimal, Period};

/// A series of payments: an amount is positive when cash comes in.
#[derive(Clone, Debug)]
pub enum CashFlows {
    /// Periodic flows: one amount per period, period 0 first.
    Periodic {
        /// Amounts of the periods, 1 to 10,000 of them.
        amounts: Vec<AnyDecimal>,
        /// The length of one period.
        period: Period,
    },
    /// Dated flows: each amount on its date, in any order; the earliest date is time 0.
    Dated {
        /// Amounts with their dates, 1 to 10,000 of them.
        flows: Vec<DatedCashFlow>,
        /// Day count: how the years between two dates are counted.
        day_count: DayCount,
    },
}

/// An amount of money on a date.
#[derive(Clone, Copy, Debug)]
pub struct DatedCashFlow {
    /// Date of the payment.
    pub date: Date,
    /// Amount of the payment, positive when cash comes in.
    pub amount: AnyDecimal,
}

impl CashFlows {
    /// The most flows of a series.
    pub const FLOWS_MAX: usize = 10_000;

    /// Returns the length of a period; `None` of dated flows.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self {
            CashFlows::Periodic { period, .. } => Some(*period),
            CashFlows::Dated { .. } => None,
        }
    }
}
