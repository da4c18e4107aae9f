//! Subjects as they are read: a calculation, or the links of a chain with their bindings, and the paths that lead into them.

use std::collections::HashSet;

use super::figures::FigureWay;
use super::grammar::PathFault;
use super::inputs::{InputPlace, inputs, model_of};
use super::subject::{
    ASSUMPTIONS, BoundInput, BoundSource, BoundTerm, GivenSubject, INPUTS_MAX, StudyFigure, StudyInput, StudyLink, StudySubject,
};
use crate::models::input::{AnyDecimal, Bounded, Reason};
use crate::wire::pb;
use crate::wire::quoting::quoted;
use crate::wire::reach::ValueKind;
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;

/// The most assumptions of a chain.
const ASSUMPTIONS_MAX: usize = 100;
/// The most links of a chain.
const LINKS_MAX: usize = 16;
/// The most names that an error shows.
const SHOWN_MAX: usize = 5;
/// The most bindings of a link.
const BINDINGS_MAX: usize = 200;
impl Reader {
    /// Reads the subject of a study.
    pub(super) fn subject(&mut self, given: Option<GivenSubject<'_>>) -> StudySubject {
        match given {
            None => {
                self.refuse(Path::of("subject"), Reason::Required, || "a calculation or a chain is required".to_owned());
                StudySubject::default()
            }
            Some(GivenSubject::Calculation(calculation)) => {
                self.model(Path::of("calculation"), calculation);
                let link = StudyLink { name: Text::new(), calculation: calculation.clone(), bound: Vec::new() };
                StudySubject { assumptions: Vec::new(), links: vec![link], is_chain: false }
            }
            Some(GivenSubject::Chain(chain)) => self.chain(chain),
        }
    }

    fn model(&mut self, path: Path<'_>, calculation: &pb::Calculation) {
        if calculation.model.is_none() {
            self.refuse(path.field("model"), Reason::Required, || "a model is required, such as runway".to_owned());
        }
    }

    /// Reads a chain.
    pub(super) fn chain(&mut self, chain: &pb::Chain) -> StudySubject {
        let root = Path::of("chain");
        let (mut names, mut subject) = (HashSet::new(), StudySubject { is_chain: true, ..Default::default() });
        for (path, assumption) in self.items(root.field("assumptions"), &chain.assumptions, ASSUMPTIONS_MAX) {
            self.word(path.field("name"), &assumption.name, &mut names);
            if assumption.value.is_empty() {
                self.refuse(path.field("value"), Reason::Required, || "a value is required".to_owned());
            }
            subject.assumptions.push((assumption.name.clone(), assumption.value.clone()));
        }
        names.clear();
        self.some(root.field("links"), chain.links.len(), LINKS_MAX);
        let mut room = INPUTS_MAX;
        for (path, link) in self.items(root.field("links"), &chain.links, LINKS_MAX) {
            self.word(path.field("name"), &link.name, &mut names);
            if link.name == ASSUMPTIONS {
                self.refuse(path.field("name"), Reason::OutOfRange, || format!("{ASSUMPTIONS:?} is no name of a link"));
            }
            let calculation = match &link.calculation {
                Some(calculation) => {
                    self.model(path.field("calculation"), calculation);
                    calculation.clone()
                }
                None => {
                    self.refuse(path.field("calculation"), Reason::Required, || "a calculation is required".to_owned());
                    pb::Calculation::default()
                }
            };
            let bound = self.bindings(path.field("bindings"), link, &subject, &calculation, &mut room);
            subject.links.push(StudyLink { name: link.name.clone(), calculation, bound });
        }
        subject
    }

    /// Reads a name that paths can begin with.
    fn word<'a>(&mut self, path: Path<'_>, name: &'a Text, seen: &mut HashSet<&'a str>) {
        self.unique_name(path, name, seen);
        let mut letters = name.bytes();
        let starts = letters.next().is_none_or(|first| first.is_ascii_alphabetic());
        if !starts || !letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_') {
            self.refuse(path, Reason::OutOfRange, || {
                "the name is out of range: letters, digits and \"_\", starting with a letter".to_owned()
            });
        }
    }

    fn bindings(
        &mut self,
        path: Path<'_>,
        link: &pb::Link,
        before: &StudySubject,
        calculation: &pb::Calculation,
        room: &mut usize,
    ) -> Vec<BoundInput> {
        let mut bound: Vec<BoundInput> = Vec::new();
        for (path, binding) in self.items(path, &link.bindings, BINDINGS_MAX) {
            let term = self.term(path, binding, before);
            let path = path.field("field");
            if binding.field.is_empty() {
                self.refuse(path, Reason::Required, || "the path of an input is required".to_owned());
                continue;
            }
            if calculation.model.is_none() {
                continue;
            }
            let places = match inputs(calculation, &binding.field, *room) {
                Ok(places) => places,
                Err(fault) => {
                    self.refuse_path(path, &binding.field, "", &fault);
                    continue;
                }
            };
            *room -= places.len();
            let Some(term) = term else { continue };
            let is_sum = |place: &InputPlace| bound.iter().any(|bound| bound.place.way == place.way);
            let is_number = |place: &InputPlace| matches!(place.field.kind, ValueKind::Decimal | ValueKind::Whole);
            if !places.iter().all(is_number) && (term.factor.is_some() || places.iter().any(is_sum)) {
                self.refuse(path, Reason::PathUnsuitable, || "a number alone has a factor, or several bindings".to_owned());
                continue;
            }
            for place in places {
                match bound.iter_mut().find(|bound| bound.place.way == place.way) {
                    Some(same) => same.terms.push(term.clone()),
                    None => bound.push(BoundInput { place, terms: vec![term.clone()] }),
                }
            }
        }
        bound
    }

    fn term(&mut self, path: Path<'_>, binding: &pb::Binding, before: &StudySubject) -> Option<BoundTerm> {
        use pb::binding::Source;
        let factor: Option<AnyDecimal> = self.optional(path.field("factor"), binding.factor.as_ref());
        let source = match &binding.source {
            None => {
                self.refuse(path.field("source"), Reason::Required, || "an assumption or a figure is required".to_owned());
                return None;
            }
            Some(Source::Assumption(name)) => {
                let place = before.assumptions.iter().position(|(own, _)| own == name);
                if place.is_none() {
                    self.refuse(path.field("assumption"), Reason::PathUnknown, || "no assumption has this name".to_owned());
                }
                BoundSource::Assumption(place?)
            }
            Some(Source::Figure(figure)) => BoundSource::Figure(self.figure(path.field("figure"), figure, before)?),
        };
        Some(BoundTerm { source, factor: factor.map(Bounded::get) })
    }

    /// Reads the path of a figure. Of a chain that is being read, links to come are not there yet.
    pub(super) fn figure(&mut self, path: Path<'_>, text: &Text, subject: &StudySubject) -> Option<StudyFigure> {
        if text.is_empty() {
            self.refuse(path, Reason::Required, || "the path of a figure is required".to_owned());
            return None;
        }
        let (link, prefix, rest) = self.link_of(path, text, subject)?;
        let model = model_of(&subject.links.get(link)?.calculation)?;
        match FigureWay::find(model.number, rest) {
            Ok(way) => Some(StudyFigure { link, way, path: text.clone() }),
            Err(fault) => {
                self.refuse_path(path, text, prefix, &fault);
                None
            }
        }
    }

    /// Returns the link that a path begins with, the beginning, and the rest of the path.
    fn link_of<'a>(&mut self, path: Path<'_>, text: &'a str, subject: &StudySubject) -> Option<(usize, &'a str, &'a str)> {
        if !subject.is_chain {
            return (!subject.links.is_empty()).then_some((0, "", text));
        }
        let (name, rest) = text.split_once('.').unwrap_or((text, ""));
        let found = subject.links.iter().position(|link| link.name == name);
        if found.is_none() {
            self.refuse(path, Reason::PathUnknown, || {
                let names: Vec<String> = subject.links.iter().take(SHOWN_MAX).map(|link| quoted(&link.name)).collect();
                let more = if subject.links.len() > SHOWN_MAX { ", …" } else { "" };
                match names.is_empty() {
                    true => "no link comes before this one".to_owned(),
                    false => {
                        format!("a path begins with the name of a link that is computed before: {}{more}", names.join(", "))
                    }
                }
            });
        }
        Some((found?, text.get(..=name.len()).unwrap_or(text), rest))
    }

    /// Finds the inputs of a path, at most so many.
    pub(super) fn study_inputs(
        &mut self,
        path: Path<'_>,
        text: &Text,
        subject: &StudySubject,
        room: &mut usize,
    ) -> Vec<StudyInput> {
        if text.is_empty() {
            self.refuse(path, Reason::Required, || "the path of an input is required".to_owned());
            return Vec::new();
        }
        if let Some(name) = text.strip_prefix(ASSUMPTIONS).and_then(|rest| rest.strip_prefix('.')).filter(|_| subject.is_chain)
        {
            let place = subject.assumptions.iter().position(|(own, _)| own == name);
            if place.is_none() {
                self.refuse(path, Reason::PathUnknown, || "no assumption has this name".to_owned());
            }
            return place.map(StudyInput::Assumption).into_iter().collect();
        }
        let Some((link, prefix, rest)) = self.link_of(path, text, subject) else { return Vec::new() };
        let Some(of) = subject.links.get(link).filter(|link| link.calculation.model.is_some()) else { return Vec::new() };
        match inputs(&of.calculation, rest, *room) {
            Ok(places) => {
                *room -= places.len();
                places.into_iter().map(|place| StudyInput::Field(link, place)).collect()
            }
            Err(fault) => {
                self.refuse_path(path, text, prefix, &fault);
                Vec::new()
            }
        }
    }

    fn refuse_path(&mut self, path: Path<'_>, text: &str, prefix: &str, fault: &PathFault) {
        self.refuse(path, fault.reason, || fault.described(text, prefix));
    }
}
