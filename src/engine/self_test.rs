//! The self-test: one figure that everybody knows is computed before the server says that it serves.

use rust_decimal::dec;

use crate::models::break_even::{RequiredRevenueInputs, RevenueComparison, required_revenue};
use crate::models::input::{Bounded, Margin, NonNegative, Period, Share};

/// Computes David Cahn's figure: a run rate of 150 billion needs 600 billion of revenue.
///
/// # Errors
/// A sentence that says what was computed instead.
pub fn self_test() -> Result<(), String> {
    let inputs = RequiredRevenueInputs {
        accelerator_revenue: NonNegative::new(dec!(37.5e9)).ok_or("37.5e9 is not 0 or more")?,
        accelerator_revenue_period: Period::Quarter,
        accelerator_cost_share: Share::new(dec!(0.5)).ok_or("0.5 is no share")?,
        cloud_gross_margin: None,
        end_user_gross_margin: Margin::new(dec!(0.5)).ok_or("0.5 is no margin")?,
        payback_years: None,
        comparison: RevenueComparison::default(),
    };
    let figure = required_revenue(&inputs).map_err(|error| error.to_string())?.required_revenue;
    if figure == dec!(600e9) { Ok(()) } else { Err(format!("required_revenue of Cahn's 150 billion is {figure}")) }
}
