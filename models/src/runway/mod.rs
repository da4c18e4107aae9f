//! Runway: how many months the cash lasts, and how much has to be raised.
//!
//! | question | function |
//! |---|---|
//! | How many months does the cash last, and how much has to be raised? | [`runway()`] |
//! | On today's growth, does the company ever run out of cash? | [`default_alive()`] |

mod bundle;
mod burn_curve;
mod cash_runway;
mod default_alive;
mod explain;
mod explain_default_alive;
mod explain_lines;
mod explain_months;
mod gone;
mod growth_timing;
mod inputs;
mod losses;
mod lowest;
mod months;
mod nearby;
mod outlook;
mod payments;
mod plan;
mod rough_curve;
mod rough_lines;
mod search;
mod stream;
mod trail;
mod trend;

pub use cash_runway::{CashOutcome, MonthlyBalance, Runway, runway};
pub use default_alive::{DefaultAlive, DefaultAliveInputs, default_alive, warn_of_a_far_loss};
pub use explain::explain_runway;
pub use explain_default_alive::explain_default_alive;
pub use growth_timing::GrowthTiming;
pub use inputs::{
    CashEvent, CashLine, Delay, LineAmounts, LineGrowth, Month, MonthSpan, PaymentTiming, Recurring, RunwayInputs,
};

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
