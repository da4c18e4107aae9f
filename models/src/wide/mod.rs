//! Decimals wide enough that no formula here rounds where it matters: 76 digits and a free exponent.
//!
//! A request's decimals have at most 28 digits, 28 of them after the point. Every sum of such numbers and every product of two of
//! them fits into 76 digits and is exact; quotients are rounded once at the 76th, so that 48 guard digits stand between what is
//! computed and the 28 that are answered. Intermediate results are never too large or too small: only an answer can be.

mod arithmetic;
mod conversion;
mod growth;
mod powers;

pub(crate) use arithmetic::{DIGITS, Wide};
pub(crate) use powers::{digits, power};
