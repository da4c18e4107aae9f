//! Rerating: the effect on a price when investors pay another multiple of the earnings.
//!
//! Source: the price is earnings × price/earnings ratio, so their factors multiply (John C. Bogle, "Investing in the 1990s", Journal of
//! Portfolio Management, 1991: speculative return).

use rust_decimal::Decimal;

use super::years::rate_a_year;
use crate::explanation::{Explanation, text};
use crate::input::{Bounded, ModelError, Positive, Rate};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Inputs of the rerating: two price/earnings ratios, and the growth of earnings or of the price between them.
#[derive(Clone, Debug)]
pub struct ReratingInputs {
    /// Price/earnings ratio at the start.
    pub starting_price_earnings_ratio: Positive,
    /// Price/earnings ratio at the end.
    pub ending_price_earnings_ratio: Positive,
    /// Years between the two ratios.
    pub years: Positive,
    /// The one known quantity: growth of the earnings, or change of the price.
    pub given: ReratingGiven,
}

/// Known quantity of a rerating: either the growth of the earnings or the change of the price.
#[derive(Clone, Copy, Debug)]
pub enum ReratingGiven {
    /// Growth rate of the earnings per year.
    EarningsGrowthRate(Rate),
    /// Price factor: price at the end / price at the start.
    PriceFactor(Positive),
}

/// Outcome of the rerating: factors and growth rates of the multiple, the earnings and the price.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rerating {
    /// Rerating factor: the effect of the changed multiple alone on the price.
    pub rerating_factor: Decimal,
    /// Earnings factor: earnings at the end / earnings at the start.
    pub earnings_factor: Decimal,
    /// Growth rate of the earnings per year.
    pub earnings_growth_rate: Decimal,
    /// Price factor: price at the end / price at the start.
    pub price_factor: Decimal,
    /// Growth rate of the price per year.
    pub price_growth_rate: Decimal,
    /// Years until growing earnings make up for a lower multiple; `None` when they never do.
    pub years_to_recover: Option<Decimal>,
}

impl ReratingInputs {
    fn multiple_fell(&self) -> bool {
        self.ending_price_earnings_ratio < self.starting_price_earnings_ratio
    }

    fn earnings_grow(&self) -> bool {
        match self.given {
            ReratingGiven::EarningsGrowthRate(rate) => rate.get() > Decimal::ZERO,
            ReratingGiven::PriceFactor(factor) => {
                let needed = Exact::from(factor.get()) * Exact::from(self.starting_price_earnings_ratio.get());
                needed > Exact::from(self.ending_price_earnings_ratio.get())
            }
        }
    }

    fn kernels<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> Kernels<N> {
        let starting = number("starting_price_earnings_ratio", self.starting_price_earnings_ratio.get());
        let ending = number("ending_price_earnings_ratio", self.ending_price_earnings_ratio.get());
        let years = number("years", self.years.get());
        let one = N::whole(1);
        let rerating_factor = (ending / starting).named("rerating_factor");
        let growth_of_earnings =
            |force: N| (self.multiple_fell() && self.earnings_grow()).then(|| years_to_recover(starting, ending, force));
        match self.given {
            ReratingGiven::EarningsGrowthRate(rate) => {
                let earnings_growth_rate = number("earnings_growth_rate", rate.get());
                let earnings_factor = (one + earnings_growth_rate).to_the(years).named("earnings_factor");
                let price_factor = (earnings_factor * ending / starting).named("price_factor");
                // Not from price_factor: over a long time that falls below any number, and its growth does not.
                let price_growth_rate =
                    ((one + earnings_growth_rate) * rerating_factor.to_the(one / years) - one).named("price_growth_rate");
                let years_to_recover = growth_of_earnings((one + earnings_growth_rate).ln());
                Kernels {
                    rerating_factor,
                    earnings_factor,
                    earnings_growth_rate,
                    price_factor,
                    price_growth_rate,
                    years_to_recover,
                }
            }
            ReratingGiven::PriceFactor(factor) => {
                let price_factor = number("price_factor", factor.get());
                let earnings_factor = (price_factor * starting / ending).named("earnings_factor");
                let earnings_growth_rate = rate_a_year(earnings_factor, years).named("earnings_growth_rate");
                let price_growth_rate = rate_a_year(price_factor, years).named("price_growth_rate");
                let years_to_recover = growth_of_earnings(earnings_factor.ln() / years);
                Kernels {
                    rerating_factor,
                    earnings_factor,
                    earnings_growth_rate,
                    price_factor,
                    price_growth_rate,
                    years_to_recover,
                }
            }
        }
    }
}

struct Kernels<N> {
    rerating_factor: N,
    earnings_factor: N,
    earnings_growth_rate: N,
    price_factor: N,
    price_growth_rate: N,
    /// Years to recover; None where the case is decided without a formula.
    years_to_recover: Option<N>,
}

fn years_to_recover<N: Number>(starting_price_earnings_ratio: N, ending_price_earnings_ratio: N, force_of_growth: N) -> N {
    ((starting_price_earnings_ratio / ending_price_earnings_ratio).ln() / force_of_growth).named("years_to_recover")
}

/// Computes the effect of a changed multiple on a price, and how long growing earnings take to make up for it.
///
/// ```text
/// price_factor     = earnings_factor × ending_price_earnings_ratio / starting_price_earnings_ratio
/// price_growth_rate = price_factor^(1 / years) - 1 = (1 + earnings_growth_rate) × rerating_factor^(1 / years) - 1
/// years_to_recover = ln(starting_price_earnings_ratio / ending_price_earnings_ratio) / ln(1 + earnings_growth_rate)
/// ```
///
/// - Special cases: a multiple that does not fall leaves nothing to recover from, 0 years; earnings that do not grow never make up
///   for a multiple that falls.
/// - Units: rates per year, as fractions; years need not be whole.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: John C. Bogle, "Investing in the 1990s", The Journal of Portfolio Management 17 (3), 1991, pages 5-14.
///
/// # Example: Cisco, from 150 times its earnings to 30 in ten years, and the price only holds
///
/// ```
/// use paydirt_models::input::{Bounded, Positive};
/// use paydirt_models::valuation::{ReratingGiven, ReratingInputs, rerating};
/// use rust_decimal::dec;
///
/// let positive = |value| Positive::new(value).unwrap();
/// let cisco = ReratingInputs {
///     starting_price_earnings_ratio: positive(dec!(150)),
///     ending_price_earnings_ratio: positive(dec!(30)),
///     years: positive(dec!(10)),
///     given: ReratingGiven::PriceFactor(positive(dec!(1))),
/// };
/// let rerating = rerating(&cisco).unwrap();
/// assert_eq!(rerating.earnings_factor, dec!(5));
/// assert_eq!(rerating.earnings_growth_rate.round_dp(3), dec!(0.175));
/// ```
///
/// "Earnings have to grow by 17.5 % a year for ten years, and the shareholder has won nothing."
pub fn rerating(inputs: &ReratingInputs) -> Result<Rerating, ModelError> {
    let kernels = inputs.kernels(|_, value| Exact::from(value));
    Ok(Rerating {
        rerating_factor: kernels.rerating_factor.value("rerating_factor")?,
        earnings_factor: kernels.earnings_factor.value("earnings_factor")?,
        earnings_growth_rate: kernels.earnings_growth_rate.value("earnings_growth_rate")?,
        price_factor: kernels.price_factor.value("price_factor")?,
        price_growth_rate: kernels.price_growth_rate.value("price_growth_rate")?,
        years_to_recover: match kernels.years_to_recover {
            Some(years) => Some(years.value("years_to_recover")?),
            None => (!inputs.multiple_fell()).then_some(Decimal::ZERO),
        },
    })
}

/// Explains the outcome of [`rerating`] step by step.
pub fn explain_rerating(inputs: &ReratingInputs, outcome: &Rerating) -> Explanation {
    let trace = Trace::default();
    let kernels = inputs.kernels(|name, value| trace.input(name, value));
    let mut explanation = Explanation { steps: trace.steps(), ..Explanation::default() };
    if kernels.years_to_recover.is_none() {
        let (formula, figures) = match outcome.years_to_recover {
            Some(_) => (
                "0: the multiple did not fall, so there is nothing to recover from",
                format!("rerating_factor = {}", text(outcome.rerating_factor)),
            ),
            None => (
                "never: the multiple fell, and the earnings do not grow",
                format!("earnings_factor = {}", text(outcome.earnings_factor)),
            ),
        };
        explanation.step("years_to_recover", formula, figures, outcome.years_to_recover.map_or("never".to_owned(), text));
    }
    explanation.assume(
        "rerating",
        "at once",
        "The multiple is taken to have changed when the time to recover begins, and the earnings to grow at one rate.",
    );
    explanation.assume("dividends", "none", "Prices alone are compared: what was paid out in between is not counted.");
    explanation
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    fn years_to_recover(starting: Decimal, ending: Decimal, given: ReratingGiven) -> Option<Decimal> {
        let positive = |value| Positive::new(value).unwrap();
        let inputs = ReratingInputs {
            starting_price_earnings_ratio: positive(starting),
            ending_price_earnings_ratio: positive(ending),
            years: positive(dec!(10)),
            given,
        };
        rerating(&inputs).unwrap().years_to_recover
    }

    fn growing(rate: Decimal) -> ReratingGiven {
        ReratingGiven::EarningsGrowthRate(Rate::new(rate).unwrap())
    }

    fn priced(factor: Decimal) -> ReratingGiven {
        ReratingGiven::PriceFactor(Positive::new(factor).unwrap())
    }

    #[test]
    fn a_multiple_that_did_not_fall_leaves_nothing_to_recover_from_though_earnings_fall() {
        for ending in [dec!(20), dec!(25)] {
            assert_eq!(years_to_recover(dec!(20), ending, growing(dec!(-0.1))), Some(dec!(0)));
            assert_eq!(years_to_recover(dec!(20), ending, priced(dec!(0.5))), Some(dec!(0)));
        }
    }

    #[test]
    fn earnings_that_do_not_grow_never_make_up_for_a_lower_multiple() {
        for rate in [dec!(0), dec!(-0.1)] {
            assert_eq!(years_to_recover(dec!(20), dec!(10), growing(rate)), None);
        }
        // At half the multiple half the price is what unchanged earnings are worth.
        for factor in [dec!(0.5), dec!(0.4)] {
            assert_eq!(years_to_recover(dec!(20), dec!(10), priced(factor)), None);
        }
    }

    #[test]
    fn earnings_that_double_each_year_make_up_for_half_the_multiple_in_one() {
        assert_eq!(years_to_recover(dec!(20), dec!(10), growing(dec!(1))), Some(dec!(1)));
        assert_eq!(years_to_recover(dec!(20), dec!(10), priced(dec!(512))), Some(dec!(1)));
    }
}
