//! Depreciation: how the book value of an asset falls.
//!
//! Sources: straight line, double declining balance and sum of the years' digits as in every textbook of accounting (Horngren,
//! Harrison and Oliver, Accounting, "plant assets"); MACRS: IRS Publication 946, How To Depreciate Property, table A-1.
//!
//! | question | function |
//! |---|---|
//! | How does an asset's book value fall? | [`depreciation()`] |

mod charges;
mod macrs;
mod policy;
mod schedule;

pub use macrs::RecoveryPeriod;
pub use policy::{DepreciationPolicy, Method, UsefulLife};
pub(super) use schedule::assume_policy;
pub use schedule::{DepreciationInputs, DepreciationYear, depreciation, explain_depreciation};
