//! The engine: answers a question of the contract, whatever door the question came by. The services of the server call it; `wire` and
//! `models` stand below it.
//!
//! The engine reads a message, computes its answer, and writes that answer as a message. It knows no transport, no thread and no clock.

pub(crate) mod answers;
pub mod calculation;
pub mod json;
mod list;
mod preset;
pub mod self_test;
pub mod study;

pub use crate::wire::refused::Refused;
pub(crate) use list::for_each_model;
pub use list::{METHODS, MODELS, model_number};
pub use preset::{PresetQuestion, preset_question};
