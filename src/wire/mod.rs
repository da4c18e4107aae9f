//! Translation between proto messages and models: requests into inputs, outcomes into responses. A refusal becomes a status in
//! [`status`] alone.

pub mod break_even;
pub mod calculation;
pub mod capex_roi;
pub mod cash_flow;
mod cash_line;
pub mod codec;
mod common;
pub mod cost;
mod cost_of_runway;
pub mod decimal;
pub mod decision;
mod depreciation_policy;
mod digits;
pub mod documents;
#[cfg(test)]
mod every_kind;
pub mod json;
mod malformed;
pub mod nearest;
pub mod presets;
mod quoting;
pub mod reach;
mod reader;
pub mod reasons;
pub mod refused;
mod rough_runway;
pub mod runway;
pub mod short_text;
pub mod status;
pub mod study;
pub mod valuation;

pub use common::Asked;

/// Types of the contract, as `build.rs` generates them from `proto/`.
#[expect(clippy::all, reason = "generated: the contract's comments are the documentation, and stand in proto/")]
pub mod pb {
    tonic::include_proto!("paydirt.v1");
    include!(concat!(env!("OUT_DIR"), "/paydirt.v1.json.rs"));

    /// Descriptors of every file in `proto/`, comments included.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
}
