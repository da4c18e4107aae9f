//! Financial questions and their answers: pure functions from inputs to exact figures.
//!
//! A model is a function. Its inputs are a struct whose numbers carry their range in their type; its outcome names every figure,
//! and every case in which there is no such figure. Fields that cannot be used are refused as an [`input::ModelError`], all at
//! once. No input panics, no overflow goes unnoticed, and equal inputs give equal digits on every machine.
//!
//! # Questions
//!
//! Each family lists its questions, and the function that answers each.
//!
//! | family | about |
//! |---|---|
//! | [`break_even`] | Revenue and volume at which something pays for itself |
//! | [`runway`] | How long the cash lasts |
//! | [`capex_roi`] | What becomes of an investment |
//! | [`depreciation`] | How an asset's book value falls |
//! | [`cash_flow`] | What payments are worth, and what they earn |
//! | [`decision`] | Which alternative is least regretted |
//! | [`valuation`] | What a price takes for granted, and what a company is measured by |
//!
//! Each function has one beside it that explains its outcome, such as [`runway::explain_runway`]: the steps in names and in figures, and what
//! was assumed.
//!
//! # Example: a pump that earns two rates at once
//!
//! A larger pump costs 1,600 now, brings 10,000 a year earlier, and misses them a year later. Spreadsheets show one of its rates of return.
//!
//! ```
//! use paydirt_models::cash_flow::{
//!     CashFlows, PresentValueInputs, RateStatus, Series, explain_internal_rate_of_return, internal_rates, present_value,
//! };
//! use paydirt_models::input::{AnyDecimal, Bounded, Period, Rate};
//! use rust_decimal::dec;
//!
//! let amounts = [dec!(-1600), dec!(10000), dec!(-10000)].map(|amount| AnyDecimal::new(amount).unwrap());
//! let pump = CashFlows::Periodic { amounts: amounts.into(), period: Period::Year };
//!
//! let rates = internal_rates(&Series::of(&pump));
//! assert_eq!(rates.status, RateStatus::Several);
//! assert_eq!((rates.rates[0].annual, rates.rates[1].annual), (dec!(0.25), dec!(4)));
//! // What it is based on, step by step.
//! assert!(!explain_internal_rate_of_return(&pump, &rates).steps.is_empty());
//!
//! // Between the two rates the pump is worth something: at 10 % it is not.
//! let at_ten_percent = PresentValueInputs { cash_flows: pump, discount_rate: Rate::new(dec!(0.1)).unwrap(), first_flow: None };
//! assert_eq!(present_value(&at_ten_percent).unwrap().net_present_value.round_dp(2), dec!(-773.55));
//! ```
//!
//! # How it is built
//!
//! Formulas are kernels over [`number::Number`]. Decisions are made in [`number::Exact`], which carries 76 digits and remembers an
//! overflow. Run over [`traced::Traced`], a kernel writes its own explanation. A long computation counts its [`work`] and can be
//! given up. The models know decimals and the calendar, and nothing of messages, connections or time.
//!
//! # What may change
//!
//! Errors and outcome structs can get more variants and fields, so callers outside of this crate match them with `..` or `_`. An
//! enum of outcomes gets no new variant without a new major version, because a caller has to decide how to handle a new outcome.
//! Inputs are built by callers, field by field.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::expect_used, clippy::panic))]

// The tests of `quick` draw inputs as callers outside of this crate do.
#[cfg(test)]
extern crate self as paydirt_models;

pub mod arithmetic;
pub mod break_even;
pub mod calendar;
pub mod capex_roi;
pub mod cash_flow;
pub mod currency;
#[expect(clippy::arithmetic_side_effects, reason = "integers of known size: each bound stands beside the loop that keeps it")]
mod decimal;
pub mod decision;
pub mod depreciation;
mod doubt;
pub mod explanation;
pub mod input;
mod integers;
pub mod number;
pub mod precision;
#[expect(clippy::arithmetic_side_effects, reason = "integers of known size: each bound stands beside what keeps it")]
mod quick;
pub mod runway;
pub mod study;
pub mod traced;
pub mod valuation;
pub mod warning;
mod wide;
pub mod work;
