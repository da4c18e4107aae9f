//! Price change: the change between two prices, the change per year, and the gain that recovers a loss.

use rust_decimal::Decimal;

use super::years::rate_a_year;
use crate::calendar::Date;
use crate::cash_flow::DayCount;
use crate::explanation::{Explanation, text};
use crate::input::{Bounded, ModelError, NonNegative, Positive};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Inputs of the price change: two prices, and the holding period between them.
#[derive(Clone, Debug)]
pub struct PriceChangeInputs {
    /// Price at the start, above 0.
    pub start_price: Positive,
    /// Price at the end; 0 when everything is lost.
    pub end_price: NonNegative,
    /// Holding period; `None` asks for no rate per year.
    pub held: Option<HoldingPeriod>,
}

/// Holding period: the time from a date to a later date, by a day count.
#[derive(Clone, Copy, Debug)]
pub struct HoldingPeriod {
    start: Date,
    end: Date,
    day_count: DayCount,
}

impl HoldingPeriod {
    /// Creates the holding period; `None` unless the end date is after the start date.
    #[must_use]
    pub fn new(start: Date, end: Date, day_count: DayCount) -> Option<HoldingPeriod> {
        (end > start).then_some(HoldingPeriod { start, end, day_count })
    }

    fn years(self) -> Exact {
        self.day_count.years(self.start, self.end)
    }
}

/// Outcome of the price change: the change, the drawdown and the gain to recover.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PriceChange {
    /// Price factor: end price / start price.
    pub price_factor: Decimal,
    /// Change of the price as a rate: price_factor - 1.
    pub change_rate: Decimal,
    /// Drawdown: the loss as a share of the start price; 0 when the price did not fall.
    pub drawdown: Decimal,
    /// Gain that recovers the loss, as a rate of the end price; 0 when the price did not fall; `None` when everything is lost.
    pub gain_to_recover: Option<Decimal>,
    /// Years of the holding period; `None` without dates.
    pub years: Option<Decimal>,
    /// Growth rate of the price per year; `None` without dates, where the day count finds no time between them, and where the rate is too
    /// large to be written.
    pub annual_growth_rate: Option<Decimal>,
}

/// Computes how far a price fell or rose, and the gain that recovers a loss.
///
/// ```text
/// price_factor       = end_price / start_price
/// drawdown           = 1 - end_price / start_price
/// gain_to_recover    = start_price / end_price - 1
/// annual_growth_rate = price_factor^(1 / years) - 1
/// ```
///
/// - Special cases: a price that did not fall has a drawdown of 0, and nothing to recover. When all is lost, no gain recovers the
///   loss, and the annual growth rate is -1. A day count that finds no time between two dates (30/360 from a 30th to a 31st) leaves
///   no annual growth rate, and neither does a rise so fast that the rate is 7.9e28 or more: a price that doubles in a day.
/// - Units: prices in one unit; rates as fractions.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Bodie, Kane and Marcus, Investments, chapter 5, for the holding-period return and its annual rate; C. R. Bacon,
///   Practical Portfolio Performance Measurement and Attribution, 2nd edition, Wiley, 2008, page 88, for the drawdown.
///
/// # Example: Cisco, from 80 dollars in March 2000 to 8.60 in October 2002
///
/// ```
/// use paydirt_models::input::{Bounded, NonNegative, Positive};
/// use paydirt_models::valuation::{PriceChangeInputs, price_change};
/// use rust_decimal::dec;
///
/// let cisco = PriceChangeInputs {
///     start_price: Positive::new(dec!(80)).unwrap(),
///     end_price: NonNegative::new(dec!(8.6)).unwrap(),
///     held: None,
/// };
/// let change = price_change(&cisco).unwrap();
/// assert_eq!(change.drawdown, dec!(0.8925));
/// assert_eq!(change.gain_to_recover.unwrap().round_dp(1), dec!(8.3));
/// ```
///
/// "Who has lost 89 % has to win 830 % to be back."
pub fn price_change(inputs: &PriceChangeInputs) -> Result<PriceChange, ModelError> {
    let (start, end) = (Exact::from(inputs.start_price.get()), Exact::from(inputs.end_price.get()));
    let factor = price_factor(start, end);
    let years = inputs.held.map(HoldingPeriod::years);
    let fell = inputs.fell();
    let growth = years.filter(|years| years.is_positive()).and_then(|years| match end.is_zero() {
        true => Some(Decimal::NEGATIVE_ONE),
        false => rate_a_year(factor, years).decimal(),
    });
    Ok(PriceChange {
        price_factor: factor.value("price_factor")?,
        change_rate: (factor - Exact::ONE).value("change_rate")?,
        drawdown: if fell { drawdown(start, end).value("drawdown")? } else { Decimal::ZERO },
        gain_to_recover: match fell {
            true if end.is_zero() => None,
            true => Some(gain_to_recover(start, end).value("gain_to_recover")?),
            false => Some(Decimal::ZERO),
        },
        years: years.map(|years| years.value("years")).transpose()?,
        annual_growth_rate: growth,
    })
}

impl PriceChangeInputs {
    fn fell(&self) -> bool {
        self.end_price.get() < self.start_price.get()
    }
}

/// Explains the outcome of [`price_change`] step by step.
pub fn explain_price_change(inputs: &PriceChangeInputs, outcome: &PriceChange) -> Explanation {
    let trace = Trace::default();
    let start = trace.input("start_price", inputs.start_price.get());
    let end = trace.input("end_price", inputs.end_price.get());
    let factor = price_factor(start, end);
    (factor - Number::whole(1)).named("change_rate");
    let mut explanation = Explanation::default();
    if inputs.fell() {
        drawdown(start, end);
        if outcome.gain_to_recover.is_some() {
            gain_to_recover(start, end);
        }
        explanation.steps = trace.take_steps();
        if outcome.gain_to_recover.is_none() {
            explanation.step(
                "gain_to_recover",
                "none: everything is lost, and no gain brings it back",
                "end_price = 0",
                "never",
            );
        }
    } else {
        explanation.steps = trace.take_steps();
        let figures = format!("{} >= {}", text(inputs.end_price.get()), text(inputs.start_price.get()));
        explanation.step("drawdown", "0, because the price did not fall", figures.clone(), "0");
        explanation.step("gain_to_recover", "0, because the price did not fall", figures, "0");
    }
    if let Some(held) = inputs.held {
        let (name, figures) = (held.day_count.name(), held.day_count.years_in_figures(held.start, held.end));
        let years = held.years();
        explanation.step(
            "years",
            "the time from start_date to end_date, in years of the day count",
            figures,
            outcome.years.map(text).unwrap_or_default(),
        );
        match outcome.annual_growth_rate {
            Some(_) if inputs.end_price.get().is_zero() => {
                explanation.step("annual_growth_rate", "-1: everything is lost, in whatever time", "end_price = 0", "-1");
            }
            Some(_) => {
                rate_a_year(factor, trace.known("years", years)).named("annual_growth_rate");
                explanation.steps.extend(trace.take_steps());
            }
            None if years.is_positive() => {
                rate_a_year(factor, trace.known("years", years)).named("unwritten_growth_rate");
                explanation.steps.extend(trace.take_steps());
                explanation.step(
                    "annual_growth_rate",
                    "none: a rate of 7.9e28 or more is too large to be written",
                    "unwritten_growth_rate >= 7.9e28",
                    "no value",
                );
            }
            None => {
                explanation.step(
                    "annual_growth_rate",
                    "none: the day count sees no time between the dates",
                    "years = 0",
                    "no value",
                );
            }
        }
        explanation.assume("day_count", name, held.day_count.definition());
    }
    explanation.assume("dividends", "none", "Prices alone are compared: what was paid out in between is not counted.");
    explanation
}

fn price_factor<N: Number>(start_price: N, end_price: N) -> N {
    (end_price / start_price).named("price_factor")
}

fn drawdown<N: Number>(start_price: N, end_price: N) -> N {
    (N::whole(1) - end_price / start_price).named("drawdown")
}

fn gain_to_recover<N: Number>(start_price: N, end_price: N) -> N {
    (start_price / end_price - N::whole(1)).named("gain_to_recover")
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;
    use crate::calendar::parse;

    /// 1.2^365 is 8e28, more than an answer holds.
    #[test]
    fn a_growth_too_large_to_be_written_is_left_out_and_leaves_the_other_figures_alone() {
        let day = |end_price: Decimal| PriceChangeInputs {
            start_price: Positive::new(dec!(100)).unwrap(),
            end_price: NonNegative::new(end_price).unwrap(),
            held: HoldingPeriod::new(parse("2025-03-03").unwrap(), parse("2025-03-04").unwrap(), DayCount::Act365Fixed),
        };
        let change = price_change(&day(dec!(120))).unwrap();
        assert_eq!((change.change_rate, change.annual_growth_rate), (dec!(0.2), None));
        let steps = explain_price_change(&day(dec!(120)), &change).steps;
        let said = |name: &str| steps.iter().find(|step| step.name == name).map(|step| step.value.as_str());
        assert_eq!(said("annual_growth_rate"), Some("no value"));
        assert!(
            said("unwritten_growth_rate").is_some_and(|value| value.starts_with("7.964431977149443") && value.ends_with("e28"))
        );
        let slower = price_change(&day(dec!(119))).unwrap();
        assert_eq!(slower.annual_growth_rate.unwrap().to_string().len(), 28, "1.19^365 is 3.7e27");
    }
}
