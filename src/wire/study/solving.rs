//! Requests that solve for an input.

use rust_decimal::Decimal;

use super::lever_reading::Turning;
use super::levers::StudyLever;
use super::ranges::range_of_lever;
use super::subject::{StudyFigure, StudySubject};
use super::values::StudyValue;
use crate::models::input::{ModelError, Reason};
use crate::wire::reach::ValueKind;
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;
use crate::wire::{decimal, malformed, pb};

/// The most whole numbers that are tried.
const WHOLE_COUNT_MAX: u32 = 10_000;

/// A request that was read.
#[derive(Clone, Debug)]
pub struct SolveAsked {
    /// The subject.
    pub subject: StudySubject,
    /// The lever.
    pub lever: StudyLever,
    /// The figure.
    pub figure: StudyFigure,
    /// The target.
    pub target: SolveTarget,
    /// The least value of the lever.
    pub low: Decimal,
    /// The greatest value of the lever.
    pub high: Decimal,
}

/// The value or the outcome that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SolveTarget {
    /// A number.
    Number(Decimal),
    /// The value of an enum, a flag, or an outcome.
    Word(Text),
}

/// Reads the request.
///
/// # Errors
/// [`ModelError::Invalid`] naming every field that cannot be used.
pub fn solve(request: &pb::SolveForInputRequest) -> Result<SolveAsked, ModelError> {
    let mut reader = Reader::default();
    reader.options(request.options.as_ref());
    let subject = reader.subject(request.into());
    let mut turning = Turning::of(&subject);
    let path = Path::of("lever");
    let lever = reader.lever(path, request.lever.as_ref(), &subject, &mut turning);
    let is_sought = |lever: &StudyLever| matches!(lever.kind, ValueKind::Decimal | ValueKind::Whole);
    if lever.as_ref().is_some_and(|lever| !is_sought(lever)) {
        reader.refuse(path.field("fields"), Reason::PathUnsuitable, || {
            "a decimal or a whole number is sought: ComputeTable tries other values".to_owned()
        });
    }
    let figure = reader.figure(Path::of("figure"), &request.figure, &subject);
    let target = reader.target(figure.as_ref(), &request.target);
    let lever = lever.filter(is_sought);
    let range = lever.as_ref().and_then(|lever| reader.range(request, lever));
    let (lever, figure) = reader.finish((lever, figure))?;
    // Whatever is not there has been refused.
    let missing = || ModelError::Invalid(crate::models::input::Violations::default());
    let (low, high) = range.ok_or_else(missing)?;
    let (lever, figure, target) = (lever.ok_or_else(missing)?, figure.ok_or_else(missing)?, target.ok_or_else(missing)?);
    Ok(SolveAsked { subject, lever, figure, target, low, high })
}

impl Reader {
    fn target(&mut self, figure: Option<&StudyFigure>, text: &Text) -> Option<SolveTarget> {
        let path = Path::of("target");
        if text.is_empty() {
            self.refuse(path, Reason::Required, || "a value or an outcome is required".to_owned());
            return None;
        }
        let field = figure?.way.field;
        let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        match field.kind {
            ValueKind::Date => {
                self.refuse(Path::of("figure"), Reason::PathUnsuitable, || "a date is no figure to solve for".to_owned());
                None
            }
            // The names of outcomes are words of small letters, and no value of another kind is.
            ValueKind::Decimal | ValueKind::Whole if !is_word => match decimal::read(text) {
                Ok(number) => Some(SolveTarget::Number(number)),
                Err(reason) => {
                    self.refuse(path, reason, || malformed::described(text, reason));
                    None
                }
            },
            ValueKind::Enum(_) | ValueKind::Flag if !is_word || matches!(field.kind, ValueKind::Flag) => {
                self.study_value(path, field.kind, text).map(|value| SolveTarget::Word(value.text))
            }
            _ if figure?.way.outcomes().any(|outcome| *text == outcome) => Some(SolveTarget::Word(text.clone())),
            _ => {
                self.refuse(path, Reason::OutOfRange, || {
                    let outcomes: Vec<&str> = figure.into_iter().flat_map(|figure| figure.way.outcomes()).collect();
                    match outcomes.is_empty() {
                        true => "out of range: the figure is always a value".to_owned(),
                        false => format!("out of range: a value, or one of {}", outcomes.join(", ")),
                    }
                });
                None
            }
        }
    }

    fn range(&mut self, request: &pb::SolveForInputRequest, lever: &StudyLever) -> Option<(Decimal, Decimal)> {
        let (least, greatest) = range_of_lever(lever);
        let mut end = |name: &'static str, given: Option<&Text>, other: Decimal| match given {
            Some(text) => self.study_value(Path::of(name), lever.kind, text).and_then(|value: StudyValue| value.number),
            None if lever.adds() => {
                self.refuse(Path::of(name), Reason::Required, || {
                    "a number is required: nothing else says where to look".to_owned()
                });
                None
            }
            None => Some(other),
        };
        let (low, high) = (end("low", request.low.as_ref(), least), end("high", request.high.as_ref(), greatest));
        let (low, high) = (low?, high?);
        if high <= low {
            self.refuse(Path::of("high"), Reason::OutOfRange, || {
                format!("{} is out of range: above low", decimal::write(high))
            });
            return None;
        }
        let count = high.checked_sub(low);
        if matches!(lever.kind, ValueKind::Whole) && count.is_none_or(|count| count >= Decimal::from(WHOLE_COUNT_MAX)) {
            self.refuse(Path::of("high"), Reason::OutOfRange, || {
                format!("out of range: {WHOLE_COUNT_MAX} whole numbers from low on")
            });
            return None;
        }
        Some((low, high))
    }
}
