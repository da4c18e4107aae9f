//! Rule of 40: whether the growth of a software company and its free cash flow add up to enough.
//!
//! Source: Brad Feld, "The Rule of 40% For a Healthy SaaS Company", feld.com, 3 February 2015: growth rate and profit add up to 40 %, so that
//! a company that grows by 50 % may lose 10 %.

use rust_decimal::{Decimal, dec};

use crate::explanation::{Explanation, canonical, figure, text};
use crate::input::{AnyDecimal, AtMostOne, Bounded, ModelError, Rate};
use crate::number::{Exact, Number};
use crate::traced::Trace;

/// Threshold of the rule: 40 %.
const THRESHOLD: Decimal = dec!(0.4);

/// Inputs of the rule of 40: growth, free cash flow margin, and threshold.
#[derive(Clone, Debug)]
pub struct RuleOfFortyInputs {
    /// Growth rate of the revenue per year.
    pub revenue_growth_rate: Rate,
    /// Free cash flow margin: free cash flow / revenue; below 0 where cash is burned.
    pub free_cash_flow_margin: AtMostOne,
    /// Score that is enough; `None` is 0.4.
    pub threshold: Option<AnyDecimal>,
}

/// Outcome of the rule of 40: the score, and the margin and the growth that would be just enough.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleOfForty {
    /// Score: the sum of growth rate and margin.
    pub score: Decimal,
    /// True when the score, before it is rounded, is at least the threshold.
    pub meets_threshold: bool,
    /// Least margin that is enough at the given growth; `None` when no margin is, because it would be above 1.
    pub required_free_cash_flow_margin: Option<Decimal>,
    /// Least growth rate that is enough at the given margin; `None` when any growth is, because it would be -1 or less.
    pub required_revenue_growth_rate: Option<Decimal>,
}

impl RuleOfFortyInputs {
    fn threshold(&self) -> Decimal {
        self.threshold.map_or(THRESHOLD, Bounded::get)
    }

    fn figures<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> Figures<N> {
        Figures {
            growth: number("revenue_growth_rate", self.revenue_growth_rate.get()),
            margin: number("free_cash_flow_margin", self.free_cash_flow_margin.get()),
            threshold: number("threshold", self.threshold()),
        }
    }
}

/// Computes whether growth and free cash flow add up to enough, and which margin or growth would be just enough.
///
/// ```text
/// score                          = revenue_growth_rate + free_cash_flow_margin
/// meets_threshold                = score is at least threshold
/// required_free_cash_flow_margin = threshold - revenue_growth_rate
/// required_revenue_growth_rate   = threshold - free_cash_flow_margin
/// ```
///
/// - Special cases: a required margin above 1 is none, because nobody keeps more than the revenue. A required growth of -1 or less is
///   none, because any growth is enough.
/// - Units: rates per year and margins as fractions.
/// - Rounding: half-even at the 28th digit, once for each result. Decisions are made before rounding.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Brad Feld, "The Rule of 40% For a Healthy SaaS Company", feld.com, 3 February 2015.
///
/// # Example: a company that grows by 50 % may lose 10 %
///
/// ```
/// use paydirt_models::input::{AtMostOne, Bounded, Rate};
/// use paydirt_models::valuation::{RuleOfFortyInputs, rule_of_forty};
/// use rust_decimal::dec;
///
/// let company = RuleOfFortyInputs {
///     revenue_growth_rate: Rate::new(dec!(0.5)).unwrap(),
///     free_cash_flow_margin: AtMostOne::new(dec!(-0.1)).unwrap(),
///     threshold: None,
/// };
/// let rule = rule_of_forty(&company).unwrap();
/// assert_eq!(rule.score, dec!(0.4));
/// assert!(rule.meets_threshold);
/// assert_eq!(rule.required_free_cash_flow_margin, Some(dec!(-0.1)));
/// ```
///
/// "Whoever grows by half a year on year can burn a tenth of the revenue, and is at 40 % still."
pub fn rule_of_forty(inputs: &RuleOfFortyInputs) -> Result<RuleOfForty, ModelError> {
    let figures = inputs.figures(|_, value| Exact::from(value));
    let (score, margin, growth) = (score(figures), required_margin(figures), required_growth(figures));
    Ok(RuleOfForty {
        score: score.value("score")?,
        meets_threshold: score >= figures.threshold,
        required_free_cash_flow_margin: match margin <= Exact::ONE {
            true => Some(margin.value("required_free_cash_flow_margin")?),
            false => None,
        },
        required_revenue_growth_rate: match growth > -Exact::ONE {
            true => Some(growth.value("required_revenue_growth_rate")?),
            false => None,
        },
    })
}

/// Explains the outcome of [`rule_of_forty`] step by step.
pub fn explain_rule_of_forty(inputs: &RuleOfFortyInputs, outcome: &RuleOfForty) -> Explanation {
    let trace = Trace::default();
    let figures = inputs.figures(|name, value| trace.input(name, value));
    let exact = inputs.figures(|_, value| Exact::from(value));
    let mut explanation = Explanation::default();
    score(figures);
    explanation.steps = trace.take_steps();
    // The written score would not tell: it may be the threshold where the score is less.
    let (sign, answer) = if outcome.meets_threshold { (">=", "true") } else { ("<", "false") };
    let threshold = text(inputs.threshold());
    explanation.step(
        "meets_threshold",
        "revenue_growth_rate + free_cash_flow_margin is at least threshold",
        format!("{} + {} {sign} {threshold}", figure(exact.growth), figure(exact.margin)),
        answer,
    );
    match outcome.required_free_cash_flow_margin {
        Some(_) => {
            required_margin(figures);
            explanation.steps.extend(trace.take_steps());
        }
        None => explanation.step(
            "required_free_cash_flow_margin",
            "none: threshold - revenue_growth_rate is above 1, and no margin is",
            format!("{threshold} - {} > 1", figure(exact.growth)),
            "no value",
        ),
    }
    match outcome.required_revenue_growth_rate {
        Some(_) => {
            required_growth(figures);
            explanation.steps.extend(trace.take_steps());
        }
        None => explanation.step(
            "required_revenue_growth_rate",
            "none: threshold - free_cash_flow_margin is -1 or less, so any growth is enough",
            format!("{threshold} - {} <= -1", figure(exact.margin)),
            "no value",
        ),
    }
    explanation.assume_default(
        inputs.threshold,
        "threshold",
        &canonical(Exact::from(THRESHOLD)),
        "40 %: Brad Feld, The Rule of 40% For a Healthy SaaS Company, 2015.",
    );
    explanation.assume(
        "profit",
        "free cash flow",
        "The rule leaves open which profit is meant; here it is the free cash flow, as a share of the revenue.",
    );
    explanation
}

#[derive(Clone, Copy)]
struct Figures<N> {
    growth: N,
    margin: N,
    threshold: N,
}

fn score<N: Number>(figures: Figures<N>) -> N {
    (figures.growth + figures.margin).named("score")
}

fn required_margin<N: Number>(figures: Figures<N>) -> N {
    (figures.threshold - figures.growth).named("required_free_cash_flow_margin")
}

fn required_growth<N: Number>(figures: Figures<N>) -> N {
    (figures.threshold - figures.margin).named("required_revenue_growth_rate")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(growth: Decimal, margin: Decimal, threshold: Option<Decimal>) -> RuleOfForty {
        let inputs = RuleOfFortyInputs {
            revenue_growth_rate: Rate::new(growth).unwrap(),
            free_cash_flow_margin: AtMostOne::new(margin).unwrap(),
            threshold: threshold.map(|threshold| AnyDecimal::new(threshold).unwrap()),
        };
        rule_of_forty(&inputs).unwrap()
    }

    #[test]
    fn a_score_that_is_written_as_the_threshold_may_be_less() {
        let hair = dec!(0.0000000000000000000000000001);
        assert!(of(dec!(7), hair, Some(dec!(7))).meets_threshold);
        let less = of(dec!(7), -hair, Some(dec!(7)));
        assert_eq!((less.score, less.meets_threshold), (dec!(7), false));
    }

    #[test]
    fn all_of_the_revenue_is_the_most_that_can_be_kept() {
        assert_eq!(of(dec!(-0.6), dec!(0), None).required_free_cash_flow_margin, Some(dec!(1)));
        let hair = dec!(0.0000000000000000000000000001);
        assert_eq!(of(dec!(-0.6) - hair, dec!(0), None).required_free_cash_flow_margin, None);
    }

    #[test]
    fn a_margin_that_is_enough_with_nothing_sold_needs_no_growth() {
        let hair = dec!(0.0000000000000000000000000001);
        assert_eq!(of(dec!(0), dec!(1), Some(dec!(0))).required_revenue_growth_rate, None);
        assert_eq!(of(dec!(0), dec!(1), Some(hair)).required_revenue_growth_rate, Some(hair - dec!(1)));
    }

    proptest! {
        /// Margin and growth put back into the score are the threshold, and a ten-thousandth less is not enough.
        #[test]
        fn what_is_required_is_just_enough(growth in -9_998_i64..30_000, margin in -30_000_i64..=10_000, threshold in -20_000_i64..30_000) {
            let part = |ten_thousandths| Decimal::new(ten_thousandths, 4);
            let meets = |growth, margin| of(part(growth), part(margin), Some(part(threshold))).meets_threshold;
            let found = of(part(growth), part(margin), Some(part(threshold)));
            prop_assert_eq!(found.meets_threshold, growth + margin >= threshold);
            let required = threshold - growth;
            prop_assert_eq!(found.required_free_cash_flow_margin, (required <= 10_000).then(|| part(required)));
            prop_assert!(!meets(growth, (required - 1).min(10_000)));
            prop_assert_eq!(meets(growth, required.min(10_000)), required <= 10_000);
            let required = threshold - margin;
            prop_assert_eq!(found.required_revenue_growth_rate, (required > -10_000).then(|| part(required)));
            prop_assert!(meets(required.max(-9_999), margin));
            prop_assert!(required - 1 <= -10_000 || !meets(required - 1, margin));
        }
    }
}
