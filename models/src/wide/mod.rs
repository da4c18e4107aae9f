//! Decimals of 76 digits with a free exponent, wide enough that no formula of the models rounds where it matters.
//!
//! Request decimals have at most 28 digits, 28 of them after the point. Every sum of such numbers and every product of two of them
//! fits into 76 digits and is exact; quotients are rounded once at the 76th digit, which leaves 48 guard digits beyond the 28 of an
//! answer. Intermediate results are never too large or too small: only an answer can be.

mod arithmetic;
mod conversion;
mod growth;
mod powers;

pub(crate) use arithmetic::{DIGITS, Wide};
pub(crate) use powers::{digits, power};
