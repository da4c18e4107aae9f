//! Return on capital expenditure: whether an investment earns its cost, and when.
//!
//! Sources: the measures are those of every textbook of corporate finance (Brealey, Myers and Allen, Principles of Corporate
//! Finance, chapters 5, 6 and 19); revenue against capital expenditure is how analysts read AI data centers ("60 billion a year
//! against 20 of revenue").
//!
//! | question | function |
//! |---|---|
//! | Does what is built earn what it cost, and when? | [`capex_roi()`] |

mod assumptions;
mod course;
mod discounted_flows;
mod end;
mod explain;
mod explain_end;
mod explain_factor;
mod explain_rates;
mod inputs;
mod kinked;
mod losses;
mod measures;
mod moves;
mod periods;
mod revenue_factor;
mod terminal;
mod times;

pub use discounted_flows::discounted_flows;
pub use explain::explain_capex_roi;
pub use inputs::{ASSETS_MAX, CapexAsset, CapexRoiInputs, CashFlowTiming, Expenditures, PERIODS_MAX, TaxLosses, TerminalValue};
pub use measures::{CapexRoi, capex_roi};
pub use periods::CapexPeriod;

#[cfg(test)]
mod tests;
