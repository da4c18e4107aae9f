//! Cash flows of a request: periodic, or with dates.

use super::day_count::DayCount;
use crate::calendar::Date;
use crate::input::{AnyDecimal, Bounded, Period};
use crate::warning::{WarningReason, Warnings};

/// A series of payments: an amount is positive when cash comes in.
#[derive(Clone, Debug)]
pub enum CashFlows {
    /// Periodic flows: one amount per period, period 0 first.
    Periodic {
        /// Amounts of the periods, 1 to 50,000 of them.
        amounts: Vec<AnyDecimal>,
        /// The length of one period.
        period: Period,
    },
    /// Dated flows: each amount on its date, in any order; the earliest date is time 0.
    Dated {
        /// Amounts with their dates, 1 to 50,000 of them.
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
    pub const FLOWS_MAX: usize = 50_000;

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
