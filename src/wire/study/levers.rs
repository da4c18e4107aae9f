//! Levers: inputs that a study turns together, and what a value does to them.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::inputs::InputPlace;
use super::subject::{ASSUMPTIONS, INPUTS_MAX, StudyInput, StudySubject};
use super::values::StudyValue;
use crate::models::input::Reason;
use crate::models::number::{Exact, Number};
use crate::models::work::WhileAwaited;
use crate::wire::common::NAME_BYTES_MAX;
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::reach::{Got, Put, Reach, ValueKind};
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;

/// The most fields of a lever.
const FIELDS_MAX: usize = 20;
/// Work of setting an input, in units.
const SET_UNITS: u64 = 4;

/// A lever that was read.
#[derive(Clone, Debug)]
pub struct StudyLever {
    /// The name, or the first of its fields.
    pub name: Text,
    /// The kind of the lever's values.
    pub kind: ValueKind,
    effect: Effect,
    turned: Vec<Turned>,
}

/// The effect of a value on an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Replace,
    Multiply,
    Add,
}

/// An input that a lever turns, and what it was.
#[derive(Clone, Debug)]
struct Turned {
    input: StudyInput,
    /// The number before, of an input that is multiplied or added to.
    before: Decimal,
}

/// The inputs that the levers of a study have turned so far, so that none turns another one's.
pub(super) struct Turning {
    seen: HashSet<(usize, Vec<u32>)>,
    bound: HashSet<(usize, Vec<u32>)>,
    names: HashSet<Text>,
    room: usize,
}

/// The place of the assumptions among the links.
const NO_LINK: usize = usize::MAX;

impl Turning {
    pub fn of(subject: &StudySubject) -> Turning {
        let links = subject.links.iter().enumerate();
        let bound = links.flat_map(|(number, link)| link.bound.iter().map(move |bound| (number, bound.place.way.clone())));
        Turning { seen: HashSet::new(), bound: bound.collect(), names: HashSet::new(), room: INPUTS_MAX }
    }

    /// Forgets the inputs of a scenario; the next one may turn them too.
    pub fn forget(&mut self) {
        self.seen.clear();
    }
}

impl StudyInput {
    fn key(&self) -> (usize, Vec<u32>) {
        match self {
            StudyInput::Assumption(number) => (NO_LINK, vec![u32::try_from(*number).unwrap_or(u32::MAX)]),
            StudyInput::Field(link, place) => (*link, place.way.clone()),
        }
    }

    /// Returns the kind of the input's value. An assumption has the kind of the first input that is bound to it.
    fn kind(&self, subject: &StudySubject) -> ValueKind {
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

impl Reader {
    /// Reads a lever.
    pub(super) fn lever(
        &mut self,
        path: Path<'_>,
        lever: Option<&pb::Lever>,
        subject: &StudySubject,
        turning: &mut Turning,
    ) -> Option<StudyLever> {
        let Some(lever) = lever else {
            self.refuse(path, Reason::Required, || "a lever is required".to_owned());
            return None;
        };
        self.some(path.field("fields"), lever.fields.len(), FIELDS_MAX);
        let before = self.refused();
        let mut inputs = Vec::new();
        for (path, field) in self.items(path.field("fields"), &lever.fields, FIELDS_MAX) {
            let found = self.study_inputs(path, field, subject, &mut turning.room);
            self.check_overlap(path, &found, turning);
            inputs.push((path, found));
        }
        let effect = self.effect(path.field("effect"), lever.effect, inputs.iter().map(|(_, found)| found.len()).sum());
        let kind = inputs.iter().flat_map(|(_, found)| found).next().map(|input| input.kind(subject));
        let turned = kind.map(|kind| self.turned(inputs, kind, effect, subject)).unwrap_or_default();
        let name = if lever.name.is_empty() { lever.fields.first()? } else { &lever.name };
        if lever.name.len() > NAME_BYTES_MAX {
            self.refuse(path.field("name"), Reason::OutOfRange, || format!("a name has at most {NAME_BYTES_MAX} bytes"));
        }
        // Two levers without names that share the first field overlap, which is said already.
        if !turning.names.insert(name.clone()) && (!lever.name.is_empty() || self.refused() == before) {
            let path = if lever.name.is_empty() { path.field("fields") } else { path.field("name") };
            self.refuse(path, Reason::OutOfRange, || "another lever has this name, and names are unique".to_owned());
        }
        (self.refused() == before).then_some(StudyLever { name: name.clone(), kind: kind?, effect, turned })
    }

    /// Reads an input of a scenario, or several, with the value that they get.
    pub(super) fn scenario_value(
        &mut self,
        path: Path<'_>,
        given: &pb::ScenarioValue,
        subject: &StudySubject,
        turning: &mut Turning,
    ) -> Option<(StudyLever, StudyValue)> {
        let before = self.refused();
        let field = path.field("field");
        let found = self.study_inputs(field, &given.field, subject, &mut turning.room);
        self.check_overlap(field, &found, turning);
        let effect = self.effect(path.field("effect"), given.effect, 1);
        let Some(kind) = found.first().map(|input| input.kind(subject)) else {
            if given.value.is_empty() {
                self.refuse(path.field("value"), Reason::Required, || "a value is required".to_owned());
            }
            return None;
        };
        let turned = self.turned(vec![(field, found)], kind, effect, subject);
        let value = self.study_value(path.field("value"), kind, &given.value)?;
        (self.refused() == before).then_some((StudyLever { name: given.field.clone(), kind, effect, turned }, value))
    }

    fn check_overlap(&mut self, path: Path<'_>, found: &[StudyInput], turning: &mut Turning) {
        let mut is_refused = false;
        for key in found.iter().map(StudyInput::key).while_awaited_each(SET_UNITS) {
            let said = if turning.bound.contains(&key) {
                "a binding of the chain sets this field"
            } else if !turning.seen.insert(key) {
                "this field is turned already"
            } else {
                continue;
            };
            if !std::mem::replace(&mut is_refused, true) {
                self.refuse(path, Reason::LeversOverlap, || said.to_owned());
            }
        }
    }

    fn effect(&mut self, path: Path<'_>, number: i32, inputs: usize) -> Effect {
        match self.enumerator::<pb::LeverEffect>(path, number) {
            Some(pb::LeverEffect::Multiply) => Effect::Multiply,
            Some(pb::LeverEffect::Add) => Effect::Add,
            Some(pb::LeverEffect::Unspecified) if inputs > 1 => {
                self.refuse(path, Reason::Required, || {
                    format!("the paths stand for {inputs} inputs: say whether each is replaced, multiplied or added to")
                });
                Effect::Replace
            }
            Some(pb::LeverEffect::Replace | pb::LeverEffect::Unspecified) | None => Effect::Replace,
        }
    }

    fn turned(
        &mut self,
        inputs: Vec<(Path<'_>, Vec<StudyInput>)>,
        kind: ValueKind,
        effect: Effect,
        subject: &StudySubject,
    ) -> Vec<Turned> {
        let mut turned = Vec::new();
        for (path, found) in inputs {
            let mut fault = None;
            for input in found.into_iter().while_awaited_each(SET_UNITS) {
                if !is_same(kind, input.kind(subject)) {
                    fault = Some("the fields of a lever have values of one kind");
                }
                let number = input.number(subject);
                if effect != Effect::Replace && !matches!(kind, ValueKind::Decimal) {
                    fault = Some("a decimal alone is multiplied or added to");
                } else if effect != Effect::Replace && number.is_none() {
                    fault = Some("the input is left out, or no number, and cannot be multiplied or added to");
                }
                turned.push(Turned { input, before: number.unwrap_or_default() });
            }
            if let Some(said) = fault {
                self.refuse(path, Reason::PathUnsuitable, || said.to_owned());
            }
        }
        turned
    }
}

/// True of two kinds whose values are written alike.
fn is_same(one: ValueKind, other: ValueKind) -> bool {
    match (one, other) {
        (ValueKind::Enum(one), ValueKind::Enum(other)) => std::ptr::eq(one, other),
        _ => std::mem::discriminant(&one) == std::mem::discriminant(&other),
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
