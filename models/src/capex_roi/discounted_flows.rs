//! Flows of an investment apart from any discount rate: the series of which net present values and rates of return are made.

use super::inputs::CapexRoiInputs;
use super::periods::Investment;
use super::times::timed;
use crate::cash_flow::Series;

/// Net cash flows of an investment at the times at which they are discounted: what is left of the investment once a rate is asked for.
///
/// A perpetuity's value is a flow as the others are, at the discount rate of the inputs; without one, the flows know no discount rate.
///
/// - Units: money in one currency; times in periods, or in half periods where flows are discounted in mid-period.
/// - Rounding: none, beyond the 76th digit.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 6, "Making Investment Decisions with the Net Present Value Rule".
#[must_use]
pub fn discounted_flows(inputs: &CapexRoiInputs) -> Series {
    let investment = Investment::new(inputs);
    timed(inputs, investment.net_cash_flows(), investment.end.total())
}
