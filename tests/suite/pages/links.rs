//! Links between pages lead to files and headings that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::pages::{Page, pages};
use crate::tools::root;

/// Pages for people that are no part of the book.
const OTHERS: [&str; 7] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "RELEASING.md",
    "SECURITY.md",
    "models/README.md",
    "clients/rust/README.md",
];

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let mut pages = pages();
    pages.extend(OTHERS.map(Page::of));
    let headings: BTreeMap<&str, BTreeSet<String>> = pages.iter().map(|page| (page.path.as_str(), headings(page))).collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for page in &pages {
        for link in links(&page.text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.path.clone(),
                _ => plain(&Path::new(&page.path).parent().unwrap_or(Path::new("")).join(file)).display().to_string(),
            };
            let is_there = root().join(&target).exists();
            let has_heading = heading.is_empty() || headings.get(target.as_str()).is_some_and(|of| of.contains(heading));
            if !is_there || !has_heading {
                faults.push(format!("{}: {link}", page.path));
            }
        }
    }
    assert!(count > 200, "{count} links");
    assert!(faults.is_empty(), "links that lead nowhere:\n{}", faults.join("\n"));
}

/// The targets of links, outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code && !line.starts_with("    ") {
            found.extend(line.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
        }
    }
    found
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn headings(page: &Page) -> BTreeSet<String> {
    let anchor = |line: &str| {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        let kept = text.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect::<String>()
    };
    let mut is_code = false;
    let lines = page.text.lines().filter(|line| {
        is_code ^= line.starts_with("```");
        !is_code && line.starts_with('#')
    });
    lines.map(anchor).collect()
}

/// The path without steps upwards.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            _ => plain.push(part),
        }
    }
    plain
}

#[test]
fn an_anchor_is_made_as_pages_of_the_web_make_it() {
    let page = Page { path: String::new(), text: "# XIRR's ninth digit\n```\n# code\n```\n## What to do when\n".to_owned() };
    assert_eq!(headings(&page), BTreeSet::from(["xirrs-ninth-digit".to_owned(), "what-to-do-when".to_owned()]));
}
