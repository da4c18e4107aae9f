//! Alerts and dashboard, compared with the server: they ask for nothing that it does not expose, and each alert is tested and explained.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use yaml_rust2::Yaml;

use crate::authority::{Authority, replace};
use crate::deadlines::{RATES, long_calculation};
use crate::deploy::{documents, list, text};
use crate::program::{Program, eventually};
use crate::queries::Named;
use crate::tools::root;

const MONITORING: &str = "deploy/components/monitoring";
/// Of others: Prometheus itself, and kube-state-metrics.
const FOREIGN: [&str; 4] = [
    "up",
    "kube_pod_container_resource_limits",
    "kube_horizontalpodautoscaler_status_desired_replicas",
    "kube_horizontalpodautoscaler_spec_max_replicas",
];
/// What Prometheus' operator adds to each series of a scrape.
const OF_TARGETS: [&str; 3] = ["job", "namespace", "pod"];

/// The alerts and recorded series of the rules, whole.
fn rules() -> Vec<Yaml> {
    let rules = &documents(&root().join(MONITORING).join("prometheus-rule.yaml"))[0];
    list(&rules["spec"]["groups"]).flat_map(|group| list(&group["rules"])).cloned().collect()
}

#[test]
fn every_alert_is_tested_and_says_what_to_do() {
    let tests = text(&root().join(MONITORING).join("alerts.test.yaml"));
    let page = text(&root().join("docs/kubernetes.md"));
    let heading = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    let mut count = 0;
    for rule in rules() {
        let Some(alert) = rule["alert"].as_str() else { continue };
        assert!(tests.contains(&format!("- labels: ALERTS{{alertname=\"{alert}\"")), "{alert} has no test in which it fires");
        assert!(page.contains(&format!("`{alert}`")), "docs/kubernetes.md does not know {alert}");
        let runbook = rule["annotations"]["runbook"].as_str().unwrap_or_else(|| panic!("{alert} has no runbook"));
        let (file, section) = runbook.split_once('#').expect("a section");
        let headings = text(&root().join(file));
        let mut headings = headings.lines().filter(|line| line.starts_with('#')).map(heading);
        assert!(headings.any(|heading| heading == section), "{alert}: there is no {runbook}");
        count += 1;
    }
    assert!(count > 15, "{count} alerts");
}

/// Every query of the rules and of the dashboard.
fn queries() -> Vec<String> {
    let mut queries: Vec<String> = rules().iter().map(|rule| rule["expr"].as_str().expect("a query").to_owned()).collect();
    let dashboard = text(&root().join(MONITORING).join("dashboard.json"));
    let before = queries.len();
    collect(&serde_json::from_str(&dashboard).expect("JSON"), &mut queries);
    assert!(queries.len() > before + 25, "{} queries on the dashboard", queries.len() - before);
    queries
}

/// `expr` of panels, and `query` of variables, wherever they stand.
fn collect(value: &Value, queries: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(query) if name == "expr" => queries.push(query.to_owned()),
                    // `label_values(series, label)` is Grafana's, and its label no series.
                    Some(query) if query.starts_with("label_values(") => {
                        queries.extend(query.split(',').next().map(str::to_owned));
                    }
                    _ => collect(value, queries),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, queries)),
        _ => {}
    }
}

/// The series that a server exposes, with the labels of each, once everything with labels has counted something.
fn exposed() -> BTreeMap<String, BTreeSet<String>> {
    let authority = Authority::new("issuer");
    let directory = tempfile::tempdir().expect("a directory");
    authority.issue(&["localhost"]).write(directory.path());
    let file = |name: &str| directory.path().join(name).display().to_string();
    let with_tls = Program::start(&["--tls-certificate", &file("certificate.pem"), "--tls-key", &file("key.pem")]);
    drop(std::net::TcpStream::connect(with_tls.address()).expect("it listens"));
    replace(&directory.path().join("key.pem"), "no key");
    with_tls.signal("HUP");
    with_tls.until_metric("paydirt_tls_reloads_total{result=\"failure\"}", 1.0);
    eventually("a handshake that failed", || (with_tls.refused("handshake") > 0.0).then_some(()));

    let in_plain_text = Program::start(&["--pool-threads", "1", "--max-wait", "1ms"]);
    eventually("a call for which there is no room", || {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                // Answered or refused: both are counted.
                scope.spawn(|| drop(in_plain_text.client().call(RATES, &long_calculation(200))));
            }
        });
        in_plain_text.ask("GET", "/metrics", "").1.contains("paydirt_calls_refused_total{").then_some(())
    });
    in_plain_text.client().call(RATES, &json!({})).expect_err("nothing to calculate");
    // A study of so many evaluations that none of them is begun.
    let flows: Vec<&str> = ["-1", "2"].into_iter().cycle().take(4001).collect();
    let table = json!({
        "calculation": {"internal_rate_of_return": {"cash_flows": {"periodic": {"period": "PERIOD_MONTH", "amounts": flows}}}},
        "axes": [{"lever": {"fields": ["cash_flows.periodic.amounts[0]"]}, "spacing": {"low": "-2", "high": "-1", "count": 10_000}}],
        "figures": ["internal_rates_of_return.status"],
    });
    eventually("a study that is too large", || {
        // Where the pool has no room, it is refused for that.
        in_plain_text.client().call("paydirt.v1.StudyService/ComputeTable", &table).expect_err("it is refused");
        in_plain_text.ask("GET", "/metrics", "").1.contains("paydirt_studies_refused_total{").then_some(())
    });
    let paths = json!({"calculation": {"price_change": {}}});
    in_plain_text.client().call("paydirt.v1.StudyService/ListPaths", &paths).expect("paths");

    let mut exposed = BTreeMap::<String, BTreeSet<String>>::new();
    for program in [with_tls, in_plain_text] {
        let (_, metrics) = program.ask("GET", "/metrics", "");
        for line in metrics.lines().filter(|line| !line.starts_with('#')) {
            let series = line.rsplit_once(' ').expect("a value").0;
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let labels = labels.split("\",").filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
            exposed.entry(name.to_owned()).or_default().extend(labels);
        }
    }
    exposed
}

#[test]
fn rules_and_dashboard_ask_for_what_a_server_exposes() {
    let (mut exposed, queries) = (exposed(), queries());
    assert!(exposed["rpc_server_call_duration_seconds_bucket"].contains("le"), "{exposed:?}");
    for rule in rules() {
        let recorded = rule["record"].as_str().map(|name| (name.to_owned(), BTreeSet::new()));
        exposed.extend(recorded);
    }
    let mut named = Named::default();
    queries.iter().for_each(|query| named.read(query));
    let source = ["metrics.rs", "labels.rs"].map(|file| text(&root().join("src/server/telemetry").join(file))).concat();
    for selector in &named.selectors {
        let name = selector.name.as_str();
        if FOREIGN.contains(&name) {
            continue;
        }
        let labels = exposed.get(name).unwrap_or_else(|| panic!("no server exposes {name}"));
        for (label, value) in &selector.matchers {
            assert!(OF_TARGETS.contains(&label.as_str()) || labels.contains(label), "{name} has no label {label}");
            match label.as_str() {
                "job" => assert_eq!(value, "paydirt"),
                "namespace" => assert_eq!(value, "$namespace"),
                _ => {
                    for value in value.split('|') {
                        // A certificate's are written where they are counted.
                        let is_known = source.contains(&format!("\"{value}\"")) || name == "paydirt_tls_reloads_total";
                        assert!(is_known, "{name} has no {label} {value:?}");
                    }
                }
            }
        }
    }
    let known: BTreeSet<&str> = exposed.values().flatten().map(String::as_str).chain(OF_TARGETS).collect();
    let unknown: Vec<_> = named.labels.iter().filter(|label| !known.contains(label.as_str())).collect();
    assert!(unknown.is_empty(), "no series has these labels: {unknown:?}");
    let mut asked: BTreeSet<&str> = named.selectors.iter().map(|selector| selector.name.as_str()).collect();
    asked.retain(|name| exposed.contains_key(*name));
    assert!(asked.len() > 20, "{asked:?}");
}
