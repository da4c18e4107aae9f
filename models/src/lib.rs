//! Financial questions and their answers: pure functions from inputs to exact figures.
//!
//! A model is a function. Its inputs are a struct whose numbers carry their range in their type; its outcome names every figure,
//! and every case in which there is no such figure. Fields that cannot be used are refused as an [`input::ModelError`], all at
//! once. No input panics, no overflow goes unnoticed, and equal inputs give equal digits on every machine.
//!
//! # Questions
//!
//! | question | function |
//! |---|---|
//! | How much revenue does a spend on accelerators call for? | [`break_even::required_revenue`] |
//! | How much revenue a year earns the required return on an investment? | [`break_even::return_revenue`] |
//! | From which revenue on does a business earn more than it costs? | [`break_even::break_even_point`] |
//! | How many months does the cash last, and how much has to be raised? | [`runway::runway`] |
//! | Does the company reach profitability on the cash it has? | [`runway::default_alive`] |
//! | Does what is built earn what it cost, and when? | [`capex_roi::capex_roi`] |
//! | How does an asset's book value fall? | [`depreciation::depreciation`] |
//! | What are payments worth today? | [`cash_flow::present_value`] |
//! | Which rates of return do payments have, every one above -1, proven? | [`cash_flow::internal_rates`] |
//! | What do payments earn if money between them has rates of its own? | [`cash_flow::modified_internal_rate`] |
//! | When is the money back? | [`cash_flow::paybacks`] |
//! | Which alternative is least regretted? | [`decision::regret`] |
//! | How much can a market share still grow? | [`valuation::share_ceiling`] |
//! | What becomes of a price when the multiple of earnings changes? | [`valuation::rerating`] |
//! | What did a price gain or lose, and what would make up for it? | [`valuation::price_change`] |
//! | Which growth does a price take for granted? | [`valuation::implied_growth`] |
//! | Which margin would give a price back in so many years? | [`valuation::required_margin`] |
//! | How much is a company worth by its free cash flows? | [`valuation::discounted_value`] |
//!
//! Each has a function beside it that explains its outcome, such as [`runway::explain_runway`]: the steps in names and in figures, and what
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

pub mod break_even;
pub mod calendar;
pub mod capex_roi;
pub mod cash_flow;
pub mod currency;
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
pub mod warning;
mod wide;
pub mod work;
