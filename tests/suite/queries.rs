//! What a query of Prometheus (PromQL) names: as much of the language as rules and dashboards need.

use std::collections::BTreeSet;

/// A series that is asked for: its name, and each matcher's label with its value.
#[derive(Debug, PartialEq)]
pub struct Selector {
    pub name: String,
    pub matchers: Vec<(String, String)>,
}

/// Of a query, or of several.
#[derive(Debug, Default)]
pub struct Named {
    pub selectors: Vec<Selector>,
    /// By which results are grouped or joined.
    pub labels: BTreeSet<String>,
}

const OPERATORS: [&str; 7] = ["and", "or", "unless", "offset", "bool", "inf", "nan"];
/// Before labels in parentheses, or before none.
const GROUPINGS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

impl Named {
    /// Adds what this query names.
    pub fn read(&mut self, query: &str) {
        let tokens = tokens(query);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1).map(String::as_str);
            at += 1;
            if !token.starts_with(is_letter) || OPERATORS.contains(&token.as_str()) {
                continue;
            }
            if GROUPINGS.contains(&token.as_str()) {
                while next == Some("(") && tokens[at] != ")" {
                    at += 1;
                    if tokens[at].starts_with(is_letter) {
                        self.labels.insert(tokens[at].clone());
                    }
                }
            } else if next == Some("{") {
                let end = at + tokens[at..].iter().position(|token| token == "}").expect("a brace is closed");
                self.selectors.push(Selector { name: token.clone(), matchers: matchers(&tokens[at + 1..end]) });
                at = end;
            } else if next != Some("(") && !next.is_some_and(|next| GROUPINGS.contains(&next)) {
                // Neither a function nor an aggregation.
                self.selectors.push(Selector { name: token.clone(), matchers: Vec::new() });
            }
        }
    }
}

/// `label = "value"`, by commas.
fn matchers(tokens: &[String]) -> Vec<(String, String)> {
    let matchers = tokens.split(|token| token == ",").filter(|matcher| !matcher.is_empty());
    matchers
        .map(|matcher| {
            let value = matcher.last().and_then(|value| value.strip_prefix('"')?.strip_suffix('"')).expect("a value in quotes");
            (matcher[0].clone(), value.to_owned())
        })
        .collect()
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, '_' | ':')
}

/// Names, numbers with their units, strings in their quotes, and single signs. Ranges in brackets are left out.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            2 + rest[1..].find('"').expect("a string is closed")
        } else if first == '[' {
            1 + rest.find(']').expect("a bracket is closed")
        } else if is_letter(first) || first.is_ascii_digit() {
            rest.find(|letter: char| !is_letter(letter) && !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        if first != '[' {
            tokens.push(rest[..length].to_owned());
        }
        rest = rest[length..].trim_start();
    }
    tokens
}

#[test]
fn a_query_is_its_series_and_its_labels() {
    let mut named = Named::default();
    named.read(
        r#"sum by (pod, le) (rate(calls_total{job="a", code=~"X|Y"}[5m])) / on (namespace) group_left () limit > 14.4 * 0.001"#,
    );
    named.read(r#"absent(up{job="a"} == 1) and sum(a:b:rate5m) or (c offset 1h or 0 * c{}) unless time() - 3600 > 0"#);
    named.read("histogram_quantile(0.99, sum(rate(d_bucket[$__rate_interval])) by (rpc_method))");
    let labels: Vec<&str> = named.labels.iter().map(String::as_str).collect();
    assert_eq!(labels, ["le", "namespace", "pod", "rpc_method"]);
    let series = named.selectors.iter().map(|selector| format!("{} {:?}", selector.name, selector.matchers));
    let expected = [
        r#"calls_total [("job", "a"), ("code", "X|Y")]"#,
        "limit []",
        r#"up [("job", "a")]"#,
        "a:b:rate5m []",
        "c []",
        "c []",
        "d_bucket []",
    ];
    assert_eq!(series.collect::<Vec<_>>(), expected);
}
