//! Presets: the ready-made calculations as one message. Each is a file in `src/presets/`. `build.rs` reads the files as messages of
//! the contract, so a file that is no such message fails the build, and a test asks the server to compute them all.

/// Encoded `ListPresetsResponse`: every preset, in the order of the presets' names.
pub const LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/presets.bin"));
