//! The comments of the contract, by the place of what they describe.

use std::collections::HashMap;

use prost_reflect::FileDescriptor;
use prost_reflect::prost_types::FileDescriptorSet;

/// The leading comments of every file, by file and path.
pub struct Comments(HashMap<(String, Vec<i32>), String>);

impl Comments {
    pub fn of(files: &FileDescriptorSet) -> Comments {
        let locations = files.file.iter().flat_map(|file| {
            let locations = file.source_code_info.iter().flat_map(|info| &info.location);
            locations.map(|location| ((file.name().to_owned(), location.path.clone()), text(location.leading_comments())))
        });
        Comments(locations.filter(|(_, comment)| !comment.is_empty()).collect())
    }

    pub fn at(&self, file: &FileDescriptor, path: &[i32]) -> &str {
        self.0.get(&(file.name().to_owned(), path.to_owned())).map_or("", String::as_str)
    }
}

/// A comment with a line for each paragraph and for each line of an equation. Equations are indented.
fn text(comment: &str) -> String {
    let mut text = String::new();
    let mut continues = false;
    for line in comment.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        if !text.is_empty() {
            text.push(if continues && is_prose { ' ' } else { '\n' });
        }
        text.push_str(line);
        continues = is_prose;
    }
    text.trim_end().to_owned()
}

/// The first sentence of a comment.
pub fn first_sentence(comment: &str) -> &str {
    let line = comment.lines().next().unwrap_or_default();
    let end = |mark: &str| line.find(mark).map(|at| at + 1);
    let end = end("? ").into_iter().chain(end(". ")).min().unwrap_or(line.len());
    &line[..end]
}

/// The first sentence of a comment, up to its first colon or semicolon.
pub fn first_clause(comment: &str) -> &str {
    let sentence = first_sentence(comment);
    sentence.split([':', ';']).next().unwrap_or(sentence)
}

/// True of a field that a request cannot do without.
pub fn is_required(comment: &str) -> bool {
    comment.starts_with("Required. ")
}

/// True of a string that is a decimal. A string that is none says the form of its text.
pub fn is_decimal(comment: &str) -> bool {
    comment.contains("Unit: ") && !comment.contains("Text: ")
}

/// What stands behind a label of a comment, up to the end of the sentence.
pub fn part<'a>(comment: &'a str, label: &str) -> Option<&'a str> {
    let (_, behind) = comment.split_once(&format!("{label}: "))?;
    let end = behind.find(". ").or(behind.strip_suffix('.').map(str::len)).unwrap_or(behind.len());
    behind.get(..end)
}
