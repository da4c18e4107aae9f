//! A table of payoffs, and how probable each state is.

use rust_decimal::Decimal;

use crate::input::{AnyDecimal, Bounded, Fraction};
use crate::number::Exact;

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
