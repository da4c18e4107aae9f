//! Outcome of a decision: the regret table, and the choices of each criterion.

use rust_decimal::Decimal;

/// Outcome of the regret model: the regret table, and the choices of each criterion as indices of alternatives in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Regret {
    /// Regrets and payoffs of each alternative, in the order of the request.
    pub alternatives: Vec<AlternativeRegret>,
    /// Alternatives with the least maximum regret: Savage's criterion.
    pub minimax_regret: Vec<u32>,
    /// Alternatives with the greatest minimum payoff: Wald's criterion.
    pub maximin: Vec<u32>,
    /// Alternatives with the greatest maximum payoff.
    pub maximax: Vec<u32>,
    /// Alternatives with the greatest mean payoff: Laplace's criterion.
    pub equal_likelihood: Vec<u32>,
    /// Alternatives with the greatest optimism × best payoff + (1 - optimism) × worst payoff: Hurwicz's criterion; empty unless
    /// optimism is given.
    pub hurwicz: Vec<u32>,
    /// Choices by expected value; `None` without probabilities.
    pub expectation: Option<Expectation>,
}

/// Choices by expected value, which need the probabilities of the states.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// Alternatives with the greatest expected value.
    pub choices: Vec<u32>,
    /// Expected value of perfect information: the least expected regret.
    pub value_of_perfect_information: Decimal,
    /// Sensitivity for each state: which alternatives are best at which probability; empty when one state is certain.
    pub sensitivities: Vec<Vec<ChoiceInterval>>,
}

/// Regrets and payoffs of one alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlternativeRegret {
    /// Regret of the alternative in each state.
    pub regrets: Vec<Decimal>,
    /// Greatest regret of the alternative over all states.
    pub maximum_regret: Decimal,
    /// Least payoff of the alternative over all states.
    pub minimum_payoff: Decimal,
    /// Greatest payoff of the alternative over all states.
    pub maximum_payoff: Decimal,
    /// Expected value and expected regret; `None` without probabilities.
    pub expected: Option<Expected>,
    /// Alternatives that dominate this one: at least as good in every state and better in one.
    pub dominated_by: Vec<u32>,
}

/// Expected value and expected regret of one alternative, weighted by the probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// Expected value of the payoffs.
    pub value: Decimal,
    /// Expected regret.
    pub regret: Decimal,
}

/// Interval of one state's probability within which the best alternatives stay the best.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChoiceInterval {
    /// Lower end of the interval of probabilities.
    pub low: Decimal,
    /// Upper end of the interval of probabilities.
    pub high: Decimal,
    /// Alternatives that are best everywhere between the two ends of the interval.
    pub choices: Vec<u32>,
}
