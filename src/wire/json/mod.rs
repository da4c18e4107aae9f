//! Messages of the contract as JSON, which is protobuf's JSON with the contract's own names.
//!
//! The fast reader and the writer are generated (`build.rs`), for serde. Plain JSON, as most is, they read and write by a short way of our own, and
//! all else by serde_json. The reader stops at the first mistake; what is wrong in all is then found by
//! a second reader.

mod contract;
mod explain;
mod plain;
mod read;
mod read_plain;
mod tree;
mod unreadable;
pub(crate) mod value;
mod walk;
mod write;
mod write_plain;

pub use read::read;
pub use tree::Tree;
pub use unreadable::{Fault, Faults, Unreadable};
pub use write::write;

#[cfg(test)]
mod tests;
