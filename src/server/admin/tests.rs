use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::*;
use crate::server::config::{ADMIN_CONNECTION_MIN, ADMIN_CONNECTIONS_MAX};
use crate::server::services::health::Health;
use crate::server::stage;
use crate::server::telemetry::log::tests::kept;

/// An admin port that answers, and what it looks at.
struct Port {
    address: SocketAddr,
    stage: stage::Announcer,
    is_stuck: Arc<AtomicBool>,
    log_level: LogLevel,
    /// The level can be changed for as long as there is a log.
    _log: Box<dyn tracing::Subscriber + Send>,
    stop: Option<oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
}

async fn port() -> Port {
    port_with(LogLevelChanges::Loopback).await
}

async fn port_with(log_level_changes: LogLevelChanges) -> Port {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (announcer, watcher) = stage::starting();
    let is_stuck = Arc::new(AtomicBool::new(false));
    let looked_at = is_stuck.clone();
    let alive = move || if looked_at.load(Ordering::Relaxed) { Err("worker 3 is stuck".to_owned()) } else { Ok(()) };
    let (log, log_level, _) = kept("info");
    let admin = Admin {
        alive: Box::new(alive),
        stage: watcher,
        metrics: Arc::new(Metrics::new().unwrap()),
        log_level: log_level.clone(),
        log_level_changes,
        log_lines_dropped: Box::new(|| 7),
        health: HealthServer::new(Health::new(announcer.subscribe())),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(Listener::new(listener).unwrap(), admin, async { drop(stopped.await) }));
    Port { address, stage: announcer, is_stuck, log_level, _log: Box::new(log), stop: Some(stop), serving }
}

impl Port {
    /// The whole answer to a request in HTTP/1.1.
    async fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn it_is_alive_until_a_worker_is_stuck() {
    let port = port().await;
    assert_eq!(body(&port.ask("GET", "/livez", "").await), "ok\n");
    port.is_stuck.store(true, Ordering::Relaxed);
    let answer = port.ask("GET", "/livez", "").await;
    assert_eq!((status(&answer), body(&answer)), ("503", "worker 3 is stuck\n"));
}

#[tokio::test]
async fn it_is_ready_while_it_serves_and_not_before_or_after() {
    let port = port().await;
    for (stage, expected) in [
        (Stage::Starting, ("503", "starting\n")),
        (Stage::NoRoom, ("503", "the limit on open files leaves room for too few connections\n")),
        (Stage::Serving, ("200", "ok\n")),
        (Stage::LameDuck, ("503", "lame duck\n")),
        (Stage::Draining, ("503", "draining\n")),
    ] {
        port.stage.send_replace(stage);
        let answer = port.ask("GET", "/readyz", "").await;
        assert_eq!((status(&answer), body(&answer)), expected);
    }
}

#[tokio::test]
async fn metrics_are_prometheus_text_with_the_process_and_the_build() {
    let port = port().await;
    let answer = port.ask("GET", "/metrics", "").await;
    assert!(answer.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{answer}");
    for expected in ["process_resident_memory_bytes ", "paydirt_build_info{", "paydirt_log_lines_dropped_total 7\n"] {
        assert!(answer.contains(expected), "{expected} in {answer}");
    }
    assert!(port.ask("GET", "/metrics", "").await.contains("paydirt_log_lines_dropped_total 7\n"), "counted once");
}

#[tokio::test]
async fn the_version_is_json() {
    let answer = port().await.ask("GET", "/version", "").await;
    let version: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!((&version["version"], &version["contract"]), (&VERSION.into(), &"paydirt.v1".into()));
    assert!(version["rustc"].as_str().unwrap().starts_with("rustc 1."), "{version}");
}

#[tokio::test]
async fn the_log_level_is_shown_and_changed() {
    let port = port().await;
    assert_eq!(body(&port.ask("GET", "/log-level", "").await), "info\n");
    assert_eq!(status(&port.ask("PUT", "/log-level", "info,paydirt=debug\n").await), "204");
    assert_eq!(port.log_level.get(), "info,paydirt=debug");
    let answer = port.ask("PUT", "/log-level", "loud").await;
    assert_eq!(status(&answer), "400");
    assert!(body(&answer).starts_with("\"loud\" is none of"), "{answer}");
    assert_eq!(status(&port.ask("PUT", "/log-level", &"a".repeat(LOG_LEVEL_BYTES_MAX + 1)).await), "413");
    assert_eq!(port.log_level.get(), "info,paydirt=debug");
}

#[tokio::test]
async fn only_those_whom_the_settings_name_change_the_level() {
    let loopback = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(|peer| peer.parse().unwrap());
    let others = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "0.0.0.0", "169.254.0.1"].map(|peer| peer.parse().unwrap());
    assert!(loopback.iter().all(|peer| LogLevelChanges::Loopback.may(*peer)));
    assert!(!others.iter().any(|peer| LogLevelChanges::Loopback.may(*peer)));
    assert!(loopback.iter().chain(&others).all(|peer| LogLevelChanges::Anyone.may(*peer)));
    assert!(!loopback.iter().chain(&others).any(|peer| LogLevelChanges::Nobody.may(*peer)));

    let port = port_with(LogLevelChanges::Nobody).await;
    let answer = port.ask("PUT", "/log-level", "off").await;
    assert!(status(&answer) == "403" && body(&answer).contains("--admin-log-level-changes"), "{answer}");
    assert_eq!(body(&port.ask("GET", "/log-level", "").await), "info\n");
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let port = port().await;
    assert_eq!(status(&port.ask("GET", "/", "").await), "404");
    let answer = port.ask("POST", "/livez", "").await;
    assert!(status(&answer) == "405" && answer.contains("allow: GET, HEAD\r\n"), "{answer}");
    let answer = port.ask("DELETE", "/log-level", "").await;
    assert!(status(&answer) == "405" && answer.contains("allow: GET, HEAD, PUT\r\n"), "{answer}");
    let answer = port.ask("HEAD", "/livez", "").await;
    assert!(status(&answer) == "200" && answer.contains("content-length: 3\r\n") && body(&answer).is_empty(), "{answer}");
}

#[tokio::test]
async fn health_is_answered_over_grpc_on_the_same_port() {
    let port = port().await;
    port.stage.send_replace(Stage::Serving);
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{}", port.address)).unwrap();
    let mut client = HealthClient::new(endpoint.connect().await.unwrap());
    let answer = client.check(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
    let mut watch = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    port.stage.send_replace(Stage::LameDuck);
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
}

#[tokio::test]
async fn it_closes_at_once_when_it_is_told_to() {
    let mut port = port().await;
    let mut idle = TcpStream::connect(port.address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 512]).await.unwrap() > 0);
    drop(port.stop.take());
    port.serving.await.unwrap();
    assert_eq!(idle.read(&mut [0; 512]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_peer_that_asks_for_nothing_is_let_go_and_a_request_under_way_is_not() {
    let requests = Arc::new(Requests::new());
    let interval = Duration::from_millis(10);
    requests.cease(interval).await;
    let under_way = UnderWay::new(&requests, true);
    assert!(timeout(10 * interval, requests.cease(interval)).await.is_err());
    drop(under_way);
    requests.cease(interval).await;
}

#[tokio::test(start_paused = true)]
async fn the_connection_that_has_idled_or_watched_longest_makes_room() {
    let mut open = OpenConnections::default();
    let mut connections = Vec::new();
    for _ in 0..ADMIN_CONNECTIONS_MAX {
        let requests = Arc::new(Requests::new());
        open.0.push((tokio::spawn(std::future::pending::<()>()).abort_handle(), requests.clone()));
        connections.push(requests);
        tokio::time::advance(Duration::from_millis(1)).await;
    }
    // Returns the place of the connection that is closed, and fills the place again with one that never rests.
    let mut never_resting = Vec::new();
    let mut closed = || {
        let before: Vec<_> = open.0.iter().map(|(_, requests)| requests.clone()).collect();
        open.make_room();
        let gone = before.iter().find(|requests| !open.0.iter().any(|(_, other)| Arc::ptr_eq(other, requests))).unwrap();
        let new = Arc::new(Requests::new());
        never_resting.push(UnderWay::new(&new, true));
        open.0.push((tokio::spawn(std::future::pending::<()>()).abort_handle(), new));
        connections.iter().position(|requests| Arc::ptr_eq(requests, gone)).unwrap()
    };
    // The eldest asks, the next watches since just now, and the third has asked just now.
    tokio::time::advance(ADMIN_CONNECTION_MIN).await;
    let asking = UnderWay::new(&connections[0], true);
    let _watching = UnderWay::new(&connections[1], false);
    drop(UnderWay::new(&connections[2], true));
    assert_eq!([closed(), closed()], [3, 4]);
    // One that asked rests from the end of its request.
    tokio::time::advance(Duration::from_millis(1)).await;
    drop(asking);
    for expected in 5..ADMIN_CONNECTIONS_MAX {
        assert_eq!(closed(), expected);
    }
    let mut last = [closed(), closed(), closed()];
    last[..2].sort_unstable();
    assert_eq!(last, [1, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_free_costs_nobody_a_connection() {
    let mut open = OpenConnections::default();
    for _ in 0..ADMIN_CONNECTIONS_MAX {
        open.0.push((tokio::spawn(std::future::pending::<()>()).abort_handle(), Arc::new(Requests::new())));
    }
    assert!(!open.has_room(), "all are young");
    tokio::time::advance(ADMIN_CONNECTION_MIN).await;
    assert!(open.has_room());
    open.0[7].0.abort();
    tokio::task::yield_now().await;
    open.make_room();
    assert_eq!(open.0.len(), ADMIN_CONNECTIONS_MAX - 1);
    assert!(open.0.iter().all(|(task, _)| !task.is_finished()));
}
