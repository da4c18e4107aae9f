//! One meaning for the name of a type: no two types of a crate share one.

use std::collections::{BTreeMap, BTreeSet};

use super::syntax::TYPE;
use super::tree::{Entry, Tree};

/// Names that a macro writes into many impls: associated types, which are no types of their own.
const ASSOCIATED: &[&str] = &["Output"];

/// Every type's name with the files that define a type of that name, outside of tests.
fn definitions(tree: &Tree, root: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in tree.modules.iter().filter(|module| !module.is_test && tree.modules[module.root].path == root) {
        for (name, entries) in &module.names {
            if entries.iter().any(|entry| matches!(entry, Entry::Defined(spaces) if spaces & TYPE != 0)) {
                found.entry(name.clone()).or_default().insert(module.file.clone());
            }
        }
    }
    found
}

fn shared(tree: &Tree, root: &str) -> Vec<String> {
    let found = definitions(tree, root);
    // A macro may hand on constants and functions, which look like types to `definitions`.
    let is_type =
        |name: &str| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase) && !ASSOCIATED.contains(&name);
    let shared = found.iter().filter(|(name, files)| files.len() > 1 && is_type(name));
    shared.map(|(name, files)| format!("{name}: {files:?}")).collect()
}

#[test]
fn a_types_name_has_one_meaning_in_each_crate() {
    let tree = &super::HOUSE.tree;
    for root in ["paydirt_models", "crate"] {
        assert!(definitions(tree, root).len() >= 100, "too few types were found: is this where the sources of {root} are?");
        let shared = shared(tree, root);
        assert!(shared.is_empty(), "these names stand for two types; name each by what it is:\n{}", shared.join("\n"));
    }
}

#[test]
fn two_types_of_one_name_would_be_seen() {
    let (tree, _) = super::made_up::read(
        "== src/lib.rs
         mod bank; mod till; mod tests_of_both;
         == src/bank.rs
         pub struct Balance; pub struct Loan; pub type Error = u8; use crate::till::Coin;
         impl Iterator for Loan { type Item = u8; }
         == src/till.rs
         enum Balance { Zero } pub struct Coin; trait Error {} fn loan() { struct Loan; }
         == src/tests_of_both.rs
         #![cfg(test)]
         struct Coin;",
    );
    let names: Vec<_> =
        shared(&tree, "crate").iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, ["Balance", "Error"]);
}
