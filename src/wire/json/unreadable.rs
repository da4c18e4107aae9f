//! The reason why a text is not read as a message: one mistake or many, each with its place.

use std::fmt::{self, Display, Formatter};

/// The reason why a text is not read as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// More fields than any calculation takes, of which there may be so many.
    TooManyFields(usize),
    /// Text that is no JSON: where, and why.
    Malformed(String),
    /// JSON that is not the message.
    Faults(Faults),
}

/// Everything that is wrong with JSON that is not the message. Mistakes are kept up to [`Faults::KEPT_MAX`] and counted beyond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    kept: Vec<Fault>,
    count: usize,
}

/// One mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field, in the contract's names; empty for the message itself.
    pub place: String,
    /// The reason, such as `FIELD_UNKNOWN`.
    pub reason: &'static str,
    /// The mistake, and the right spelling of the value.
    pub text: String,
}

impl Faults {
    /// The most mistakes that are kept: as many as the violations of a request that can be read.
    pub const KEPT_MAX: usize = 25;

    /// The only mistake.
    pub(super) fn one(fault: Fault) -> Faults {
        Faults { kept: vec![fault], count: 1 }
    }

    /// Adds a mistake, which is written only when it is kept.
    pub(super) fn add(&mut self, fault: impl FnOnce() -> Fault) {
        self.count += 1;
        if self.kept.len() < Faults::KEPT_MAX {
            self.kept.push(fault());
        }
    }

    /// Returns the first mistakes, at most [`Faults::KEPT_MAX`].
    #[must_use]
    pub fn kept(&self) -> &[Fault] {
        &self.kept
    }

    /// Returns the number of all mistakes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

impl Display for Unreadable {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::TooManyFields(limit) => write!(
                formatter,
                "the message has more fields than any calculation takes, an empty message counted as a full one: at most {limit}"
            ),
            Unreadable::Malformed(why) => write!(formatter, "the message cannot be read: {why}"),
            Unreadable::Faults(faults) => write!(formatter, "{faults}"),
        }
    }
}

impl Display for Faults {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Some(first) = self.kept.first() else { return formatter.write_str("no field is at fault") };
        write!(formatter, "{first}")?;
        match self.count.saturating_sub(1) {
            0 => Ok(()),
            1 => formatter.write_str(" (and 1 more field)"),
            more => write!(formatter, " (and {more} more fields)"),
        }
    }
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.place.is_empty() {
            true => formatter.write_str(&self.text),
            false => write!(formatter, "{}: {}", self.place, self.text),
        }
    }
}

/// Returns a place of a text, the reason, and the line up to that place, shortened at its beginning.
pub(super) fn at(text: &str, line: usize, column: usize, why: &str) -> String {
    /// Characters of the line that are shown.
    const SHOWN_MAX: usize = 60;
    let mut shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let mut end = column.min(shown.len());
    while !shown.is_char_boundary(end) {
        end += 1;
    }
    shown = shown[..end].trim_start_matches('\u{feff}').trim();
    let (mut start, mut dots) = (0, "");
    if let Some((place, _)) = shown.char_indices().rev().nth(SHOWN_MAX) {
        (start, dots) = (place, "…");
    }
    let shown = &shown[start..];
    let shown: String = shown.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect();
    let colon = if shown.is_empty() { "" } else { ": " };
    format!("line {line}, column {column}: {why}{colon}{dots}{shown}")
}
