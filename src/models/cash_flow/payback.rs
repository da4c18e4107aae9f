//! After how long the outlay has come back.

use rust_decimal::Decimal;

use super::Series;
use crate::models::input::{Bounded, ModelError, Rate};
use crate::models::number::Exact;

/// When the cumulative cash flow stays at 0 or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payback {
    /// After so many years.
    Years(Decimal),
    /// Not within the series.
    Never {
        /// What is missing at the end.
        shortfall: Decimal,
    },
}

/// After how long the outlay has come back; discounted where a rate is given.
///
/// # Errors
/// [`ModelError::ResultTooLarge`].
pub fn payback(series: &Series, discount_rate: Option<Rate>) -> Result<Payback, ModelError> {
    let (numerator, denominator) = series.unit().fraction();
    let a_unit = discount_rate
        .map_or(Exact::ONE, |rate| (Exact::ONE + Exact::from(rate.get())).whole_power(numerator).root(denominator));
    let (mut cumulative, mut growth, mut before, mut units) = (Exact::ZERO, Exact::ONE, 0_u32, Exact::ZERO);
    for flow in series.flows() {
        growth = growth * a_unit.whole_power(flow.units.saturating_sub(before));
        let after = cumulative + flow.amount / growth;
        if cumulative.is_negative() && !after.is_negative() {
            let part = -cumulative / (after - cumulative);
            units = Exact::from(before) + part * Exact::from(flow.units.saturating_sub(before));
        }
        (cumulative, before) = (after, flow.units);
    }
    if cumulative.is_negative() {
        return Ok(Payback::Never { shortfall: (-cumulative).value("never.shortfall")? });
    }
    Ok(Payback::Years((units * Exact::from(numerator) / Exact::from(denominator)).value("years")?))
}
