//! `docs/differences.md`: what a spreadsheet or a library says, and what the real server says, both computed again.

use serde_json::Value;

use crate::presets::figure;
use crate::support::SERVER;
use crate::tools::root;

/// The rows of the page: a request, the answers to it, and what is said elsewhere.
fn rows() -> Vec<Value> {
    let text = read("docs/differences.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

#[test]
fn the_server_says_what_the_page_says_of_it() {
    let client = SERVER.client();
    let mut failures = Vec::new();
    for row in rows() {
        let name = text(&row, "name");
        let answer = client.call(text(&row, "method"), &row["request"]).unwrap_or_else(|status| panic!("{name}: {status:?}"));
        for (path, expected) in row["answers"].as_object().expect("answers") {
            let given = figure(&answer, path);
            if given.as_deref() != expected.as_str() {
                failures.push(format!("{name}: {path} is {given:?}, and {expected} on the page: {answer}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_page_has_a_line_for_each_row_with_both_figures() {
    let (page, rows) = (read("docs/differences.md"), rows());
    assert!(rows.len() >= 14, "{} rows", rows.len());
    for row in &rows {
        let name = text(row, "name");
        let line = page.lines().find(|line| line.starts_with('|') && line.contains(name));
        let line = line.unwrap_or_else(|| panic!("docs/differences.md has no line for {name}"));
        let said = ["formula", "spreadsheet", "link", "said"].map(|field| text(row, field));
        // The index of the selected rate is said in words.
        let answers = row["answers"].as_object().expect("answers").iter().filter(|(path, _)| !path.ends_with("selected"));
        for figure in said.into_iter().chain(answers.filter_map(|(_, answer)| answer.as_str())) {
            assert!(line.contains(figure), "{name}: {figure} is not on its line: {line}");
        }
    }
}

/// The page names the method that switches as VDB does, and its figure.
#[test]
fn the_switching_method_answers_what_vdb_says() {
    let policy = serde_json::json!({"method": "DEPRECIATION_METHOD_DECLINING_BALANCE_SWITCHING", "useful_life_periods": 5});
    let request = serde_json::json!({"currency_code": "USD", "cost": "1000", "policy": policy});
    let answer = SERVER.client().call("paydirt.v1.CapexRoiService/ComputeDepreciation", &request).expect("an answer");
    assert_eq!(figure(&answer, "years[4].depreciation").as_deref(), Some("108"));
    assert!(read("docs/differences.md").contains("SWITCHING does, as VDB, and answers 108."));
}

/// A spreadsheet's figure, by the formula or the method that its manual prints, in doubles.
fn spreadsheet(name: &str) -> f64 {
    match name {
        "IRR with several rates" => newton(&[(0.0, -1600.0), (1.0, 10_000.0), (2.0, -10_000.0)]),
        "XIRR's ninth digit" => {
            let flows = [(0.0, -10_000.0), (60.0, 2_750.0), (303.0, 4_250.0), (411.0, 3_250.0), (456.0, 2_750.0)];
            newton(&flows.map(|(days, amount)| (days / 365.0, amount)))
        }
        // 135 days, with a 29 February among them.
        "YEARFRAC: actual days" => 135.0 / 366.0,
        // Six months of 30 days: 28 February is read as the 30th, and then 31 August is.
        "YEARFRAC: the end of February" => 180.0 / 360.0,
        "Payback with a terminal value" => 2.0 + (100.0 - 20.0 - 20.0) / (20.0 + 8.0 * 20.0),
        "The first flow of NPV" => npv(0.1, &[-10_000.0, 3_000.0, 4_200.0, 6_800.0]),
        // -NPV(12 %, inflows) × 1.12^3 / (NPV(10 %, outflows) × 1.1), of which the second has no flow.
        "Signs in MIRR" => npv(0.12, &[100.0, 60.0, 60.0]) * 1.12_f64.powi(3) / npv(0.1, &[0.0, 0.0, 0.0]),
        "The switch of DDB" => {
            (1..=5)
                .fold((1000.0, 0.0), |(book, _), year| {
                    let charge = f64::max(book * 0.4, book / f64::from(6 - year));
                    (book - charge, charge)
                })
                .1
        }
        "Gordon's value" => {
            let flow = 50.0 - (50.0 - 100.0 / 3.0) * 0.25;
            npv(0.1, &[flow, flow, flow + flow * 1.02 / 0.08]) - 100.0
        }
        _ => panic!("{name} is computed nowhere"),
    }
}

fn npv(rate: f64, values: &[f64]) -> f64 {
    values.iter().rev().fold(0.0, |sum, value| (sum + value) / (1.0 + rate))
}

/// Newton's method from a guess of 10 %, until the rate moves by less than 0.00001 %.
fn newton(flows: &[(f64, f64)]) -> f64 {
    let mut rate: f64 = 0.1;
    for _ in 0..100 {
        let value: f64 = flows.iter().map(|(years, amount)| amount * (1.0 + rate).powf(-years)).sum();
        let slope: f64 = flows.iter().map(|(years, amount)| -years * amount * (1.0 + rate).powf(-years - 1.0)).sum();
        let step = value / slope;
        rate -= step;
        if step.abs() < 1e-7 {
            break;
        }
    }
    rate
}

#[test]
fn a_spreadsheet_says_what_the_page_says_of_it() {
    for row in rows().iter().filter(|row| row.get("spreadsheet").is_some()) {
        let (name, said) = (text(row, "name"), text(row, "spreadsheet"));
        let computed = spreadsheet(name);
        match said.parse::<f64>() {
            Ok(figure) => {
                let places = said.split_once('.').map_or(0, |(_, places)| places.len());
                // XIRR stops short of the ninth digit, and where it stops depends on the search.
                let tolerance =
                    if name.starts_with("XIRR") { 1e-8 } else { 0.5 * 10_f64.powi(-i32::try_from(places).expect("few")) };
                assert!((computed - figure).abs() <= tolerance * 1.000_001, "{name}: {computed}, and {figure} on the page");
            }
            Err(_) => assert!(computed.is_infinite() || computed.is_nan(), "{name}: {computed}, and {said} on the page"),
        }
    }
}
