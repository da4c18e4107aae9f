//! `CONTRIBUTING.md` names what is there, and `tests/survivors.txt` what is still in the code.

use std::collections::BTreeSet;
use std::fs;

use crate::tools::root;

/// Steps, and files that a person writes for a new model: three of the files are the page's.
const STEPS_BY_HAND_MAX: usize = 11;
const FILES_BY_HAND_MAX: usize = 13;
/// Planted defects that may survive.
const SURVIVORS_MAX: usize = 30;

fn page() -> String {
    fs::read_to_string(root().join("CONTRIBUTING.md")).expect("the page is there")
}

/// What stands between backticks and looks like the path of a file here.
fn paths(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2).flat_map(|code| code.split([' ', '\n']));
    let linked = text.split("](").skip(1).filter_map(|behind| behind.split(')').next());
    let is_path = |word: &&str| word.contains('/') || (word.ends_with(".md") && !word.contains("://"));
    quoted.chain(linked).filter(is_path).filter(|word| !word.starts_with('<')).collect()
}

#[test]
fn the_page_for_contributors_names_files_that_are_there() {
    let page = page();
    let missing: Vec<_> = paths(&page).into_iter().filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md names {missing:?}");
    let commands = page.lines().filter_map(|line| line.strip_prefix("    ")).filter_map(|line| line.split(' ').next());
    let missing: Vec<_> = commands.filter(|word| word.contains('/')).filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md calls {missing:?}");
}

#[test]
fn a_model_is_a_list_of_few_files_by_hand() {
    let page = page();
    let (_, adding) = page.split_once("## Adding a model").expect("a section");
    let (by_hand, _) = adding.split_once("\nThen\n").expect("an end of what is done by hand");
    let steps: Vec<_> = by_hand.lines().filter(|line| line.contains(". [ ] ")).collect();
    for (index, step) in steps.iter().enumerate() {
        assert!(step.starts_with(&format!("{}. [ ] `", index + 1)), "a step is numbered and begins with its file: {step}");
    }
    // A page that only explains is no file of the model's.
    let files: BTreeSet<_> = paths(by_hand).into_iter().filter(|path| *path != "tests/golden/README.md").collect();
    assert!(steps.len() <= STEPS_BY_HAND_MAX, "{} steps", steps.len());
    assert!(files.len() <= FILES_BY_HAND_MAX, "{} files by hand: {files:?}", files.len());
}

#[test]
fn listed_survivors_are_few_proven_and_still_in_the_code() {
    let text = fs::read_to_string(root().join("tests/survivors.txt")).expect("the list is there");
    let entries: Vec<String> = text
        .split("\n\n")
        .map(|entry| entry.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n"))
        .collect();
    let entries: Vec<_> = entries.iter().filter(|entry| !entry.trim().is_empty()).collect();
    assert!(entries.len() <= SURVIVORS_MAX, "{} survivors", entries.len());
    for entry in entries {
        let lines: Vec<_> = entry.lines().filter(|line| !line.is_empty()).collect();
        let [defect, line, proof @ ..] = &lines[..] else { panic!("no proof: {entry}") };
        let (file, _) = defect.split_once(": ").unwrap_or_else(|| panic!("no file: {entry}"));
        let source = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.lines().any(|of| of.trim() == line.trim()), "{file} has no such line any more: {line}");
        assert!(proof.iter().map(|line| line.trim().len()).sum::<usize>() > 40, "a proof is more than a word: {entry}");
    }
}
