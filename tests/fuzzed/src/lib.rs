//! The bodies of the fuzz targets, and what they compare with: slow, exact, and sharing no code with the engine.
//!
//! `fuzz/` gives each body arbitrary input, which needs a nightly compiler. `cargo test` gives it the inputs in `corpus/`, which needs none.

pub mod any_model;
pub mod choices;
pub mod civil;
pub mod codec;
pub mod contract;
pub mod decimal;
pub mod flows;
pub mod framing;
pub mod grammar;
pub mod internal_rate;
pub mod json;
pub mod mcp;
pub mod paths;
pub mod place;
pub mod reached;
pub mod requests;
pub mod seeds;
pub mod strangers;
pub mod streams;
pub mod studies;
pub mod texts;
pub mod travel;
pub mod unary;
pub mod web;
pub mod web_answers;
pub mod zeros;

use num_rational::BigRational;
use rust_decimal::Decimal;

/// The same number.
pub fn fraction(decimal: Decimal) -> BigRational {
    BigRational::new(decimal.mantissa().into(), 10_i128.pow(decimal.scale()).into())
}
