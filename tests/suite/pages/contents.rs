//! What is on which page: a page for each model with its parts, all pages in the book's list, and the table of questions in the README.

use std::collections::BTreeSet;
use std::fmt::Write;

use paydirt_fuzzed::contract::{CONTRACT, Model};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::contract::{Contract, descriptors};
use crate::pages::{Page, is_written, pages};

const SUMMARY: &str = "docs/SUMMARY.md";
const FOR_MACHINES: &str = "docs/llms.txt";
const README_LINES_MAX: usize = 200;
/// Sections of a model's page.
const SECTIONS: [&str; 7] =
    ["Ask", "Explanation", "Turn it around", "Conventions", "Source", "What others do differently", "Fields"];
/// Messages that all models share, which have pages of their own.
const SHARED: [&str; 3] = ["CalculationOptions", "Explanation", "Warning"];
/// What the sections of each model's page have: the ways to ask.
const WAYS: [&str; 4] = ["paydirt compute", "curl -s", "grpcurl -plaintext", "```python"];

/// The page of a model, whose head says which question it answers, by which method, and how.
fn page_of(model: &Model) -> Page {
    Page::of(&format!("docs/models/{}.md", model.name))
}

fn method_of(model: &Model) -> String {
    format!("{}/{}", model.method.parent_service().name(), model.method.name())
}

/// The line below the title: the method, and how, and where it comes from.
fn how(page: &Page, method: &str) -> String {
    let start = format!("`{method}` · ");
    let line = page.text.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{} has no line that begins with {start}", page.path)).to_owned()
}

#[test]
fn each_model_has_a_page_with_all_its_parts() {
    let mut faults = Vec::new();
    for model in &CONTRACT.models {
        let page = page_of(model);
        how(&page, &method_of(model));
        let sections: Vec<&str> = page.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if sections != SECTIONS {
            faults.push(format!("{}: sections {sections:?} instead of {SECTIONS:?}", page.path));
        }
        let named = format!("{}/{}", model.method.parent_service().full_name(), model.method.name());
        for part in WAYS.iter().chain([&named.as_str()]) {
            if !page.text.contains(part) {
                faults.push(format!("{}: no {part}", page.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What stands between two lines of a page, which follows from something else.
fn assert_follows(page: &Page, before: &str, after: &str, expected: &str) {
    let (head, rest) = page.text.split_once(before).unwrap_or_else(|| panic!("{} has no {before:?}", page.path));
    let (found, tail) = rest.split_once(after).unwrap_or_else(|| panic!("{} has no {after:?} behind it", page.path));
    if is_written() {
        page.write(&format!("{head}{before}{expected}{after}{tail}"));
        return;
    }
    assert_eq!(found, expected, "{} is out of date: scripts/renew pages", page.path);
}

#[test]
fn the_fields_of_a_page_are_those_of_the_contract() {
    let contract = Contract::of(&descriptors());
    let mut faults = Vec::new();
    for model in &CONTRACT.models {
        let page = page_of(model);
        let (head, found) = page.text.split_once("\n## Fields\n\n").unwrap_or_else(|| panic!("{} has no fields", page.path));
        let file = model.method.parent_file();
        let mut written = format!("As [`{}`](../../proto/{}) says beside each of them.\n", short(file.name()), file.name());
        for message in [model.method.input(), model.method.output()] {
            written += &tables(&contract, &message);
        }
        if is_written() {
            page.write(&format!("{head}\n## Fields\n\n{written}"));
        } else if found != written {
            faults.push(page.path);
        }
    }
    assert!(faults.is_empty(), "out of date: scripts/renew pages: {faults:?}");
}

/// The name behind the folder.
fn short(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A table of the message's fields, and of those of each message within it, once.
fn tables(contract: &Contract, message: &MessageDescriptor) -> String {
    let (mut written, mut seen, mut next) = (String::new(), BTreeSet::new(), vec![message.clone()]);
    while let Some(message) = next.pop() {
        if SHARED.contains(&message.name()) || !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        let within: Vec<MessageDescriptor> = message
            .fields()
            .filter_map(|field| match field.kind() {
                Kind::Message(within) => Some(within),
                _ => None,
            })
            .collect();
        next.extend(within.into_iter().rev());
        if message.fields().len() == 0 {
            continue;
        }
        write!(written, "\n| `{}` | |\n|---|---|\n", message.name()).expect("a text");
        for field in message.fields() {
            let said = contract.comment_of(&field).text().replace('|', "\\|").replace('<', "&lt;");
            writeln!(written, "| `{}` | {said}{} |", field.name(), words(&field)).expect("a text");
        }
    }
    written
}

/// What may stand in a field that is an enum or another message, and beside which others it stands.
fn words(field: &FieldDescriptor) -> String {
    let one_of = field.containing_oneof().filter(|of| !of.is_synthetic() && of.fields().len() > 1);
    let others = one_of.map_or_else(String::new, |of| {
        let names = of.fields().filter(|other| other != field).map(|other| format!("`{}`", other.name()));
        format!(" Not beside {}.", names.collect::<Vec<_>>().join(", "))
    });
    let words = match field.kind() {
        Kind::Enum(of) => {
            let names = of.values().filter(|value| value.number() != 0).map(|value| format!("`{}`", value.name()));
            format!(" One of {}.", names.collect::<Vec<_>>().join(", "))
        }
        Kind::Message(of) => format!(" Message: `{}`.", of.name()),
        _ => String::new(),
    };
    words + &others
}

#[test]
fn the_table_of_questions_is_made_of_the_pages() {
    let rows = CONTRACT.models.iter().fold(String::new(), |mut rows, model| {
        let (page, method) = (page_of(model), method_of(model));
        writeln!(rows, "| [{}]({}) | `{method}` | {} |", page.title(), page.path, how(&page, &method)).expect("a text");
        rows
    });
    assert_follows(&Page::of("README.md"), "|---|---|---|\n", "| [How do I ask many", &rows);
}

#[test]
fn the_list_of_pages_is_whole_and_names_the_models_by_their_questions() {
    let models = CONTRACT.models.iter().fold(String::new(), |mut lines, model| {
        writeln!(lines, "- [{}](models/{}.md)", page_of(model).title(), model.name).expect("a text");
        lines
    });
    assert_follows(&Page::of(SUMMARY), "# Questions\n\n", "- [Many at once", &models);
    let summary = Page::of(SUMMARY);
    let listed: BTreeSet<String> = links(&summary.text).map(|(_, path)| format!("docs/{path}")).collect();
    let there: BTreeSet<String> = pages().into_iter().map(|page| page.path).collect();
    let there: BTreeSet<String> = there.into_iter().filter(|path| path != SUMMARY && path != "README.md").collect();
    assert_eq!(listed, there);
}

/// Titles and paths.
fn links(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix('[')?.strip_suffix(')')?.split_once("]("))
}

/// <https://llmstxt.org>: what the project is, and where its pages are, for programs that read.
#[test]
fn the_list_for_machines_is_made_of_the_list_of_pages() {
    let summary = Page::of(SUMMARY);
    let mut written = "# Paydirt\n\n> Financial-model calculations as a gRPC service, over HTTP in JSON, on the command line and as tools for \
        agents: exact, explained, and refused rather than guessed.\n\nDecimals travel as strings, rates are fractions: ten per cent is \
        \"0.1\". A refusal names every bad field with a reason.\n"
        .to_owned();
    for line in summary.text.lines() {
        match (line.strip_prefix("# "), links(line).next()) {
            (Some("Summary"), _) => written.push_str("\n## Begin\n\n"),
            (Some(part), _) => write!(written, "\n## {part}\n\n").expect("a text"),
            (None, Some((title, path))) => writeln!(written, "- [{title}]({path})").expect("a text"),
            (None, None) => {}
        }
    }
    let page = Page::of(FOR_MACHINES);
    if is_written() {
        page.write(&written);
    } else {
        assert!(page.text == written, "{FOR_MACHINES} is out of date: scripts/renew pages");
    }
}

#[test]
fn the_readme_can_be_read_in_one_go() {
    let lines = Page::of("README.md").text.lines().count();
    assert!(lines <= README_LINES_MAX, "README.md has {lines} lines");
}
