//! Depreciation: how the book value of an asset falls.
//!
//! Sources: straight line, double declining balance and sum of the years' digits as in every textbook of accounting (Horngren,
//! Harrison and Oliver, Accounting, "plant assets"); MACRS: IRS Publication 946, How To Depreciate Property, tables and
//! A-7a; the bonus: 26 U.S.C. 168(k).
//!
//! | question | function |
//! |---|---|
//! | How does an asset's book value fall? | [`depreciation()`] |

mod assumptions;
mod charges;
mod half_year;
mod macrs;
mod mid_month;
mod mid_quarter;
mod policy;
mod schedule;
mod service_month;
mod shares;

pub(super) use assumptions::assume_policy;
pub use half_year::RecoveryPeriod;
pub use macrs::MacrsColumn;
pub use policy::{DepreciationPolicy, Method, Salvage, UsefulLife};
pub use schedule::{DepreciationInputs, DepreciationYear, depreciation, explain_depreciation};
pub use service_month::ServiceMonth;
pub(super) use shares::CostShares;

#[cfg(test)]
mod tests;
