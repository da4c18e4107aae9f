//! Break-even revenue: the revenue at which an investment, or a business, pays for itself.

mod break_even_point;
mod required_revenue;
mod return_revenue;
mod revenue_gap;

pub use break_even_point::*;
pub use required_revenue::*;
pub use return_revenue::*;
pub use revenue_gap::{RevenueComparison, RevenueGap};
