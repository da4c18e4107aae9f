//! Required margin: the share of its sales that a company has to pay out for its price to come back in time.
//!
//! Source: Scott McNealy in BusinessWeek, 1 April 2002: "At 10 times revenues, to give you a 10-year payback, I have to pay you 100 % of
//! revenues for 10 straight years in dividends."

use rust_decimal::Decimal;

use super::years::Years;
use crate::explanation::{Explanation, bracketed, canonical, text};
use crate::input::{Bounded, ModelError, Positive, Rate};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Inputs of the required margin: the price in years of sales, and the payback time.
#[derive(Clone, Debug)]
pub struct RequiredMarginInputs {
    /// Price-to-sales ratio: market value / sales of a year.
    pub price_to_sales: Positive,
    /// Years within which the price has to come back.
    pub payback_years: Years,
    /// Growth rate of sales per year; `None` is 0.
    pub revenue_growth_rate: Option<Rate>,
}

/// Outcome of the required margin: the margin, and whether a company can attain it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequiredMargin {
    /// Required net cash margin: the payout as a share of sales.
    pub required_net_cash_margin: Decimal,
    /// True when the required margin, before it is rounded, is at most 1.
    pub attainable: bool,
}

impl RequiredMarginInputs {
    fn growth(&self) -> Decimal {
        self.revenue_growth_rate.map_or(Decimal::ZERO, Bounded::get)
    }

    /// Returns the sum of the sales of all years, in units of today's sales, by Horner's scheme.
    fn sales(&self) -> Exact {
        let growth = Exact::ONE + Exact::from(self.growth());
        (0..self.payback_years.get()).fold(Exact::ZERO, |sum, _| (sum + Exact::ONE) * growth)
    }
}

/// Computes the share of its sales that a company has to pay out for its price to come back in time.
///
/// ```text
/// required_net_cash_margin = price_to_sales / sum of (1 + revenue_growth_rate)^i, i from 1 to payback_years
/// ```
///
/// - Units: price_to_sales in years of sales; rates per year, as fractions.
/// - Rounding: half-even at the 28th digit, once. Whether the margin is attainable is decided before rounding.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Scott McNealy, interview in BusinessWeek, 1 April 2002.
///
/// # Example: ten times sales, in ten years
///
/// ```
/// use paydirt_models::input::{Bounded, Positive};
/// use paydirt_models::valuation::{RequiredMarginInputs, Years, required_margin};
/// use rust_decimal::dec;
///
/// let sun = RequiredMarginInputs {
///     price_to_sales: Positive::new(dec!(10)).unwrap(),
///     payback_years: Years::new(10).unwrap(),
///     revenue_growth_rate: None,
/// };
/// assert_eq!(required_margin(&sun).unwrap().required_net_cash_margin, dec!(1));
/// ```
///
/// "Everything that comes in would have to be paid out for ten years: no wages, no taxes, no research. What were you thinking?"
pub fn required_margin(inputs: &RequiredMarginInputs) -> Result<RequiredMargin, ModelError> {
    let (price, sales) = (Exact::from(inputs.price_to_sales.get()), inputs.sales());
    Ok(RequiredMargin {
        required_net_cash_margin: margin(price, sales).value("required_net_cash_margin")?,
        attainable: price <= sales,
    })
}

/// Explains the outcome of [`required_margin`] step by step.
pub fn explain_required_margin(inputs: &RequiredMarginInputs, outcome: &RequiredMargin) -> Explanation {
    // More powers than that nobody adds up by hand.
    const TERMS_MAX: u32 = 24;
    let (years, growth) = (inputs.payback_years.get(), bracketed(text(inputs.growth())));
    let sales = inputs.sales();
    let mut explanation = Explanation::default();
    let figures = match years {
        0..=TERMS_MAX => (1..=years).map(|year| format!("(1 + {growth})^{year}")).collect::<Vec<_>>().join(" + "),
        _ => format!("{years} powers of 1 + {growth}, added up"),
    };
    explanation.step(
        "payback_sales",
        "the sum of (1 + revenue_growth_rate)^i, i from 1 to payback_years",
        figures,
        canonical(sales),
    );
    let trace = Trace::default();
    margin(trace.input("price_to_sales", inputs.price_to_sales.get()), trace.known("payback_sales", sales));
    explanation.steps.extend(trace.take_steps());
    // The written margin would not tell: it may be 1 where the margin is more.
    let (sign, answer) = if outcome.attainable { ("<=", "true") } else { (">", "false") };
    let price = text(inputs.price_to_sales.get());
    let figures = format!("{price} {sign} {}", crate::explanation::canonical(sales));
    explanation.step("attainable", "price_to_sales is at most payback_sales", figures, answer);
    explanation.assume_default(inputs.revenue_growth_rate, "revenue_growth_rate", "0", "McNealy's sales stay as they are.");
    explanation.assume(
        "time_value",
        "none",
        "Money of every year counts alike, and nothing is asked for the wait: the margin is the least that gives the price back.",
    );
    explanation
}

fn margin<N: Number>(price_to_sales: N, payback_sales: N) -> N {
    (price_to_sales / payback_sales).named("required_net_cash_margin")
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    fn required(price_to_sales: Decimal) -> RequiredMargin {
        let inputs = RequiredMarginInputs {
            price_to_sales: Positive::new(price_to_sales).unwrap(),
            payback_years: Years::new(3).unwrap(),
            revenue_growth_rate: None,
        };
        required_margin(&inputs).unwrap()
    }

    #[test]
    fn all_sales_can_be_paid_out_and_a_hair_more_cannot_though_it_is_written_as_all() {
        assert_eq!(required(dec!(3)), RequiredMargin { required_net_cash_margin: dec!(1), attainable: true });
        let hair = required(dec!(3.000000000000000000000000001));
        assert_eq!(hair, RequiredMargin { required_net_cash_margin: dec!(1), attainable: false });
    }
}
