//! Reading of messages from JSON: by generated code, after a walk through a long text.

use serde::de::DeserializeOwned;

use super::explain::{EXPLAINED_BYTES_MAX, JSON_TYPE, explained, no_utf8};
use super::read_plain;
use super::unreadable::{Fault, Faults, Unreadable};
use super::walk::{Walked, walk};
use crate::wire::codec::SHORT_BYTES_MAX;
use crate::wire::codec::scan::FIELDS_MAX;
use crate::wire::codec::shape::Shapes;
use crate::wire::short_text::Name;

/// Reads a message of the contract from JSON. Names of fields may be the contract's (`revenue_gap`) or JSON's (`revenueGap`), and `null`
/// is as absent.
///
/// # Errors
/// [`Unreadable`], with everything that is wrong.
pub fn read<Received: DeserializeOwned + Name>(text: &[u8]) -> Result<Received, Unreadable> {
    if text.len() > SHORT_BYTES_MAX
        && let Some(shape) = Shapes::of_contract().taken(Received::NAME)
    {
        match walk(text, shape) {
            Walked::Done => {}
            Walked::TooManyFields => return Err(Unreadable::TooManyFields(FIELDS_MAX)),
            Walked::Malformed(error) => return Err(unreadable::<Received>(text, &error)),
        }
    }
    // Looked at as a whole: a reader of bytes would look at each text and each name by itself, which takes a fifth of its time.
    let utf8 = std::str::from_utf8(text).map_err(|error| no_utf8(&error))?;
    match read_plain::read(utf8) {
        Some(received) => Ok(received),
        None => serde_json::from_str(utf8).map_err(|error| unreadable::<Received>(text, &error)),
    }
}

/// Returns everything that is wrong with a text, or what the fast reader says of one that is too long to be explained.
#[cold]
fn unreadable<Received: Name>(text: &[u8], error: &serde_json::Error) -> Unreadable {
    let is_explained = text.len() <= EXPLAINED_BYTES_MAX;
    let explained = if is_explained { explained(text, &format!(".{}", Received::full_name())) } else { None };
    explained.unwrap_or_else(|| match error.is_data() {
        true => Unreadable::Faults(Faults::one(Fault { place: String::new(), reason: JSON_TYPE, text: error.to_string() })),
        false => Unreadable::Malformed(error.to_string()),
    })
}
