//! The end of a stream: why nothing more is read, when that is, and the trailers that tell the caller.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Sleep, sleep_until};
use tonic::Status;

use crate::server::call::connection::Connection;
use crate::server::config;
use crate::wire::status;

/// The trailer with the number of calculations that were answered, however the stream ends.
static PAYDIRT_ANSWERED: HeaderName = HeaderName::from_static("paydirt-answered");

/// The reason why a stream reads nothing more.
#[derive(Debug)]
pub(super) enum End {
    /// The caller has sent its last message.
    Asked,
    /// The server has to end the stream, for this reason.
    Early(&'static str),
    /// The stream ends with this refusal.
    Refused(Status),
}

/// The event that a stream waits for when it can neither send nor read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Room on the pool for the next calculation.
    Room,
    /// The answer of a calculation that runs on the pool.
    Answer,
    /// The rest of a message.
    Rest,
    /// The next message.
    Message,
}

/// The result of an alarm of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Something may have changed, and the stream looks again.
    Look,
    /// The stream has waited for too long, and ends.
    Ended,
}

/// The end of a stream, and the alarms that may bring it about.
#[derive(Debug)]
pub(super) struct Ending {
    end: Option<End>,
    /// The time when something was last read or answered.
    moved: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
    leaves: Option<Leaving>,
}

/// A future that is ready when the peer is told to close the connection.
struct Leaving(Pin<Box<dyn Future<Output = ()> + Send>>);

impl std::fmt::Debug for Leaving {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Leaving")
    }
}

impl Ending {
    /// Returns the end of a stream that has just begun: it is not set.
    pub fn ahead() -> Ending {
        Ending { end: None, moved: Instant::now(), alarm: None, leaves: None }
    }

    pub fn is_set(&self) -> bool {
        self.end.is_some()
    }

    pub fn set(&mut self, end: End) {
        self.end = Some(end);
    }

    /// Records that something was read or answered.
    pub fn moved(&mut self, now: Instant) {
        self.moved = now;
    }

    /// Sets the end of a stream that still reads, when its connection has to be closed.
    pub fn look_at(&mut self, connection: &Connection) {
        if self.end.is_none() && connection.is_leaving() {
            self.end = Some(End::Early("the server has to close this connection"));
        }
    }

    /// Returns the trailers of a stream that has answered so many calculations.
    pub fn trailers(&mut self, answered: u64) -> HeaderMap {
        let mut trailers = match self.end.take().unwrap_or(End::Asked) {
            End::Asked => status::trailers(&Status::ok("")),
            End::Early(why) => status::trailers(&status::stream_ends_early(why, answered)),
            End::Refused(refused) => status::trailers(&refused),
        };
        trailers.insert(PAYDIRT_ANSWERED.clone(), HeaderValue::from(answered));
        trailers
    }

    /// Ready when the stream has to look at an event that neither its caller nor the pool brings about: its connection has to be closed, it
    /// has waited for too long, or the pool may have room again.
    pub fn poll_alarms(&mut self, wait: Wait, connection: &Arc<Connection>, context: &mut Context<'_>) -> Poll<Alarm> {
        if self.end.is_none() {
            let leaving = self.leaves.get_or_insert_with(|| {
                let connection = Arc::clone(connection);
                Leaving(Box::pin(async move { connection.leaves().await }))
            });
            if leaving.0.as_mut().poll(context).is_ready() {
                return Poll::Ready(Alarm::Look);
            }
        }
        let now = Instant::now();
        let end = self.moved.checked_add(patience(wait, connection));
        let may_end = self.end.is_none() || wait == Wait::Room;
        if may_end && end.is_some_and(|end| now >= end) {
            self.end = Some(End::Early(match wait {
                Wait::Room => "the pool has no room for its next calculation",
                _ => "no calculation has come for too long",
            }));
            return Poll::Ready(Alarm::Ended);
        }
        let look = (wait == Wait::Room).then(|| now + config::STREAM_POOL_LOOK);
        let Some(next) = [end, look].into_iter().flatten().min().map(tokio::time::Instant::from_std) else {
            return Poll::Pending;
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(next)));
        // An alarm that is set too early stays as it is, and is set again when it fires.
        if alarm.is_elapsed() || alarm.deadline() > next {
            alarm.as_mut().reset(next);
        }
        alarm.as_mut().poll(context).map(|()| Alarm::Look)
    }
}

/// Returns how long a stream may wait.
///
/// A caller in the middle of a message, and a pool that has no room, have as long as any other call. A caller that sends nothing, and waits
/// for no answer, has as long as a connection without a call. A calculation that runs takes its time.
fn patience(wait: Wait, connection: &Connection) -> Duration {
    let settings = &connection.shared.settings;
    match wait {
        Wait::Room | Wait::Rest => settings.default_deadline,
        Wait::Message if !settings.max_connection_idle.is_zero() => settings.max_connection_idle,
        Wait::Answer | Wait::Message => Duration::MAX,
    }
}
