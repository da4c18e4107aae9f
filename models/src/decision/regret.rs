//! Regret table and decision criteria, compared exactly.

use rust_decimal::Decimal;

use super::inputs::RegretInputs;
use super::integer::Integer;
use super::outcome::{AlternativeRegret, Expectation, Expected, Regret};
use super::table::Table;
use super::{dominance, envelope};
use crate::input::{Bounded, ModelError};
use crate::work::WhileAwaited;

/// Computes the regret of each alternative in each state, and the choices of each criterion.
///
/// ```text
/// regret(alternative, state)   = best payoff in the state - payoff(alternative, state)
/// minimax regret               = the alternative whose greatest regret is smallest
/// expected_regret(alternative) = sum of probability × regret over the states
/// expected_value_of_perfect_information = the smallest expected regret
/// ```
///
/// - Shapes: one payoff for each state, in the order of the states; choices are all alternatives that tie, in the order of the
///   request.
/// - Units: payoffs in any one unit for the whole table; probabilities as fractions.
/// - Rounding: comparisons are exact, in integers; each figure is rounded half-even at the 28th digit, once.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: L. J. Savage, "The Theory of Statistical Decision", Journal of the American Statistical Association 46 (253), 1951,
///   pages 55-67.
///
/// # Example: "the risk of under-investing is dramatically greater than the risk of over-investing"
///
/// ```
/// use paydirt_models::decision::{Alternative, RegretInputs, regret};
/// use paydirt_models::input::{AnyDecimal, Bounded};
///
/// let alternative = |name: &str, payoffs: [i64; 3]| Alternative {
///     name: name.to_owned(),
///     payoffs: payoffs.map(|payoff| AnyDecimal::new(payoff.into()).unwrap()).into(),
/// };
/// let google = RegretInputs {
///     states: ["boom", "steady", "bust"].map(str::to_owned).into(),
///     probabilities: None,
///     alternatives: vec![
///         alternative("under-invest", [-60, 5, 15]),
///         alternative("match", [20, 25, -10]),
///         alternative("over-invest", [80, 10, -48]),
///     ],
///     optimism: None,
/// };
/// let regret = regret(&google).unwrap();
/// assert_eq!(regret.alternatives.iter().map(|of| of.maximum_regret.to_string()).collect::<Vec<_>>(), ["140", "60", "63"]);
/// assert_eq!(regret.minimax_regret, [1]);
/// ```
///
/// "Under-investing can be regretted more than twice as much as over-investing; matching the others, least of all."
pub fn regret(inputs: &RegretInputs) -> Result<Regret, ModelError> {
    let table = Table::of(inputs);
    let optimism = inputs.optimism.map(|optimism| HurwiczWeights::of(optimism.get()));
    let mut summaries = Vec::with_capacity(table.alternatives());
    let mut regrets = Vec::with_capacity(table.alternatives());
    for (index, payoffs) in table.rows().enumerate().while_awaited_each(table.row_units()) {
        let (written, summary) = look_at(index, payoffs, &table, optimism.as_ref())?;
        regrets.push(written);
        summaries.push(summary);
    }
    let orders = table.orders();
    let mut dominated_by = dominance::dominated_by(&orders).into_iter();
    let scale = table.scale();
    let mut alternatives = Vec::with_capacity(summaries.len());
    for (index, (summary, regrets)) in summaries.iter().zip(regrets).enumerate() {
        let written = |name: &str, value: Integer, scale: u32| {
            value.answer(scale).ok_or_else(|| ModelError::too_large(&format!("alternatives[{index}].{name}")))
        };
        alternatives.push(AlternativeRegret {
            regrets,
            maximum_regret: written("maximum_regret", summary.maximum_regret, scale)?,
            minimum_payoff: written("minimum_payoff", summary.minimum, scale)?,
            maximum_payoff: written("maximum_payoff", summary.maximum, scale)?,
            expected: match summary.expected {
                None => None,
                Some((value, regret)) => Some(Expected {
                    value: written("expected_value", value, table.weighted_scale())?,
                    regret: written("expected_regret", regret, table.weighted_scale())?,
                }),
            },
            dominated_by: dominated_by.next().unwrap_or_default(),
        });
    }
    let highest = |of: fn(&Summary) -> Option<Integer>| highest(summaries.iter().map(of));
    Ok(Regret {
        minimax_regret: highest(|summary| Some(Integer::ZERO.minus(summary.maximum_regret))),
        maximin: highest(|summary| Some(summary.minimum)),
        maximax: highest(|summary| Some(summary.maximum)),
        equal_likelihood: highest(|summary| Some(summary.sum)),
        hurwicz: highest(|summary| summary.hurwicz),
        expectation: table
            .probabilities()
            .map(|_| {
                let expected = || summaries.iter().filter_map(|summary| summary.expected);
                let least = expected().map(|(_, regret)| regret).min().unwrap_or_default();
                let values: Vec<Integer> = expected().map(|(value, _)| value).collect();
                Ok::<_, ModelError>(Expectation {
                    choices: highest(|summary| summary.expected.map(|(value, _)| value)),
                    value_of_perfect_information: least
                        .answer(table.weighted_scale())
                        .ok_or_else(|| ModelError::too_large("expected_value_of_perfect_information"))?,
                    sensitivities: envelope::sensitivities(&table, &orders, &values),
                })
            })
            .transpose()?,
        alternatives,
    })
}

/// Exact figures of one alternative that the criteria compare.
struct Summary {
    maximum_regret: Integer,
    minimum: Integer,
    maximum: Integer,
    /// Mean payoff times the number of states.
    sum: Integer,
    hurwicz: Option<Integer>,
    /// Expected value and expected regret.
    expected: Option<(Integer, Integer)>,
}

/// Computes the regrets of a row as answers, and the figures that the criteria compare, in one pass.
fn look_at(
    alternative: usize,
    payoffs: &[Integer],
    table: &Table,
    optimism: Option<&HurwiczWeights>,
) -> Result<(Vec<Decimal>, Summary), ModelError> {
    let first = payoffs.first().copied().unwrap_or_default();
    let mut written = Vec::with_capacity(payoffs.len());
    let (mut maximum_regret, mut minimum, mut maximum, mut sum) = (Integer::ZERO, first, first, Integer::ZERO);
    for (state, (payoff, best)) in payoffs.iter().zip(table.best()).enumerate() {
        let regret = best.minus(*payoff);
        let too_large = || ModelError::too_large(&format!("alternatives[{alternative}].regrets[{state}]"));
        written.push(regret.answer(table.scale()).ok_or_else(too_large)?);
        maximum_regret = maximum_regret.max(regret);
        minimum = minimum.min(*payoff);
        maximum = maximum.max(*payoff);
        sum = sum.plus(*payoff);
    }
    let summary = Summary {
        maximum_regret,
        minimum,
        maximum,
        sum,
        hurwicz: optimism.map(|weights| weights.of_best.times(maximum).plus(weights.of_worst.times(minimum))),
        // The sum of probability × (best - payoff) is the difference of the two sums.
        expected: table.weighted(payoffs).zip(table.expected_best()).map(|(value, best)| (value, best.minus(value))),
    };
    Ok((written, summary))
}

/// Weights of the best payoff and of the worst in Hurwicz's criterion, as integers at one scale.
struct HurwiczWeights {
    of_best: Integer,
    of_worst: Integer,
}

impl HurwiczWeights {
    fn of(optimism: Decimal) -> HurwiczWeights {
        let of_best = Integer::of(optimism, optimism.scale());
        HurwiczWeights { of_best, of_worst: Integer::power_of_ten(optimism.scale()).minus(of_best) }
    }
}

/// Returns the indices of the greatest values; none where nothing is compared.
fn highest(values: impl Iterator<Item = Option<Integer>>) -> Vec<u32> {
    let mut best: Option<Integer> = None;
    let mut choices = Vec::new();
    for (index, value) in (0_u32..).zip(values) {
        let Some(value) = value else { continue };
        match best.map(|best| value.cmp(&best)) {
            Some(std::cmp::Ordering::Less) => continue,
            Some(std::cmp::Ordering::Equal) => {}
            _ => {
                best = Some(value);
                choices.clear();
            }
        }
        choices.push(index);
    }
    choices
}
