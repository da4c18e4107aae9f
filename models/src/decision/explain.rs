//! Explanation of the regrets and of the choices.

use rust_decimal::Decimal;

use super::inputs::{Alternative, RegretInputs};
use super::outcome::{AlternativeRegret, ChoiceInterval, Expectation, Regret};
use super::table::position;
use crate::explanation::{Explanation, bracketed, canonical, figure, text};
use crate::input::Bounded;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// The most figures that an explanation writes out, because nobody compares more by hand. Of a longer list only the number is
/// written.
const TERMS_MAX: usize = 24;

/// Explains the outcome of [`super::regret()`] step by step.
pub fn explain_regret(inputs: &RegretInputs, outcome: &Regret) -> Explanation {
    let mut explanation = Explanation::default();
    let words = Words {
        inputs,
        best: best_payoffs(inputs),
        probabilities: inputs.probabilities.as_ref().map(|all| all.iter().collect()),
    };
    words.states(&mut explanation);
    words.alternatives(&mut explanation, outcome);
    words.criteria(&mut explanation, outcome);
    if let Some(expectation) = &outcome.expectation {
        words.sensitivities(&mut explanation, expectation);
    }
    words.assumptions(&mut explanation, outcome);
    explanation
}

fn best_payoffs(inputs: &RegretInputs) -> Vec<Decimal> {
    let of_state = |state: usize| {
        let payoffs = inputs.alternatives.iter().filter_map(|alternative| alternative.payoffs.get(state));
        payoffs.map(|payoff| payoff.get()).max().unwrap_or_default()
    };
    (0..inputs.states.len()).while_awaited().map(of_state).collect()
}

/// An alternative that is best next to a border between two intervals.
struct Beside {
    index: u32,
    /// Payoff in the state whose probability moves.
    payoff: Decimal,
    /// Expected value over the other states.
    others: Exact,
    worth_in_figures: String,
}

struct Words<'a> {
    inputs: &'a RegretInputs,
    best: Vec<Decimal>,
    probabilities: Option<Vec<Decimal>>,
}

impl Words<'_> {
    fn states(&self, explanation: &mut Explanation) {
        let states = self.inputs.states.iter().zip(&self.best).enumerate().while_awaited();
        for (state, (name, best)) in states {
            let payoffs = self.inputs.alternatives.iter().filter_map(|alternative| alternative.payoffs.get(state));
            let payoffs: Vec<Decimal> = payoffs.map(|payoff| payoff.get()).collect();
            explanation.step(
                format!("best_payoff({name})"),
                "the greatest payoff in the state",
                listed(&payoffs, ", ", |payoff| text(*payoff)),
                text(*best),
            );
        }
    }

    fn alternatives(&self, explanation: &mut Explanation, outcome: &Regret) {
        let alternatives = self.inputs.alternatives.iter().zip(&outcome.alternatives).enumerate();
        // Up to six steps.
        for (index, (given, found)) in alternatives.while_awaited() {
            let name = |field: &str| format!("alternatives[{index}].{field}");
            let payoffs: Vec<Decimal> = given.payoffs.iter().map(|payoff| payoff.get()).collect();
            let pairs: Vec<(Decimal, Decimal)> = self.best.iter().copied().zip(payoffs.iter().copied()).collect();
            explanation.step(
                name("maximum_regret"),
                "the greatest of best payoff - payoff over the states",
                listed(&pairs, ", ", |(best, payoff)| format!("{} - {}", bracketed(text(*best)), bracketed(text(*payoff)))),
                text(found.maximum_regret),
            );
            let figures = listed(&payoffs, ", ", |payoff| text(*payoff));
            explanation.step(name("minimum_payoff"), "the least of its payoffs", figures.clone(), text(found.minimum_payoff));
            explanation.step(name("maximum_payoff"), "the greatest of its payoffs", figures, text(found.maximum_payoff));
            if let (Some(expected), Some(probabilities)) = (found.expected, &self.probabilities) {
                let weighted = |amounts: &[Decimal]| {
                    let pairs: Vec<(Decimal, Decimal)> = probabilities.iter().copied().zip(amounts.iter().copied()).collect();
                    listed(&pairs, " + ", |(probability, amount)| {
                        format!("{} × {}", text(*probability), bracketed(text(*amount)))
                    })
                };
                explanation.step(
                    name("expected_value"),
                    "the sum of probability × payoff over the states",
                    weighted(&payoffs),
                    text(expected.value),
                );
                explanation.step(
                    name("expected_regret"),
                    "the sum of probability × regret over the states",
                    weighted(&found.regrets),
                    text(expected.regret),
                );
            }
            if !found.dominated_by.is_empty() {
                explanation.step(
                    name("dominated_by"),
                    "the alternatives that are at least as good in every state and better in one",
                    "compared state by state",
                    self.names(&found.dominated_by),
                );
            }
        }
    }

    fn criteria(&self, explanation: &mut Explanation, outcome: &Regret) {
        let of_all = |of: &dyn Fn(&AlternativeRegret) -> Option<Decimal>| {
            let figures: Vec<Decimal> = outcome.alternatives.iter().filter_map(of).collect();
            listed(&figures, ", ", |figure| text(*figure))
        };
        let mut chosen = |name: &str, formula: &str, figures: String, choices: &[u32]| {
            explanation.step(name, formula, figures, self.names(choices));
        };
        let (maximum, minimum) = (of_all(&|of| Some(of.maximum_payoff)), of_all(&|of| Some(of.minimum_payoff)));
        chosen(
            "minimax_regret_choices",
            "the least of the maximum regrets",
            of_all(&|of| Some(of.maximum_regret)),
            &outcome.minimax_regret,
        );
        chosen("maximin_choices", "the greatest of the minimum payoffs", minimum.clone(), &outcome.maximin);
        chosen("maximax_choices", "the greatest of the maximum payoffs", maximum.clone(), &outcome.maximax);
        let sums: Vec<Exact> = self.inputs.alternatives.iter().while_awaited().map(sum_of_payoffs).collect();
        chosen(
            "equal_likelihood_choices",
            "the greatest sum of payoffs, and so the greatest mean",
            listed(&sums, ", ", |sum| canonical(*sum)),
            &outcome.equal_likelihood,
        );
        if let Some(optimism) = self.inputs.optimism {
            let formula = "the greatest optimism × maximum_payoff + (1 - optimism) × minimum_payoff";
            let figures = format!("optimism {}; maximum_payoff {maximum}; minimum_payoff {minimum}", text(optimism.get()));
            chosen("hurwicz_choices", formula, figures, &outcome.hurwicz);
        }
        if let Some(expectation) = &outcome.expectation {
            let values = of_all(&|of| of.expected.map(|expected| expected.value));
            chosen("expected_value_choices", "the greatest of the expected values", values, &expectation.choices);
            let regrets = of_all(&|of| of.expected.map(|expected| expected.regret));
            explanation.step(
                "expected_value_of_perfect_information",
                "the least of the expected regrets",
                regrets,
                text(expectation.value_of_perfect_information),
            );
        }
    }

    /// Explains for each border the expected values of the alternatives next to the border, and the crossing of their lines.
    fn sensitivities(&self, explanation: &mut Explanation, expectation: &Expectation) {
        let states = expectation.sensitivities.iter().zip(self.probabilities.iter().flatten()).enumerate();
        for (state, (intervals, probability)) in states {
            let field = format!("state_sensitivities[{state}]");
            let of_interval = |interval: &ChoiceInterval| self.beside_a_border(interval, state, *probability);
            let shown = intervals.iter().take(TERMS_MAX.saturating_add(1));
            let lines: Vec<Beside> = shown.while_awaited().filter_map(of_interval).collect();
            if intervals.len() < 2 {
                explanation.step(
                    format!("{field}.intervals"),
                    "no border: the same choices are best whatever the probability of the state",
                    format!("from 0 to 1 in {}", self.inputs.states.get(state).map_or("", String::as_str)),
                    intervals.first().map(|interval| self.names(&interval.choices)).unwrap_or_default(),
                );
                continue;
            }
            for Beside { index, worth_in_figures, others, .. } in &lines {
                explanation.step(
                    format!("{field}.other_states[{index}]"),
                    format!("the sum of probability × payoff over the other states / (1 - states[{state}].probability)"),
                    worth_in_figures.clone(),
                    canonical(*others),
                );
            }
            for (number, (pair, interval)) in lines.windows(2).zip(intervals).enumerate() {
                let [left, right] = pair else { continue };
                let lead = format!("{field}.other_states[{}] - {field}.other_states[{}]", left.index, right.index);
                let lead_in_figures = format!("{} - {}", figure(left.others), figure(right.others));
                let payoff = |of: &Beside| format!("alternatives[{}].payoffs[{state}]", of.index);
                explanation.step(
                    format!("{field}.intervals[{number}].high_probability"),
                    format!("({lead}) / ({lead} + {} - {})", payoff(right), payoff(left)),
                    format!(
                        "({lead_in_figures}) / ({lead_in_figures} + {} - {})",
                        bracketed(text(right.payoff)),
                        bracketed(text(left.payoff))
                    ),
                    text(interval.high),
                );
            }
            let left_out = intervals.len().saturating_sub(lines.len());
            if left_out > 0 {
                explanation.step(
                    format!("{field}.intervals"),
                    "the border of two neighbouring intervals is where their choices have the same expected value, as in the steps above",
                    if left_out == 1 { "1 more border".to_owned() } else { format!("{left_out} more borders") },
                    format!("{} intervals in all", intervals.len()),
                );
            }
        }
    }

    /// Returns the first of an interval's choices, with its expected value over the other states.
    fn beside_a_border(&self, interval: &ChoiceInterval, state: usize, probability: Decimal) -> Option<Beside> {
        let index = *interval.choices.first()?;
        let payoffs = &self.inputs.alternatives.get(position(index))?.payoffs;
        let pairs = self.probabilities.iter().flatten().zip(payoffs).enumerate().filter(|(of, _)| *of != state);
        let pairs: Vec<(Decimal, Decimal)> = pairs.map(|(_, (share, payoff))| (*share, payoff.get())).collect();
        let worth = pairs.iter().fold(Exact::ZERO, |sum, (share, payoff)| sum + Exact::from(*share) * Exact::from(*payoff));
        let terms = listed(&pairs, " + ", |(share, payoff)| format!("{} × {}", text(*share), bracketed(text(*payoff))));
        Some(Beside {
            index,
            payoff: payoffs.get(state)?.get(),
            others: worth / (Exact::ONE - Exact::from(probability)),
            worth_in_figures: format!("({terms}) / (1 - {})", text(probability)),
        })
    }

    fn assumptions(&self, explanation: &mut Explanation, outcome: &Regret) {
        explanation.assume(
            "equal_likelihood_choices",
            "every state equally likely",
            "Nothing speaks for one state more than for another: Laplace's principle of insufficient reason.",
        );
        match &outcome.expectation {
            None => explanation.assume(
                "states[0].probability",
                "absent",
                "No probability of a state was given, so there is no expected value and no expected regret.",
            ),
            Some(expectation) if expectation.sensitivities.is_empty() => explanation.assume(
                "state_sensitivities",
                "none",
                "One state is certain, so the others have no proportions to keep while its probability moves.",
            ),
            Some(_) => explanation.assume(
                "state_sensitivities",
                "the other states keep their proportions",
                "While the probability of one state moves from 0 to 1, what is left is shared by the others as before.",
            ),
        }
        if self.inputs.optimism.is_none() {
            explanation.assume(
                "optimism",
                "absent",
                "Hurwicz's criterion needs the weight of the best payoff against the worst.",
            );
        }
    }

    fn names(&self, choices: &[u32]) -> String {
        listed(choices, ", ", |index| {
            self.inputs.alternatives.get(position(*index)).map(|alternative| alternative.name.clone()).unwrap_or_default()
        })
    }
}

fn sum_of_payoffs(alternative: &Alternative) -> Exact {
    alternative.payoffs.iter().fold(Exact::ZERO, |sum, payoff| sum + payoff.get().into())
}

/// Writes figures one after another. Of a longer list only the number of figures is written.
fn listed<T>(items: &[T], between: &str, in_words: impl Fn(&T) -> String) -> String {
    if items.len() > TERMS_MAX {
        return format!("{} of them", items.len());
    }
    items.iter().map(in_words).collect::<Vec<_>>().join(between)
}
