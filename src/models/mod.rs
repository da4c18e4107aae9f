//! The models: financial questions and their answers.
//!
//! Pure: they know decimals and the calendar, and nothing of messages, connections or time. Formulas are kernels over
//! [`number::Number`]; whoever decides does so in [`number::Exact`], where nothing overflows unseen.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod break_even;
pub mod calendar;
pub mod capex_roi;
pub mod cash_flow;
#[expect(clippy::arithmetic_side_effects, reason = "integers of known size: each bound stands beside the loop that keeps it")]
mod decimal;
pub mod decision;
pub mod depreciation;
pub mod explanation;
pub mod input;
pub mod number;
pub mod runway;
pub mod traced;
pub mod valuation;
mod wide;
pub mod work;
