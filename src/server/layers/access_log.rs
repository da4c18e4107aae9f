//! The access log: one line for each call, with its method, status code, duration and caller. A line never holds a figure, and never the
//! message of a status, which may quote a figure.
//!
//! The decision whether a call is logged is made when the call arrives: a call that is not logged costs only that check, and nothing is
//! collected for it. The observation layer (`observe.rs`) asks for the line on arrival, and has it written at the end of the call.

use std::sync::Arc;
use std::time::Instant;

use http::{HeaderMap, HeaderValue};
use opentelemetry::trace::TraceId;
use prometheus::IntCounter;
use tonic::Code;
use tracing::Level;

use super::trace::callers_trace_id;
use crate::server::call::Call;
use crate::server::call::connection::Connection;
use crate::server::chance::chance;
use crate::server::config::AccessLog;
use crate::server::method::Method;
use crate::server::protocol::Language;
use crate::server::telemetry::metrics::code_name;
use crate::server::telemetry::per_second::PerSecond;

/// The longest text of a caller that is logged, in bytes. A request id takes 36 characters, and a user agent takes less than a hundred. A
/// longer text is left out, so that a line stays short.
const CALLERS_TEXT_BYTES_MAX: usize = 128;

/// The choice of the calls that are logged. One value serves the whole process, so that its limit on lines per second holds for the whole
/// process.
#[derive(Debug)]
pub(crate) struct AccessLines {
    which: AccessLog,
    limit: PerSecond,
    left_out: IntCounter,
}

/// The facts about a call that will be logged, collected when the call arrives.
#[derive(Debug)]
pub(super) struct Line {
    connection: Arc<Connection>,
    request_id: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    trace_id: Option<TraceId>,
}

/// The facts about a call that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub method: Method,
    pub language: Language,
    pub arrived: Instant,
    pub deadline: Option<Instant>,
    pub ended: Instant,
    pub code: Code,
}

impl AccessLines {
    /// Returns the access log. `left_out` counts the calls that are not logged because of the limit `lines_per_second`.
    pub fn new(which: AccessLog, lines_per_second: u32, left_out: IntCounter) -> AccessLines {
        AccessLines { which, limit: PerSecond::new(lines_per_second), left_out }
    }

    /// Returns the line of a call, to be written when the call ends; `None` when the call is not logged.
    ///
    /// `trace_id` is the trace of the span that the call has here. For a call without a span, the line has the trace of the caller instead.
    pub(super) fn line(&self, call: &Call, headers: &HeaderMap, trace_id: Option<TraceId>) -> Option<Box<Line>> {
        if !(self.wants(call) && self.limit.admits(call.arrived)) {
            return None;
        }
        Some(Box::new(Line {
            connection: Arc::clone(&call.connection),
            request_id: short(headers, "x-request-id", |byte| byte.is_ascii_graphic()),
            user_agent: short(headers, "user-agent", |byte| byte.is_ascii_graphic() || byte == b' '),
            trace_id: trace_id.or_else(|| callers_trace_id(headers)),
        }))
    }

    fn wants(&self, call: &Call) -> bool {
        let is_wanted = match self.which {
            AccessLog::Off => false,
            AccessLog::All => true,
            AccessLog::Share(share) => chance() < share,
        };
        // Calls to health and reflection are logged at DEBUG only: on a quiet day there are as many probes as other calls, and their lines
        // carry no information.
        let is_shown = || match call.method.is_housekeeping() {
            true => tracing::enabled!(target: "paydirt::access", Level::DEBUG),
            false => tracing::enabled!(target: "paydirt::access", Level::INFO),
        };
        is_wanted && is_shown()
    }

    /// Writes the line of a call that has ended. Durations are in seconds, as in the metrics. `deadline_left_seconds` is negative when the
    /// call ended after its deadline.
    pub(super) fn write(&self, line: &Line, call: &Ended) {
        let left_out = self.limit.left_out();
        self.left_out.inc_by(left_out);
        macro_rules! write {
            ($level:expr) => {
                tracing::event!(
                    target: "paydirt::access",
                    $level,
                    method = call.method.name(),
                    protocol = call.language.protocol.name(),
                    code = code_name(call.code),
                    duration_seconds = call.ended.saturating_duration_since(call.arrived).as_secs_f64(),
                    deadline_left_seconds = call.deadline.map(|deadline| seconds_between(call.ended, deadline)),
                    peer = %line.connection.peer.address,
                    peer_name = line.connection.peer.names.first().map(String::as_str),
                    request_id = text(&line.request_id),
                    trace_id = line.trace_id.map(display),
                    user_agent = text(&line.user_agent),
                    left_out = (left_out > 0).then_some(left_out),
                    "call"
                )
            };
        }
        if call.method.is_housekeeping() { write!(Level::DEBUG) } else { write!(Level::INFO) }
    }
}

/// Returns the seconds from `earlier` to `later`; negative where `later` comes first.
fn seconds_between(earlier: Instant, later: Instant) -> f64 {
    match later.checked_duration_since(earlier) {
        Some(left) => left.as_secs_f64(),
        None => -earlier.saturating_duration_since(later).as_secs_f64(),
    }
}

/// Returns the value of a header when it is short and made of harmless characters only: a text that the caller wrote. The value is a copy: a
/// part of what HTTP/2 has read would keep all of it, which may be twenty thousand bytes, for as long as the call goes on.
fn short(headers: &HeaderMap, name: &str, is_harmless: impl Fn(u8) -> bool) -> Option<HeaderValue> {
    let value = headers.get(name)?;
    let bytes = value.as_bytes();
    let is_short = !bytes.is_empty() && bytes.len() <= CALLERS_TEXT_BYTES_MAX && bytes.iter().all(|byte| is_harmless(*byte));
    if is_short { HeaderValue::from_bytes(bytes).ok() } else { None }
}

fn text(value: &Option<HeaderValue>) -> Option<&str> {
    value.as_ref()?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_harmless_text_of_the_caller_is_kept() {
        let kept = |text: &[u8]| {
            let headers =
                HeaderMap::from_iter([(http::HeaderName::from_static("x-request-id"), HeaderValue::from_bytes(text).unwrap())]);
            short(&headers, "x-request-id", |byte| byte.is_ascii_graphic()).is_some()
        };
        assert!(kept(b"7f3a-9") && kept(&[b'a'; 128]));
        assert!(!kept(b"") && !kept(&[b'a'; 129]) && !kept(b"a b") && !kept(b"a\tb") && !kept(b"\xff"));
    }

    #[test]
    fn what_is_left_of_a_deadline_may_be_less_than_nothing() {
        let now = Instant::now();
        let later = now + std::time::Duration::from_secs(2);
        assert_eq!((seconds_between(now, later), seconds_between(later, now)), (2.0, -2.0));
    }
}
