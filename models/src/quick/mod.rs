//! Numbers of 128 bits, which know how far they may be from the number that 76 digits give: the short way to an answer.
//!
//! A number that is short stays a decimal and exact, and one that has to be rounded becomes a ball. Where neither decides a comparison or a rounding, the number
//! raises a doubt, and the model is computed anew with 76 digits (`precision::quickly`).

mod answers;
mod ball;
mod decimals;
mod functions;
mod number;
mod operations;
mod short;
mod tens;

pub(crate) use number::Quick;

#[cfg(test)]
mod kernels;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod witness;
