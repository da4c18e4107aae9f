//! Requests that a search begins with: every preset, the requests of the benchmark, and the worst that were ever found.

use std::path::PathBuf;

use paydirt::engine::MODELS;
use paydirt::wire::pb;
use paydirt::wire::pb::calculation::Model;
use prost::Message;
use prost_reflect::DynamicMessage;

use crate::RATIO_MAX;
use crate::cases::{built, cahn, earning, grown, lasting, listed, options, paid, regretted, series, written_off};
use crate::request::{CALCULATION, measure, of_json};

/// The calculations of presets, by the presets' names.
pub fn presets() -> Vec<(String, DynamicMessage)> {
    let list = pb::ListPresetsResponse::decode(paydirt::wire::presets::LIST).expect("the presets are whole");
    let calculation = |preset: pb::Preset| Some((preset.name.to_string(), preset.calculation?));
    list.presets.into_iter().filter_map(calculation).map(|(name, calculation)| (name, dynamic(&calculation))).collect()
}

fn dynamic(calculation: &pb::Calculation) -> DynamicMessage {
    DynamicMessage::decode(CALCULATION.clone(), &*calculation.encode_to_vec()).expect("a message of the same type")
}

/// The file of the worst requests of a model that were found, a line each.
pub fn kept_file(model: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(model).with_extension("jsonl")
}

/// The worst requests of a model that were found.
pub fn kept(model: &str) -> Vec<DynamicMessage> {
    let file = kept_file(model);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().map(of_json).collect()
}

/// Returns requests that took far more than their estimates, until a kernel was mended, each with a name that says what is dear in it.
pub fn named() -> Vec<(&'static str, DynamicMessage)> {
    let lines = include_str!("../named.tsv").lines();
    lines.map(|line| line.split_once('\t').expect("a name and its request")).map(|(name, json)| (name, of_json(json))).collect()
}

/// Requests of the benchmark's shapes, of a few sizes.
fn benchmarks() -> Vec<Model> {
    let mut models = vec![Model::RequiredRevenue(cahn(100, true)), Model::Depreciation(written_off(60, true))];
    for explain in [false, true] {
        models.push(Model::CapexRoi(built(24, explain)));
        models.push(Model::ImpliedGrowth(grown(30, explain)));
        models.push(Model::Regret(regretted(6, 8, explain)));
        for (lines, growth, horizon) in
            [(4, 0, 12), (20, 1, 12), (20, 2, 12), (100, 1, 12), (100, 2, 24), (60, 0, 120), (20, 1, 300)]
        {
            models.push(Model::Runway(lasting(lines, growth, horizon, explain)));
        }
        for (lines, growth) in [(4, 0), (20, 1), (20, 2)] {
            models.push(Model::Runway(earning(lasting(lines, growth, 12, explain))));
            for timing in [pb::PaymentTiming::AtStart, pb::PaymentTiming::AtEnd] {
                models.push(Model::Runway(paid(lasting(lines, growth, 12, explain), timing)));
            }
        }
        models.push(Model::Runway(pb::ComputeRunwayRequest { options: options(explain), ..listed(4, 60) }));
        for (flows, dated, every) in [(12, false, 3), (60, true, 2), (120, false, usize::MAX), (60, false, 2), (200, true, 7)] {
            let cash_flows = series(flows, dated, every);
            models.push(Model::InternalRateOfReturn(pb::ComputeInternalRateOfReturnRequest {
                cash_flows: cash_flows.clone(),
                options: options(explain),
            }));
            models.push(Model::NetPresentValue(pb::ComputeNetPresentValueRequest {
                currency_code: "USD".into(),
                cash_flows: cash_flows.clone(),
                discount_rate: "0.0712345678901234567".into(),
                options: options(explain),
                ..Default::default()
            }));
            models.push(Model::ModifiedInternalRateOfReturn(pb::ComputeModifiedInternalRateOfReturnRequest {
                cash_flows: cash_flows.clone(),
                finance_rate: "0.07".into(),
                reinvestment_rate: "0.05".into(),
                options: options(explain),
            }));
            models.push(Model::Payback(pb::ComputePaybackRequest {
                cash_flows,
                discount_rate: Some("0.07".into()),
                options: options(explain),
            }));
        }
    }
    models
}

/// Costs and revenues that nearly cancel, all their lives, and lines that shrink by a hair.
fn nearly_cancelling() -> Vec<String> {
    let line = |growth: String, first: usize| {
        format!(
            r#"{{"name":"n","amount":"9066.3523","period":"PERIOD_MONTH","monthly_growth_rate":"{growth}","first_month":{first}}}"#
        )
    };
    let mut requests = Vec::new();
    for (lines, cash) in [(30, "0"), (60, "0.00001"), (3, "0")] {
        let lines_of = |first: usize| {
            (0..lines).map(|index| line(format!("0.0000000000000{}", first + index), 1)).collect::<Vec<_>>().join(",")
        };
        requests.push(format!(
            r#"{{"runway":{{"currency_code":"USD","cash_balance":"{cash}","costs":[{}],"revenues":[{}]}}}}"#,
            lines_of(10),
            lines_of(11)
        ));
    }
    let shrinking = (0..40).map(|index| line("-0.000000000000001".to_owned(), 20 + index)).collect::<Vec<_>>().join(",");
    requests.push(format!(r#"{{"runway":{{"currency_code":"USD","cash_balance":"1e24","revenues":[{shrinking}]}}}}"#));
    requests
}

/// Rates that are large, near to each other, or the same.
fn hard_rates() -> Vec<String> {
    let mut large = vec!["-1".to_owned()];
    large.extend((1..30).map(|index| format!("500.{index}")));
    let large: Vec<&str> = large.iter().map(String::as_str).collect();
    let amounts: [&[&str]; 5] = [
        &["-1", "500"],
        &large,
        &["-100", "210", "-110.25"],
        &["-100", "210.001", "-110.251"],
        &["-1", "2.7", "-2.43", "0.729"],
    ];
    let request = |amounts: &[&str]| {
        let amounts = amounts.iter().map(|amount| format!("\"{amount}\"")).collect::<Vec<_>>().join(",");
        format!(
            r#"{{"internal_rate_of_return":{{"cash_flows":{{"periodic":{{"amounts":[{amounts}],"period":"PERIOD_YEAR"}}}}}}}}"#
        )
    };
    amounts.into_iter().map(request).collect()
}

/// Returns the requests that the search for a model begins with.
pub fn seeds(model: &str) -> Vec<DynamicMessage> {
    let presets = presets().into_iter().map(|(_, calculation)| calculation);
    let benchmarks = benchmarks().into_iter().map(|model| dynamic(&pb::Calculation { model: Some(model) }));
    let hard = [nearly_cancelling(), hard_rates()].concat();
    let hard = hard.iter().map(|text| of_json(text));
    let others = presets.chain(benchmarks).chain(hard).filter(|calculation| calculation.has_field_by_name(model));
    let mut seeds: Vec<DynamicMessage> = others.collect();
    if kept_file(model).exists() {
        // From those that are known to take too long a search would not come away.
        seeds.extend(kept(model).into_iter().filter(|request| measure(request).ratio() <= RATIO_MAX));
    }
    seeds.extend(named().into_iter().map(|(_, request)| request).filter(|request| request.has_field_by_name(model)));
    // A model without any begins with nothing, and is built up.
    if seeds.is_empty() {
        let field = CALCULATION.get_field_by_name(model).unwrap_or_else(|| panic!("the contract has no {model} of {MODELS:?}"));
        let mut calculation = DynamicMessage::new(CALCULATION.clone());
        calculation.set_field(&field, prost_reflect::Value::default_value_for_field(&field));
        seeds.push(calculation);
    }
    seeds
}
