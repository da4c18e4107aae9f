//! Values as texts, as the fields of inputs and figures are written.

use rust_decimal::Decimal;

use crate::models::calendar;
use crate::models::input::Reason;
use crate::wire::quoting::quoted;
use crate::wire::reach::{Put, ValueKind};
use crate::wire::reader::{Path, Reader};
use crate::wire::short_text::Text;
use crate::wire::{decimal, malformed, pb};

/// A value of a lever or of a binding.
#[derive(Clone, Debug)]
pub struct StudyValue {
    /// The value as it was given.
    pub text: Text,
    /// The value as its field takes it.
    pub put: Put,
    /// The value as a number, of decimals and whole numbers.
    pub number: Option<Decimal>,
}

impl StudyValue {
    /// Reads a value of this kind.
    ///
    /// # Errors
    /// The reason why the text is no such value, and the words for it.
    pub fn read(kind: ValueKind, text: &Text) -> Result<StudyValue, (Reason, String)> {
        let with = |put, number| Ok(StudyValue { text: text.clone(), put, number });
        let unlike = |reason, what: &str| Err((reason, format!("{} is no {what}", quoted(text))));
        let number = || decimal::read(text).map_err(|reason| (reason, malformed::described(text, reason)));
        match kind {
            ValueKind::Decimal => with(Put::Text(text.clone()), Some(number()?)),
            ValueKind::Whole => {
                let number = number()?;
                match Some(number).filter(Decimal::is_integer).and_then(|number| u32::try_from(number).ok()) {
                    Some(whole) => with(Put::Whole(whole), Some(number)),
                    None => unlike(Reason::OutOfRange, "whole number of 0 or more"),
                }
            }
            ValueKind::Enum(of) => match of.number(text) {
                Some(number) => with(Put::Enum(number), None),
                None => {
                    let choices: Vec<&str> = of.choices().collect();
                    Err((Reason::EnumUnknown, format!("{} is none of {}", quoted(text), choices.join(", "))))
                }
            },
            ValueKind::Flag => match text.as_str() {
                "true" => with(Put::Flag(true), None),
                "false" => with(Put::Flag(false), None),
                _ => unlike(Reason::EnumUnknown, "flag: \"true\" or \"false\""),
            },
            ValueKind::Date if calendar::parse(text).is_some() => with(Put::Text(text.clone()), None),
            ValueKind::Date => unlike(Reason::DateMalformed, "calendar date, YYYY-MM-DD"),
            ValueKind::Text | ValueKind::Message(_) => unlike(Reason::PathUnsuitable, "value of a field that a study turns"),
        }
    }
}

/// Returns the kind of value of a path, as the contract has it; `None` for a text or a message.
#[must_use]
pub fn path_kind(kind: ValueKind) -> Option<pb::PathKind> {
    match kind {
        ValueKind::Decimal => Some(pb::PathKind::Decimal),
        ValueKind::Whole => Some(pb::PathKind::Whole),
        ValueKind::Enum(_) => Some(pb::PathKind::Enum),
        ValueKind::Flag => Some(pb::PathKind::Flag),
        ValueKind::Date => Some(pb::PathKind::Date),
        ValueKind::Text | ValueKind::Message(_) => None,
    }
}

impl Reader {
    /// Reads a value of a kind, which has to be there.
    pub(super) fn study_value(&mut self, path: Path<'_>, kind: ValueKind, text: &Text) -> Option<StudyValue> {
        if text.is_empty() {
            self.refuse(path, Reason::Required, || "a value is required".to_owned());
            return None;
        }
        match StudyValue::read(kind, text) {
            Ok(value) => Some(value),
            Err((reason, said)) => {
                self.refuse(path, reason, || said);
                None
            }
        }
    }
}
