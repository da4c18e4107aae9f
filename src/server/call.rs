//! What is known of a call from its headers on: it travels in the request's extensions, and the last one who holds it ends it.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName};

use crate::server::capacity::memory::Holding;
use crate::server::capacity::pool::Caller;
use crate::server::connection::{Connection, Peer};
use crate::server::method::Method;

/// A call, from the moment its headers are here.
#[derive(Clone, Debug)]
pub(super) struct Call(Arc<Known>);

/// Nothing waits to be sent.
const SENT: u64 = u64::MAX;

/// See [`Call`].
#[derive(Debug)]
pub(super) struct Known {
    pub method: Method,
    pub arrived: Instant,
    /// When its answer is worth nothing any more. Streams, Health/Watch and reflection, which go on for as long as their caller wants, have
    /// none unless their caller says one.
    pub deadline: Option<Instant>,
    /// The caller's `grpc-timeout` cannot be read.
    pub is_timeout_malformed: bool,
    pub connection: Arc<Connection>,
    is_over: AtomicBool,
    /// Of a stream: when answers were handed over that are not sent yet, in milliseconds after its arrival, or [`SENT`].
    unsent_since: AtomicU64,
    /// The memory that its messages take.
    held: Holding,
}

impl Deref for Call {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.0
    }
}

impl Call {
    pub fn new(path: &str, headers: &HeaderMap, connection: Arc<Connection>) -> Call {
        let arrived = Instant::now();
        let method = Method::of(path);
        let timeout = timeout(headers);
        let is_endless = method.is_housekeeping() || method.is_stream();
        let ours = (!is_endless).then_some(connection.shared.settings.default_deadline);
        let until = match (timeout.unwrap_or_default(), ours) {
            (Some(theirs), Some(ours)) => Some(theirs.min(ours)),
            (theirs, ours) => theirs.or(ours),
        };
        connection.call_began(method);
        Call(Arc::new(Known {
            method,
            arrived,
            // One that lies beyond what a clock can say is none.
            deadline: until.and_then(|until| arrived.checked_add(until)),
            is_timeout_malformed: timeout.is_err(),
            connection,
            is_over: AtomicBool::new(false),
            unsent_since: AtomicU64::new(SENT),
            held: Holding::default(),
        }))
    }
}

impl Known {
    pub fn peer(&self) -> &Peer {
        &self.connection.peer
    }

    /// The caller has its answer, or is gone.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Holds memory for so many more bytes of the call's messages, until the call is forgotten; false when there is none.
    pub fn hold(&self, bytes: usize) -> bool {
        self.held.add(bytes, &self.connection.shared.memory)
    }

    /// Says so when answers of a stream are handed over, and when all of them are on their way.
    pub fn is_sending(&self, is_sending: bool) {
        let now = || u64::try_from(self.arrived.elapsed().as_millis()).unwrap_or(SENT);
        self.unsent_since.store(if is_sending { now() } else { SENT }, Ordering::Relaxed);
    }

    /// Since when answers of a stream wait for their peer.
    pub fn unsent_since(&self) -> Option<Instant> {
        match self.unsent_since.load(Ordering::Relaxed) {
            SENT => None,
            milliseconds => self.arrived.checked_add(Duration::from_millis(milliseconds)),
        }
    }
}

impl Caller for Call {
    fn until(&self) -> Option<Instant> {
        self.deadline
    }

    fn is_gone(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.held.end(&self.connection.shared.memory);
        self.connection.call_ended(self.method);
    }
}

/// A timeout that is not written as gRPC writes them: up to eight digits and a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MalformedTimeout;

/// A name that is text would be read anew for each call.
static GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, MalformedTimeout> {
    let Some(text) = headers.get(&GRPC_TIMEOUT) else { return Ok(None) };
    let (unit, digits) = text.as_bytes().split_last().ok_or(MalformedTimeout)?;
    if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(MalformedTimeout);
    }
    let count = digits.iter().fold(0_u64, |count, digit| count * 10 + u64::from(digit - b'0'));
    match unit {
        b'H' => Ok(Some(Duration::from_secs(count * 3600))),
        b'M' => Ok(Some(Duration::from_secs(count * 60))),
        b'S' => Ok(Some(Duration::from_secs(count))),
        b'm' => Ok(Some(Duration::from_millis(count))),
        b'u' => Ok(Some(Duration::from_micros(count))),
        b'n' => Ok(Some(Duration::from_nanos(count))),
        _ => Err(MalformedTimeout),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", http::HeaderValue::from_static(text));
            timeout(&headers)
        };
        assert_eq!(timeout(&HeaderMap::new()), Ok(None));
        assert_eq!(read("1H"), Ok(Some(Duration::from_secs(3600))));
        assert_eq!(read("2M"), Ok(Some(Duration::from_secs(120))));
        assert_eq!(read("3S"), Ok(Some(Duration::from_secs(3))));
        assert_eq!(read("99999999m"), Ok(Some(Duration::from_millis(99_999_999))));
        assert_eq!(read("5u"), Ok(Some(Duration::from_micros(5))));
        assert_eq!(read("0n"), Ok(Some(Duration::ZERO)));
        for malformed in ["", "S", "1", "1s", "123456789S", "-1S", "+1S", "1.5S", " 1S", "1 S", "1S ", "0x1S"] {
            assert_eq!(read(malformed), Err(MalformedTimeout), "{malformed:?}");
        }
    }
}
