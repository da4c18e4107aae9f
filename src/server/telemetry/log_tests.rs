//! Tests of the log: the form of a line, the level, and a reader that is stuck.

use std::thread;

use super::*;

const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 4711);

/// A writer that keeps what is written.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// Returns what was written since the last call of this function: one JSON object for each line.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns a log in JSON, its level, and the writer that keeps its lines.
pub(crate) fn kept(level: &str) -> (impl Subscriber + Send + Sync, LogLevel, Kept) {
    let kept = Kept::default();
    let writer = kept.clone();
    let (subscriber, level) = subscriber(level, false, move || writer.clone()).unwrap_or_else(|error| panic!("{error}"));
    (subscriber, level, kept)
}

#[test]
fn a_line_is_a_json_object_with_its_fields_beside_its_message() {
    let (subscriber, _, kept) = kept("info");
    subscriber::with_default(subscriber, || {
        tracing::info!(target: "paydirt::test", answer = 42, none = None::<u64>, "said");
    });
    let [line] = <[_; 1]>::try_from(kept.lines()).unwrap();
    assert_eq!((&line["level"], &line["message"], &line["answer"]), (&"INFO".into(), &"said".into(), &42.into()));
    assert_eq!((&line["target"], line.get("none")), (&"paydirt::test".into(), None));
    let timestamp = line["timestamp"].as_str().unwrap();
    assert!(timestamp.ends_with('Z') && timestamp.len() == "2026-01-02T03:04:05.678901Z".len(), "{timestamp}");
}

#[test]
fn what_h2_warns_of_is_logged_to_those_who_ask_for_it_by_name() {
    let logged = |level: &str| {
        let (subscriber, _, kept) = kept(level);
        subscriber::with_default(subscriber, || tracing::warn!(target: "h2::proto::ping_pong", "a ping that we never sent"));
        kept.lines().len()
    };
    assert_eq!(["info", "trace", "info,h2=warn", "h2=debug,off", "off"].map(logged), [0, 0, 1, 1, 0]);
}

#[test]
fn the_level_changes_while_it_runs() {
    let (subscriber, level, kept) = kept("info");
    subscriber::with_default(subscriber, || {
        tracing::debug!(target: "paydirt::test", "too much");
        level.set("info,paydirt=debug", PEER).unwrap();
        tracing::debug!(target: "paydirt::test", "wanted");
        tracing::debug!(target: "h2::codec", "of no interest");
        assert!(level.set("loud", PEER).is_err());
        assert_eq!(level.get(), "info,paydirt=debug");
    });
    assert_eq!(
        kept.lines().iter().map(|line| line["message"].as_str().unwrap()).collect::<Vec<_>>(),
        ["the log level was changed", "wanted"]
    );
}

#[test]
fn a_change_of_the_level_is_a_line_at_whatever_level() {
    let (subscriber, level, kept) = kept("info");
    subscriber::with_default(subscriber, || {
        for text in ["off", "off,paydirt::log_level=off", "error", "info"] {
            level.set(text, PEER).unwrap();
            tracing::debug!(target: "paydirt::test", "too much");
        }
    });
    let lines = kept.lines();
    let told: Vec<_> = lines.iter().map(|line| ["before", "now"].map(|field| line[field].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [["info", "off"], ["off", "off,paydirt::log_level=off"], ["off,paydirt::log_level=off", "error"], ["error", "info"]]
    );
    assert!(lines.iter().all(|line| line["peer"] == "192.0.2.1:4711" && line["level"] == "WARN"), "{lines:?}");
}

#[test]
fn a_reader_that_is_stuck_costs_lines_and_no_time() {
    struct Stuck;
    impl io::Write for Stuck {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            loop {
                thread::park();
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::start(Stuck, 2).unwrap();
    let start = std::time::Instant::now();
    for _ in 0..100 {
        io::Write::write_all(&mut &*lines, b"line\n").unwrap();
    }
    let (_, level, _) = kept("info");
    let handle = LogHandle { level, lines };
    assert!(handle.lines_dropped()() >= 97);
    drop(handle);
    assert!(start.elapsed() < LOG_FLUSH + std::time::Duration::from_secs(1));
}

#[test]
fn what_waits_at_the_end_is_written() {
    let kept = Kept::default();
    let lines = Lines::start(kept.clone(), 1000).unwrap();
    for number in 0..1000 {
        io::Write::write_all(&mut &*lines, format!("{{\"number\": {number}}}\n").as_bytes()).unwrap();
    }
    let (_, level, _) = self::kept("info");
    drop(LogHandle { level, lines });
    assert_eq!(
        kept.lines().iter().map(|line| line["number"].as_u64().unwrap()).collect::<Vec<_>>(),
        (0..1000).collect::<Vec<_>>()
    );
}
