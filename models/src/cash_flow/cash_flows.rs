//! A series of payments, as it is given.

use super::day_count::DayCount;
use crate::calendar::Date;
use crate::input::{AnyDecimal, Bounded, Period};
use crate::warning::{WarningReason, Warnings};

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

    /// Warns of a series whose flows are all outlays, or all income. A series of zeros has neither.
    pub fn warn_of_one_sign(&self, warnings: &mut Warnings) {
        let is_outlay = |amount: &AnyDecimal| amount.get().is_sign_negative();
        let mut moves = self.amounts().filter(|amount| !amount.get().is_zero());
        let Some(first) = moves.next() else { return };
        if moves.all(|amount| is_outlay(amount) == is_outlay(first)) {
            warnings.add(WarningReason::OneSign, "cash_flows", || {
                let all = if is_outlay(first) { "an outlay" } else { "income" };
                format!("every flow is {all}: outlays are negative, and income is positive")
            });
        }
    }

    /// The amounts as they were given.
    fn amounts(&self) -> impl Iterator<Item = &AnyDecimal> {
        let (periodic, dated) = match self {
            CashFlows::Periodic { amounts, .. } => (amounts.as_slice(), [].as_slice()),
            CashFlows::Dated { flows, .. } => ([].as_slice(), flows.as_slice()),
        };
        periodic.iter().chain(dated.iter().map(|flow| &flow.amount))
    }

    /// The period of a periodic series.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self {
            CashFlows::Periodic { period, .. } => Some(*period),
            CashFlows::Dated { .. } => None,
        }
    }
}
