//! The pages for people: README.md and `docs/`. Their commands are run and print what stands below them, their links lead somewhere, and what
//! follows from something else, such as the table of questions, follows from it.
//!
//! `PAYDIRT_WRITE_PAGES=1` writes the answers of commands and what follows from something else anew, to be read and committed.

mod contents;
mod examples;
mod limits;
mod links;
mod reasons;

use std::fs;

use crate::rooms::files_of;
use crate::tools::root;

/// A page, by its path in the project.
pub struct Page {
    pub path: String,
    pub text: String,
}

impl Page {
    pub fn of(path: &str) -> Page {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Page { path: path.to_owned(), text }
    }

    fn write(&self, text: &str) {
        fs::write(root().join(&self.path), text).expect("it can be written");
    }

    /// The text of the first heading.
    pub fn title(&self) -> &str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_else(|| panic!("{} has no title", self.path))
    }
}

/// README.md and every page of `docs/`, in the order of their paths.
pub fn pages() -> Vec<Page> {
    let in_docs = files_of(&root().join("docs"), "md").into_iter();
    let mut paths: Vec<String> = in_docs
        .map(|path| path.strip_prefix(root()).expect("it is in the project").display().to_string())
        .chain(["README.md".to_owned()])
        .collect();
    paths.sort();
    paths.iter().map(|path| Page::of(path)).collect()
}

/// Whether what follows from something else is written, and not only compared.
pub fn is_written() -> bool {
    std::env::var_os("PAYDIRT_WRITE_PAGES").is_some()
}
