#![doc = include_str!("../README.md")]

#[cfg(feature = "decimal")]
mod figure;
mod refusal;
mod servers;

#[cfg(feature = "decimal")]
pub use figure::{Figure, NoFigure, text};
pub use refusal::{Violation, violations};
pub use servers::Paydirt;
pub use tonic;

/// The messages and the clients of the contract, as tonic generates them: every amount, rate and ratio is a decimal in a `String`.
#[allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    rustdoc::all,
    reason = "generated: the contract's comments are the documentation"
)]
pub mod pb {
    tonic::include_proto!("paydirt.v1");
}
