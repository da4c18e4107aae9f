//! Presets: the ready-made calculations as one message. Each is a file in `src/presets/`. `build.rs` reads the files as messages of
//! the contract, so a file that is no such message fails the build, and a test asks the server to compute them all.

use super::short_text::Message;
use super::{json, pb};

/// Encoded `ListPresetsResponse`: every preset, in the order of the presets' names.
pub const LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/presets.bin"));

/// Returns every preset as a message.
#[must_use]
pub fn list() -> pb::ListPresetsResponse {
    // The bytes are compiled in, and a test reads them.
    pb::ListPresetsResponse::decode(LIST).unwrap_or_default()
}

/// Returns the list of presets as JSON.
#[must_use]
pub fn list_in_json() -> Vec<u8> {
    let mut text = Vec::new();
    json::write(&list(), &mut text);
    text
}
