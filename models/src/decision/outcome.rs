//! What is answered about a table of payoffs.

use rust_decimal::Decimal;

/// The regret table, and what each criterion chooses. Alternatives are spoken of by their index in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Expected {
    /// Of the payoffs.
    pub value: Decimal,
    /// Of the regrets.
    pub regret: Decimal,
}

/// Probabilities of one state within which the same choices are best.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChoiceInterval {
    /// Its lower end.
    pub low: Decimal,
    /// Its upper end.
    pub high: Decimal,
    /// Best everywhere between the two.
    pub choices: Vec<u32>,
}
