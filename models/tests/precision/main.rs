//! The short way of 128 bits against 76 digits throughout: every answer is the one of 76 digits, digit for digit, and the long way is rare.
//!
//! Random inputs are ordinary ones, as people write them, or nasty ones: ties, cancellation, 1e-28, 7.9e28, long series, rates near -1.
//! `PAYDIRT_PRECISION_CASES` says how many a model, 1,500 unless told; `PAYDIRT_PRECISION_SEED` begins with others.

mod generator;
mod investments;
mod runways;
mod series;

use std::fmt::Debug;

use generator::{Generator, Kind, Random, number};
use paydirt_models::break_even::return_revenue;
use paydirt_models::capex_roi::capex_roi;
use paydirt_models::cash_flow::{modified_internal_rate, paybacks, present_value};
use paydirt_models::depreciation::depreciation;
use paydirt_models::precision::{Counts, counts, in_full};
use paydirt_models::runway::{default_alive, runway};
use paydirt_models::valuation::implied_growth;

/// Computes so many inputs by both ways, and returns what the short way counted of each kind.
fn compared<Inputs: Debug, Answer: PartialEq + Debug>(
    model: &str,
    draw: impl Fn(&mut Generator) -> Inputs,
    compute: impl Fn(&Inputs) -> Answer,
) {
    let cases = number("PAYDIRT_PRECISION_CASES", 1_500);
    for kind in [Kind::Ordinary, Kind::Nasty] {
        let before = counts();
        let mut generator = Generator { random: Random(number("PAYDIRT_PRECISION_SEED", 1)), kind };
        for case in 0..cases / 2 {
            let inputs = draw(&mut generator);
            let answer = compute(&inputs);
            assert_eq!(answer, in_full(|| compute(&inputs)), "{model}, {kind:?} {case}: {inputs:?}");
        }
        let after = counts();
        let done = Counts {
            roundings: after.roundings - before.roundings,
            of_roundings: after.of_roundings - before.of_roundings,
            of_comparisons: after.of_comparisons - before.of_comparisons,
            long_ways: after.long_ways - before.long_ways,
        };
        println!("{model:>16} {kind:?}: {done:?}");
        assert!(done.roundings >= cases / 4, "the short way is taken");
        if kind == Kind::Ordinary {
            // 1 in 10^4 roundings; of a few thousand, that is none or one.
            assert!(done.of_roundings <= done.roundings / 10_000 + 1, "{model}: {done:?}");
        }
    }
}

#[test]
fn present_values_are_those_of_76_digits() {
    compared("present value", Generator::present_value, present_value);
}

#[test]
fn paybacks_are_those_of_76_digits() {
    compared("payback", Generator::payback, paybacks);
}

#[test]
fn modified_rates_are_those_of_76_digits() {
    compared("modified rate", Generator::modified_rate, modified_internal_rate);
}

#[test]
fn depreciations_are_those_of_76_digits() {
    compared("depreciation", Generator::asset, depreciation);
}

#[test]
fn returns_on_capital_expenditure_are_those_of_76_digits() {
    compared("capex ROI", Generator::investment, capex_roi);
}

#[test]
fn implied_growths_are_those_of_76_digits() {
    compared("implied growth", Generator::valued_company, implied_growth);
}

#[test]
fn runways_are_those_of_76_digits() {
    compared("runway", Generator::runway, runway);
}

#[test]
fn companies_are_default_alive_as_76_digits_say() {
    compared("default alive", Generator::company, default_alive);
}

#[test]
fn revenues_for_a_return_are_those_of_76_digits() {
    compared("return revenue", Generator::outlay, return_revenue);
}
