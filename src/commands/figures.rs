//! An answer for people: its figures in columns, its tables, its warnings, and the steps of an explanation.

use super::layout::{Cell, put_rows};
use crate::wire::json::Tree;

/// Returns an answer, given as JSON, as text.
pub(super) fn written(answer: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    // The engine's own JSON is JSON.
    if let Some(Tree::Object(fields)) = std::str::from_utf8(answer).ok().and_then(|answer| Tree::of(answer).ok()) {
        put_message(&fields, &mut text);
        put_warnings(&fields, &mut text);
        put_explanation(&fields, &mut text);
    }
    text.into_bytes()
}

type Fields<'a> = [(String, Tree<'a>)];

fn field<'f, 'a>(fields: &'f Fields<'a>, name: &str) -> Option<&'f Tree<'a>> {
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

fn list<'f, 'a>(fields: &'f Fields<'a>, name: &str) -> &'f [Tree<'a>] {
    match field(fields, name) {
        Some(Tree::List(items)) => items,
        _ => &[],
    }
}

fn text_of(fields: &Fields<'_>, name: &str) -> String {
    field(fields, name).map(|value| scalar(name, value).text()).unwrap_or_default()
}

/// Appends the figures of a message, and the tables of its lists below them.
fn put_message(fields: &Fields<'_>, text: &mut String) {
    let (mut rows, mut tables) = (Vec::new(), Vec::new());
    collect("", fields, &mut rows, &mut tables);
    put_rows(&rows, 0, text);
    for (title, items) in tables {
        put_list(&title, items, text);
    }
}

/// Collects the figures of a message and of the messages within it as rows, and its lists of messages.
fn collect<'f, 'a>(
    prefix: &str,
    fields: &'f Fields<'a>,
    rows: &mut Vec<Vec<Cell>>,
    tables: &mut Vec<(String, &'f [Tree<'a>])>,
) {
    for (name, value) in fields {
        let label = format!("{prefix}{}", name.replace('_', " "));
        match value {
            _ if prefix.is_empty() && matches!(name.as_str(), "warnings" | "explanation") => {}
            Tree::Object(inner) if inner.is_empty() => rows.push(vec![Cell::words(&label), Cell::words("yes")]),
            Tree::Object(inner) => collect(&format!("{label}: "), inner, rows, tables),
            Tree::List(items) if items.is_empty() => {}
            Tree::List(items) if matches!(items[0], Tree::Object(_)) => tables.push((label, items)),
            value => rows.push(vec![Cell::words(&label), scalar(name, value)]),
        }
    }
}

/// Appends a list of messages: a table, or a part each where they have lists of their own.
fn put_list(title: &str, items: &[Tree<'_>], text: &mut String) {
    let messages = || items.iter().filter_map(|item| if let Tree::Object(fields) = item { Some(fields) } else { None });
    let is_deep = |value: &Tree<'_>| match value {
        Tree::Object(_) => true,
        Tree::List(items) => items.iter().any(|item| matches!(item, Tree::Object(_))),
        _ => false,
    };
    if messages().any(|fields| fields.iter().any(|(_, value)| is_deep(value))) {
        for (number, fields) in messages().enumerate() {
            text.push_str(&format!("\n{title} {}\n", number + 1));
            put_message(fields, text);
            put_warnings(fields, text);
            put_explanation(fields, text);
        }
        return;
    }
    // A field that one message lacks is a column all the same.
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in messages().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let head = names.iter().map(|name| Cell::words(&name.replace('_', " "))).collect();
    let rows = messages().map(|fields| {
        let cell = |name: &&str| field(fields, name).map_or_else(|| Cell::words(""), |value| scalar(name, value));
        names.iter().map(cell).collect()
    });
    let rows: Vec<Vec<Cell>> = std::iter::once(head).chain(rows).collect();
    text.push_str(&format!("\n{title}\n"));
    put_rows(&rows, 2, text);
}

fn put_warnings(fields: &Fields<'_>, text: &mut String) {
    for (number, warning) in list(fields, "warnings").iter().enumerate() {
        let Tree::Object(warning) = warning else { continue };
        let gap = if number == 0 { "\n" } else { "" };
        text.push_str(&format!("{gap}warning: {}: {}\n", text_of(warning, "field"), text_of(warning, "message")));
    }
}

fn put_explanation(fields: &Fields<'_>, text: &mut String) {
    let Some(Tree::Object(explanation)) = field(fields, "explanation") else { return };
    for step in list(explanation, "steps") {
        let Tree::Object(step) = step else { continue };
        let value = match field(step, "value") {
            Some(Tree::Text(value)) => Cell::of_decimal(value).text(),
            _ => String::new(),
        };
        let [name, formula, substitution] = ["name", "formula", "substitution"].map(|part| text_of(step, part));
        text.push_str(&format!("\n{name} = {value}\n  = {formula}\n  = {substitution}\n"));
    }
    for (number, assumption) in list(explanation, "assumptions").iter().enumerate() {
        let Tree::Object(assumption) = assumption else { continue };
        let [name, value, reason] = ["field", "value", "reason"].map(|part| text_of(assumption, part));
        let gap = if number == 0 { "\n" } else { "" };
        text.push_str(&format!("{gap}assumed: {name} = {value}: {reason}\n"));
    }
    text.push_str(&format!("\ncomputed by paydirt {}\n", text_of(explanation, "engine_version")));
}

/// Returns the cell of a value that is no message. A text is a number only where its field holds decimals: a name may look like one.
fn scalar(name: &str, value: &Tree<'_>) -> Cell {
    const NAMES: [&str; 14] = [
        "choices",
        "code",
        "correlation_id",
        "description",
        "dominated_by",
        "engine_version",
        "field",
        "formula",
        "message",
        "name",
        "reason",
        "state",
        "substitution",
        "value",
    ];
    match value {
        Tree::Text(text) if NAMES.contains(&name) || name.ends_with("_choices") => Cell::words(text),
        Tree::Text(text) => Cell::of_decimal(text),
        Tree::Number(number) => Cell::of_decimal(number),
        Tree::Bool(value) => Cell::words(if *value { "yes" } else { "no" }),
        Tree::Null | Tree::Object(_) => Cell::words(""),
        Tree::List(items) => {
            let items: Vec<_> = items.iter().map(|item| scalar(name, item).text()).collect();
            Cell::Words(items.join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn an_answer_is_figures_then_tables_then_warnings_then_steps() {
        let answer = concat!(
            r#"{"currency_code":"USD","gross_burn":"1250000.5","lasting":{},"runs_out":{"runway_months":"17.5","within_horizon":false},"#,
            r#""ledger":[{"month":1,"balance":"1000"},{"month":2,"month_end":"2026-01-31","balance":"-20.25"}],"choices":["1000","b"],"#,
            r#""warnings":[{"field":"rate","reason":"R","message":"35 is much"}],"rates":[{"low":"0","inner":[{"name":"2000"}]}],"none":[],"#,
            r#""explanation":{"steps":[{"name":"burn","formula":"a / b","substitution":"10 / 4","value":"2500.5"}],"#,
            r#""assumptions":[{"field":"horizon","value":"12","reason":"absent"}],"engine_version":"0.1.0"}}"#
        );
        let text = [
            "currency code             USD",
            "gross burn                1,250,000.5",
            "lasting                   yes",
            "runs out: runway months          17.5",
            "runs out: within horizon  no",
            "choices                   1000; b",
            "",
            "ledger",
            "  month  balance   month end",
            "  1      1,000",
            "  2        -20.25  2026-01-31",
            "",
            "rates 1",
            "low  0",
            "",
            "inner",
            "  name",
            "  2000",
            "",
            "warning: rate: 35 is much",
            "",
            "burn = 2,500.5",
            "  = a / b",
            "  = 10 / 4",
            "",
            "assumed: horizon = 12: absent",
            "",
            "computed by paydirt 0.1.0",
            "",
        ];
        assert_eq!(String::from_utf8(written(answer.as_bytes())).expect("text"), text.join("\n"));
    }
}
