//! Sums of exponentials, `f(s) = sum of amount × e^(-s × units)`, in doubles with a bound on their error, and in 128 bits.
//!
//! The growth of money in one unit of the series is s: 1 + rate = e^s for a rate per unit. Functions return f times a power of e
//! that keeps every weight at 1 or below: times e^(s × last unit) where s is below 0. Signs and zeros remain those of f, and
//! nothing overflows, whatever the amounts and times.

mod bernstein;
mod in_binary;
mod in_doubles;
mod view;

pub(super) use bernstein::WIDEST;
pub(super) use in_doubles::{Approximate, Terms};
