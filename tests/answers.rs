//! The tests of answers alone: golden rows, kept explanations, presets, laws, what the contract promises, estimates. A small binary, built and run
//! once for every mutant by `scripts/mutants`; `cargo test` runs the same tests as part of the suite.
#![allow(dead_code, reason = "what only the other tests of the suite use")]

#[path = "suite/contract/mod.rs"]
mod contract;
#[path = "suite/cost.rs"]
mod cost;
#[path = "suite/decision_laws.rs"]
mod decision_laws;
#[path = "suite/explanation_texts.rs"]
mod explanation_texts;
#[path = "suite/golden.rs"]
mod golden;
#[path = "suite/investment_laws.rs"]
mod investment_laws;
#[path = "suite/laws.rs"]
mod laws;
#[path = "suite/presets.rs"]
mod presets;
#[path = "suite/support.rs"]
mod support;
#[path = "suite/tools.rs"]
mod tools;
#[path = "suite/transcendentals.rs"]
mod transcendentals;
