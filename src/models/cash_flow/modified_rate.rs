//! The modified internal rate of return.

use super::{RateOfReturn, Series};
use crate::models::input::{Bounded, ModelError, Rate};
use crate::models::number::{Exact, Number};

/// What the series earns when outflows are financed at one rate and inflows reinvested at another; `None` without both.
///
/// # Errors
/// [`ModelError::ResultTooLarge`].
pub fn modified_rate(series: &Series, finance: Rate, reinvestment: Rate) -> Result<Option<RateOfReturn>, ModelError> {
    let (numerator, denominator) = series.unit().fraction();
    let a_unit = |rate: Rate| (Exact::ONE + Exact::from(rate.get())).whole_power(numerator).root(denominator);
    let (finance, reinvestment) = (a_unit(finance), a_unit(reinvestment));
    let span = series.span_units();
    let (mut inflows, mut outflows) = (Exact::ZERO, Exact::ZERO);
    for flow in series.flows() {
        if flow.amount.is_negative() {
            outflows = outflows - flow.amount / finance.whole_power(flow.units);
        } else {
            inflows = inflows + flow.amount * reinvestment.whole_power(span.saturating_sub(flow.units));
        }
    }
    if !inflows.is_positive() || !outflows.is_positive() || span == 0 {
        return Ok(None);
    }
    let gain = inflows / outflows - Exact::ONE;
    let rate = |times: Exact, name: &'static str| Ok(gain.compounded(times / Exact::from(span)).value(name)?.round_dp(12));
    let annual = rate(Exact::from(denominator) / Exact::from(numerator), "annual")?;
    let per_period = series.period().map(|(units, _)| rate(Exact::from(units), "per_period")).transpose()?;
    Ok(Some(RateOfReturn { annual, per_period }))
}
