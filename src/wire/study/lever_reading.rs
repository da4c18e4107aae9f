//! Levers as they are read: their paths, their effect, and that no two of them turn one input.

use std::collections::HashSet;

use super::levers::{Effect, SET_UNITS, StudyLever, Turned};
use super::subject::{INPUTS_MAX, StudyInput, StudySubject};
use super::values::StudyValue;
use crate::models::input::Reason;
use crate::models::work::WhileAwaited;
use crate::wire::common::NAME_BYTES_MAX;
use crate::wire::pb;
use crate::wire::reach::ValueKind;
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;

/// The most fields of a lever.
const FIELDS_MAX: usize = 20;

/// The inputs that the levers of a study have turned so far, so that none turns another one's.
pub(super) struct Turning {
    seen: HashSet<(usize, Vec<u32>)>,
    bound: HashSet<(usize, Vec<u32>)>,
    names: HashSet<Text>,
    room: usize,
}

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
