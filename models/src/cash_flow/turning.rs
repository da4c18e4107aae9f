//! Discount rates at which the net present value of a series turns.

use super::internal_rate::{InternalRates, internal_rates};
use super::{PresentValueInputs, Series};

/// Every discount rate above -1 at which the net present value of a series can turn: the zeros of its derivative.
///
/// ```text
/// 0 = sum of years_i × amount_i / (1 + rate)^years_i
/// ```
///
/// - Shapes: those of a net present value; the discount rate of the inputs is not looked at.
/// - Units: rates per year, as fractions.
/// - Rounding: 12 digits after the point, as internal rates of return have; a present value at such a rate differs from that at the turn by a
///   share of 1e-24 or so, because it is flat there.
/// - Errors: none. [`RateStatus::Undecided`](super::RateStatus::Undecided) where more rates may exist than are listed.
/// - Source: the derivative of a present value in the rate, F. R. Macaulay, Some Theoretical Problems Suggested by the Movements of Interest
///   Rates, 1938; its zeros are the internal rates of return of the flows, each times its time.
///
/// # Example: Lorie and Savage's pump is worth most between its two rates of return, 25 % and 400 %
///
/// ```
/// use paydirt_models::cash_flow::{CashFlows, PresentValueInputs, turning_rates};
/// use paydirt_models::input::{AnyDecimal, Bounded, Period, Rate};
/// use rust_decimal::dec;
///
/// let amounts = [-1600, 10000, -10000].map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec();
/// let cash_flows = CashFlows::Periodic { amounts, period: Period::Year };
/// let inputs = PresentValueInputs { cash_flows, discount_rate: Rate::new(dec!(0)).unwrap(), first_flow: None };
/// let turns = turning_rates(&inputs);
/// assert_eq!(turns.rates.len(), 1);
/// assert_eq!(turns.rates[0].annual, dec!(1));
/// ```
///
/// "At 100 % the pump is worth most."
#[must_use]
pub fn turning_rates(inputs: &PresentValueInputs) -> InternalRates {
    internal_rates(&Series::of(&inputs.cash_flows).weighted_by_time(inputs.delay()))
}

#[cfg(test)]
mod tests {
    use rust_decimal::{Decimal, dec};

    use super::*;
    use crate::cash_flow::{CashFlows, FirstFlow, RateStatus};
    use crate::input::{AnyDecimal, Bounded, Period, Rate};

    fn turns(amounts: &[i32], first_flow: FirstFlow) -> (RateStatus, Vec<Decimal>) {
        let amounts = amounts.iter().map(|amount| AnyDecimal::new((*amount).into()).unwrap()).collect();
        let cash_flows = CashFlows::Periodic { amounts, period: Period::Year };
        let found =
            turning_rates(&PresentValueInputs { cash_flows, discount_rate: Rate::PLACEHOLDER, first_flow: Some(first_flow) });
        (found.status, found.rates.iter().map(|rate| rate.annual).collect())
    }

    #[test]
    fn a_present_value_turns_where_its_derivative_is_0() {
        // 10 v - 10 v^2: 10 = 20 v
        assert_eq!(turns(&[7, 10, -10], FirstFlow::Now), (RateStatus::Unique, vec![dec!(1)]));
        // 7 v + 10 v^2 - 10 v^3: 7 + 20 v = 30 v^2, v = (20 + sqrt(1240)) / 60
        let (status, rates) = turns(&[7, 10, -10], FirstFlow::OnePeriod);
        assert_eq!((status, rates), (RateStatus::Unique, vec![dec!(0.086688123094)]));
        assert_eq!(turns(&[-100, 50, 60], FirstFlow::Now), (RateStatus::NoSignChange, vec![]));
        assert_eq!(turns(&[-100], FirstFlow::Now), (RateStatus::Any, vec![]));
    }
}
