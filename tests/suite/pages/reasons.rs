//! The page of errors has every reason of a refusal, with the code that goes with it, and every code's row.

use paydirt::wire::reasons::{OF_CALLS, OF_FIELDS};

use crate::pages::Page;

const PAGE: &str = "docs/errors.md";

#[test]
fn every_reason_of_a_refusal_is_in_its_table() {
    let page = Page::of(PAGE);
    let rows: Vec<&str> = page.text.lines().filter(|line| line.starts_with("| ")).collect();
    for reason in OF_FIELDS {
        let name = format!("`{}`", reason.name);
        assert!(
            rows.iter().any(|row| row.split(" | ").next().is_some_and(|cell| cell.contains(&name))),
            "{PAGE} has no row {name}"
        );
    }
    for reason in OF_CALLS {
        let start = format!("| {} | `{}` |", reason.code, reason.name);
        assert!(rows.iter().any(|row| row.starts_with(&start)), "{PAGE} has no row {start}");
    }
}
