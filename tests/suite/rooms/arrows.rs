//! Arrows between files: from a file to the file that defines what it names. And the circles they make.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Tree;
use super::uses::Use;

/// What ties a file to another: `file -> file`, and the names.
pub type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

/// Each arrow between two files, with the names that make it. A re-export makes none.
pub fn arrows<'u>(tree: &Tree, uses: impl Iterator<Item = &'u Use>) -> Arrows {
    let mut arrows = Arrows::new();
    for found in uses.filter(|found| !found.is_re_export) {
        let from = &tree.modules[found.from].file;
        for &definer in &found.definers {
            let to = &tree.modules[definer].file;
            if from != to {
                arrows.entry((from.clone(), to.clone())).or_default().insert(thing(&found.path));
            }
        }
    }
    arrows
}

/// What a path names, without its way and without what belongs to a type.
fn thing(path: &[String]) -> String {
    let upper = path.iter().find(|name| name.starts_with(char::is_uppercase));
    upper.or(path.last()).cloned().unwrap_or_default()
}

/// The files that lead to each other, circle by circle.
pub fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in arrows.keys() {
        next.entry(from).or_default().push(to);
    }
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &from in next.keys() {
        let seen = reached.entry(from).or_default();
        let mut waiting = vec![from];
        while let Some(file) = waiting.pop() {
            waiting.extend(next.get(file).into_iter().flatten().filter(|to| seen.insert(to)));
        }
    }
    let leads = |from: &str, to: &str| reached.get(from).is_some_and(|seen| seen.contains(to));
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for &file in reached.keys().filter(|file| leads(file, file)) {
        if !circles.iter().any(|circle| circle.contains(file)) {
            circles.push(
                reached.keys().filter(|other| leads(file, other) && leads(other, file)).map(|&name| name.to_owned()).collect(),
            );
        }
    }
    circles
}

/// The arrows within a circle, a line each.
pub fn described(circle: &BTreeSet<String>, arrows: &Arrows) -> String {
    let within = arrows.iter().filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
    let lines =
        within.map(|((from, to), names)| format!("  {from} -> {to}: {}", names.iter().cloned().collect::<Vec<_>>().join(", ")));
    format!("{} files in a circle:\n{}", circle.len(), lines.collect::<Vec<_>>().join("\n"))
}
