//! A figure as a search sees it: on which side of the target it is at a value of the lever.

use std::cmp::Ordering;
use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::engine::study::evaluation::{LinkAnswer, evaluate, figure_value};
use crate::engine::study::facts::{jumps, ordered, without_members};
use crate::engine::study::outcomes::{OutcomePlace, place};
use crate::engine::study::refusals::StudyRefusals;
use crate::models::number::{Exact, Number};
use crate::models::study::{Sight, TargetSide};
use crate::wire::decimal;
use crate::wire::pb;
use crate::wire::pb::figure_value::Result as Figure;
use crate::wire::reach::ValueKind;
use crate::wire::study::inputs::model_of;
use crate::wire::study::solving::{SolveAsked, SolveTarget};
use crate::wire::study::subject::StudySubject;

/// The search for a target: what is asked, and all that was seen of it.
#[derive(Debug)]
pub(super) struct Sighting {
    pub asked: SolveAsked,
    subject: StudySubject,
    model: &'static str,
    /// The path of the figure in the answer of its link, with `[]` for any member.
    figure: String,
    /// Each value of the lever that was looked at, and the figure there.
    pub seen: Vec<(Decimal, pb::FigureValue)>,
    /// The place of each value among those.
    places: HashMap<Decimal, usize>,
    pub refusals: StudyRefusals,
    /// Words that stand apart, so that each has a place.
    apart: Vec<String>,
    /// True where figures are rounded, so that none is continuous.
    is_rounded: bool,
}

impl Sighting {
    pub fn of(asked: SolveAsked, is_rounded: bool) -> Sighting {
        let link = &asked.subject.links[asked.figure.link];
        let model = model_of(&link.calculation).map_or("", |model| model.name);
        let path = asked.figure.path.as_str();
        let path = if asked.subject.is_chain { path.split_once('.').map_or(path, |(_, rest)| rest) } else { path };
        let figure = without_members(path);
        let subject = asked.subject.clone();
        Sighting {
            asked,
            subject,
            model,
            figure,
            seen: Vec::new(),
            places: HashMap::new(),
            refusals: StudyRefusals::default(),
            apart: Vec::new(),
            is_rounded,
        }
    }

    /// Looks at the figure at a value of the lever. What was seen there before is not computed again.
    pub fn look(&mut self, input: Decimal) -> Sight {
        if let Some(figure) = self.figure_at(input) {
            return self.sight(&figure);
        }
        let Some(value) = self.asked.lever.value(input) else { return self.saw(input, pb::FigureValue::default()) };
        self.asked.lever.set(&mut self.subject, &value);
        let answers = evaluate(&mut self.subject, |_, _| {});
        let figure = figure_value(&self.subject, &answers, &self.asked.figure, &mut self.refusals);
        self.saw(input, figure)
    }

    /// Takes the figure that was seen at a value of the lever.
    pub fn saw(&mut self, input: Decimal, figure: pb::FigureValue) -> Sight {
        let sight = self.sight(&figure);
        self.places.insert(input, self.seen.len());
        self.seen.push((input, figure));
        sight
    }

    /// Returns the figure that was seen at a value of the lever.
    pub fn figure_at(&self, input: Decimal) -> Option<pb::FigureValue> {
        self.places.get(&input).and_then(|place| self.seen.get(*place)).map(|(_, figure)| figure.clone())
    }

    /// Returns the answers of the subject as it stands, before anything is turned.
    pub fn base(&self) -> (StudySubject, Vec<LinkAnswer>) {
        let mut subject = self.asked.subject.clone();
        let answers = evaluate(&mut subject, |_, _| {});
        (subject, answers)
    }

    /// The place of an outcome or of a word, as a side of the target.
    fn sight(&mut self, figure: &pb::FigureValue) -> Sight {
        let without_distance = |side| Sight { side, distance: None };
        match (figure.result.as_ref(), &self.asked.target) {
            (None | Some(Figure::Refusal(_)), _) => without_distance(TargetSide::Refused),
            (Some(Figure::Value(text)), SolveTarget::Number(target)) => match decimal::read(text) {
                Ok(number) => {
                    let side = match number.cmp(target) {
                        Ordering::Less => TargetSide::Below,
                        Ordering::Equal => TargetSide::At,
                        Ordering::Greater => TargetSide::Above,
                    };
                    Sight { side, distance: (Exact::of(number) - Exact::of(*target)).decimal() }
                }
                // A whole number of more digits than any decimal has, as whole units may be: greater than any target.
                Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) => without_distance(TargetSide::Above),
                Err(_) => without_distance(self.apart(text)),
            },
            (Some(Figure::Value(text) | Figure::Outcome(text)), SolveTarget::Word(word)) if text == word => {
                without_distance(TargetSide::At)
            }
            (Some(Figure::Value(text)), SolveTarget::Word(word)) => {
                let side = match ordered(self.model, &self.figure) {
                    Some(order) => {
                        let rank = |word: &str| order.iter().position(|name| *name == word);
                        if rank(text) < rank(word) { TargetSide::Below } else { TargetSide::Above }
                    }
                    // A number beside an outcome that is wanted.
                    None if self.asked.figure.way.is_number() => match place(self.model, &self.figure, word) {
                        OutcomePlace::Above => TargetSide::Below,
                        OutcomePlace::Below => TargetSide::Above,
                        OutcomePlace::Apart => self.apart("a number"),
                    },
                    None => self.apart(text),
                };
                without_distance(side)
            }
            (Some(Figure::Outcome(outcome)), target) => {
                let own = place(self.model, &self.figure, outcome);
                let wanted = match target {
                    SolveTarget::Number(_) => None,
                    SolveTarget::Word(word) => Some(place(self.model, &self.figure, word)),
                };
                without_distance(match (own, wanted) {
                    (OutcomePlace::Above, None | Some(OutcomePlace::Below)) => TargetSide::Above,
                    (OutcomePlace::Below, None | Some(OutcomePlace::Above)) => TargetSide::Below,
                    _ => self.apart(outcome),
                })
            }
        }
    }

    fn apart(&mut self, word: &str) -> TargetSide {
        let place = self.apart.iter().position(|own| own == word).unwrap_or_else(|| {
            self.apart.push(word.to_owned());
            self.apart.len() - 1
        });
        TargetSide::Apart(place)
    }

    /// Returns true of a figure that has no jumps where its course is declared: a decimal, unless a moment or a whole number is behind it.
    pub fn is_continuous(&self) -> bool {
        let is_decimal = matches!(self.asked.figure.way.field.kind, ValueKind::Decimal);
        !self.is_rounded && is_decimal && !jumps(self.model, &self.figure)
    }
}
