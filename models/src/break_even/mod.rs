//! Break-even revenue: the revenue at which an investment, or a business, pays for itself.
//!
//! | question | function |
//! |---|---|
//! | How much revenue does a spend on accelerators call for? | [`required_revenue()`] |
//! | How much revenue a year earns the required return on an investment? | [`return_revenue()`] |
//! | From which revenue on does a business earn more than it costs? | [`break_even_point()`] |

mod break_even_point;
mod required_revenue;
mod return_revenue;
mod revenue_gap;

pub use break_even_point::*;
pub use required_revenue::*;
pub use return_revenue::*;
pub use revenue_gap::{RevenueComparison, RevenueGap};
