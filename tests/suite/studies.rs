//! Studies through a client: paths and their values, refusals of a study's own fields, and long tables, whose cells are those of single calls.

use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::golden::violations_of;
use crate::program::Program;
use crate::support::{Client, SERVER};

const PATHS: &str = "paydirt.v1.StudyService/ListPaths";
const TABLE: &str = "paydirt.v1.StudyService/ComputeTable";
const SCENARIOS: &str = "paydirt.v1.StudyService/CompareScenarios";
const CHAIN: &str = "paydirt.v1.StudyService/ComputeChain";
const RUNWAY: &str = "paydirt.v1.RunwayService/ComputeRunway";

pub fn cahn() -> Value {
    json!({
        "currency_code": "USD", "accelerator_revenue": "150", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5",
    })
}

pub fn cash() -> Value {
    json!({
        "currency_code": "USD", "cash_balance": "900",
        "costs": [{"name": "staff", "amount": "60", "period": "PERIOD_MONTH", "monthly_growth_rate": "0.01"}],
        "revenues": [{"name": "sales", "amount": "10", "period": "PERIOD_MONTH", "monthly_growth_rate": "0.02"}],
    })
}

fn member<'a>(list: &'a Value, path: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|member| member["path"] == path);
    found.unwrap_or_else(|| panic!("{path} is not listed"))
}

#[test]
fn paths_are_listed_with_kind_range_and_value() {
    let listed = SERVER.client().call(PATHS, &json!({"calculation": {"required_revenue": cahn()}})).expect("paths");
    let inputs: Vec<&str> =
        listed["inputs"].as_array().expect("inputs").iter().filter_map(|input| input["path"].as_str()).collect();
    assert_eq!(
        inputs,
        [
            "accelerator_revenue",
            "accelerator_revenue_period",
            "accelerator_cost_share",
            "cloud_gross_margin",
            "end_user_gross_margin",
            "payback_years",
            "paying_customers"
        ]
    );
    assert_eq!(
        *member(&listed["inputs"], "end_user_gross_margin"),
        json!({
            "path": "end_user_gross_margin", "kind": "PATH_KIND_DECIMAL", "value": "0.5", "range": "0 up to below 1",
            "required": true,
        })
    );
    assert_eq!(member(&listed["inputs"], "cloud_gross_margin").get("value"), None);
    let period = member(&listed["inputs"], "accelerator_revenue_period");
    assert_eq!((&period["kind"], &period["value"]), (&json!("PATH_KIND_ENUM"), &json!("PERIOD_YEAR")));
    assert_eq!(period["choices"].as_array().map(Vec::len), Some(6));
    assert_eq!(member(&listed["figures"], "required_annual_revenue")["value"], json!({"value": "600"}));
    let customers = member(&listed["figures"], "monthly_revenue_per_customer");
    assert_eq!((&customers["value"], &customers["outcomes_apart"]), (&json!({"outcome": "absent"}), &json!(["absent"])));
}

#[test]
fn paths_of_a_chain_begin_with_a_link_and_outcomes_have_their_place() {
    let chain = json!({
        "assumptions": [{"name": "cash", "value": "900"}],
        "links": [{
            "name": "plan", "calculation": {"runway": cash()}, "bindings": [{"field": "cash_balance", "assumption": "cash"}],
        }],
    });
    let listed = SERVER.client().call(PATHS, &json!({"chain": chain})).expect("paths");
    assert_eq!(member(&listed["inputs"], "assumptions.cash")["value"], "900");
    assert_eq!(member(&listed["inputs"], "plan.costs[0].amount")["value"], "60");
    let months = member(&listed["figures"], "plan.runs_out.runway_months");
    assert_eq!((&months["outcomes_above"], &months["outcomes_apart"]), (&json!(["lasts"]), &json!(["unknown"])));
    // A calculation that is refused still has its paths.
    let listed = SERVER.client().call(PATHS, &json!({"calculation": {"break_even_point": {}}})).expect("paths");
    assert_eq!(listed["refusals"].as_array().map(Vec::len), Some(1));
    assert_eq!(member(&listed["figures"], "reached.units")["value"], json!({"refusal": 0}));
    assert_eq!(member(&listed["figures"], "reached.margin_of_safety")["outcomes_below"], json!(["absent", "never_reached"]));
}

/// Clients take trailers of 8 KiB at most, and base64 adds a third.
#[test]
fn a_long_text_of_marks_that_nobody_sees_is_quoted_in_part() {
    const DETAILS_BYTES_MAX: usize = 4096;
    let client = SERVER.client();
    let invisible = "\u{feff}1".repeat(240);
    let lever = json!({"fields": [invisible, format!("costs[{invisible}].amount")]});
    let subject = || json!({"runway": {"cash_balance": "1"}});
    let chain = json!({"links": [
        {"name": "\u{feff}".repeat(33), "calculation": subject()},
        {"name": "b", "calculation": subject(), "bindings": [{"field": invisible, "figure": invisible}]},
    ]});
    for (method, request) in [
        (
            TABLE,
            json!({
                "calculation": subject(),
                "axes": [{"lever": lever, "values": [invisible]}],
                "figures": [invisible],
            }),
        ),
        (
            "paydirt.v1.StudyService/ComputeSensitivity",
            json!({
                "calculation": subject(),
                "figure": invisible,
                "levers": [{"lever": lever, "low": invisible, "high": invisible}],
            }),
        ),
        (
            "paydirt.v1.StudyService/SolveForInput",
            json!({
                "calculation": subject(),
                "figure": "net_burn",
                "target": invisible,
                "lever": lever,
                "low": invisible,
                "high": invisible,
            }),
        ),
        (CHAIN, json!({"chain": chain})),
        (PATHS, json!({"chain": chain})),
    ] {
        let refused = client.call(method, &request).expect_err("a refusal");
        assert!(!violations_of(&refused).is_empty(), "{method}: {refused:?}");
        let details = refused.details().len();
        assert!(details <= DETAILS_BYTES_MAX, "{method}: {details} bytes");
    }
}

/// What is refused of a study's own fields, all at once.
#[test]
fn every_bad_field_of_a_study_is_named_at_once() {
    let client = SERVER.client();
    let refused = |method: &str, request: Value| violations_of(&client.call(method, &request).expect_err("a refusal"));
    let expected = |violations: &[(&str, &str)]| -> Vec<(String, String)> {
        violations.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect()
    };
    let axis = |field: &str, values: Value| json!({"lever": {"fields": [field]}, "values": values});
    let table = |axes: Value, figures: Value| json!({"calculation": {"runway": cash()}, "axes": axes, "figures": figures});
    for (request, violations) in [
        (json!({}), vec![("subject", "REQUIRED"), ("axes", "REQUIRED"), ("figures", "REQUIRED")]),
        (
            json!({"calculation": {}, "axes": [{}], "figures": ["net_burn"]}),
            vec![("calculation.model", "REQUIRED"), ("axes[0].lever", "REQUIRED"), ("axes[0].values", "REQUIRED")],
        ),
        (
            table(json!([axis("cash", json!(["1"])), axis("costs", json!(["x"]))]), json!(["burn", "currency_code"])),
            vec![
                ("axes[0].lever.fields[0]", "PATH_UNKNOWN"),
                ("axes[1].lever.fields[0]", "PATH_UNSUITABLE"),
                ("figures[0]", "PATH_UNKNOWN"),
                ("figures[1]", "PATH_UNSUITABLE"),
            ],
        ),
        (
            table(
                json!([axis("cash_balance", json!(["1", "1,5", ""])), axis("horizon_months", json!(["1.5"]))]),
                json!(["net_burn"]),
            ),
            vec![
                ("axes[0].values[1]", "DECIMAL_MALFORMED"),
                ("axes[0].values[2]", "REQUIRED"),
                ("axes[1].values[0]", "OUT_OF_RANGE"),
            ],
        ),
        (
            table(
                json!([
                    {"lever": {"fields": ["cash_balance"]}, "spacing": {"low": "2", "high": "1", "count": 3}, "values": ["1"]},
                    {"lever": {"fields": ["include_ledger"]}, "spacing": {"low": "0", "high": "1", "count": 2}},
                ]),
                json!(["net_burn"]),
            ),
            vec![
                ("axes[0].spacing", "NOT_APPLICABLE"),
                ("axes[0].spacing.high", "OUT_OF_RANGE"),
                ("axes[1].spacing", "NOT_APPLICABLE"),
            ],
        ),
        (
            table(
                json!([{"lever": {"fields": ["minimum_cash"], "effect": "LEVER_EFFECT_MULTIPLY"}, "values": ["1"]}]),
                json!(["net_burn"]),
            ),
            vec![("axes[0].lever.fields[0]", "PATH_UNSUITABLE")],
        ),
        (
            table(
                json!([axis("cash_balance", json!(vec!["1"; 101])), axis("minimum_cash", json!(vec!["1"; 100]))]),
                json!(["net_burn"]),
            ),
            vec![("axes", "TOO_MANY_ITEMS")],
        ),
    ] {
        assert_eq!(refused(TABLE, request.clone()), expected(&violations), "{request}");
    }
    let scenario = |name: &str, field: &str| json!({"name": name, "values": [{"field": field, "value": "1"}]});
    let request = json!({
        "calculation": {"runway": cash()}, "figures": ["net_burn"],
        "scenarios": [scenario("a", "cash_balance"), scenario("a", "minimum_cash"), {"name": "b"}, scenario("c", "costs[*].amount.x")],
    });
    assert_eq!(
        refused(SCENARIOS, request),
        expected(&[
            ("scenarios[2].values", "REQUIRED"),
            ("scenarios[3].values[0].field", "PATH_UNKNOWN"),
            ("scenarios[1].name", "OUT_OF_RANGE"),
        ])
    );
    let link = |name: &str, bindings: Value| json!({"name": name, "calculation": {"runway": cash()}, "bindings": bindings});
    let request = json!({"chain": {
        "assumptions": [{"name": "1st", "value": "1"}],
        "links": [
            link("a", json!([{"field": "cash_balance", "figure": "b.net_burn"}])),
            link("b", json!([{"field": "cash_balance", "assumption": "none"}, {"field": "cash"}])),
            link("assumptions", json!([{"field": "as_of_date", "figure": "a.net_burn", "factor": "2"}])),
        ],
    }});
    assert_eq!(
        refused(CHAIN, request),
        expected(&[
            ("chain.links[0].bindings[0].figure", "PATH_UNKNOWN"),
            ("chain.links[1].bindings[0].assumption", "PATH_UNKNOWN"),
            ("chain.links[1].bindings[1].source", "REQUIRED"),
            ("chain.links[1].bindings[1].field", "PATH_UNKNOWN"),
            ("chain.links[2].bindings[0].field", "PATH_UNSUITABLE"),
            ("chain.assumptions[0].name", "OUT_OF_RANGE"),
            ("chain.links[2].name", "OUT_OF_RANGE"),
        ])
    );
}

#[test]
fn a_wrong_path_is_answered_with_the_right_one() {
    let request = json!({
        "calculation": {"required_revenue": cahn()}, "figures": ["revenue_gap"],
        "axes": [{"lever": {"fields": ["required_revenue.end_user_gross_margin"]}, "values": ["0.1"]}],
    });
    let refused = SERVER.client().call(TABLE, &request).expect_err("a refusal");
    let violations = refused.get_details_bad_request().expect("violations").field_violations;
    assert!(violations[0].description.contains("\"end_user_gross_margin\""), "{violations:?}");
}

/// A table of runways, long enough for blocks on the pool.
fn long_table(cells: usize) -> Value {
    json!({
        "calculation": {"runway": cash()},
        "axes": [
            {"lever": {"fields": ["costs[0].amount"]}, "spacing": {"low": "40", "high": "80", "count": cells / 10}},
            {"lever": {"fields": ["revenues[0].monthly_growth_rate"]}, "spacing": {"low": "-1", "high": "0.1", "count": 10}},
        ],
        "figures": ["runs_out.runway_months", "lowest_balance"],
    })
}

#[test]
fn the_cells_of_a_table_in_blocks_are_those_of_single_calls() {
    let client = SERVER.client();
    let table = client.call(TABLE, &long_table(1000)).expect("a table");
    let cells = table["cells"].as_array().expect("cells");
    assert_eq!((cells.len(), &table["cells"][999]["inputs"]), (1000, &json!(["80", "0.1"])));
    for cell in cells.iter().step_by(83) {
        let mut request = cash();
        request["costs"][0]["amount"] = cell["inputs"][0].clone();
        request["revenues"][0]["monthly_growth_rate"] = cell["inputs"][1].clone();
        let figures = match client.call(RUNWAY, &request) {
            Ok(answer) => [
                answer.get("runs_out").map_or(json!({"outcome": "lasts"}), |out| json!({"value": out["runway_months"]})),
                json!({"value": answer["lowest_balance"]}),
            ],
            // A growth of -1 is none.
            Err(_) => [json!({"refusal": 0}), json!({"refusal": 0})],
        };
        assert_eq!(cell["figures"], json!(figures), "{}", cell["inputs"]);
    }
    assert_eq!(table["refusals"].as_array().map(Vec::len), Some(1));
    assert_eq!(client.call(TABLE, &long_table(1000)).expect("a table"), table, "the same again");
}

fn reason_of(refused: &Status) -> String {
    refused.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// A table whose cells are rates of return of so many flows that change sign each time.
fn dear_table(client: &Client, count: usize, flows: usize, headers: &[(&'static str, &str)]) -> Result<Value, Status> {
    let amounts: Vec<&str> = ["-1", "2"].into_iter().cycle().take(flows).collect();
    let request = json!({
        "calculation": {"internal_rate_of_return": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": amounts}}}},
        "axes": [{"lever": {"fields": ["cash_flows.periodic.amounts[0]"]}, "spacing": {"low": "-2", "high": "-1", "count": count}}],
        "figures": ["internal_rates_of_return.status"],
    });
    client.call_with(TABLE, &request, headers)
}

#[test]
fn a_study_of_too_much_work_is_refused_before_it_begins() {
    let client = SERVER.client();
    let began = std::time::Instant::now();
    let refused = dear_table(&client, 10_000, 4001, &[]).expect_err("a refusal");
    assert_eq!((refused.code(), reason_of(&refused).as_str()), (Code::ResourceExhausted, "STUDY_TOO_LARGE"));
    let metadata = refused.get_details_error_info().expect("a reason").metadata;
    let number = |name: &str| metadata[name].parse::<u64>().expect("a number");
    assert_eq!(number("limit_ms"), 60_000);
    assert!(number("expected_ms") > 60_000 && number("fitting") < 10_000, "{metadata:?}");
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "it is not computed");
}

#[test]
fn a_server_may_take_larger_studies_or_smaller_ones_and_counts_what_they_were() {
    let program = Program::start(&["--max-study", "20ms"]);
    let client = program.client();
    let refused = dear_table(&client, 1000, 301, &[]).expect_err("a refusal");
    assert_eq!(reason_of(&refused), "STUDY_TOO_LARGE");
    assert_eq!(refused.get_details_error_info().expect("a reason").metadata["limit_ms"], "20");
    let table = json!({
        "calculation": {"price_change": {"end_price": "3"}},
        "axes": [{"lever": {"fields": ["start_price"]}, "values": ["1", "2", "4"]}],
        "figures": ["change_rate"],
    });
    client.call(TABLE, &table).expect("a small one");
    program.until_metric("paydirt_studies_total{code=\"OK\",study=\"compute_table\"}", 1.0);
    program.until_metric("paydirt_studies_total{code=\"RESOURCE_EXHAUSTED\",study=\"compute_table\"}", 1.0);
    program.until_metric("paydirt_studies_refused_total{reason=\"too_large\"}", 1.0);
    // Three cells, and the calculation as it stands for its warnings.
    program.until_metric("paydirt_study_evaluations_total{model=\"price_change\"}", 4.0);
    program.until_metric("paydirt_study_blocks_running", 0.0);
    client.call(PATHS, &json!({"calculation": {"price_change": {}}})).expect("paths");
    program.until_metric("paydirt_study_evaluations_total{model=\"price_change\"}", 5.0);

    let hurried = Program::start(&["--max-study", "1h", "--default-deadline", "1s"]);
    let refused = dear_table(&hurried.client(), 2000, 4001, &[]).expect_err("a refusal");
    assert_eq!(refused.code(), Code::DeadlineExceeded);
    hurried.until_metric("paydirt_studies_refused_total{reason=\"deadline_too_near\"}", 1.0);
    hurried.until_metric("paydirt_study_blocks_running", 0.0);
}

#[test]
fn paths_say_why_a_calculation_is_refused_that_has_no_figure_without_an_answer() {
    let listed = SERVER.client().call(PATHS, &json!({"calculation": {"depreciation": {"cost": "-1"}}})).expect("paths");
    assert_eq!(listed.get("figures"), None, "{listed}");
    let refused = listed["refusals"][0]["field_violations"].as_array().expect("violations");
    assert!(
        refused.iter().any(|violation| violation["field"] == "depreciation.cost" || violation["field"] == "cost"),
        "{listed}"
    );
}
