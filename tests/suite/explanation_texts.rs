//! What an explanation says, whole, for one preset of each model: kept in `tests/golden/explanations`, so that a change of its words is read
//! by somebody. `PAYDIRT_WRITE_EXPLANATIONS=1` writes them anew, to be reviewed: could a person with a pocket calculator redo it?

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::presets::{calculation_of, presets};
use crate::support::{SERVER, models};
use crate::tools::root;

/// A model, and the preset whose explanation is kept.
const KEPT: [(&str, &str); 17] = [
    ("required_revenue", "cahn-2024"),
    ("return_revenue", "cahn-2024-annuity"),
    ("break_even_point", "textbook-break-even"),
    ("runway", "openai-june-2025-plan"),
    ("default_alive", "default-dead-eight-per-cent"),
    ("capex_roi", "wall-street-2026-project"),
    ("depreciation", "nvidia-customers-three-years"),
    ("net_present_value", "textbook-net-present-value"),
    ("internal_rate_of_return", "spreadsheet-xirr"),
    ("modified_internal_rate_of_return", "spreadsheet-mirr"),
    ("payback", "textbook-payback"),
    ("regret", "pichai-regret"),
    ("share_ceiling", "norvig-nvidia-82"),
    ("rerating", "cisco-rerating"),
    ("price_change", "cisco-fall"),
    ("implied_growth", "cisco-implied-growth"),
    ("required_margin", "mcnealy-ten-times-sales"),
];

#[test]
fn each_model_explains_itself_in_the_words_that_are_kept() {
    let (client, presets) = (SERVER.client(), presets());
    let is_written = std::env::var_os("PAYDIRT_WRITE_EXPLANATIONS").is_some();
    let mut changed = Vec::new();
    for (model, name) in KEPT {
        let preset = presets.iter().find(|preset| preset["name"] == name).unwrap_or_else(|| panic!("no preset {name}"));
        assert!(preset["calculation"].get(model).is_some(), "{name} is no {model}");
        let (method, mut request) = calculation_of(preset);
        request["options"]["explain"] = json!(true);
        let answer = client.call(&method, &request).expect("a preset computes");
        let text = text_of(preset, &answer["explanation"]);
        let path = root().join(format!("tests/golden/explanations/{model}.txt"));
        if is_written {
            std::fs::write(&path, &text).expect("it can be written");
        }
        if std::fs::read_to_string(&path).is_ok_and(|kept| kept == text) {
            continue;
        }
        changed.push(format!("{}: it says now\n{text}", path.display()));
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn every_model_has_its_words_kept() {
    let kept: BTreeSet<String> = KEPT.iter().map(|(model, _)| (*model).to_owned()).collect();
    assert_eq!(kept, models().into_iter().collect());
}

/// As a person would read it. The version is left out: it changes with every release, and the words do not.
fn text_of(preset: &Value, explanation: &Value) -> String {
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let mut written = format!("{}\n\n", text(preset, "title"));
    for step in explanation["steps"].as_array().expect("steps") {
        let line = |field: &str| text(step, field);
        writeln!(written, "{}\n  = {}\n  = {}\n  = {}", line("name"), line("formula"), line("substitution"), line("value"))
            .expect("a text can be written to");
    }
    written.push_str("\nassuming\n");
    for assumption in explanation["assumptions"].as_array().into_iter().flatten() {
        let line = |field: &str| text(assumption, field);
        writeln!(written, "  {} = {}: {}", line("field"), line("value"), line("reason")).expect("a text can be written to");
    }
    written
}
