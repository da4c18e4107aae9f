//! Cash flows: what a series of payments is worth, and what it earns.

mod day_count;
mod discount;
mod explain;
mod explain_rates;
mod explained;
#[expect(
    clippy::arithmetic_side_effects,
    reason = "signs are decided in doubles and 128 bits whose errors are bounded; integers of known size"
)]
mod internal_rate;
mod modified_rate;
mod payback;
mod present_value;
mod series;

pub use day_count::{DayCount, YearUnit};
pub(super) use discount::exact_root;
pub use explain::explain_present_value;
pub use explain_rates::{explain_internal_rate_of_return, explain_modified_internal_rate, explain_paybacks};
pub use internal_rate::{InternalRates, RateOfReturn, RateStatus, explain_internal_rates, internal_rates};
pub(super) use modified_rate::TerminalValues;
pub use modified_rate::{ModifiedRateInputs, modified_internal_rate, modified_rate};
pub(super) use payback::{Crossing, crossing, payback_years};
pub use payback::{Movement, Payback, PaybackInputs, Paybacks, payback, payback_of, paybacks};
pub use present_value::{FirstFlow, PresentValue, PresentValueInputs, present_value};
pub use series::{Flow, Series};

use super::calendar::Date;
use super::input::{AnyDecimal, Period};

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
