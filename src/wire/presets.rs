//! The ready-made calculations as a message. They stand in `src/presets/`, one file each. `build.rs` reads them as messages of the
//! contract, so that a file that is no such message builds no server, and a test asks the server to compute them all.

/// A `ListPresetsResponse`, encoded: every preset, in the order of the presets' names.
pub const LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/presets.bin"));
