//! Studies by tools: a model and its arguments in the place of a calculation, the digits of golden rows, and refusals that lead to the
//! right call.

use serde_json::{Value, json};

use super::web::{Connection, program};
use super::{Agent, all_results, call, refusal};
use crate::golden::{Answered, STUDIES, assert_rows_are_answered, rows_of, violations_of};
use crate::support::SERVER;

/// The tool of a method: `paydirt.v1.StudyService/ListPaths` is `list_paths`.
fn tool(method: &str) -> String {
    let name = method.rsplit('/').next().expect("a method");
    let parted: String =
        name.chars().map(|letter| if letter.is_uppercase() { format!("_{letter}") } else { letter.into() }).collect();
    parted.trim_start_matches('_').to_lowercase()
}

/// The arguments of a tool for a request of the contract.
fn arguments(request: &Value) -> Value {
    let mut arguments = request.clone();
    name_the_model(&mut arguments);
    for link in arguments.pointer_mut("/chain/links").and_then(Value::as_array_mut).into_iter().flatten() {
        name_the_model(link);
    }
    arguments
}

fn name_the_model(study: &mut Value) {
    let Some(Value::Object(calculation)) = study.as_object_mut().and_then(|study| study.remove("calculation")) else { return };
    let (model, request) = calculation.into_iter().next().expect("a model");
    (study["model"], study["request"]) = (model.into(), request);
}

#[test]
fn every_golden_row_of_studies_has_its_digits_by_a_tool() {
    let text = rows_of(STUDIES);
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect();
    let calls: Vec<(String, Value)> =
        rows.iter().map(|row| (tool(row["method"].as_str().expect("a method")), arguments(&row["request"]))).collect();
    let mut results = all_results(&calls, |(tool, arguments)| (tool, arguments)).into_iter();
    let count = assert_rows_are_answered(STUDIES, &text, |method, request| {
        answered(&results.next().expect("a result for each row"), method, request)
    });
    assert!(count >= 100, "{count}");
}

#[test]
fn every_golden_row_of_studies_has_its_digits_at_the_web_port() {
    let program = program();
    let mut connection = Connection::to(&program);
    let count = assert_rows_are_answered(STUDIES, &rows_of(STUDIES), |method, request| {
        let (status, answer) = connection.post(&call(1, &tool(method), &arguments(request)));
        assert_eq!(status, 200, "{answer}");
        answered(&answer["result"], method, request)
    });
    assert!(count >= 100, "{count}");
    let method = "paydirt.v1.StudyService/ComputeTable";
    crate::program::eventually("its calls", || (program.calls(method, "OK") >= 1.0).then_some(()));
}

/// What a tool has answered. A refusal has as many lines as gRPC's has fields.
fn answered(result: &Value, method: &str, request: &Value) -> Answered {
    if result["isError"] == false {
        return Ok(result["structuredContent"].clone());
    }
    let status = SERVER.client().call(method, request).expect_err("gRPC refuses it too");
    assert_eq!(refusal(result).lines().count(), violations_of(&status).len(), "{result}");
    Err((status.code(), violations_of(&status)))
}

/// A company whose verdict is asked: its growth is what is sought.
fn company() -> Value {
    json!({"currency_code": "USD", "cash_balance": "500e3", "monthly_revenue": "30e3", "monthly_expenses": "80e3"})
}

#[test]
fn an_agent_that_is_asked_in_words_finds_the_paths_and_the_growth() {
    let mut agent = Agent::start(&[]);
    // "What growth keeps us alive?"
    let paths = agent.call("list_paths", &json!({"model": "default_alive", "request": company()}));
    let paths = &paths["structuredContent"];
    // The request lacks one field that the model needs: the one that is sought.
    let inputs = paths["inputs"].as_array().expect("a list");
    let open: Vec<&Value> = inputs.iter().filter(|input| input["required"] == true && input["value"].is_null()).collect();
    assert!(matches!(&open[..], [growth] if growth["path"] == "monthly_revenue_growth_rate"), "{open:?}");
    let mut figures = paths["figures"].as_array().expect("a list").iter();
    assert!(figures.any(|figure| figure["path"] == "verdict" && figure["kind"] == "PATH_KIND_ENUM"), "{paths}");
    let solve = json!({"model": "default_alive", "request": company(), "lever": {"fields": ["monthly_revenue_growth_rate"]},
        "figure": "verdict", "target": "VERDICT_DEFAULT_ALIVE"});
    let solved = agent.call("solve_for_input", &solve);
    assert_eq!(solved["structuredContent"]["complete"], true);
    // 30 (1 + g)^n meets 80 while the cash of 500 lasts: at 5.86 % a month just so, as the contract says.
    let low = solved["structuredContent"]["solutions"][0]["range"]["low"].as_str().expect("a number");
    assert!(low.starts_with("0.0585"), "{low}");
}

#[test]
fn a_refused_study_says_where_the_agent_wrote_what_is_wrong_and_what_is_right() {
    let mut agent = Agent::start(&[]);
    let solve = |change: Value| {
        let mut arguments = json!({"model": "default_alive", "request": company(),
            "lever": {"fields": ["monthly_revenue_growth_rate"]}, "figure": "verdict", "target": "VERDICT_DEFAULT_ALIVE"});
        change.as_object().expect("fields").iter().for_each(|(name, value)| arguments[name] = value.clone());
        arguments
    };
    for (tool, arguments, lines) in [
        (
            "solve_for_input",
            solve(json!({"model": "default_live"})),
            vec![r#"model: "default_live" is none of its words: write "default_alive""#],
        ),
        ("solve_for_input", solve(json!({"model": null, "request": null})), vec!["model: a model or a chain is required"]),
        (
            "solve_for_input",
            solve(json!({"lever": {"fields": ["monthly_growth"]}, "figure": "verdikt"})),
            vec![
                r#"lever.fields[0]: there is no "monthly_growth"; the nearest: "monthly_revenue_growth_rate", "monthly_expense_growth_rate", "monthly_revenue""#,
                r#"figure: there is no "verdikt"; the nearest: "verdict""#,
            ],
        ),
        (
            "solve_for_input",
            solve(json!({"request": {"cash_balance": 500_000, "month": 3}, "target": 5})),
            vec![
                r#"request.cash_balance: decimals stand in quotes, so that no digit is lost on the way: write "500000""#,
                "request.month: there is no such field",
                r#"target: decimals stand in quotes, so that no digit is lost on the way: write "5""#,
            ],
        ),
        (
            "compute_table",
            json!({"model": "payback", "request": 5, "figures": []}),
            vec!["request: an object { … } belongs here"],
        ),
        (
            "compute_chain",
            json!({"chain": {"links": [{"name": "a", "model": "payback", "request": {"x": 1}}, {"name": "b", "model": "runwy"}, {}]}}),
            vec![
                "chain.links[0].request.x: there is no such field",
                r#"chain.links[1].model: "runwy" is none of its words: write "runway""#,
            ],
        ),
        ("compute_chain", json!({"chain": {"links": [{"name": "a"}]}}), vec!["chain.links[0].model: a model is required"]),
        ("list_paths", json!({"model": "payback", "chain": {}}), vec!["chain: only one of model and chain may be given"]),
    ] {
        let result = agent.call(tool, &arguments);
        let told = refusal(&result);
        assert_eq!(told.lines().collect::<Vec<_>>(), lines, "{arguments}");
    }
    // Both doors say it alike.
    let program = program();
    let mut connection = Connection::to(&program);
    let wrong = solve(json!({"model": "default_live", "target": 5}));
    let (_, by_web) = connection.post(&call(1, "solve_for_input", &wrong));
    assert_eq!(refusal(&by_web["result"]), refusal(&agent.call("solve_for_input", &wrong)));
}

#[test]
fn an_agent_may_be_offered_studies_alone() {
    let mut agent = Agent::start(&["--tools", "solve_for_input,list_paths"]);
    let listed = agent.asked(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    let tools = listed["result"]["tools"].as_array().expect("tools");
    assert_eq!(tools.iter().map(|tool| &tool["name"]).collect::<Vec<_>>(), ["list_paths", "solve_for_input"]);
    // A model need not be offered to be studied.
    let paths = agent.call("list_paths", &json!({"model": "payback"}));
    assert_eq!(paths["isError"], false, "{paths}");
}

/// A table of a thousand rates of return of so many flows that change sign each time: a second of one core.
fn dear_table() -> Value {
    let amounts: Vec<&str> = ["-1", "2"].into_iter().cycle().take(301).collect();
    json!({
        "model": "internal_rate_of_return",
        "request": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": amounts}}},
        "axes": [{"lever": {"fields": ["cash_flows.periodic.amounts[0]"]}, "spacing": {"low": "-2", "high": "-1", "count": 1000}}],
        "figures": ["internal_rates_of_return.status"],
    })
}

#[test]
fn a_study_of_more_work_than_an_agent_may_ask_for_is_refused_before_it_begins() {
    let mut agent = Agent::start(&["--max-study", "20ms"]);
    let said = agent.call("compute_table", &dear_table());
    let said = refusal(&said);
    assert!(said.starts_with("the study would take ") && said.contains(" ms of one core, and may take 20: "), "{said}");
    assert!(said.ends_with(" of its 1000 evaluations would fit"), "{said}");
    // What is small enough is answered.
    let paths = agent.call("list_paths", &json!({"model": "payback"}));
    assert_eq!(paths["isError"], false, "{paths}");
    // A sensitivity is as large as its rounds, and a search as what follows its points.
    let mut agent = Agent::start(&["--max-study", "1ms"]);
    let growth = |months: u32| {
        json!({"currency_code": "USD", "cash_balance": "1000", "horizon_months": months, "costs": [
            {"name": "staff", "amount": "10", "period": "PERIOD_MONTH", "monthly_growth_rate": "0.01"}]})
    };
    let weigh = json!({"model": "runway", "request": growth(1200), "figure": "runs_out.runway_months"});
    assert!(refusal(&agent.call("compute_sensitivity", &weigh)).contains("may take 1: "));
    let solve = json!({"model": "runway", "request": growth(1200), "figure": "runs_out.runway_months", "target": "60",
        "lever": {"fields": ["costs[0].monthly_growth_rate"]}});
    assert!(refusal(&agent.call("solve_for_input", &solve)).contains("may take 1: "));
    // Where nothing is said, both are answered.
    let mut agent = Agent::start(&[]);
    for (tool, arguments) in [("compute_sensitivity", &weigh), ("solve_for_input", &solve)] {
        let answer = agent.call(tool, arguments);
        assert_eq!(answer["isError"], false, "{answer}");
    }
}

#[test]
fn the_longest_study_of_an_agent_is_that_of_a_server() {
    let told = |arguments: &[&str]| {
        let output = std::process::Command::new(super::PROGRAM).args(arguments).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"), String::from_utf8(output.stderr).expect("text"))
    };
    let default = |help: &str| {
        let (_, after) = help.split_once("--max-study <DURATION>").expect("the option");
        let (_, default) = after.split_once("[default: ").expect("a default");
        default.split_once(']').expect("its end").0.to_owned()
    };
    assert_eq!(default(&told(&["mcp", "--help"]).1), default(&told(&["--help"]).1));
    for (time, said) in [("2h", "it may be 1ms to 1h"), ("0s", "it may be 1ms to 1h"), ("long", "write 500ms, 30s, 5m")] {
        let (code, _, error) = told(&["mcp", "--max-study", time]);
        assert_eq!(code, Some(64), "{error}");
        assert!(error.contains("--max-study") && error.contains(said), "{error}");
    }
}
