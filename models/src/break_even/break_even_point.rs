//! At which volume a business makes neither profit nor loss: cost-volume-profit analysis.
//!
//! Source: Horngren, Datar and Rajan, Cost Accounting: A Managerial Emphasis, chapter "Cost-Volume-Profit Analysis".

use rust_decimal::Decimal;

use crate::explanation::{Explanation, text};
use crate::input::{AnyDecimal, AtMostOne, Bounded, ModelError, NonNegative, Positive};
use crate::number::{Exact, Number};
use crate::traced::{Trace, Traced};

/// Inputs of the break-even point: fixed costs, the contribution of a sale, and an optional target profit.
#[derive(Clone, Debug)]
pub struct BreakEvenPointInputs {
    /// Fixed costs per period.
    pub fixed_costs: NonNegative,
    /// Contribution of each sale towards the fixed costs.
    pub contribution: Contribution,
    /// Target profit per period; `None` is 0; negative for a loss that can be borne.
    pub target_profit: Option<AnyDecimal>,
    /// Expected revenue per period; asks for the margin of safety and the operating leverage.
    pub expected_revenue: Option<NonNegative>,
}

/// Contribution of a sale towards the fixed costs: by unit or as a ratio.
#[derive(Clone, Debug)]
pub enum Contribution {
    /// Contribution of one unit: its price less its variable cost.
    Unit {
        /// Selling price of a unit.
        price: Positive,
        /// Variable cost of a unit.
        variable_cost: NonNegative,
    },
    /// Contribution margin ratio: (revenue - variable costs) / revenue.
    Ratio(AtMostOne),
}

/// Outcome of the break-even model: the contribution margin, and the break-even point where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakEvenPoint {
    /// Contribution margin of one unit, price - variable_cost; `None` where only the ratio is known.
    pub unit_contribution_margin: Option<Decimal>,
    /// Contribution margin ratio: contribution per unit of revenue.
    pub contribution_margin_ratio: Decimal,
    /// The break-even point; `None` when no volume reaches it, because the contribution of a sale is 0 or negative.
    pub reached: Option<Reached>,
}

/// The point at which contribution covers fixed costs and target profit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// Revenue at the break-even point.
    pub revenue: Decimal,
    /// Exact number of units at the break-even point; `None` where only the ratio is known.
    pub units: Option<Decimal>,
    /// Least whole number of units that reaches the break-even point; `None` where only the ratio is known.
    pub whole_units: Option<Decimal>,
    /// Expected revenue above it; `None` when the contribution is at or below 0.
    pub margin_of_safety: Option<Decimal>,
    /// The margin of safety as a share of expected revenue; `None` when nothing is expected, or the contribution is at or below 0.
    pub margin_of_safety_ratio: Option<Decimal>,
    /// Contribution / profit at the expected revenue; `None` when the profit is 0, or the contribution is at or below 0.
    pub operating_leverage: Option<Decimal>,
}

/// Computes the volume at which contribution covers fixed costs and target profit.
///
/// ```text
/// break_even_units   = (fixed_costs + target_profit) / (price - variable_cost)
/// break_even_revenue = (fixed_costs + target_profit) × price / (price - variable_cost)
///                    = (fixed_costs + target_profit) / contribution_margin_ratio
/// operating_leverage = contribution / (contribution - fixed_costs), at the expected revenue
/// ```
///
/// - Special cases: where fixed_costs + target_profit is 0 or below, the break-even revenue is 0, whatever the contribution;
///   otherwise a contribution of 0 or below never reaches break-even.
/// - Units: money in one currency, per period; ratios are fractions.
/// - Rounding: half-even at the 28th digit; whole units round up from the exact quotient.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Horngren, Datar and Rajan, Cost Accounting: A Managerial Emphasis, 15th edition, Pearson, 2015, chapter 3,
///   "Cost-Volume-Profit Analysis".
///
/// # Example: 10 000 of fixed costs, a shirt sells for 50 and costs 20
///
/// ```
/// use paydirt_models::break_even::{BreakEvenPointInputs, Contribution, break_even_point};
/// use paydirt_models::input::{Bounded, NonNegative, Positive};
/// use rust_decimal::dec;
///
/// let shirts = BreakEvenPointInputs {
///     fixed_costs: NonNegative::new(dec!(10000)).unwrap(),
///     contribution: Contribution::Unit {
///         price: Positive::new(dec!(50)).unwrap(),
///         variable_cost: NonNegative::new(dec!(20)).unwrap(),
///     },
///     target_profit: None,
///     expected_revenue: None,
/// };
/// let point = break_even_point(&shirts).unwrap().reached.unwrap();
/// assert_eq!(point.whole_units, Some(dec!(334)));
/// ```
///
/// "From the 334th shirt on we earn money."
pub fn break_even_point(inputs: &BreakEvenPointInputs) -> Result<BreakEvenPoint, ModelError> {
    let margins = inputs.margins(|_, value| Exact::from(value));
    let needed = inputs.needed(|_, value| Exact::from(value));
    let nothing_needed = !needed.is_positive();
    let reached = if nothing_needed || margins.ratio.is_positive() {
        Some(
            reached(inputs, &margins, if nothing_needed { None } else { Some(needed) })
                .map_err(|error| error.within("reached"))?,
        )
    } else {
        None
    };
    Ok(BreakEvenPoint {
        unit_contribution_margin: margins.unit.map(|(_, margin)| margin.value("unit_contribution_margin")).transpose()?,
        contribution_margin_ratio: margins.ratio.value("contribution_margin_ratio")?,
        reached,
    })
}

fn reached(inputs: &BreakEvenPointInputs, margins: &Margins<Exact>, needed: Option<Exact>) -> Result<Reached, ModelError> {
    let (revenue, units, whole_units) = match (needed, margins.unit) {
        (None, unit) => (Exact::ZERO, unit.map(|_| Exact::ZERO), unit.map(|_| Exact::ZERO)),
        (Some(needed), Some((price, margin))) => {
            (revenue_by_unit(needed, price, margin), Some(units(needed, margin)), Some(needed.quotient_rounded_up(margin)))
        }
        (Some(needed), None) => (revenue_by_ratio(needed, margins.ratio), None, None),
    };
    let mut point = Reached {
        revenue: revenue.value("revenue")?,
        units: units.map(|units| units.value("units")).transpose()?,
        whole_units: whole_units.map(|units| whole_value(units, "whole_units")).transpose()?,
        margin_of_safety: None,
        margin_of_safety_ratio: None,
        operating_leverage: None,
    };
    if let Some(expected) = inputs.expected_revenue.filter(|_| margins.ratio.is_positive()) {
        let expected = Exact::from(expected.get());
        let safety = margin_of_safety(expected, revenue);
        point.margin_of_safety = Some(safety.value("margin_of_safety")?);
        if !expected.is_zero() {
            point.margin_of_safety_ratio = Some(margin_of_safety_ratio(safety, expected).value("margin_of_safety_ratio")?);
        }
        let contribution = margins.contribution(expected);
        let profit = profit(contribution, Exact::from(inputs.fixed_costs.get()));
        if !margins.scaled_profit(expected, inputs.fixed_costs).is_zero() {
            point.operating_leverage = Some(operating_leverage(contribution, profit).value("operating_leverage")?);
        }
    }
    Ok(point)
}

/// Returns a whole number of up to 29 digits exactly, without rounding to 28 digits.
fn whole_value(units: Exact, name: &'static str) -> Result<Decimal, ModelError> {
    units
        .whole_part()
        .and_then(|whole| i128::try_from(whole).ok())
        .and_then(|whole| Decimal::try_from_i128_with_scale(whole, 0).ok())
        .ok_or_else(|| ModelError::too_large(name))
}

/// Explains the outcome of [`break_even_point`] step by step.
pub fn explain_break_even_point(inputs: &BreakEvenPointInputs, outcome: &BreakEvenPoint) -> Explanation {
    let trace = Trace::default();
    let margins = inputs.margins(|name, value| trace.input(name, value));
    let needed = inputs.needed(|name, value| trace.input(name, value));
    let mut explanation = Explanation { steps: trace.take_steps(), ..Explanation::default() };
    match &outcome.reached {
        Some(point) => explain_reached(&mut explanation, &trace, inputs, (&margins, needed), point),
        None => explanation.step(
            "never_reached",
            "contribution_margin_ratio is at or below 0, so no volume reaches fixed_costs_and_target",
            format!("{} <= 0", text(outcome.contribution_margin_ratio)),
            "never",
        ),
    }
    explanation.assume_default(
        inputs.target_profit,
        "target_profit",
        "0",
        "Break-even is the point of neither profit nor loss.",
    );
    if let Contribution::Ratio(_) = inputs.contribution {
        explanation.assume("units", "absent", "A ratio says nothing of units; give unit economics to be told how many.");
    }
    let has_no_safety = |point: &Reached| inputs.expected_revenue.is_some() && point.margin_of_safety.is_none();
    if outcome.reached.as_ref().is_some_and(has_no_safety) {
        explanation.assume(
            "margin_of_safety",
            "absent",
            "The contribution is at or below 0: more revenue brings no profit nearer, so revenue gives no safety and no leverage.",
        );
    } else if inputs.expected_revenue.is_some() && outcome.reached.is_some() {
        explanation.assume(
            "operating_leverage",
            "contribution / (contribution - fixed_costs)",
            "At the expected revenue; the target profit is an aim and no cost, so it is left out. Absent when that profit is 0.",
        );
    }
    explanation
}

fn explain_reached(
    explanation: &mut Explanation,
    trace: &Trace,
    inputs: &BreakEvenPointInputs,
    (margins, needed): (&Margins<Traced>, Traced),
    point: &Reached,
) {
    let revenue = if inputs.needed(|_, value| Exact::from(value)).is_positive() {
        let revenue = match margins.unit {
            Some((price, margin)) => {
                units(needed, margin);
                explanation.steps.extend(trace.take_steps());
                let [exact, whole] = [point.units, point.whole_units].map(|units| units.map(text).unwrap_or_default());
                explanation.step("whole_units", "units rounded up", exact, whole);
                revenue_by_unit(needed, price, margin)
            }
            None => revenue_by_ratio(needed, margins.ratio),
        };
        explanation.steps.extend(trace.take_steps());
        revenue
    } else {
        let needed = explanation.steps.last().map(|step| step.value.clone()).unwrap_or_default();
        let figures = format!("{needed} <= 0");
        explanation.step("revenue", "0, because fixed_costs_and_target is at or below 0", figures.clone(), "0");
        if point.units.is_some() {
            explanation.step("units", "0, because fixed_costs_and_target is at or below 0", figures, "0");
        }
        trace.known("revenue", Exact::ZERO)
    };
    if let (Some(expected), Some(_)) = (inputs.expected_revenue, point.margin_of_safety) {
        let expected = trace.input("expected_revenue", expected.get());
        let safety = margin_of_safety(expected, revenue);
        if point.margin_of_safety_ratio.is_some() {
            margin_of_safety_ratio(safety, expected);
        }
        let contribution = margins.contribution(expected).named("expected_contribution");
        let profit = profit(contribution, trace.input("fixed_costs", inputs.fixed_costs.get())).named("expected_profit");
        if point.operating_leverage.is_some() {
            operating_leverage(contribution, profit);
        }
        explanation.steps.extend(trace.take_steps());
    }
}

/// Price and contribution margin of a unit where they are known, and the contribution margin ratio.
struct Margins<N> {
    unit: Option<(N, N)>,
    ratio: N,
}

impl BreakEvenPointInputs {
    fn margins<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> Margins<N> {
        match &self.contribution {
            Contribution::Unit { price, variable_cost } => {
                let price = number("unit.price", price.get());
                let margin = unit_contribution_margin(price, number("unit.variable_cost", variable_cost.get()));
                Margins { unit: Some((price, margin)), ratio: (margin / price).named("contribution_margin_ratio") }
            }
            Contribution::Ratio(ratio) => Margins { unit: None, ratio: number("contribution_margin_ratio", ratio.get()) },
        }
    }

    fn needed<N: Number>(&self, number: impl Fn(&'static str, Decimal) -> N) -> N {
        let fixed_costs = number("fixed_costs", self.fixed_costs.get());
        let target_profit = number("target_profit", self.target_profit.map_or(Decimal::ZERO, Bounded::get));
        (fixed_costs + target_profit).named("fixed_costs_and_target")
    }
}

impl<N: Number> Margins<N> {
    fn contribution(&self, expected_revenue: N) -> N {
        match self.unit {
            Some((price, margin)) => expected_revenue * margin / price,
            None => expected_revenue * self.ratio,
        }
    }
}

impl Margins<Exact> {
    /// Profit at the expected revenue, times the price. The product is 0 exactly when the profit is 0, because nothing is divided.
    fn scaled_profit(&self, expected_revenue: Exact, fixed_costs: NonNegative) -> Exact {
        let fixed_costs = Exact::from(fixed_costs.get());
        match self.unit {
            Some((price, margin)) => expected_revenue * margin - fixed_costs * price,
            None => expected_revenue * self.ratio - fixed_costs,
        }
    }
}

fn unit_contribution_margin<N: Number>(price: N, variable_cost: N) -> N {
    (price - variable_cost).named("unit_contribution_margin")
}

fn units<N: Number>(needed: N, unit_contribution_margin: N) -> N {
    (needed / unit_contribution_margin).named("units")
}

fn revenue_by_unit<N: Number>(needed: N, price: N, unit_contribution_margin: N) -> N {
    (needed * price / unit_contribution_margin).named("revenue")
}

fn revenue_by_ratio<N: Number>(needed: N, contribution_margin_ratio: N) -> N {
    (needed / contribution_margin_ratio).named("revenue")
}

fn margin_of_safety<N: Number>(expected_revenue: N, revenue: N) -> N {
    (expected_revenue - revenue).named("margin_of_safety")
}

fn margin_of_safety_ratio<N: Number>(margin_of_safety: N, expected_revenue: N) -> N {
    (margin_of_safety / expected_revenue).named("margin_of_safety_ratio")
}

fn profit<N: Number>(contribution: N, fixed_costs: N) -> N {
    contribution - fixed_costs
}

fn operating_leverage<N: Number>(contribution: N, profit: N) -> N {
    (contribution / profit).named("operating_leverage")
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    /// A point that is reached at no revenue, because nothing has to be covered.
    fn reached_at_nothing(ratio: Decimal) -> Reached {
        let inputs = BreakEvenPointInputs {
            fixed_costs: NonNegative::new(dec!(80)).unwrap(),
            contribution: Contribution::Ratio(AtMostOne::new(ratio).unwrap()),
            target_profit: Some(AnyDecimal::new(dec!(-100)).unwrap()),
            expected_revenue: Some(NonNegative::new(dec!(1000)).unwrap()),
        };
        break_even_point(&inputs).unwrap().reached.unwrap()
    }

    #[test]
    fn a_contribution_at_or_below_0_has_no_safety_and_no_leverage() {
        for ratio in [dec!(-0.65), dec!(0)] {
            let point = reached_at_nothing(ratio);
            assert_eq!((point.margin_of_safety, point.margin_of_safety_ratio, point.operating_leverage), (None, None, None));
        }
        let point = reached_at_nothing(dec!(0.1));
        // A contribution of 100 and a profit of 20.
        let expected = (Some(dec!(1000)), Some(dec!(1)), Some(dec!(5)));
        assert_eq!((point.margin_of_safety, point.margin_of_safety_ratio, point.operating_leverage), expected);
    }
}
