//! Every model by witnesses: each number on the way to an answer holds what 76 digits give, and each decision is theirs.
//!
//! Inputs are drawn as in `tests/precision`, which compares answers. `PAYDIRT_PRECISION_CASES` says how many a model, 100 unless told.

#[path = "../../tests/precision/generator.rs"]
mod generator;
#[path = "../../tests/precision/investments.rs"]
mod investments;
#[path = "../../tests/precision/runways.rs"]
mod runways;
#[path = "../../tests/precision/series.rs"]
mod series;

use generator::{Generator, Kind, Random, number};

use super::witness::watched;

/// Computes so many inputs with witnesses.
fn watch<Inputs, Answer>(draw: impl Fn(&mut Generator) -> Inputs, compute: impl Fn(&Inputs) -> Answer) {
    for kind in [Kind::Ordinary, Kind::Nasty] {
        let mut generator = Generator { random: Random(number("PAYDIRT_PRECISION_SEED", 1)), kind };
        let cases = number("PAYDIRT_PRECISION_CASES", 100) / 2;
        let numbers = (0..cases).map(|_| {
            let inputs = draw(&mut generator);
            watched(|| drop(compute(&inputs)))
        });
        assert!(numbers.sum::<u64>() > 10 * cases, "the model is watched");
    }
}

#[test]
fn every_number_of_a_present_value_is_held() {
    watch(Generator::present_value, crate::cash_flow::present_value);
}

#[test]
fn every_number_of_a_payback_is_held() {
    watch(Generator::payback, crate::cash_flow::paybacks);
}

#[test]
fn every_number_of_a_modified_rate_is_held() {
    watch(Generator::modified_rate, crate::cash_flow::modified_internal_rate);
}

#[test]
fn every_number_of_a_depreciation_is_held() {
    watch(Generator::asset, crate::depreciation::depreciation);
}

#[test]
fn every_number_of_a_return_on_capital_expenditure_is_held() {
    watch(Generator::investment, crate::capex_roi::capex_roi);
}

#[test]
fn every_number_of_an_implied_growth_is_held() {
    watch(Generator::valued_company, crate::valuation::implied_growth);
}

#[test]
fn every_number_of_a_runway_is_held() {
    watch(Generator::runway, crate::runway::runway);
}

#[test]
fn every_number_of_default_alive_is_held() {
    watch(Generator::company, crate::runway::default_alive);
}

#[test]
fn every_number_of_a_revenue_for_a_return_is_held() {
    watch(Generator::outlay, crate::break_even::return_revenue);
}
