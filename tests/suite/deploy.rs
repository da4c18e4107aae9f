//! The manifests for Kubernetes, compared with the server: settings, ports, times and memory, and what rules and dashboard ask for.
//! Whether Kubernetes takes them is looked at by `scripts/check-deploy`, which needs tools.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use paydirt::server::config::Settings;
use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::authority::{Authority, replace};
use crate::deadlines::{RATES, long_calculation};
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

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn documents(path: &Path) -> Vec<Yaml> {
    YamlLoader::load_from_str(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn list(yaml: &Yaml) -> impl Iterator<Item = &Yaml> {
    yaml.as_vec().into_iter().flatten()
}

fn names(yaml: &Yaml) -> impl Iterator<Item = &str> {
    list(yaml).filter_map(Yaml::as_str)
}

fn folders(of: &str) -> BTreeSet<PathBuf> {
    std::fs::read_dir(root().join(of)).expect("it is there").map(|entry| entry.expect("an entry").path()).collect()
}

/// What a folder of kustomize's puts together, as far as it is asked for here: what comes later stands over what came before.
#[derive(Debug, Default)]
struct Manifests {
    settings: BTreeMap<String, String>,
    documents: Vec<Yaml>,
    tags: Vec<String>,
    components: BTreeSet<String>,
}

impl Manifests {
    fn of(overlay: &Path) -> Manifests {
        let mut manifests = Manifests::default();
        manifests.add(overlay);
        manifests
    }

    fn add(&mut self, folder: &Path) {
        let kustomization = &documents(&folder.join("kustomization.yaml"))[0];
        for path in names(&kustomization["resources"]).map(|name| folder.join(name)) {
            if path.is_dir() {
                self.add(&path);
            } else {
                self.documents.extend(documents(&path));
            }
        }
        for name in names(&kustomization["components"]) {
            self.components.insert(name.rsplit('/').next().unwrap_or_default().to_owned());
            self.add(&folder.join(name));
        }
        for file in list(&kustomization["configMapGenerator"]).flat_map(|generator| names(&generator["envs"])) {
            let file = text(&folder.join(file));
            let lines = file.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
            let settings = lines.map(|line| line.split_once('=').unwrap_or_else(|| panic!("{line:?} is no setting")));
            self.settings.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        for patch in list(&kustomization["patches"]).filter_map(|patch| patch["path"].as_str()) {
            self.documents.extend(documents(&folder.join(patch)));
        }
        self.tags.extend(list(&kustomization["images"]).filter_map(|image| Some(image["newTag"].as_str()?.to_owned())));
    }

    /// Of the Deployment's Pod: the last word on this.
    fn of_pod<'a>(&'a self, look: impl Fn(&'a Yaml) -> &'a Yaml) -> &'a Yaml {
        let deployments = self.documents.iter().rev().filter(|document| document["kind"].as_str() == Some("Deployment"));
        deployments
            .map(|document| look(&document["spec"]["template"]["spec"]))
            .find(|found| !found.is_badvalue())
            .expect("it is there")
    }

    fn of_container<'a>(&'a self, look: impl Fn(&'a Yaml) -> &'a Yaml) -> &'a Yaml {
        self.of_pod(|pod| look(&pod["containers"][0]))
    }

    /// As the server reads them.
    fn effective(&self) -> BTreeMap<&'static str, String> {
        let of_paydirt = self.settings.iter().filter_map(|(name, value)| Some((name.strip_prefix("PAYDIRT_")?, value)));
        let flags = of_paydirt.map(|(name, value)| format!("--{}={value}", name.to_lowercase().replace('_', "-")));
        let settings = Settings::read(std::iter::once("paydirt".to_owned()).chain(flags));
        settings.unwrap_or_else(|error| panic!("{error}")).effective().into_iter().collect()
    }

    fn is_in_plain_text(&self) -> bool {
        !self.settings.contains_key("PAYDIRT_TLS_CERTIFICATE")
    }
}

/// `384Mi`, in bytes.
fn bytes(quantity: &str) -> u64 {
    let mebibytes = quantity.strip_suffix("Mi").expect("written in Mi");
    mebibytes.parse::<u64>().expect("a number") << 20
}

#[test]
fn the_server_takes_the_settings_of_every_overlay() {
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        let settings = manifests.effective();
        for name in manifests.settings.keys() {
            assert!(name.starts_with("PAYDIRT_") || name.starts_with("OTEL_"), "{name}");
        }
        let seconds = |name: &str| humantime::parse_duration(&settings[name]).expect("a duration");
        let most = seconds("lame-duck") + seconds("drain") + Duration::from_secs(2);
        let grace = manifests.of_pod(|pod| &pod["terminationGracePeriodSeconds"]).as_i64().expect("a number");
        assert!(grace > most.as_secs().cast_signed(), "{}: {grace} s, and it may take {most:?}", overlay.display());
        assert!(seconds("drain") >= seconds("default-deadline"), "{}: calls would be cut", overlay.display());

        // The formula of docs/operations.md.
        let count = |name: &str| settings[name].parse::<u64>().expect("a number");
        let threads = count("workers") + count("pool-threads");
        let need = 50_000_000 + (128 << 20) + (20 << 20) * threads + 50_000 * count("max-connections");
        let limit =
            bytes(manifests.of_container(|container| &container["resources"]["limits"]["memory"]).as_str().expect("text"));
        assert!(limit >= need && limit < 2 * need, "{}: {limit} bytes of memory, and {need} are needed", overlay.display());
        let request = manifests.of_container(|container| &container["resources"]["requests"]["memory"]);
        assert_eq!(bytes(request.as_str().expect("text")), limit);
        for name in ["PAYDIRT_WORKERS", "PAYDIRT_POOL_THREADS"] {
            assert!(manifests.settings.contains_key(name), "{name} would be the cores of whichever node");
        }
    }
}

#[test]
fn every_component_has_settings_that_the_server_takes() {
    for component in folders("deploy/components") {
        let mut manifests = Manifests::of(&root().join("deploy/base"));
        if component.ends_with("mutual-tls") {
            manifests.add(&root().join("deploy/components/tls"));
        }
        manifests.add(&component);
        manifests.effective();
    }
}

#[test]
fn ports_are_where_the_server_listens() {
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        let settings = manifests.effective();
        let port = |name: &str| settings[name].rsplit(':').next().expect("a port").parse::<i64>().expect("a number");
        let ports = BTreeMap::from([("grpc", port("listen")), ("admin", port("admin-listen"))]);
        let of_container = list(manifests.of_container(|container| &container["ports"]));
        let of_container =
            of_container.map(|port| (port["name"].as_str().expect("text"), port["containerPort"].as_i64().expect("a number")));
        assert_eq!(of_container.collect::<BTreeMap<_, _>>(), ports);
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            let probe = manifests.of_container(|container| &container[probe]);
            let of_http = probe["httpGet"]["port"].as_str().map(|name| ports[name]);
            assert_eq!(probe["grpc"]["port"].as_i64().or(of_http), Some(ports["admin"]), "{probe:?}");
        }
        for service in manifests.documents.iter().filter(|document| document["kind"].as_str() == Some("Service")) {
            for port in list(&service["spec"]["ports"]) {
                let name = port["name"].as_str().expect("a name");
                assert_eq!((port["port"].as_i64(), port["targetPort"].as_str()), (Some(ports[name]), Some(name)));
            }
        }
    }
}

#[test]
fn every_overlay_has_this_version_and_the_page_knows_all_folders() {
    let mut used = BTreeSet::new();
    let page = text(&root().join("docs/kubernetes.md"));
    for overlay in folders("deploy/overlays") {
        let manifests = Manifests::of(&overlay);
        assert_eq!(manifests.tags, [env!("CARGO_PKG_VERSION")], "{}", overlay.display());
        used.extend(manifests.components.iter().cloned());
        let name = overlay.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("`{name}`")), "docs/kubernetes.md does not know {name}");
        assert_eq!(manifests.is_in_plain_text(), !name.ends_with("tls"));
    }
    for component in folders("deploy/components") {
        let name = component.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("`{name}`")), "docs/kubernetes.md does not know {name}");
        assert!(used.contains(&name) || name == "ipv6", "{name} is in no overlay");
    }
}

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
    let source = text(&root().join("src/server/telemetry/metrics.rs")) + &text(&root().join("src/server/pool.rs"));
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
