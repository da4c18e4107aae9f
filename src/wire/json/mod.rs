//! Messages of the contract as JSON, which is protobuf's JSON with the contract's own names.
//!
//! The fast reader and the writer are generated (`build.rs`). The reader stops at the first mistake; what is wrong in all is then found by
//! a second reader.

mod read;
pub mod value;
mod walk;
mod write;

use std::fmt::{self, Display, Formatter};

pub use read::read;
pub use write::write;

/// The reason why a text is not read as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// More fields than any calculation takes, of which there may be so many.
    TooManyFields(usize),
    /// Text that is no JSON: where, and why.
    Malformed(String),
    /// Everything that is wrong with JSON that is not the message: at least one mistake.
    Faults(Vec<Fault>),
}

impl Display for Unreadable {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::TooManyFields(limit) => write!(
                formatter,
                "the message has more fields than any calculation takes, an empty message counted as a full one: at most {limit}"
            ),
            Unreadable::Malformed(why) => write!(formatter, "the message cannot be read: {why}"),
            Unreadable::Faults(faults) => match &faults[..] {
                [] => formatter.write_str("the message cannot be read"),
                [fault] => write!(formatter, "{fault}"),
                [first, _] => write!(formatter, "{first} (and 1 more field)"),
                [first, more @ ..] => write!(formatter, "{first} (and {} more fields)", more.len()),
            },
        }
    }
}

/// One mistake in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field, in the contract's names; empty for the message itself.
    pub place: String,
    /// The reason, such as `FIELD_UNKNOWN`.
    pub reason: &'static str,
    /// What is wrong, and what to write instead.
    pub text: String,
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.place.is_empty() {
            true => formatter.write_str(&self.text),
            false => write!(formatter, "{}: {}", self.place, self.text),
        }
    }
}

#[cfg(test)]
mod tests;
