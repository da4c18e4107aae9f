//! The ready-made calculations, as they travel. They stand in `src/presets/`, a file each; `build.rs` reads them as messages of the contract,
//! so one that is none builds no server, and a test asks the server to compute them all.

/// A `ListPresetsResponse`, encoded: every preset, in the order of their names.
pub const LIST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/presets.bin"));
