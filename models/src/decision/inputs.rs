//! Inputs of a decision: a table of payoffs, and the probability of each state.

use rust_decimal::Decimal;

use crate::input::{AnyDecimal, Bounded, Fraction};
use crate::number::Exact;

/// Inputs of the regret model: states, alternatives and their payoffs.
#[derive(Clone, Debug)]
pub struct RegretInputs {
    /// Names of the states of nature, 1 to [`RegretInputs::STATES_MAX`].
    pub states: Vec<String>,
    /// Probability of each state; `None` where the probabilities are unknown.
    pub probabilities: Option<Distribution>,
    /// Alternatives to choose from, 1 to [`RegretInputs::ALTERNATIVES_MAX`].
    pub alternatives: Vec<Alternative>,
    /// Coefficient of optimism: the weight of the best payoff against the worst; asks for Hurwicz's criterion.
    pub optimism: Option<Fraction>,
}

impl RegretInputs {
    /// The most states of a request.
    pub const STATES_MAX: usize = 100;
    /// The most alternatives of a request.
    pub const ALTERNATIVES_MAX: usize = 1000;
}

/// An alternative: a course of action, and its payoff in each state.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Name of the alternative.
    pub name: String,
    /// Payoffs of the alternative, one for each state, in the order of the states.
    pub payoffs: Vec<AnyDecimal>,
}

/// Probability distribution over the states: probabilities that add up to exactly 1.
#[derive(Clone, Debug)]
pub struct Distribution(Vec<Fraction>);

impl Distribution {
    /// Creates a distribution.
    ///
    /// # Errors
    /// The sum of the probabilities, where the sum is not 1.
    pub fn new(probabilities: Vec<Fraction>) -> Result<Distribution, Exact> {
        let sum = probabilities.iter().fold(Exact::ZERO, |sum, probability| sum + probability.get().into());
        if sum == Exact::ONE { Ok(Distribution(probabilities)) } else { Err(sum) }
    }

    /// Returns the probabilities in the order of the states.
    pub fn iter(&self) -> impl Iterator<Item = Decimal> + '_ {
        self.0.iter().map(|probability| probability.get())
    }
}
