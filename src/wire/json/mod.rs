//! Messages of the contract as JSON, which is protobuf's JSON with the contract's own names.
//!
//! The fast reader and the writer are generated (`build.rs`). The reader stops at the first mistake; what is wrong in all is then found by
//! a second reader.

mod contract;
mod explain;
mod read;
mod tree;
mod unreadable;
pub(crate) mod value;
mod walk;
mod write;

pub use read::read;
pub use tree::Tree;
pub use unreadable::{Fault, Faults, Unreadable};
pub use write::write;

#[cfg(test)]
mod tests;
