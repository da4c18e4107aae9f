//! The page for those who run the server, compared with the server: whoever adds a setting, a metric or a line of the log writes it down there,
//! a reason to refuse on the page of errors, and nothing stands there that is gone.

use std::collections::BTreeSet;
use std::path::Path;

use paydirt::server::config::Settings;

use crate::authority::Authority;
use crate::program::{Program, eventually};
use crate::support::Client;
use crate::tools::root;

fn page() -> String {
    std::fs::read_to_string(root().join("docs/operations.md")).expect("there is a page")
}

/// What stands in the page's code spans, whole.
fn code_spans(page: &str) -> BTreeSet<&str> {
    page.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The cells of the row of a table that begins with this code span.
fn row<'a>(page: &'a str, first: &str) -> Vec<&'a str> {
    let start = format!("| `{first}` |");
    let line = page.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("the page has no row {start}"));
    line.trim_matches('|').split(" | ").map(str::trim).collect()
}

#[test]
fn every_setting_is_there_with_its_variable_and_default() {
    let page = page();
    let effective = Settings::read(["paydirt"]).expect("the defaults are good").effective();
    let mut flags = BTreeSet::new();
    for (name, default) in &effective {
        let cells = row(&page, &format!("--{name}"));
        assert_eq!(cells[1], format!("`PAYDIRT_{}`", name.to_uppercase().replace('-', "_")));
        match cells[2] {
            "none" => assert_eq!(default, "", "--{name}"),
            // Another on each machine.
            "one per core" => assert!(default.parse::<usize>().is_ok_and(|count| count > 0), "--{name}"),
            written => assert_eq!(written, format!("`{default}`"), "--{name}"),
        }
        flags.insert(format!("--{name}"));
    }
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `--")?.split_once('`'));
    let on_page: BTreeSet<String> = rows.map(|(name, _)| format!("--{name}")).collect();
    assert_eq!(on_page, flags, "the page has a setting that the server does not have");
}

#[test]
fn every_range_is_what_the_program_takes() {
    let page = page();
    let takes = |name: &str, value: &str| Settings::read(["paydirt".to_owned(), format!("--{name}={value}")]).is_ok();
    let mut count = 0;
    for (name, _) in Settings::read(["paydirt"]).expect("the defaults are good").effective() {
        let cells = row(&page, &format!("--{name}"));
        let Some((least, most)) = cells[3].split_once(" to ") else { continue };
        let (least, most) = (least.trim_matches('`'), most.split('`').nth(1).expect("a value"));
        assert!(takes(name, least) && takes(name, most), "--{name} takes {least} and {most}");
        match most.parse::<u32>() {
            Ok(most) => assert!(!takes(name, &(most + 1).to_string()), "--{name} takes no more than {most}"),
            Err(_) => assert!(!takes(name, &format!("{most} 1ms")), "--{name} takes no more than {most}"),
        }
        count += 1;
    }
    assert!(count >= 9, "{count} ranges");
}

#[test]
fn every_metric_is_there_and_no_other() {
    let authority = Authority::new("issuer");
    let directory = tempfile::tempdir().expect("a directory");
    authority.issue(&["localhost"]).write(directory.path());
    let file = |name: &str| directory.path().join(name).display().to_string();
    let flags = ["--tls-certificate", &file("certificate.pem"), "--tls-key", &file("key.pem")];
    let program = Program::start(&flags);
    // What has labels is there once it has counted.
    drop(std::net::TcpStream::connect(program.address()).expect("it listens"));
    let metrics = eventually("a handshake that failed", || {
        Some(program.ask("GET", "/metrics", "").1).filter(|metrics| metrics.contains("reason=\"handshake\""))
    });
    let scraped: BTreeSet<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert!(scraped.len() > 15, "{scraped:?}");

    let page = page();
    let on_page: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| ["rpc_", "paydirt_", "process_"].iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    let missing: Vec<_> = scraped.difference(&on_page).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
    // Those that count what has not happened here stand at least in the program.
    let source = std::fs::read_to_string(root().join("src/server/telemetry/metrics.rs")).expect("it is there");
    let gone: Vec<_> = on_page.difference(&scraped).filter(|name| !source.contains(&format!("\"{name}\""))).collect();
    assert!(gone.is_empty(), "on the page alone: {gone:?}");
    let registered = strings(&source).into_iter().filter(|text| text.starts_with("paydirt_") || text.starts_with("rpc_server"));
    for name in registered {
        assert!(on_page.contains(name.as_str()), "not on the page: {name}");
    }
}

#[test]
fn every_reason_of_a_metric_is_there() {
    let (page, sources) = (page(), sources("src/server"));
    let spans = code_spans(&page);
    let mut count = 0;
    for source in sources.iter().map(|source| &source.text) {
        let of_calls = source.match_indices("call_refused(\"").map(|(at, _)| at);
        let of_connections = source.match_indices("Refusal::").filter(|(at, _)| {
            let line = source[*at..].lines().next().unwrap_or_default();
            line.contains("=> \"")
        });
        let of_pool = source.match_indices("=> (\"").map(|(at, _)| at);
        for at in of_calls.chain(of_connections.map(|(at, _)| at)).chain(of_pool) {
            let reason = source[at..].split('"').nth(1).expect("a string");
            assert!(spans.contains(reason), "not on the page: {reason}");
            count += 1;
        }
    }
    assert!(count >= 8, "{count} reasons");
}

#[test]
fn every_message_of_the_log_is_there_with_its_fields() {
    let page = page();
    let spans = code_spans(&page);
    let mut messages = BTreeSet::new();
    for source in sources("src").into_iter().chain([Source::of(&root().join("src/main.rs"))]) {
        for event in events(&source.text) {
            for part in event {
                match part {
                    Part::Message(message) if message.contains('{') => {}
                    Part::Message(message) => {
                        assert!(spans.contains(message.as_str()), "{}: the page has no message {message:?}", source.path);
                        messages.insert(message);
                    }
                    Part::Field(field) => {
                        assert!(spans.contains(field.as_str()), "{}: the page has no field {field:?}", source.path);
                    }
                }
            }
        }
        for (at, _) in source.text.match_indices(".announce(metrics, \"") {
            let message = source.text[at..].split('"').nth(1).expect("a string");
            assert!(spans.contains(message), "{}: the page has no message {message:?}", source.path);
        }
    }
    for expected in ["call", "listening", "drained", "a panic: this is a bug", "TLS files unchanged"] {
        assert!(messages.contains(expected), "{expected:?} was not found in the program: {messages:?}");
    }
}

#[test]
fn every_reason_of_a_failed_handshake_is_there() {
    let page = page();
    let spans = code_spans(&page);
    let source = Source::of(&root().join("src/server/transport/handshake.rs"));
    let reasons = source.text.lines().filter_map(|line| line.trim().strip_prefix("Failure::")?.split('"').nth(1));
    let mut count = 0;
    for reason in reasons {
        assert!(spans.contains(reason), "the page has no reason {reason:?}");
        count += 1;
    }
    assert!(count > 8, "{count} reasons");
}

#[test]
fn what_the_program_logs_from_start_to_end_is_there() {
    let page = page();
    let spans = code_spans(&page);
    let program = Program::start(&["--lame-duck", "0s", "--log-level", "debug,h2=off,hyper=off"]);
    let address = program.address();
    let client = Client::of(address);
    let _ = client.call("paydirt.v1.RunwayService/ComputeRunway", &serde_json::json!({}));
    program.line("call");
    drop(client);
    program.signal("TERM");
    program.line("drained");
    for line in program.log() {
        let line = line.as_object().expect("an object");
        let message = line["message"].as_str().expect("text");
        for name in line.keys().map(String::as_str).chain([message]) {
            assert!(spans.contains(name), "the page has no {name:?}: {line:?}");
        }
    }
}

#[test]
fn every_reason_to_refuse_is_there() {
    let errors = std::fs::read_to_string(root().join("docs/errors.md")).expect("there is a page");
    let page = page() + &errors;
    let spans = code_spans(&page);
    let is_reason = |text: &str| {
        let is_upper = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        is_upper && text.len() > 4 && !text.starts_with('_') && !text.ends_with('_') && !text.starts_with("OTEL_")
    };
    let status = Source::of(&root().join("src/wire/status.rs"));
    let of_server = sources("src/server").into_iter().filter(|source| source.text.contains("status::unavailable("));
    let mut reasons = BTreeSet::new();
    for source in of_server.chain([status]) {
        reasons.extend(strings(&source.text).into_iter().filter(|text| is_reason(text)));
    }
    assert!(reasons.len() >= 12, "{reasons:?}");
    for reason in reasons {
        assert!(spans.contains(reason.as_str()), "the page has no reason {reason}");
    }
}

#[test]
fn every_variable_of_traces_is_there() {
    let page = page();
    let spans = code_spans(&page);
    let source = Source::of(&root().join("src/server/telemetry/trace.rs"));
    let variables: Vec<_> = strings(&source.text).into_iter().filter(|text| text.starts_with("OTEL_")).collect();
    assert!(variables.len() >= 8, "{variables:?}");
    for variable in variables {
        assert!(spans.contains(variable.as_str()), "the page has no variable {variable}");
    }
}

/// A file of the program, without its tests.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn of(path: &Path) -> Source {
        let text = std::fs::read_to_string(path).expect("it is there");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        Source { path: path.display().to_string(), text }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let mut folders = vec![root().join(folder)];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it is there") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                if name != "tests" {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                sources.push(Source::of(&path));
            }
        }
    }
    sources
}

/// The string literals of a program text, comments left out.
fn strings(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    code.iter().flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Of an event of the log.
enum Part {
    Message(String),
    Field(String),
}

/// What stands between the parentheses of each of `tracing`'s macros.
fn events(text: &str) -> Vec<Vec<Part>> {
    let macros = ["error!(", "warn!(", "info!(", "debug!(", "event!("];
    let starts = macros.iter().flat_map(|name| {
        let name = format!("tracing::{name}");
        text.match_indices(&name).map(|(at, found)| at + found.len()).collect::<Vec<_>>()
    });
    starts.map(|start| arguments(&text[start..]).iter().filter_map(|argument| part(argument)).collect()).collect()
}

fn part(argument: &str) -> Option<Part> {
    let argument = argument.trim().trim_start_matches(['%', '?']);
    if let Some(message) = argument.strip_prefix('"') {
        return Some(Part::Message(message.trim_end_matches('"').to_owned()));
    }
    let name = argument.split([' ', '=']).next().unwrap_or_default();
    // `target: …` and `$level` are no fields.
    let is_field = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_field.then(|| Part::Field(name.to_owned()))
}

/// The arguments up to the closing parenthesis.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let (mut depth, mut is_string) = (0, false);
    for letter in text.chars() {
        match letter {
            '"' => is_string = !is_string,
            '(' | '[' | '{' if !is_string => depth += 1,
            ')' | ']' | '}' if !is_string && depth == 0 => break,
            ')' | ']' | '}' if !is_string => depth -= 1,
            ',' if !is_string && depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = arguments.last_mut() {
            last.push(letter);
        }
    }
    arguments
}

#[test]
fn an_event_is_its_message_and_its_fields() {
    let text =
        r#"tracing::warn!(target: "x", %error, count = list.len(), ?signal, text = format!("a, {b}"), "it is so, really")"#;
    let parts: Vec<String> = events(text)
        .remove(0)
        .into_iter()
        .map(|part| match part {
            Part::Message(message) => format!("message {message}"),
            Part::Field(field) => field,
        })
        .collect();
    assert_eq!(parts, ["error", "count", "signal", "text", "message it is so, really"]);
}
