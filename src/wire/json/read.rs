//! Reading of messages from JSON: by generated code, after a walk through a long text.

use serde::de::DeserializeOwned;

use super::Unreadable;
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
            Walked::Malformed(error) => return Err(unreadable(&error)),
        }
    }
    serde_json::from_slice(text).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> Unreadable {
    Unreadable::Malformed(error.to_string())
}
