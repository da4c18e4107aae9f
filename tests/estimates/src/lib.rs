//! A search for requests that cost far more than their estimates: work counted in units, against the units that were expected.
//!
//! Requests are messages of the contract, and are changed by its descriptors: a model that joins the contract is searched without a word
//! here. What a change may write into a text follows from the text's name alone ([`texts`]).

pub mod change;
pub mod climb;
pub mod request;
pub mod seeds;
pub mod texts;

/// The work of a calculation against its estimate, at most.
pub const RATIO_MAX: f64 = 5.0;

/// Requests of the benchmark of estimates, which hold long series as well as short ones.
#[allow(dead_code)]
#[path = "../../../benches/cost/cases.rs"]
pub mod cases;
