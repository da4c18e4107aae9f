//! The proxies of `docs/proxies.md`, each with the configuration that the page shows, before two real servers: the servers are restarted under
//! load, or one is killed, or they end their connections, and no call is lost; what a call says and what it is told goes through as it is.

mod changes;
mod load;
mod place;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use paydirt::wire::pb;
use prost::Message;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request};

use crate::attacks::METHOD;
use crate::batch::{cahn, explained};
use crate::connections::rehearsed;
use crate::fleet::Replacement;
use crate::program::eventually;
use crate::stream::{STREAM, short, streamed};
use crate::support::Bytes;
use crate::tools::root;
use load::{LENGTH, Load, Seen, calls, greedy};
use place::{Kind, Proxy, fleet};

#[track_caller]
fn assert_nothing_lost(kind: Kind, what: &str, seen: &Seen) {
    println!("{kind:?}, {what}: {seen:?}");
    assert!(seen.lost.is_empty(), "{kind:?}: calls were lost: {seen:?}");
    assert!(seen.answered > 100 && seen.streamed > 100, "{kind:?}: {seen:?}");
}

impl Kind {
    fn loses_nothing_when_servers_are_restarted(self) {
        let mut fleet = fleet(&[]);
        let Some(proxy) = Proxy::start(self, &fleet) else { return };
        let load = Load::on(proxy.address, LENGTH);
        fleet.replace_all(Replacement::InPlace, Duration::ZERO);
        assert_nothing_lost(self, "restarted", &load.ends());
        let answered = fleet.end();
        assert!(answered.len() == 4 && answered.iter().all(|count| *count > 0), "{answered:?}");
    }

    fn does_not_notice_that_connections_end(self) {
        let fleet = fleet(&["--max-connection-age", "500ms"]);
        let Some(proxy) = Proxy::start(self, &fleet) else { return };
        let load = Load::on(proxy.address, LENGTH);
        let first = || {
            fleet.servers().map(|server| server.metric("paydirt_connections_accepted_total").unwrap_or_default()).sum::<f64>()
        };
        let before = first();
        eventually("connections that have ended", || (first() > before + 8.0).then_some(()));
        std::thread::sleep(Duration::from_secs(3));
        let seen = load.ends();
        assert_nothing_lost(self, "ageing", &seen);
        assert!(seen.resumed > 0, "{seen:?}");
    }

    /// A stream ends there without a word: its caller goes on behind the last answer that it has.
    fn asks_another_server_when_one_is_killed(self) {
        let mut fleet = fleet(&[]);
        let Some(proxy) = Proxy::start(self, &fleet) else { return };
        let load = Load::on(proxy.address, LENGTH);
        fleet.until_each_has_answered(20);
        fleet.kill_one();
        fleet.until_each_has_answered_more(100);
        let seen = load.ends();
        println!("{self:?}, killed: {seen:?}");
        let calls: Vec<_> = seen.lost.iter().filter(|(what, _)| what.starts_with("call")).collect();
        match self {
            // What nginx has sent it does not send again: the caller is told that it may.
            Kind::Nginx => assert!(calls.iter().all(|(what, _)| what.starts_with("call: Unavailable")), "{seen:?}"),
            Kind::Envoy | Kind::Haproxy => assert!(calls.is_empty(), "{seen:?}"),
        }
    }

    /// A caller that asks for too much is refused by the proxy, in words that its library obeys, and another is served.
    fn gives_each_caller_its_share(self) {
        let fleet = fleet(&[]);
        // A debug build does not answer a thousand calls a second.
        let configuration = self
            .configuration()
            .replace(" 1000, tokens_per_fill: 1000,", " 50, tokens_per_fill: 50,")
            .replace("gt 1000 ", "gt 50 ");
        let Some(proxy) = Proxy::with(self, &fleet, &configuration) else { return };
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let greedy = scope.spawn(|| greedy(proxy.address));
            let honest = scope.spawn(|| calls(proxy.address, LENGTH, &is_over));
            let refused = greedy.join().expect("no panic");
            is_over.store(true, Ordering::Relaxed);
            let seen = honest.join().expect("every answer is the right one");
            println!("{self:?}: {} refused, {seen:?}", refused.len());
            assert!(seen.lost.is_empty() && seen.answered > 10, "{seen:?}");
            assert!(refused.len() > 50, "{} refused", refused.len());
            for status in &refused {
                assert_eq!(status.code(), Code::Unavailable, "{status:?}");
                assert_eq!(status.metadata().get("grpc-retry-pushback-ms").map(|told| told.as_bytes()), Some(&b"1000"[..]));
            }
        });
    }

    fn passes_on_what_is_said(self) {
        let fleet = fleet(&[]);
        let Some(proxy) = Proxy::start(self, &fleet) else { return };
        let client = proxy.client();
        client.runtime.block_on(async {
            // A refusal comes once, with the time after which to come again: the proxy does not ask a second server.
            let before: f64 = fleet.servers().map(|server| server.calls(METHOD, "UNAVAILABLE")).sum();
            let refused = rehearsed(client.channel.clone(), "refused 1s").await.expect_err("it is refused");
            assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
            assert_eq!(
                refused.metadata().get("grpc-retry-pushback-ms").map(|told| told.as_bytes()),
                Some(&b"1000"[..]),
                "{refused:?}"
            );
            let after: f64 = fleet.servers().map(|server| server.calls(METHOD, "UNAVAILABLE")).sum();
            assert_eq!(after - before, 1.0);
        });
        // A deadline reaches the server, and holds.
        let start = Instant::now();
        let late = client.call_with(METHOD, &cahn(), &[("grpc-timeout", "300m"), ("paydirt-rehearsal", "20s")]);
        assert!(matches!(late.expect_err("it is late").code(), Code::DeadlineExceeded | Code::Cancelled));
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        let seen = || {
            fleet
                .servers()
                .map(|server| server.calls(METHOD, "DEADLINE_EXCEEDED") + server.calls(METHOD, "CANCELLED"))
                .sum::<f64>()
        };
        eventually("a deadline at the server", || (seen() >= 1.0).then_some(()));
        // A caller that goes takes its call along, long before its twenty seconds.
        let gone = || fleet.servers().map(|server| server.calls(METHOD, "CANCELLED")).sum::<f64>();
        let (before, start) = (gone(), Instant::now());
        client.runtime.block_on(async {
            let call = rehearsed(client.channel.clone(), "20s");
            tokio::time::timeout(Duration::from_millis(300), call).await.expect_err("it is not answered yet");
            // The reset goes out while the client still lives.
            tokio::time::sleep(Duration::from_millis(100)).await;
        });
        eventually("a caller that has gone", || (gone() > before).then_some(()));
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        // Metadata of nearly what Paydirt takes, 16 KiB.
        let wide = "x".repeat(14_000);
        client.call_with(METHOD, &cahn(), &[("wide", &wide)]).expect("an answer");
        client.runtime.block_on(answers_come_before_the_next_question(client.channel.clone(), 20, short));
        // Answers of some 200 KB, and a stream of more than any message, in both directions.
        let message = |id| {
            let calculation = Some(explained(1_000));
            pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
        };
        if self == Kind::Haproxy {
            // Not both directions full at once: the page says so.
            client.runtime.block_on(answers_come_before_the_next_question(client.channel.clone(), 32, message));
        } else {
            let messages = tokio_stream::iter((0..32).map(message));
            let ended = client.runtime.block_on(streamed(&client, messages, &[]));
            assert_eq!((ended.status.code(), ended.answers.len()), (Code::Ok, 32), "{:?}", ended.status);
            assert!(ended.answers.iter().all(|answer| answer.len() > 150_000));
        }
        // Nearly as much as a message may have.
        let malformed = client.call_with_bytes(METHOD, vec![0xff; 3_900_000]).expect_err("it is nothing");
        assert_eq!(malformed.code(), Code::InvalidArgument, "{malformed:?}");
    }
}

/// Nothing keeps a question or its answer until there are more of them.
async fn answers_come_before_the_next_question(
    channel: tonic::transport::Channel,
    count: u64,
    question: impl Fn(u64) -> Vec<u8>,
) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let mut grpc = Grpc::new(channel);
    grpc.ready().await.expect("a connection");
    let path = PathAndQuery::try_from(format!("/{STREAM}")).expect("a path");
    let questions = tokio_stream::wrappers::ReceiverStream::new(receiver);
    sender.send(question(0)).await.expect("there is room for it");
    let mut answers = grpc.streaming(Request::new(questions), path, Bytes).await.expect("a stream").into_inner();
    for id in 0..count {
        let answer = tokio::time::timeout(Duration::from_secs(20), answers.message());
        let answer = answer.await.expect("it does not wait for the next question").expect("no error").expect("an answer");
        assert_eq!(pb::StreamCalculationsResponse::decode(&*answer).expect("an answer").correlation_id, id);
        sender.send(question(id + 1)).await.expect("it is read");
    }
}

macro_rules! of_each_proxy {
    ($($name:ident: $kind:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn loses_nothing_when_servers_are_restarted() {
                $kind.loses_nothing_when_servers_are_restarted();
            }

            #[test]
            fn does_not_notice_that_connections_end() {
                $kind.does_not_notice_that_connections_end();
            }

            #[test]
            fn asks_another_server_when_one_is_killed() {
                $kind.asks_another_server_when_one_is_killed();
            }

            #[test]
            fn gives_each_caller_its_share() {
                $kind.gives_each_caller_its_share();
            }

            #[test]
            fn passes_on_what_is_said() {
                $kind.passes_on_what_is_said();
            }
        }
    )*};
}

of_each_proxy! {
    envoy: Kind::Envoy;
    nginx: Kind::Nginx;
    haproxy: Kind::Haproxy;
}

#[test]
fn the_page_shows_what_runs_here() {
    let page = std::fs::read_to_string(root().join("docs/proxies.md")).expect("there is a page");
    for (kind, language) in [(Kind::Envoy, "yaml"), (Kind::Nginx, "nginx"), (Kind::Haproxy, "haproxy")] {
        let block = format!("```{language}\n{}```\n", kind.configuration());
        assert!(page.contains(&block), "docs/proxies.md does not show tests/proxies/{} as it is", kind.file());
    }
}
