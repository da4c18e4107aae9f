//! Documentation that stands alone: a line is read in a hover or in a search, without the line above it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use paydirt_fuzzed::contract::CONTRACT;

use super::{files_of, folder_of};
use crate::house::function_of;

/// Openings that refer to another line: whoever reads one alone does not know of what it speaks.
const REFERRING: &[&str] =
    &["As above", "As before", "As there", "Ditto", "It", "Likewise", "Same", "The other", "The same", "This does", "What"];

/// Rooms whose documentation stands alone.
const ROOMS: &[&str] = &["models", "wire", "engine", "commands", "server"];

/// A line of documentation: where it stands, and its text.
struct Line {
    number: usize,
    text: String,
    /// Begins a block, a paragraph, a list item, or a sentence.
    begins: bool,
}

/// The lines of documentation of a source, but those of examples.
fn documentation(source: &str) -> Vec<Line> {
    let (mut found, mut is_code, mut begins) = (Vec::new(), false, true);
    for (line, number) in source.lines().zip(1..) {
        let Some(text) = ["///", "//!"].iter().find_map(|mark| line.trim_start().strip_prefix(mark)) else {
            (is_code, begins) = (false, true);
            continue;
        };
        let text = text.trim();
        if text.starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !text.is_empty() {
            let text = text.trim_start_matches("- ").to_owned();
            let is_item = line.contains("/// - ") || line.contains("//! - ");
            let ends = text.ends_with(['.', '?', '!', ':']);
            found.push(Line { number, text, begins: begins || is_item });
            begins = ends;
            continue;
        }
        begins = true;
    }
    found
}

/// True of a line that begins with one of the openings. Headings, tables and quotations are no sentences of ours.
fn refers(line: &Line) -> bool {
    let is_ours = !line.text.starts_with(['#', '|', '"']);
    is_ours
        && line.begins
        && REFERRING.iter().any(|opening| {
            let rest = line.text.strip_prefix(opening);
            rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
        })
}

#[test]
fn no_line_of_documentation_begins_by_referring_to_another() {
    let (mut seen, mut found) = (0, Vec::new());
    for file in ROOMS.iter().flat_map(|room| files_of(&folder_of(room), "rs")) {
        let source = fs::read_to_string(&file).expect("a source file is text");
        for line in documentation(&source) {
            seen += 1;
            if refers(&line) {
                found.push(format!("{}:{}: {}", file.display(), line.number, line.text));
            }
        }
    }
    assert!(seen >= 2000, "only {seen} lines were read: is this where the sources are?");
    assert!(found.is_empty(), "name the subject, as if nobody had read the line above:\n{}", found.join("\n"));
}

#[test]
fn a_line_that_refers_would_be_seen() {
    let of = |source: &str| documentation(source).iter().filter(|line| refers(line)).count();
    assert_eq!(
        of("/// The same less 1.\npub a: u8,\n    /// Likewise, of discounted flows.\n//! What it says.\n/// It does."),
        4
    );
    assert_eq!(of("/// - The same.\n///\n/// Ditto.\n/// A sentence ends.\n/// It goes on."), 3);
    assert_eq!(of("/// Items are\n/// It and What.\n/// Itself, and Whatever.\n/// # What may change"), 0);
    assert_eq!(of("/// ```\n/// It\n/// ```\n/// | What? |\n/// \"What were you thinking?\"\n// It is a comment."), 0);
}

/// The functions that answer questions, by family and name: one for each row of the engine's list.
fn answering() -> BTreeSet<(String, String)> {
    CONTRACT.models.iter().map(function_of).collect()
}

/// What the documentation of a public function in a folder says, by the function's name.
fn documented(folder: &Path, function: &str) -> Option<String> {
    files_of(folder, "rs").iter().find_map(|file| {
        let file = syn::parse_file(&fs::read_to_string(file).expect("a source file is text")).expect("a source file is Rust");
        file.items.iter().find_map(|item| match item {
            syn::Item::Fn(item) if item.sig.ident == function && matches!(item.vis, syn::Visibility::Public(_)) => {
                Some(item.attrs.iter().filter_map(line_of).collect::<Vec<_>>().join("\n"))
            }
            _ => None,
        })
    })
}

/// The text of a line of documentation, which is an attribute.
fn line_of(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// True of documentation that says where the method comes from: an author or a publisher, and a year, an edition, a chapter or a number.
fn has_source(documentation: &str) -> bool {
    let lines = documentation.lines().map(str::trim);
    let mut of_source = lines.skip_while(|line| !line.starts_with("- Source: "));
    let first = of_source.next().unwrap_or_default().trim_start_matches("- Source: ").to_owned();
    let source =
        of_source.take_while(|line| !line.is_empty() && !line.starts_with("- ")).fold(first, |all, line| all + " " + line);
    source.len() >= 20 && source.contains(char::is_numeric)
}

#[test]
fn every_function_that_answers_a_question_names_its_source() {
    let answering = answering();
    assert_eq!(answering.len(), paydirt::engine::MODELS.len(), "one function of the models for each model: {answering:?}");
    let mut without = Vec::new();
    for (family, function) in &answering {
        let folder = folder_of("models").join(family);
        let documentation = documented(&folder, function).unwrap_or_else(|| panic!("{family} has no public fn {function}"));
        if !has_source(&documentation) {
            without.push(format!("{family}::{function}"));
        }
    }
    assert!(without.is_empty(), "no `- Source:` with author and edition, chapter, year or number: {}", without.join(", "));
}

/// What the documentation of a function that answers a question has, beside its source.
const PARTS: &[&str] = &["```text", "- Units: ", "- Rounding: ", "- Errors: ", "# Example"];

/// The parts that a documentation lacks.
fn lacking(documentation: &str) -> Vec<&'static str> {
    PARTS.iter().copied().filter(|part| !documentation.lines().any(|line| line.trim().starts_with(part))).collect()
}

#[test]
fn every_function_that_answers_a_question_has_its_equation_units_rounding_errors_and_an_example() {
    let mut without = Vec::new();
    for (family, function) in answering() {
        let folder = folder_of("models").join(&family);
        let documentation = documented(&folder, &function).unwrap_or_default();
        // One that only hands on to another function of its family links that one, which has the parts.
        let linked = documentation.split("[`").skip(1).filter_map(|behind| documented(&folder, behind.split('`').next()?));
        let parts = linked.map(|of| lacking(&of)).chain([lacking(&documentation)]).min_by_key(Vec::len).unwrap_or_default();
        if !parts.is_empty() {
            without.push(format!("{family}::{function} lacks {parts:?}"));
        }
    }
    assert!(without.is_empty(), "the documentation of what answers a question:\n{}", without.join("\n"));
}

#[test]
fn a_part_that_is_missing_would_be_seen() {
    assert_eq!(
        lacking(" Answers.\n\n ```text\n a = b\n ```\n\n - Units: money.\n - Errors: none.\n\n # Example"),
        ["- Rounding: "]
    );
}

#[test]
fn a_function_without_a_source_would_be_seen() {
    assert!(has_source("Answers.\n\n - Source: IRS Publication 946, Appendix A, table A-1."));
    assert!(has_source("- Source: Brealey, Myers and Allen,\n  Principles of Corporate Finance, chapter 5.\n- Units: money."));
    assert!(!has_source("- Source: a book.\n- Rounding: half-even at the 28th digit, once for each result."));
    assert!(!has_source("Sources are in the header of the module, 1964."));
}
