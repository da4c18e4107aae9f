//! Decisions under uncertainty: which alternative is least regretted, and what it would be worth to know what comes.
//!
//! Sources: L. J. Savage, The Theory of Statistical Decision, 1951, for minimax regret; A. Wald, Statistical Decision Functions, 1950, for
//! maximin; L. Hurwicz, Optimality Criteria for Decision Making under Ignorance, 1951.

mod dominance;
mod envelope;
mod explain;
mod integer;
mod table;

pub use explain::explain_regret;

use rust_decimal::Decimal;

use super::input::{AnyDecimal, Bounded, Fraction, ModelError};
use super::number::Exact;
use super::patience::WhileAwaited;
use integer::Integer;
use table::Table;

/// A table of payoffs.
#[derive(Clone, Debug)]
pub struct RegretInputs {
    /// What may come, by name: 1 to [`RegretInputs::STATES_MAX`].
    pub states: Vec<String>,
    /// How probable each of the states is; `None` when nobody knows.
    pub probabilities: Option<Distribution>,
    /// What can be done: 1 to [`RegretInputs::ALTERNATIVES_MAX`].
    pub alternatives: Vec<Alternative>,
    /// The weight of the best payoff against the worst; asks for Hurwicz's criterion.
    pub optimism: Option<Fraction>,
}

impl RegretInputs {
    /// The most states.
    pub const STATES_MAX: usize = 100;
    /// The most alternatives.
    pub const ALTERNATIVES_MAX: usize = 1000;
}

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Its name.
    pub name: String,
    /// One for each state, in their order.
    pub payoffs: Vec<AnyDecimal>,
}

/// Probabilities, one for each state, that add up to exactly 1.
#[derive(Clone, Debug)]
pub struct Distribution(Vec<Fraction>);

impl Distribution {
    /// The distribution.
    ///
    /// # Errors
    /// What they add up to, where it is not 1.
    pub fn new(probabilities: Vec<Fraction>) -> Result<Distribution, Exact> {
        let sum = probabilities.iter().fold(Exact::ZERO, |sum, probability| sum + probability.get().into());
        if sum == Exact::ONE { Ok(Distribution(probabilities)) } else { Err(sum) }
    }

    /// In the order of the states.
    pub fn iter(&self) -> impl Iterator<Item = Decimal> + '_ {
        self.0.iter().map(|probability| probability.get())
    }
}

/// The regret table, and what each criterion chooses. Alternatives are spoken of by their index in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regret {
    /// In the order of the request.
    pub alternatives: Vec<AlternativeRegret>,
    /// The least greatest regret.
    pub minimax_regret: Vec<u32>,
    /// The best worst payoff.
    pub maximin: Vec<u32>,
    /// The best best payoff.
    pub maximax: Vec<u32>,
    /// The best mean payoff.
    pub equal_likelihood: Vec<u32>,
    /// The best of optimism × best payoff + (1 - optimism) × worst payoff; empty unless optimism is given.
    pub hurwicz: Vec<u32>,
    /// `None` without probabilities.
    pub expectation: Option<Expectation>,
}

/// What is known with probabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The best expected values.
    pub choices: Vec<u32>,
    /// The least expected regret.
    pub value_of_perfect_information: Decimal,
    /// For each state; empty when one is certain.
    pub sensitivities: Vec<Vec<ChoiceInterval>>,
}

/// Of one alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternativeRegret {
    /// One for each state.
    pub regrets: Vec<Decimal>,
    /// The greatest of them.
    pub maximum_regret: Decimal,
    /// The worst.
    pub minimum_payoff: Decimal,
    /// The best.
    pub maximum_payoff: Decimal,
    /// Weighted by the probabilities.
    pub expected: Option<Expected>,
    /// Those that are at least as good in every state and better in one.
    pub dominated_by: Vec<u32>,
}

/// Of one alternative, weighted by the probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Of the payoffs.
    pub value: Decimal,
    /// Of the regrets.
    pub regret: Decimal,
}

/// Probabilities of one state within which the same choices are best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceInterval {
    /// Its lower end.
    pub low: Decimal,
    /// Its upper end.
    pub high: Decimal,
    /// Best everywhere between the two.
    pub choices: Vec<u32>,
}

/// How much would be regretted, and what each criterion chooses.
///
/// ```text
/// regret(alternative, state)   = best payoff in the state - payoff(alternative, state)
/// minimax regret               = the alternative whose greatest regret is smallest
/// expected_regret(alternative) = sum of probability × regret over the states
/// expected_value_of_perfect_information = the smallest expected regret
/// ```
///
/// - Shapes: one payoff for each state, in their order; choices are all that tie, in the order of the request.
/// - Units: payoffs in whatever unit, all in the same; probabilities as fractions.
/// - Rounding: comparisons are exact, in integers; each figure is rounded half-even at the 28th digit, once.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: L. J. Savage, "The Theory of Statistical Decision", 1951.
///
/// # Example: "the risk of under-investing is dramatically greater than the risk of over-investing"
///
/// ```
/// use paydirt::models::decision::{Alternative, RegretInputs, regret};
/// use paydirt::models::input::{AnyDecimal, Bounded};
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
    let optimism = inputs.optimism.map(|optimism| Weights::of(optimism.get()));
    let mut summaries = Vec::with_capacity(table.alternatives());
    let mut regrets = Vec::with_capacity(table.alternatives());
    for (index, payoffs) in table.rows().enumerate().while_awaited(table.row_nanoseconds()) {
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

/// What the criteria look at, exactly.
struct Summary {
    maximum_regret: Integer,
    minimum: Integer,
    maximum: Integer,
    /// The mean times the number of states.
    sum: Integer,
    hurwicz: Option<Integer>,
    /// Value and regret.
    expected: Option<(Integer, Integer)>,
}

/// The regrets of a row as they are written, and all that the criteria ask of it: in one pass.
fn look_at(
    alternative: usize,
    payoffs: &[Integer],
    table: &Table,
    optimism: Option<&Weights>,
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

/// Of the best payoff and of the worst, at one scale.
struct Weights {
    of_best: Integer,
    of_worst: Integer,
}

impl Weights {
    fn of(optimism: Decimal) -> Weights {
        let of_best = Integer::of(optimism, optimism.scale());
        Weights { of_best, of_worst: Integer::power_of_ten(optimism.scale()).minus(of_best) }
    }
}

/// The indices of the greatest values; none where nothing is compared.
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
