//! Levers: inputs that a study turns together, and what a value does to them.

use rust_decimal::Decimal;

use super::inputs::InputPlace;
use super::subject::{ASSUMPTIONS, StudyInput, StudySubject};
use super::values::StudyValue;
use crate::models::number::{Exact, Number};
use crate::models::work::WhileAwaited;
use crate::wire::decimal;
use crate::wire::reach::{Got, Put, Reach, ValueKind};
use crate::wire::short_text::Text;

/// Work of setting an input, in units.
pub(super) const SET_UNITS: u64 = 4;

/// A lever that was read.
#[derive(Clone, Debug)]
pub struct StudyLever {
    /// The name, or the first of its fields.
    pub name: Text,
    /// The kind of the lever's values.
    pub kind: ValueKind,
    pub(super) effect: Effect,
    pub(super) turned: Vec<Turned>,
}

/// The effect of a value on an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Replace,
    Multiply,
    Add,
}

/// An input that a lever turns, and what it was.
#[derive(Clone, Debug)]
pub(super) struct Turned {
    pub input: StudyInput,
    /// The number before, of an input that is multiplied or added to.
    pub before: Decimal,
}

/// The place of the assumptions among the links.
const NO_LINK: usize = usize::MAX;

impl StudyInput {
    pub(super) fn key(&self) -> (usize, Vec<u32>) {
        match self {
            StudyInput::Assumption(number) => (NO_LINK, vec![u32::try_from(*number).unwrap_or(u32::MAX)]),
            StudyInput::Field(link, place) => (*link, place.way.clone()),
        }
    }

    /// Returns the kind of the input's value. An assumption has the kind of the first input that is bound to it.
    pub(super) fn kind(&self, subject: &StudySubject) -> ValueKind {
        use super::subject::BoundSource;
        match self {
            StudyInput::Field(_, place) => place.field.kind,
            StudyInput::Assumption(number) => {
                let mut bound = subject.links.iter().flat_map(|link| &link.bound);
                let is_of = |source: &BoundSource| matches!(source, BoundSource::Assumption(own) if own == number);
                let first = bound.find(|bound| bound.terms.iter().any(|term| is_of(&term.source)));
                first.map_or(ValueKind::Decimal, |bound| bound.place.field.kind)
            }
        }
    }

    /// Returns the number that stands in the input.
    #[must_use]
    pub fn number(&self, subject: &StudySubject) -> Option<Decimal> {
        let text = match self {
            StudyInput::Assumption(number) => subject.assumptions.get(*number).map(|(_, value)| value)?,
            StudyInput::Field(link, place) => match subject.links.get(*link)?.calculation.get(&place.way) {
                Got::Text(text) => text,
                _ => return None,
            },
        };
        decimal::read(text).ok()
    }

    /// Sets the input.
    fn set(&self, subject: &mut StudySubject, text: &Text, put: &Put) {
        match self {
            StudyInput::Assumption(number) => {
                if let Some((_, value)) = subject.assumptions.get_mut(*number) {
                    value.clone_from(text);
                }
            }
            StudyInput::Field(link, InputPlace { way, .. }) => {
                if let Some(link) = subject.links.get_mut(*link) {
                    link.calculation.set(way, put);
                }
            }
        }
    }
}

impl StudyLever {
    /// Sets the lever to a value.
    pub fn set(&self, subject: &mut StudySubject, value: &StudyValue) {
        for Turned { input, before } in self.turned.iter().while_awaited_each(SET_UNITS) {
            let turned = match (self.effect, value.number) {
                (Effect::Multiply, Some(number)) => Exact::of(*before) * Exact::of(number),
                (Effect::Add, Some(number)) => Exact::of(*before) + Exact::of(number),
                _ => {
                    input.set(subject, &value.text, &value.put);
                    continue;
                }
            };
            // The model refuses by its own words what is too large to be written.
            let text = turned.decimal().map_or_else(|| "1e29".into(), decimal::write);
            input.set(subject, &text, &Put::Text(text.clone()));
        }
    }

    /// Returns a value of the lever for a number; `None` where the lever's fields take no such number.
    #[must_use]
    pub fn value(&self, number: Decimal) -> Option<StudyValue> {
        StudyValue::read(self.kind, &decimal::write(number)).ok()
    }

    /// Returns the inputs that the lever turns, and for each what a step of the lever by 1 adds to the input, as far as its sign goes.
    pub fn inputs(&self) -> impl Iterator<Item = (&StudyInput, Decimal)> {
        self.turned.iter().map(|turned| {
            let step = if self.effect == Effect::Multiply { turned.before } else { Decimal::ONE };
            (&turned.input, step)
        })
    }

    /// Returns a lever that replaces one input by another number.
    #[must_use]
    pub fn replacing(name: Text, input: StudyInput) -> StudyLever {
        let turned = vec![Turned { input, before: Decimal::ZERO }];
        StudyLever { name, kind: ValueKind::Decimal, effect: Effect::Replace, turned }
    }

    /// Returns a lever that multiplies inputs, each with the number that it has.
    #[must_use]
    pub fn multiplying(name: Text, inputs: Vec<(StudyInput, Decimal)>) -> StudyLever {
        let turned = inputs.into_iter().map(|(input, before)| Turned { input, before }).collect();
        StudyLever { name, kind: ValueKind::Decimal, effect: Effect::Multiply, turned }
    }

    /// Returns the value at which the lever stands: 1 of one that multiplies, 0 of one that adds, and the number that all inputs of any other
    /// one have; `None` where an input is left out, and where they differ.
    #[must_use]
    pub fn stands_at(&self, subject: &StudySubject) -> Option<Decimal> {
        match self.effect {
            Effect::Multiply => Some(Decimal::ONE),
            Effect::Add => Some(Decimal::ZERO),
            Effect::Replace => {
                let mut numbers = self.turned.iter().map(|turned| turned.input.number(subject));
                let first = numbers.next()??;
                numbers.all(|number| number == Some(first)).then_some(first)
            }
        }
    }

    /// Returns true of a lever that replaces a single input.
    #[must_use]
    pub fn is_one_replaced(&self) -> bool {
        self.effect == Effect::Replace && self.turned.len() == 1
    }

    /// Returns true of a lever that multiplies its inputs.
    #[must_use]
    pub fn multiplies(&self) -> bool {
        self.effect == Effect::Multiply
    }

    /// Returns true of a lever that adds to its inputs.
    #[must_use]
    pub fn adds(&self) -> bool {
        self.effect == Effect::Add
    }

    /// Returns the number of inputs that the lever turns.
    #[must_use]
    pub fn count(&self) -> usize {
        self.turned.len()
    }
}

/// Returns the path of an input of a subject.
#[must_use]
pub fn path_in(subject: &StudySubject, link: usize, path: &str) -> String {
    match subject.links.get(link).filter(|_| subject.is_chain) {
        Some(link) => format!("{}.{path}", link.name),
        None => path.to_owned(),
    }
}

/// Returns the path of an assumption.
#[must_use]
pub fn path_of_assumption(name: &str) -> String {
    format!("{ASSUMPTIONS}.{name}")
}
