//! How a search was made, in words: the method, and the figures on both sides of what was found.

use super::sighting::Sighting;
use crate::models::explanation::ENGINE_VERSION;
use crate::wire::decimal::{read, write};
use crate::wire::pb;
use crate::wire::pb::solution::Inputs;

/// How a search is complete, in a word and in a sentence.
#[derive(Debug)]
pub(super) struct SearchMethod {
    name: &'static str,
    reason: &'static str,
    pub is_complete: bool,
}

pub(super) static BY_TRIAL: SearchMethod =
    SearchMethod { name: "every whole number", reason: "Each whole number of the range was computed.", is_complete: true };
pub(super) static BY_RATES: SearchMethod = SearchMethod {
    name: "internal rates of return",
    reason: "The rates are those at which the series less the target at time 0 is worth nothing; the model proves that it lists all.",
    is_complete: true,
};
pub(super) static BY_LINE: SearchMethod = SearchMethod {
    name: "straight line",
    reason: "The net present value at the rate that is wanted is a straight line in this input, so one input alone can have that rate.",
    is_complete: true,
};
pub(super) static BY_COURSE: SearchMethod = SearchMethod {
    name: "two boundaries",
    reason: "The figure goes one way in this input, so the first input not below the target and the first above it decide everything.",
    is_complete: true,
};
pub(super) static CUT_SHORT: SearchMethod = SearchMethod {
    name: "as far as the work goes",
    reason: "The search would take more work than a study may: what is found is answered, the rest is undecided.",
    is_complete: false,
};
pub(super) static BY_SIGHT: SearchMethod = SearchMethod {
    name: "257 points",
    reason: "Nothing is declared of the figure in this input: boundaries between points that differ are answered, the rest is undecided.",
    is_complete: false,
};

/// Explains an answer: each solution with the figures beside it, which single calls give again.
pub(super) fn explanation(sighting: &Sighting, response: &pb::SolveForInputResponse, method: &SearchMethod) -> pb::Explanation {
    let asked = &sighting.asked;
    let said = |input: &str| {
        let number = read(input).ok();
        let figure = number.and_then(|number| sighting.figure_at(number)).and_then(|figure| figure.result);
        let figure = match figure {
            Some(pb::figure_value::Result::Value(text) | pb::figure_value::Result::Outcome(text)) => text.as_str().to_owned(),
            _ => "refused".to_owned(),
        };
        format!("{} = {input}: {} = {figure}", asked.lever.name, asked.figure.path)
    };
    let steps = response.solutions.iter().map(|solution| {
        let (value, places) = match &solution.inputs {
            Some(Inputs::Input(input)) => {
                let sides = [solution.below.as_ref(), solution.above.as_ref()].into_iter().flatten();
                (input.as_str().to_owned(), sides.chain(std::iter::once(input)).map(|input| said(input)).collect::<Vec<_>>())
            }
            Some(Inputs::Range(range)) => {
                (format!("{} to {}", range.low, range.high), vec![said(&range.low), said(&range.high)])
            }
            None => (String::new(), Vec::new()),
        };
        pb::Step {
            name: asked.lever.name.clone(),
            formula: format!("the input at which {} is the target", asked.figure.path).into(),
            substitution: places.join("; ").into(),
            value: value.into(),
        }
    });
    let mut steps: Vec<pb::Step> = steps.collect();
    if steps.is_empty() {
        let ends = [write(asked.low), write(asked.high)];
        steps.push(pb::Step {
            name: asked.lever.name.clone(),
            formula: format!("the input at which {} is the target", asked.figure.path).into(),
            substitution: ends.iter().map(|end| said(end)).collect::<Vec<_>>().join("; ").into(),
            value: "none".into(),
        });
    }
    let assumption = pb::Assumption { field: "method".into(), value: method.name.into(), reason: method.reason.into() };
    let range = pb::Assumption {
        field: "range".into(),
        value: format!("{} to {}", write(asked.low), write(asked.high)).into(),
        reason: "The inputs that are looked at: those of the request, or else those that every field takes.".into(),
    };
    pb::Explanation { steps, assumptions: vec![assumption, range], engine_version: ENGINE_VERSION.into() }
}
