//! What each method of the contract has in this house. The methods are those of the descriptors, so that a new one is asked for at once;
//! and whoever adds one is told everything that is still missing, in one list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use paydirt_fuzzed::contract::{CONTRACT, Model, name_of};
use paydirt_fuzzed::seeds::golden_rows;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::Value;

use crate::explanation_texts::FOLDER;
use crate::presets::presets;
use crate::rooms::files_of;
use crate::tools::root;

/// Services whose methods ask about calculations of any model.
const OF_NO_MODEL: [&str; 2] = ["CalculationService", "StudyService"];
/// Golden rows of a method, of which at least one is refused.
const ROWS_MIN: usize = 10;

#[test]
fn each_method_has_what_a_method_has_here() {
    let (readme, changelog) = (text_of("README.md"), text_of("CHANGELOG.md"));
    let mut missing = Vec::new();
    for method in CONTRACT.methods() {
        let (service, name) = (method.parent_service().name().to_owned(), method.name().to_owned());
        let named = format!("`{service}/{name}`");
        if !readme.lines().any(|line| line.starts_with('|') && line.contains(&named)) {
            missing.push(format!("{named}: a row in a table of README.md"));
        }
        if !changelog.contains(&format!("{name}`")) {
            missing.push(format!("{named}: a line of CHANGELOG.md that names `{name}`"));
        }
    }
    for method in CONTRACT.methods().filter(|method| !OF_NO_MODEL.contains(&method.parent_service().name())) {
        if !CONTRACT.models.iter().any(|model| model.method == method) {
            missing.push(format!("`{}`: a line in both unions of calculation.proto", name_of(&method)));
        }
    }
    let (rows, laws, presets) = (golden_rows(), laws(), presets());
    for model in &CONTRACT.models {
        let method = name_of(&model.method);
        let mut ask = |is_there: bool, what: &str| {
            if !is_there {
                missing.push(format!("`{method}`: {what}"));
            }
        };
        let of_method: Vec<_> = rows.iter().filter(|row| row["method"] == method.as_str()).collect();
        ask(of_method.len() >= ROWS_MIN, "ten golden rows, by its program in tests/golden/reference");
        ask(of_method.iter().any(|row| row["error"].is_object()), "a golden row that is refused");
        let (family, function) = function_of(model);
        ask(
            laws.iter().any(|law| law.calls.contains(&function)),
            &format!(
                "a law that calls {function}: a proptest in the tests of its file in models/src/{family}, or in tests/suite/*laws.rs"
            ),
        );
        let questions = format!("models/src/{family}/mod.rs");
        let is_listed = |line: &str| line.starts_with("//! |") && line.contains(&format!("[`{function}()`]"));
        let list = text_of("page/models/index.js");
        let question = list.lines().find(|line| line.contains("{ name: ") && line.contains(&format!("\"{}\"", model.name)));
        ask(question.is_some(), "a question in page/models/index.js that has its name, or covers it");
        let asked = question.and_then(|line| line.split('"').nth(1)).unwrap_or(&model.name);
        let sentence = format!("\"question\": \"{asked}\"");
        ask(text_of("tests/page/sentences.jsonl").contains(&sentence), "a sentence in tests/page/sentences.jsonl");
        ask(
            text_of(&questions).lines().any(is_listed),
            &format!("a row with its question and [`{function}()`] in the table of {questions}"),
        );
        let is_preset = |preset: &Value| preset["calculation"].get(&model.name).is_some();
        ask(presets.iter().any(is_preset), "a preset in src/presets");
        let page = format!("docs/models/{}.md", model.name);
        ask(root().join(&page).is_file(), &format!("a page, {page}, in the form of the others"));
        let kept = format!("{FOLDER}/{}.txt", model.name);
        ask(root().join(&kept).is_file(), &format!("a kept explanation, {kept}: scripts/renew writes it"));
        let scenario = format!("tests/load/scenarios/{}.json", model.name);
        let asks = |scenario: Value| {
            scenario["calls"].as_array().is_some_and(|calls| calls.iter().any(|call| call["method"] == method.as_str()))
        };
        let is_there = root().join(&scenario).is_file() && asks(serde_json::from_str(&text_of(&scenario)).expect("JSON"));
        ask(is_there, &format!("a load scenario, {scenario}: scripts/renew writes it"));
    }
    assert!(missing.is_empty(), "missing:\n{}", missing.join("\n"));
}

fn text_of(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The function of the models that the row of a model in the engine's list names, with its family: `models::runway::default_alive`.
pub fn function_of(model: &Model) -> (String, String) {
    let list = text_of("src/engine/list.rs");
    let row = list.split(';').find(|row| row.contains(&format!("\"{}\"", model.method.name())));
    let row = row.unwrap_or_else(|| panic!("the engine's list has no row of {}", model.name));
    let words = row.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
    let named = words.filter_map(|word| match word.split("::").collect::<Vec<_>>()[..] {
        ["models", family, function] => Some((family.to_owned(), function.to_owned())),
        _ => None,
    });
    let named: BTreeSet<_> = named.collect();
    let [function] = &named.iter().collect::<Vec<_>>()[..] else {
        panic!("one function of the models for {}: {named:?}", model.name)
    };
    (*function).clone()
}

/// A test that holds on random inputs, and all that it calls, by whatever helper.
struct Law {
    name: String,
    takes_inputs: bool,
    calls: BTreeSet<String>,
}

/// The laws of the suite, whose files share their helpers, and those in the tests beside the models.
fn laws() -> Vec<Law> {
    let files = fs::read_dir(root().join("tests/suite")).expect("the suite").map(|entry| entry.expect("an entry").path());
    let is_laws = |name: &str| name.ends_with("laws.rs");
    let texts = files
        .filter(|file| is_laws(&file.to_string_lossy()))
        .map(|file| fs::read_to_string(file).expect("a source file is text"));
    let mut laws = laws_of(&texts.collect::<Vec<_>>());
    for file in files_of(&root().join("models/src"), "rs") {
        let text = fs::read_to_string(file).expect("a source file is text");
        laws.extend(tests_in(&text).into_iter().flat_map(|tests| laws_of(&[tests])));
    }
    assert!(laws.len() >= 30, "only {} laws were found: is this where they are?", laws.len());
    laws
}

/// What the module `tests` of a source holds.
fn tests_in(source: &str) -> Option<String> {
    let tokens: TokenStream = source.parse().expect("a source file is Rust");
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.windows(3).find_map(|part| match part {
        [TokenTree::Ident(module), TokenTree::Ident(name), TokenTree::Group(group)] if module == "mod" && name == "tests" => {
            Some(group.stream().to_string())
        }
        _ => None,
    })
}

fn laws_of(texts: &[String]) -> Vec<Law> {
    let (mut helpers, mut laws) = (BTreeMap::<String, BTreeSet<String>>::new(), Vec::new());
    for text in texts {
        let tokens: TokenStream = text.parse().expect("a source file is Rust");
        for function in functions_in(tokens.clone()) {
            helpers.entry(function.name).or_default().extend(function.calls);
        }
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for part in tokens.windows(3) {
            if let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(group)] = part
                && name == "proptest"
            {
                laws.extend(functions_in(group.stream()).into_iter().filter(|law| law.takes_inputs));
            }
        }
    }
    for law in &mut laws {
        let mut unseen: Vec<String> = law.calls.iter().cloned().collect();
        while let Some(name) = unseen.pop() {
            let further: Vec<String> = helpers.get(&name).into_iter().flatten().cloned().collect();
            unseen.extend(further.into_iter().filter(|name| law.calls.insert(name.clone())));
        }
    }
    laws
}

/// The functions that stand side by side among these tokens.
fn functions_in(tokens: TokenStream) -> Vec<Law> {
    let mut functions = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        if !matches!(&token, TokenTree::Ident(word) if word == "fn") {
            continue;
        }
        let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
        let mut function = Law { name: name.to_string(), takes_inputs: false, calls: BTreeSet::new() };
        for token in tokens.by_ref() {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    function.takes_inputs |= !group.stream().is_empty();
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    calls_in(group.stream(), &mut function.calls);
                    break;
                }
                _ => {}
            }
        }
        functions.push(function);
    }
    functions
}

/// Names that stand before parentheses, at any depth.
fn calls_in(tokens: TokenStream, calls: &mut BTreeSet<String>) {
    let mut before = None;
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            calls_in(group.stream(), calls);
            if let (Delimiter::Parenthesis, Some(name)) = (group.delimiter(), before.take()) {
                calls.insert(name);
            }
        }
        before = match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        };
    }
}

#[test]
fn a_law_beside_a_model_is_found_in_its_tests_alone() {
    let source = "fn worth(a: u8) { regret(a) }
        mod tests { fn of(a: u8) { payback(a) } proptest! { #[test] fn holds(a in 0..9) { of(a) } } }";
    let laws = laws_of(&[tests_in(source).expect("there are tests")]);
    let [law] = &laws[..] else { panic!("one law") };
    assert!(law.calls.contains("payback") && !law.calls.contains("regret"));
    assert_eq!(tests_in("mod tests; fn other() {}"), None);
}

#[test]
fn a_law_calls_a_function_itself_or_by_a_helper() {
    let text = "fn worth(a: u8) { present_value(&a).expect(\"it fits\") }
        fn other() { regret(1) }
        proptest! {
            #[test]
            fn adds_up(a in 0..9) { prop_assert!(worth(a) > payback(a)); }
            #[test]
            fn no_law() { runway(1) }
        }";
    let laws = laws_of(&[text.to_owned()]);
    let [law] = &laws[..] else { panic!("one law takes inputs") };
    assert_eq!(law.name, "adds_up");
    for (name, is_called) in [("present_value", true), ("payback", true), ("regret", false), ("runway", false)] {
        assert_eq!(law.calls.contains(name), is_called, "{name}");
    }
}
