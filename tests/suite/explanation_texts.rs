//! What an explanation says, whole, for one preset of each model: kept in `tests/golden/explanations`, so that a change of its words is read
//! by somebody. `PAYDIRT_WRITE_EXPLANATIONS=1` writes them anew, to be reviewed: could a person with a pocket calculator redo it?

use std::fmt::Write;

use serde_json::{Value, json};

use crate::presets::{calculation_of, presets};
use crate::support::{SERVER, models};
use crate::tools::root;

/// The folder of the kept texts, one file for each model.
pub const FOLDER: &str = "tests/golden/explanations";

/// The preset whose explanation is kept for a model: the one whose title begins the kept text, or else the model's first.
fn kept<'p>(presets: &'p [Value], model: &str, text: &str) -> &'p Value {
    let of_model = || presets.iter().filter(|preset| preset["calculation"].get(model).is_some());
    let is_kept = |preset: &&Value| preset["title"].as_str() == text.lines().next();
    of_model().find(is_kept).or_else(|| of_model().next()).unwrap_or_else(|| panic!("no preset of {model}"))
}

#[test]
fn each_model_explains_itself_in_the_words_that_are_kept() {
    let (client, presets) = (SERVER.client(), presets());
    let is_written = std::env::var_os("PAYDIRT_WRITE_EXPLANATIONS").is_some();
    let mut changed = Vec::new();
    for model in models() {
        let path = root().join(format!("{FOLDER}/{model}.txt"));
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        let preset = kept(&presets, &model, &before);
        let (method, mut request) = calculation_of(preset);
        request["options"]["explain"] = json!(true);
        let answer = client.call(&method, &request).expect("a preset computes");
        let text = text_of(preset, &answer["explanation"]);
        if is_written {
            std::fs::write(&path, &text).expect("it can be written");
        } else if before != text {
            changed.push(format!("{}: it says now\n{text}", path.display()));
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn every_text_that_is_kept_is_a_models() {
    let kept =
        std::fs::read_dir(root().join(FOLDER)).expect("there are kept texts").map(|entry| entry.expect("an entry").path());
    let of = kept.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    let strays: Vec<String> = of.filter(|name| !models().contains(name)).collect();
    assert!(strays.is_empty(), "no model has the texts of {strays:?}");
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
