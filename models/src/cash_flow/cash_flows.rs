//! A series of payments, as it is given.

use super::day_count::DayCount;
use crate::calendar::Date;
use crate::input::{AnyDecimal, Period};

/// A series of payments: positive when cash comes in.
#[derive(Clone, Debug)]
pub enum CashFlows {
    /// One amount per period, period 0 first.
    Periodic {
        /// 1 to 10,000 of them.
        amounts: Vec<AnyDecimal>,
        /// The length of one period.
        period: Period,
    },
    /// Each amount on its date, in any order; the earliest is time 0.
    Dated {
        /// 1 to 10,000 of them.
        flows: Vec<DatedCashFlow>,
        /// How the years between two dates are counted.
        day_count: DayCount,
    },
}

/// An amount on a date.
#[derive(Clone, Copy, Debug)]
pub struct DatedCashFlow {
    /// When.
    pub date: Date,
    /// How much.
    pub amount: AnyDecimal,
}

impl CashFlows {
    /// The longest series.
    pub const FLOWS_MAX: usize = 10_000;

    /// The period of a periodic series.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self {
            CashFlows::Periodic { period, .. } => Some(*period),
            CashFlows::Dated { .. } => None,
        }
    }
}
