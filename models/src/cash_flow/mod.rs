//! Cash flows: the present value, the rates of return and the payback of a series of payments.
//!
//! | question | function |
//! |---|---|
//! | What are payments worth today? | [`present_value()`] |
//! | Which rates of return do payments have, every one above -1, proven? | [`internal_rates()`] |
//! | What do payments earn if money between them has rates of its own? | [`modified_internal_rate()`] |
//! | When is the money back? | [`paybacks()`] |
//! | At which discount rates does a present value turn? | [`turning_rates()`] |

mod cash_flows;
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
mod turning;

pub use cash_flows::{CashFlows, DatedCashFlow};
pub use day_count::{DayCount, YearUnit};
pub(super) use discount::{Discount, DiscountFactor, exact_root};
pub use explain::explain_present_value;
pub use explain_rates::{explain_internal_rate_of_return, explain_modified_internal_rate, explain_paybacks};
pub use internal_rate::{InternalRates, RateOfReturn, RateStatus, explain_internal_rates, internal_rates};
pub use modified_rate::{ModifiedRateInputs, modified_internal_rate, modified_rate};
pub(super) use modified_rate::{TerminalValues, has_modified_rate};
pub use payback::{Movement, Payback, PaybackInputs, Paybacks, payback, payback_of, paybacks};
pub(super) use payback::{PaybackPoint, PaybackSearch, payback_point, payback_years, years_of_payback};
pub use present_value::{FirstFlow, PresentValue, PresentValueInputs, present_value, worth_at};
pub use series::{Flow, Series};
pub use turning::turning_rates;
