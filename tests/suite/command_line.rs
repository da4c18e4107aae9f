//! `paydirt compute` and its neighbours, as a shell runs them: without a server, and with the digits and the refusals of one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tonic::Code;

use crate::golden::{Answered, assert_rows_are_answered, files_of_models, rows_of};
use crate::support::models;
use crate::tools::{root, skipped, tool};

const PROGRAM: &str = env!("CARGO_BIN_EXE_paydirt");

/// Runs the program with this input.
fn run(arguments: &[&str], input: &str) -> Output {
    // A setting of the server that cannot be used is no matter of a command.
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("PAYDIRT_LISTEN", "nonsense").env("PAYDIRT_DRAIN", "soon");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    // A command that refuses its arguments reads nothing.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("no panic");
    output
}

/// The exit code, standard output and standard error.
fn said(arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = run(arguments, input);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

const CAHN: &str = r#"{"currencyCode": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR",
    "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"}"#;

#[test]
fn every_golden_row_has_its_digits_and_its_refusals_from_the_command_line() {
    for file in files_of_models() {
        let text = rows_of(file);
        let mut requests: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a row is JSON")) {
            let of_method = requests.entry(row["method"].as_str().expect("a method").to_owned()).or_default();
            of_method.push(row["request"].to_string());
        }
        let mut outcomes: BTreeMap<String, std::vec::IntoIter<Answered>> = BTreeMap::new();
        for (method, requests) in requests {
            let (code, output, errors) = said(&["compute", &method, "--lines"], &requests.join("\n"));
            assert!(code == 0 || code == 65, "{errors}");
            let all: Vec<_> = output.lines().map(|line| answered(&serde_json::from_str(line).expect("JSON"))).collect();
            assert_eq!(all.len(), requests.len(), "an outcome for each request of {method}");
            outcomes.insert(method, all.into_iter());
        }
        let count = assert_rows_are_answered(file, &text, |method, _| {
            outcomes.get_mut(method).and_then(Iterator::next).expect("an outcome")
        });
        assert!(count >= 100, "{file}: {count}");
    }
}

/// What an outcome says.
fn answered(outcome: &Value) -> Answered {
    if let Some(answer) = outcome["answer"].as_object() {
        return Ok(answer.values().next().expect("the answer of a model").clone());
    }
    let error = &outcome["error"];
    let violations = error["field_violations"].as_array().expect("violations").iter();
    let text = |violation: &Value, name: &str| violation[name].as_str().expect("text").to_owned();
    Err((
        Code::from_i32(error["code"].as_i64().expect("a code").try_into().expect("a code")),
        violations.map(|violation| (text(violation, "field"), text(violation, "reason"))).collect(),
    ))
}

#[test]
fn a_request_is_answered_in_json_and_as_text() {
    for method in ["required_revenue", "ComputeRequiredRevenue", "paydirt.v1.BreakEvenService/ComputeRequiredRevenue"] {
        let (code, output, errors) = said(&["compute", method], CAHN);
        assert_eq!((code, errors.as_str()), (0, ""));
        assert!(output.starts_with("{\n  \"currency_code\": \"USD\",\n") && output.ends_with("\n}\n"), "{output}");
        let answer: Value = serde_json::from_str(&output).expect("JSON");
        assert_eq!(answer["required_annual_revenue"], "600000000000");
    }
    let (code, output, _) = said(&["compute", "required_revenue", "--format", "text"], CAHN);
    assert_eq!(code, 0);
    let lines = ["currency code               USD", "required annual revenue     600,000,000,000"];
    assert!(lines.iter().all(|line| output.lines().any(|found| found == *line)), "{output}");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), CAHN).expect("a file");
    let path = file.path().to_str().expect("text");
    let (code, from_file, _) = said(&["compute", "required_revenue", path, "--explain", "--round", "2"], "");
    let answer: Value = serde_json::from_str(&from_file).expect("JSON");
    assert_eq!((code, answer["explanation"]["steps"].as_array().is_some_and(|steps| !steps.is_empty())), (0, true));
    let thirds = r#"{"currency_code": "USD", "cash_balance": "1e6", "costs": [{"name": "a", "amount": "1e6", "period": "PERIOD_YEAR"}]}"#;
    let (_, rounded, _) = said(&["compute", "runway", "--round", "2"], thirds);
    assert_eq!(serde_json::from_str::<Value>(&rounded).expect("JSON")["gross_burn"], "83333.33");
}

#[test]
fn a_batch_is_one_request_and_a_stream_is_one_a_line() {
    let (code, output, _) =
        said(&["compute", "BatchCalculations"], &format!(r#"{{"calculations": [{{"required_revenue": {CAHN}}}, {{}}]}}"#));
    let answer: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!((code, &answer["outcomes"][0]["answer"]["required_revenue"]["revenue_gap"]), (0, &json!("600000000000")));
    assert_eq!(answer["outcomes"][1]["error"]["reason"], "INVALID_FIELDS");
    let cahn = CAHN.replace('\n', " ");
    let input = format!("{{\"correlation_id\": 7, \"calculation\": {{\"required_revenue\": {cahn}}}}}\n\nnonsense\n");
    let (code, output, errors) = said(&["compute", "StreamCalculations"], &input);
    let answers: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((code, errors.as_str(), answers.len()), (65, "paydirt: 1 of 2 requests are refused\n", 2));
    assert_eq!(answers[0]["correlation_id"], "7");
    assert_eq!(answers[0]["outcome"]["answer"]["required_revenue"]["required_revenue"], "600000000000");
    assert_eq!(answers[1]["outcome"]["error"]["reason"], "JSON_MALFORMED");
}

#[test]
fn exit_codes_say_whose_mistake_it_is() {
    let refused = r#"{"currency_code": "US", "accelerator_revenue": "-1", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "2", "end_user_gross_margin": "0.5"}"#;
    let (code, output, errors) = said(&["compute", "required_revenue"], refused);
    assert_eq!((code, output.as_str()), (65, ""));
    let fields: Vec<_> = errors.lines().map(|line| line.split(": ").next().expect("a field")).collect();
    assert_eq!(fields, ["currency_code", "accelerator_revenue", "accelerator_cost_share"], "{errors}");
    let (code, _, errors) = said(&["compute", "required_revenue"], r#"{"accelerator_revenue": 150e9, "curency_code": "USD"}"#);
    let expected = [
        "accelerator_revenue: decimals stand in quotes, so that no digit is lost on the way: write \"150e9\"",
        "curency_code: there is no such field; did you mean \"currency_code\"?",
    ];
    assert_eq!((code, errors.lines().collect::<Vec<_>>()), (65, expected.to_vec()));
    let (code, _, errors) = said(&["compute", "required_revenue"], "{\n  \"currency_code\" \"USD\"\n}");
    assert_eq!(
        (code, errors.as_str()),
        (65, "the message cannot be read: line 2, column 19: expected \":\": \"currency_code\" \"\n")
    );
    for (arguments, told) in [
        (&["compute", "runwy"][..], "did you mean \"runway\"?"),
        (&["compute"], "METHOD"),
        (&["compute", "runway", "--listen", "127.0.0.1:0"], "--listen"),
        (&["--listen", "127.0.0.1:0", "compute", "runway"], "compute"),
        (&["compte", "runway"], "compute"),
        (&["presets", "cahn-2042"], "did you mean \"cahn-202"),
        (&["presets", "--request"], "NAME"),
        (&["completions", "tcsh"], "tcsh"),
        (&["compute", "runway", "--lines", "--format", "text"], "--format"),
    ] {
        let (code, output, errors) = said(arguments, "");
        assert_eq!((code, output.as_str()), (64, ""), "{arguments:?}: {errors}");
        assert!(
            errors.starts_with("paydirt: ") && errors.contains(told) && errors.lines().count() == 1,
            "{arguments:?}: {errors}"
        );
    }
    let (code, _, errors) = said(&["compute", "runway", "/nowhere/at/all"], "");
    assert_eq!((code, errors.starts_with("paydirt: /nowhere/at/all cannot be read: ")), (1, true), "{errors}");
    for help in [&["--help"][..], &["compute", "--help"], &["help", "compute"], &["presets", "-h"], &["--version"]] {
        let mut command = Command::new(PROGRAM);
        let output = command.args(help).output().expect("the program starts");
        assert!(output.status.success() && !output.stdout.is_empty(), "{help:?}");
    }
    let (_, help, _) = said(&["compute", "--help"], "");
    assert!(models().iter().all(|model| help.contains(model.as_str())), "{help}");
}

#[test]
fn presets_are_listed_and_each_is_a_request_that_is_answered() {
    let (code, listed, _) = said(&["presets"], "");
    assert!(code == 0 && listed.lines().count() >= 40, "{listed}");
    for line in listed.lines() {
        let (name, title) = line.split_once("  ").expect("a name and a title");
        let (code, shown, _) = said(&["presets", name], "");
        assert!(code == 0 && shown.starts_with(title.trim()) && shown.contains("\nsource: "), "{shown}");
        let ask = shown.lines().last().expect("how to ask");
        let model = ask.rsplit(' ').next().expect("a model");
        assert_eq!(ask, format!("paydirt presets {name} --request | paydirt compute {model}"));
        let (code, request, _) = said(&["presets", name, "--request"], "");
        assert_eq!(code, 0);
        let (code, answer, errors) = said(&["compute", model], &request);
        assert!(code == 0 && answer.len() > 2, "{name}: {errors}");
        let (_, text, _) = said(&["compute", model, "--format", "text", "--explain"], &request);
        assert!(text.contains("\ncomputed by paydirt "), "{text}");
    }
}

#[test]
fn the_first_answer_comes_at_once_and_lines_are_answered_as_they_come() {
    let fastest = (0..10).map(|_| {
        let start = Instant::now();
        assert_eq!(run(&["compute", "required_revenue"], CAHN).status.code(), Some(0));
        start.elapsed()
    });
    // 50 ms are meant; a busy machine and a debug build have more.
    let fastest = fastest.min().expect("ten of them");
    assert!(fastest < Duration::from_millis(500), "{fastest:?}");

    let mut command = Command::new(PROGRAM);
    let mut child = command
        .args(["compute", "required_revenue", "--lines"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (mut input, mut output) = (child.stdin.take().expect("a pipe"), BufReader::new(child.stdout.take().expect("a pipe")));
    for _ in 0..3 {
        input.write_all(format!("{}\n", CAHN.replace('\n', " ")).as_bytes()).expect("it reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("it answers before the next line");
        assert!(line.contains(r#""required_annual_revenue":"600000000000""#), "{line}");
    }
    drop(input);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn many_lines_are_answered_in_their_order_and_a_long_one_is_refused_alone() {
    let line = |amount: usize| format!(r#"{{"start_price": "{amount}", "end_price": "{}"}}"#, amount * 2);
    let mut input: Vec<String> = (1..=5000).map(line).collect();
    input[2500] = format!("{{\"start_price\": \"{}\"}}", "9".repeat(5 << 20));
    let (code, output, errors) = said(&["compute", "price_change", "--lines"], &(input.join("\r\n") + "\n"));
    assert_eq!((code, errors.as_str()), (65, "paydirt: 1 of 5000 requests are refused\n"));
    let outcomes: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(outcomes.len(), 5000);
    for (place, outcome) in outcomes.iter().enumerate() {
        match place {
            2500 => assert_eq!(outcome["error"]["reason"], "MESSAGE_TOO_LARGE"),
            _ => assert_eq!(outcome["answer"]["price_change"]["price_factor"], "2"),
        }
    }
    // In their order: each answer has its own figure.
    let numbered: String =
        (1..=1000).map(|number| format!("{{\"score\": 1, \"revenue_growth_rate\": \"{number}\"}}\n")).collect();
    let numbered = numbered.replace("\"score\": 1, ", "").replace('}', ", \"free_cash_flow_margin\": \"0\"}");
    let (_, output, _) = said(&["compute", "rule_of_forty", "--lines"], &numbered);
    for (line, number) in output.lines().zip(1..) {
        let outcome: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(outcome["answer"]["rule_of_forty"]["score"], json!(number.to_string()));
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let mut command = Command::new(PROGRAM);
    command.args(["compute", "price_change", "--lines"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("a pipe");
    let line = b"{\"start_price\": \"1\", \"end_price\": \"2\"}\n";
    while input.write_all(line).is_ok() {}
    let mut errors = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
    assert_eq!((child.wait().expect("it ends").code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn shells_complete_commands_methods_and_presets() {
    for (shell, check) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let (code, script, _) = said(&["completions", shell], "");
        assert_eq!(code, 0);
        let wanted = ["compute", "presets", "capex_roi", "ComputeRunway", "BatchCalculations", "cahn-2024", "--max-wait"];
        let missing: Vec<_> = wanted.iter().filter(|word| !script.contains(word.trim_start_matches("--"))).collect();
        assert!(missing.is_empty(), "{shell} does not complete {missing:?}");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &script).expect("a file");
        match Command::new(check).arg("-n").arg(file.path()).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => skipped(&format!("the completions for {shell}, which is not there")),
        }
    }
    // As bash asks: the word under the cursor, and the words of the line.
    let (_, script, _) = said(&["completions", "bash"], "");
    for (line, expected) in [
        (&["paydirt", "compute", "capex"][..], "capex_roi"),
        (&["paydirt", "presets", "cahn-2024-a"], "cahn-2024-annuity"),
        (&["paydirt", "comple"], "completions"),
    ] {
        let words = line.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let (last, before) = (line.last().expect("a word"), line[line.len() - 2]);
        let asks = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD={}; _paydirt paydirt '{last}' '{before}'; echo \"${{COMPREPLY[@]}}\"",
            line.len() - 1
        );
        let output = Command::new("bash").args(["-c", &asks]).output().expect("bash is there");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            expected,
            "{line:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// What somebody has typed, and what stands there after Tab, in a shell that completes it at once.
const COMPLETED: [(&str, &str); 7] = [
    ("paydirt compute capex", "paydirt compute capex_roi"),
    ("paydirt compute BatchC", "paydirt compute BatchCalculations"),
    ("paydirt presets cahn-2024-a", "paydirt presets cahn-2024-annuity"),
    ("paydirt comple", "paydirt completions"),
    ("paydirt completions fi", "paydirt completions fish"),
    ("paydirt compute runway --expl", "paydirt compute runway --explain"),
    ("paydirt compute runway --format js", "paydirt compute runway --format json"),
];

#[test]
fn zsh_completes_at_a_terminal() {
    let (Some(_), Some(python)) = (tool("zsh"), tool("python3")) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("_paydirt"), said(&["completions", "zsh"], "").1).expect("a file");
    let lines = COMPLETED.map(|(typed, _)| typed);
    let script = root().join("tests/clients/zsh.py");
    let output = Command::new(python).arg(script).arg(folder.path()).args(lines).output().expect("Python starts");
    let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let shown: Vec<&str> = shown.lines().collect();
    assert_eq!(shown, COMPLETED.map(|(_, completed)| completed), "{errors}");
}

#[test]
fn fish_completes_at_a_terminal() {
    let Some(fish) = tool("fish") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("paydirt.fish");
    std::fs::write(&script, said(&["completions", "fish"], "").1).expect("a file");
    let completed = |line: &str| {
        let asks = format!("source {}; complete --do-complete '{line}'", script.display());
        let output = Command::new(&fish).args(["--no-config", "-c", &asks]).env("HOME", folder.path()).output();
        let output = output.expect("fish starts");
        let text = String::from_utf8(output.stdout).expect("text");
        // A word, and behind a tab what it means.
        let words = text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned());
        words.collect::<Vec<_>>()
    };
    for (typed, expected) in COMPLETED {
        let (before, _) = typed.rsplit_once(' ').expect("words");
        let shown: Vec<String> = completed(typed).iter().map(|word| format!("{before} {word}")).collect();
        assert_eq!(shown, [expected], "{typed}");
    }
    let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
    assert_eq!(completed("paydirt completions "), shells, "and no files");
}

#[test]
fn the_manual_has_every_command_and_setting() {
    let (code, page, _) = said(&["man"], "");
    assert_eq!(code, 0);
    for word in [".TH paydirt 1", "paydirt\\-compute(1)", "\\-\\-listen", "PAYDIRT_LISTEN"] {
        assert!(page.contains(word), "no {word:?} in\n{page}");
    }
    let (code, page, _) = said(&["man", "compute"], "");
    assert!(code == 0 && page.contains("\\-\\-explain") && page.contains("capex_roi"), "{page}");
    assert_eq!(said(&["man", "serve"], "").0, 64);
}
