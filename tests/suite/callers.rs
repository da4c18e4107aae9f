//! The clients of `docs/clients.md`, in each language: the servers are replaced under them, one is killed, or ends its connections, and they
//! lose no call; where there is no room, they come again when they are told to. What the page shows is what runs here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paydirt_client::pb::break_even_service_client::BreakEvenServiceClient;
use paydirt_client::pb::cash_flow_service_client::CashFlowServiceClient;
use paydirt_client::{Paydirt, pb};
use serde_json::Value;
use tempfile::TempDir;
use tonic::{Request, Status};

use crate::fleet::{Fleet, Listed, Replacement};
use crate::names::{NAME, Names};
use crate::support::runtime;
use crate::tools::{root, skipped, tool};

/// How long a server that was asked to end stays in DNS. The callers' libraries look there in their own time.
const LAG: Duration = Duration::from_millis(500);

/// How the calls of a caller ended.
#[derive(Debug, Default)]
struct Ended {
    answered: u64,
    failed: BTreeMap<String, u64>,
}

/// A language's client, and how it is run. What it can be asked to do is said in `tests/clients/python/main.py`.
#[derive(Debug)]
enum Language {
    Python(PathBuf),
    Go(PathBuf),
    Java(PathBuf),
    Rust,
}

/// None where its language or its libraries are not there.
fn python() -> Option<Language> {
    tool("python-caller").map(Language::Python)
}

fn go() -> Option<Language> {
    tool("go-caller").map(Language::Go)
}

/// Not even required where there is no Java: nothing else in this project needs it.
fn java() -> Option<Language> {
    let path = std::env::var_os("PATH")?;
    let has = |name: &str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if !(has("mvn") && has("javac")) {
        skipped("callers in Java: there is no Maven, or no JDK");
        return None;
    }
    tool("java-caller").map(Language::Java)
}

/// A caller under way.
enum Caller {
    Process { child: Child, _names: Names, _directory: TempDir },
    Thread { is_over: Arc<AtomicBool>, thread: std::thread::JoinHandle<Ended> },
}

impl Language {
    fn start(&self, what: &'static str, fleet: &Fleet) -> Caller {
        let program = match self {
            Language::Python(program) | Language::Go(program) | Language::Java(program) => program,
            Language::Rust => return Caller::in_rust(what, fleet),
        };
        let directory = tempfile::tempdir().expect("a directory");
        let names = Names::of(&fleet.listed, directory.path());
        let mut command = Command::new(program);
        let port = fleet.port();
        if let Language::Java(_) = self {
            // The JDK asks the system's resolver, or a file.
            command.env("JAVA_TOOL_OPTIONS", format!("-Djdk.net.hosts.file={}", names.file.display()));
            command.args([what, &format!("dns:///{NAME}:{port}")]);
        } else {
            command.args([what, &format!("dns://{}/{NAME}:{port}", names.address)]);
        }
        // A proxy is for other places than this machine.
        for proxy in ["http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
            command.env_remove(proxy);
        }
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        Caller::Process { child, _names: names, _directory: directory }
    }

    /// Until it has done what it does.
    fn does(&self, what: &'static str, fleet: &Fleet) -> Ended {
        let ended = self.start(what, fleet).ends();
        println!("{self:?} {what}: {ended:?}");
        ended
    }
}

impl Caller {
    fn in_rust(what: &'static str, fleet: &Fleet) -> Caller {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, listed, port) = (Arc::clone(&is_over), fleet.listed.clone(), fleet.port());
        let thread = std::thread::spawn(move || runtime().block_on(calls(what, listed, port, over)));
        Caller::Thread { is_over, thread }
    }

    /// No further calls: how all of them ended.
    fn ends(self) -> Ended {
        match self {
            Caller::Thread { is_over, thread } => {
                is_over.store(true, Ordering::Relaxed);
                thread.join().expect("every answer is the right one")
            }
            Caller::Process { mut child, .. } => {
                // Its standard input ends here.
                drop(child.stdin.take());
                let output = child.wait_with_output().expect("it ends");
                let printed = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{}: {printed}", output.status);
                let ended: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error} in {printed}"));
                let count = |value: &Value| value.as_u64().expect("a number");
                let failed = ended["failed"].as_object().expect("failures by how they ended");
                Ended {
                    answered: count(&ended["answered"]),
                    failed: failed.iter().map(|(how, times)| (how.clone(), count(times))).collect(),
                }
            }
        }
    }
}

/// What the other languages' programs do, with the page's client in Rust.
async fn calls(what: &str, listed: Listed, port: u16, is_over: Arc<AtomicBool>) -> Ended {
    let paydirt = Paydirt::behind(move || {
        let found: Vec<_> = listed.now().into_iter().map(|address| (address, port).into()).collect();
        async move { Ok(found.into_iter()) }
    });
    let mut callers = tokio::task::JoinSet::new();
    let count = match what {
        "load" => 8,
        // Few, so that a debug build has most of them done before their fifth attempt.
        "busy" => 4,
        _ => 1,
    };
    for _ in 0..count {
        let (paydirt, is_over) = (Arc::clone(&paydirt), Arc::clone(&is_over));
        let what = what.to_owned();
        callers.spawn(async move {
            let mut seen = Vec::new();
            match what.as_str() {
                "load" => {
                    while !is_over.load(Ordering::Relaxed) {
                        seen.push(required_revenue(&paydirt, "50ms", 10).await);
                    }
                }
                "busy" => {
                    for _ in 0..3 {
                        seen.push(long_calculation(&paydirt).await);
                    }
                }
                "refused" => seen.push(required_revenue(&paydirt, "refused 1s", 10).await),
                "deadline" => seen.push(required_revenue(&paydirt, "20s", 1).await),
                other => panic!("nobody knows how to do {other}"),
            }
            seen
        });
    }
    let mut ended = Ended::default();
    for outcome in callers.join_all().await.into_iter().flatten() {
        match outcome {
            Ok(()) => ended.answered += 1,
            Err(status) => {
                *ended.failed.entry(format!("{:?}: {}", status.code(), status.message())).or_default() += 1;
            }
        }
    }
    ended
}

async fn required_revenue(paydirt: &Paydirt, rehearsal: &'static str, seconds: u64) -> Result<(), Status> {
    let question = pb::ComputeRequiredRevenueRequest {
        currency_code: "USD".into(),
        accelerator_revenue: "150e9".into(),
        accelerator_revenue_period: pb::Period::Year.into(),
        accelerator_cost_share: "0.5".into(),
        end_user_gross_margin: "0.5".into(),
        ..Default::default()
    };
    let answer = paydirt.ask(&question, Duration::from_secs(seconds), |server, mut request: Request<_>| async move {
        request.metadata_mut().insert("paydirt-rehearsal", rehearsal.parse().expect("visible text"));
        BreakEvenServiceClient::new(server).compute_required_revenue(request).await
    });
    assert_eq!(answer.await?.required_revenue, "600000000000");
    Ok(())
}

async fn long_calculation(paydirt: &Paydirt) -> Result<(), Status> {
    let amounts = std::iter::once("-1000").chain(std::iter::repeat_n("1.5", 60)).map(Into::into).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    let question = pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) }),
        discount_rate: "0.1".into(),
        options: Some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    };
    let answer = paydirt.ask(&question, Duration::from_secs(30), |server, request| async move {
        CashFlowServiceClient::new(server).compute_net_present_value(request).await
    });
    answer.await.map(drop)
}

impl Language {
    fn loses_nothing_when_each_server_is_replaced(&self) {
        let mut fleet = Fleet::start(3, &["--lame-duck", "2s", "--drain", "10s", "--max-wait", "1m"]);
        let caller = self.start("load", &fleet);
        fleet.replace_all(Replacement::First, LAG);
        let in_lame_ducks = fleet.answered_in_the_lame_duck();
        // And one that ends without a word, with its calls.
        fleet.kill_one();
        fleet.until_each_has_answered_more(20);
        let ended = caller.ends();
        let answered = fleet.end();
        println!("{self:?}: {ended:?}, by {answered:?}, {in_lame_ducks:?} of them in the lame ducks");
        assert!(ended.failed.is_empty(), "{ended:?}");
        // Those that watch health leave at once; at the signal no more than eight are under way.
        let leaves_at_once = !matches!(self, Language::Rust);
        assert!(!leaves_at_once || in_lame_ducks.iter().all(|count| *count <= 16), "{in_lame_ducks:?} in the lame ducks");
        assert!(answered.len() == 5 && answered.iter().all(|count| *count > 0), "{answered:?}");
    }

    fn does_not_notice_that_connections_end(&self) {
        let fleet = Fleet::start(1, &["--max-connection-age", "1s", "--max-wait", "1m"]);
        let caller = self.start("load", &fleet);
        for server in fleet.servers() {
            crate::program::eventually("connections", || {
                (server.metric("paydirt_connections_accepted_total")? >= 4.0).then_some(())
            });
        }
        let ended = caller.ends();
        let answered = fleet.end();
        println!("{self:?}: {ended:?}, by {answered:?}");
        assert!(ended.failed.is_empty() && answered == [ended.answered], "{ended:?}, and {answered:?} by the server");
    }

    fn comes_again_where_there_is_no_room(&self) {
        let fleet = Fleet::start(1, &["--pool-threads", "1", "--max-wait", "2ms"]);
        let ended = self.does("busy", &fleet);
        let refused = |reason: &str| -> f64 {
            let metric = format!("paydirt_calls_refused_total{{reason=\"{reason}\"}}");
            fleet.servers().filter_map(|server| server.metric(&metric)).sum()
        };
        let refused = refused("pool_full") + refused("worker_busy");
        let failed: u64 = ended.failed.values().sum();
        println!("{refused} refused");
        // A debug build has less room than it thinks: some are refused all five times.
        assert_eq!(ended.answered + failed, 12, "{ended:?}");
        assert!(ended.failed.keys().all(|how| how.to_lowercase().starts_with("unavailable")), "{ended:?}");
        assert!(refused > 5.0 * failed as f64, "no call that was refused was answered later: {refused}, {ended:?}");
    }

    fn waits_as_long_as_it_is_told(&self) {
        let fleet = Fleet::start(1, &[]);
        let ended = self.does("refused", &fleet);
        assert!(ended.failed.is_empty() && ended.answered == 1, "{ended:?}");
        // The line of a call is written by a thread of its own, perhaps after its caller has the answer.
        let calls = crate::program::eventually("three lines", || Some(fleet.ended_calls()).filter(|calls| calls.len() >= 3));
        let codes: Vec<_> = calls.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["UNAVAILABLE", "UNAVAILABLE", "OK"]);
        // Its own policy would have made it come back after 120 ms, and 240.
        let waited: Vec<_> = calls.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        println!("{waited:?}");
        assert!(waited.iter().all(|seconds| *seconds > 0.9), "{waited:?} s, and not 1 s each time");
    }

    fn ends_at_its_deadline(&self) {
        let fleet = Fleet::start(1, &[]);
        let ended = self.does("deadline", &fleet);
        let is_deadline = |how: &String| how.replace('_', "").to_lowercase().starts_with("deadlineexceeded");
        assert!(ended.answered == 0 && ended.failed.keys().all(is_deadline), "{ended:?}");
        assert_eq!(ended.failed.values().sum::<u64>(), 1, "{ended:?}");
    }
}

macro_rules! of_each_language {
    ($($language:ident: $find:expr;)*) => {$(
        mod $language {
            use super::*;

            #[test]
            fn loses_nothing_when_each_server_is_replaced() {
                if let Some(language) = $find {
                    language.loses_nothing_when_each_server_is_replaced();
                }
            }

            #[test]
            fn does_not_notice_that_connections_end() {
                if let Some(language) = $find {
                    language.does_not_notice_that_connections_end();
                }
            }

            #[test]
            fn comes_again_where_there_is_no_room() {
                if let Some(language) = $find {
                    language.comes_again_where_there_is_no_room();
                }
            }

            #[test]
            fn waits_as_long_as_it_is_told() {
                if let Some(language) = $find {
                    language.waits_as_long_as_it_is_told();
                }
            }

            #[test]
            fn ends_at_its_deadline() {
                if let Some(language) = $find {
                    language.ends_at_its_deadline();
                }
            }
        }
    )*};
}

of_each_language! {
    in_python: python();
    in_go: go();
    in_java: java();
    in_rust: Some(Language::Rust);
}

#[test]
fn in_rust_a_name_is_looked_up() {
    let server = crate::support::Server::start();
    // It may have a second address, at which nobody listens.
    let name = format!("localhost:{}", server.address().port());
    runtime().block_on(async {
        let paydirt = Paydirt::behind(move || tokio::net::lookup_host(name.clone()));
        for _ in 0..4 {
            required_revenue(&paydirt, "0s", 10).await.expect("an answer");
        }
    });
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_page_shows_what_runs_here() {
    let page = read("docs/clients.md");
    for (language, file) in
        [("go", "go/paydirt.go"), ("java", "java/src/main/java/example/Paydirt.java"), ("python", "python/paydirt_channel.py")]
    {
        let block = format!("```{language}\n{}```\n", read(format!("tests/clients/{file}")));
        assert!(page.contains(&block), "docs/clients.md does not show tests/clients/{file} as it is");
    }
    // The crate's own documentation, which its test compiles.
    let of_crate = read("clients/rust/README.md");
    let (_, block) = of_crate.split_once("```rust,no_run\n").expect("an example");
    let (example, _) = block.split_once("```").expect("a block ends");
    assert!(
        page.contains(&format!("```rust\n{example}```\n")),
        "docs/clients.md does not show the example of clients/rust/README.md"
    );
}

#[test]
fn each_language_has_the_service_config_of_the_page() {
    let page = read("docs/clients.md");
    let (_, block) = page.split_once("```json\n").expect("the page has a service config");
    let (config, _) = block.split_once("```").expect("a block ends");
    serde_json::from_str::<Value>(config).expect("it is JSON");
    let without_indents = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    for file in ["go/paydirt.go", "java/src/main/java/example/Paydirt.java", "python/paydirt_channel.py"] {
        let program = without_indents(&read(format!("tests/clients/{file}")));
        assert!(program.contains(without_indents(config).trim()), "tests/clients/{file} has another service config");
    }
}
