//! What a change of the configurations of `docs/proxies.md` costs, in calls that are lost: the figures of its table.

use std::time::Duration;

use super::load::{LENGTH, Load};
use super::place::{Kind, Proxy, fleet};
use crate::fleet::Replacement;

/// What happens to the servers in a measurement.
#[derive(Clone, Copy, Debug)]
enum Event {
    Restarts,
    RestartsWithoutLameDuck,
    Kill,
    /// Connections that end after 200 ms, and calls that are short.
    Age,
    /// Nothing: many short calls.
    Nothing,
}

/// What a change of the page's configurations costs.
const CHANGES: [(Kind, Event, &str, &str); 19] = [
    (Kind::Envoy, Event::Age, "", ""),
    (Kind::Envoy, Event::RestartsWithoutLameDuck, "", ""),
    (Kind::Envoy, Event::Restarts, "retry_on: connect-failure,refused-stream,reset", "retry_on: retriable-4xx"),
    (Kind::Envoy, Event::Kill, "retry_on: connect-failure,refused-stream,reset", "retry_on: retriable-4xx"),
    (Kind::Envoy, Event::Kill, "host_selection_retry_max_attempts: 30", "host_selection_retry_max_attempts: 1"),
    (Kind::Envoy, Event::RestartsWithoutLameDuck, "retry_on: connect-failure,refused-stream,reset", "retry_on: retriable-4xx"),
    (Kind::Nginx, Event::Age, "", ""),
    (Kind::Nginx, Event::Nothing, "keepalive_requests 1000000;\n    keepalive_time 1d;", ""),
    (Kind::Nginx, Event::RestartsWithoutLameDuck, "", ""),
    (Kind::Nginx, Event::Restarts, " max_fails=0", ""),
    (Kind::Nginx, Event::Restarts, "grpc_next_upstream error timeout non_idempotent;", "grpc_next_upstream off;"),
    (Kind::Nginx, Event::Kill, "", ""),
    (Kind::Haproxy, Event::Age, "", ""),
    (Kind::Haproxy, Event::Age, "http-reuse never", "http-reuse always"),
    (Kind::Haproxy, Event::Age, "http-reuse never", "http-reuse safe"),
    (Kind::Haproxy, Event::RestartsWithoutLameDuck, "", ""),
    (Kind::Haproxy, Event::Restarts, " check inter 1s fall 1 rise 1 port 9464 check-proto h1", ""),
    (Kind::Haproxy, Event::Restarts, "retry-on conn-failure empty-response", "retry-on none"),
    (Kind::Haproxy, Event::Kill, "http-request wait-for-body", "# http-request wait-for-body"),
];

/// Takes some five minutes: `cargo test --test suite proxies::what_changes_cost -- --ignored --nocapture`.
#[test]
#[ignore = "it measures what docs/proxies.md says, and judges nothing"]
fn what_changes_cost() {
    for (kind, event, from, to) in CHANGES {
        let configuration = kind.configuration();
        assert!(configuration.contains(from), "{kind:?} has no {from}");
        let flags: &[&str] = match event {
            Event::RestartsWithoutLameDuck => &["--lame-duck", "0s"],
            Event::Age => &["--max-connection-age", "200ms"],
            Event::Restarts | Event::Kill | Event::Nothing => &[],
        };
        let mut fleet = fleet(flags);
        // Nothing is changed by nothing.
        let configuration = if from.is_empty() { configuration } else { configuration.replace(from, to) };
        let Some(proxy) = Proxy::with(kind, &fleet, &configuration) else { continue };
        let load = Load::on(proxy.address, if matches!(event, Event::Age | Event::Nothing) { "5ms" } else { LENGTH });
        fleet.until_each_has_answered(20);
        match event {
            Event::Restarts | Event::RestartsWithoutLameDuck => fleet.replace_all(Replacement::InPlace, Duration::ZERO),
            Event::Age | Event::Nothing => std::thread::sleep(Duration::from_secs(15)),
            Event::Kill => {
                fleet.kill_one();
                fleet.until_each_has_answered_more(100);
            }
        }
        println!("{kind:?}, {event:?}, {from:?} -> {to:?}\n    {:?}", load.ends());
    }
}
