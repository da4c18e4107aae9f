//! Any request to any model: no panic, no refusal but the caller's own mistake, no answer that breaks a promise of the contract, and no more
//! work than its estimate allows for.

use prost_reflect::DynamicMessage;
use tonic::Status;

use crate::choices::Choices;
use crate::civil::{answer_holds, refusal_holds};
use crate::contract::{Asked, CONTRACT, Model};
use crate::requests::drawn;

/// The work that is granted to a request that is only tried out, in units: 3 ms.
const TRIED_UNITS: u64 = 300_000;
/// How many times its estimate a request may take.
const TIMES_MAX: u64 = 30;
/// The work that any request may take, in units: what a search for rates is granted before it answers that it has not decided, and half as
/// much again.
const UNITS_MAX: u64 = 6_000_000;

/// Takes the bytes as choices: of a model, and of a request to it. Panics where something does not hold.
pub fn check(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let model = choices.one_of(&CONTRACT.models);
    drawn_and_held(model, &mut choices);
}

/// A request that was drawn, and whether it has an answer.
pub struct Held {
    pub request: DynamicMessage,
    pub is_answered: bool,
    /// The work by the estimate, and the work that was counted.
    pub units: (u64, u64),
}

/// Draws a request of the model, and asks the engine. Panics where something does not hold of the outcome.
pub fn drawn_and_held(model: &Model, choices: &mut Choices<'_>) -> Held {
    let is_answered = |request: &DynamicMessage| matches!(model.ask(request, |_| TRIED_UNITS).outcome, Ok(Ok(_)));
    let request = drawn(&model.request(), choices, is_answered);
    let Asked { expected, done, outcome } = model.ask(&request, bound);
    let name = &model.name;
    let held = match &outcome {
        Err(exceeded) => Err(format!("{exceeded}, by an estimate of {expected}")),
        Ok(_) if done > bound(expected) => Err(format!("{done} units of work were done, by an estimate of {expected}")),
        Ok(Ok(answer)) => answer_holds(&request, answer),
        Ok(Err(_)) => Ok(()),
    };
    let is_answered = matches!(outcome, Ok(Ok(_)));
    let held = held.and_then(|()| match outcome {
        Ok(Err(refused)) => refusal_holds(&request, &model.method.output(), &Status::from(refused)),
        _ => Ok(()),
    });
    if let Err(said) = held {
        panic!("{name}: {said}\nasked {}", shown(&request));
    }
    Held { request, is_answered, units: (expected, done) }
}

fn bound(expected: u64) -> u64 {
    expected.saturating_mul(TIMES_MAX).saturating_add(UNITS_MAX)
}

/// The request as one would send it, cut where it is long.
fn shown(request: &DynamicMessage) -> String {
    request.to_string().chars().take(4_000).collect()
}
