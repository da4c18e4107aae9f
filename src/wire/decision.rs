//! Messages of the decision service.

use std::collections::HashSet;

use super::common::Asked;
use super::decimal::Writer;
use super::pb;
use super::reader::{Path, Reader};
use super::short_text::Text;
use crate::models::currency::Currency;
use crate::models::decision::{
    Alternative, AlternativeRegret, ChoiceInterval, Distribution, Regret, RegretInputs, explain_regret,
};
use crate::models::explanation::canonical;
use crate::models::input::{Fraction, ModelError, Reason};
use crate::models::work::{WhileAwaited, tick};

const STATES: Path<'static> = Path::of("states");
const ALTERNATIVES: Path<'static> = Path::of("alternatives");

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn regret(request: &pb::ComputeRegretRequest) -> Result<Asked<RegretInputs, Option<Currency>>, ModelError> {
    let mut reader = Reader::default();
    let code = request.currency_code.as_ref();
    let currency = code.map(|code| reader.currency(Path::of("currency_code"), code));
    let (states, probabilities) = reader.states(&request.states);
    let inputs = RegretInputs {
        states,
        probabilities,
        alternatives: reader.alternatives(&request.alternatives, request.states.len()),
        optimism: reader.optional(Path::of("optimism"), request.optimism.as_ref()),
    };
    let options = reader.options(request.options.as_ref());
    reader.asked(inputs, currency, options)
}

impl Reader {
    /// Reads the names of the states, and their probabilities: of all states or of none.
    fn states(&mut self, states: &[pb::StateOfNature]) -> (Vec<String>, Option<Distribution>) {
        self.some(STATES, states.len(), RegretInputs::STATES_MAX);
        // The list is refused before its members.
        let probabilities = self.distribution(states);
        let has_probabilities = states.iter().any(|state| state.probability.is_some());
        let mut seen = HashSet::new();
        let items = self.items(STATES, states, RegretInputs::STATES_MAX);
        let names = items.map(|(path, state)| {
            let name = self.unique_name(path.field("name"), &state.name, &mut seen);
            let path = path.field("probability");
            if let Some(probability) = &state.probability {
                let _: Fraction = self.decimal(path, probability);
            } else if has_probabilities {
                self.refuse(path, Reason::Required, || {
                    "a probability is required, because another state has one: of every state or of none".to_owned()
                });
            }
            name
        });
        (names.collect(), probabilities)
    }

    /// Reads the probabilities together, which add up to exactly 1. Where one of them cannot be used, their sum says nothing.
    fn distribution(&mut self, states: &[pb::StateOfNature]) -> Option<Distribution> {
        let mut aside = Reader::default();
        let given = states.iter().take(RegretInputs::STATES_MAX).filter_map(|state| state.probability.as_ref());
        let read: Vec<Fraction> = given.map(|probability| aside.decimal(STATES, probability)).collect();
        if read.is_empty() || read.len() < states.len() || aside.refused() > 0 {
            return None;
        }
        match Distribution::new(read) {
            Ok(distribution) => Some(distribution),
            Err(sum) => {
                self.refuse(STATES, Reason::OutOfRange, || {
                    format!("the probabilities add up to {} and not to exactly 1", canonical(sum))
                });
                None
            }
        }
    }

    fn alternatives(&mut self, alternatives: &[pb::Alternative], states: usize) -> Vec<Alternative> {
        self.some(ALTERNATIVES, alternatives.len(), RegretInputs::ALTERNATIVES_MAX);
        let mut seen = HashSet::new();
        let items = self.items(ALTERNATIVES, alternatives, RegretInputs::ALTERNATIVES_MAX);
        items
            .map(|(path, alternative)| {
                let name = self.unique_name(path.field("name"), &alternative.name, &mut seen);
                let path = path.field("payoffs");
                let given = alternative.payoffs.len();
                if given == 0 {
                    self.refuse(path, Reason::Required, || "a payoff is required for each state".to_owned());
                } else if given != states && states > 0 {
                    self.refuse(path, Reason::OutOfRange, || {
                        format!("{given} payoffs for {states} states: one for each state is required")
                    });
                }
                // More than that are refused as too many states, or as too many payoffs for them.
                let payoffs = alternative.payoffs.iter().enumerate().take(RegretInputs::STATES_MAX);
                let payoffs = payoffs.while_awaited();
                let payoffs = payoffs.map(|(state, payoff)| self.required(path.item(state), payoff)).collect();
                Alternative { name, payoffs }
            })
            .collect()
    }
}

/// Writes the response.
#[must_use]
pub fn regret_response(asked: &Asked<RegretInputs, Option<Currency>>, outcome: &Regret) -> pb::ComputeRegretResponse {
    let write = asked.writer();
    let names = Names { states: &asked.inputs.states, alternatives: &asked.inputs.alternatives };
    let expectation = outcome.expectation.as_ref();
    let sensitivities = expectation.into_iter().flat_map(|expectation| expectation.sensitivities.iter().zip(names.states));
    pb::ComputeRegretResponse {
        currency_code: asked.currency.map(|currency| currency.code().into()),
        alternatives: names
            .alternatives
            .iter()
            .zip(&outcome.alternatives)
            .while_awaited()
            .map(|(given, of)| names.alternative(write, given, of))
            .collect(),
        minimax_regret_choices: names.of(&outcome.minimax_regret),
        maximin_choices: names.of(&outcome.maximin),
        maximax_choices: names.of(&outcome.maximax),
        equal_likelihood_choices: names.of(&outcome.equal_likelihood),
        hurwicz_choices: names.of(&outcome.hurwicz),
        expected_value_choices: expectation.map(|expectation| names.of(&expectation.choices)).unwrap_or_default(),
        expected_value_of_perfect_information: write
            .optional_money(expectation.map(|expectation| expectation.value_of_perfect_information)),
        state_sensitivities: sensitivities
            .map(|(intervals, state)| pb::StateSensitivity {
                state: state.as_str().into(),
                intervals: intervals.iter().map(|interval| names.interval(write, interval)).collect(),
            })
            .collect(),
        explanation: asked.explanation(|inputs| explain_regret(inputs, outcome)),
        warnings: asked.warnings(|_, _| {}),
    }
}

/// Names that replace the indices of alternatives in an answer.
struct Names<'a> {
    states: &'a [String],
    alternatives: &'a [Alternative],
}

impl Names<'_> {
    fn of(&self, indices: &[u32]) -> Vec<Text> {
        // Names are copied as fast as anything: so many of them are a unit of work.
        const NAMES_A_UNIT: usize = 2;
        tick(indices.len().div_ceil(NAMES_A_UNIT) as u64);
        let name = |index: &u32| Some(self.alternatives.get(usize::try_from(*index).ok()?)?.name.as_str().into());
        indices.iter().filter_map(name).collect()
    }

    fn alternative(&self, write: Writer, given: &Alternative, outcome: &AlternativeRegret) -> pb::AlternativeRegret {
        pb::AlternativeRegret {
            name: given.name.as_str().into(),
            regrets: outcome.regrets.iter().map(|regret| write.money(*regret)).collect(),
            maximum_regret: write.money(outcome.maximum_regret),
            minimum_payoff: write.money(outcome.minimum_payoff),
            maximum_payoff: write.money(outcome.maximum_payoff),
            expected_value: write.optional_money(outcome.expected.map(|expected| expected.value)),
            expected_regret: write.optional_money(outcome.expected.map(|expected| expected.regret)),
            dominated_by: self.of(&outcome.dominated_by),
        }
    }

    fn interval(&self, write: Writer, interval: &ChoiceInterval) -> pb::ChoiceInterval {
        pb::ChoiceInterval {
            low_probability: write.ratio(interval.low),
            high_probability: write.ratio(interval.high),
            choices: self.of(&interval.choices),
        }
    }
}
