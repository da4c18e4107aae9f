//! Writing of messages as JSON: names as in the contract, zeros and empty lists written, absent fields left out, decimals and 64-bit
//! numbers in quotes.

use serde::Serialize;

use super::write_plain;

/// Appends a message as JSON, without a space or a line end.
pub fn write<M: Serialize>(message: &M, text: &mut Vec<u8>) {
    let before = text.len();
    if write_plain::write(message, text).is_ok() {
        return;
    }
    text.truncate(before);
    // Memory takes all that is written, and a message has no part that is not JSON.
    let written = serde_json::to_writer(&mut *text, message);
    debug_assert!(written.is_ok(), "{written:?}");
    if written.is_err() {
        text.truncate(before);
        text.extend_from_slice(b"{}");
    }
}
