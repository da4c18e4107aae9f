//! The progress of a message that has begun to arrive. A peer that begins a message and does not go on holds memory that others
//! want, and so the call ends.
//!
//! The clock runs while a part of a message is here and the rest is not, and it starts anew with each [`UPLOAD_BYTES_MIN`]. It
//! never runs between messages. A rate over the whole message would not do: a peer that sends four megabytes at once could
//! then stay silent for an hour (Kestrel's `MinRequestBodyDataRate` and Apache's `mod_reqtimeout` count that way).

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};
use tonic::Status;

use crate::server::config::{UPLOAD_BYTES_MIN, UPLOAD_TIMEOUT};
use crate::wire::status;

/// The delay from which a timer that fires counts as one that nobody waited for: the server itself did not read on, as a stream
/// does not while its answers wait. The clock then starts anew.
const LATE: Duration = Duration::from_secs(1);

/// The progress of the messages of one request.
#[derive(Debug, Default)]
pub(super) struct Upload {
    /// The message that has begun to arrive. None for most requests: the first data has all of their message.
    begun: Option<Box<UploadStart>>,
}

/// A message that has begun to arrive.
#[derive(Debug)]
struct UploadStart {
    /// The time since which the clock runs. None between messages.
    since: Option<Instant>,
    /// The bytes that have come since then.
    bytes: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Upload {
    /// Records that this many bytes have come of a message that is not whole yet.
    pub fn goes_on(&mut self, bytes: usize) {
        let begun = self.begun.get_or_insert_with(|| Box::new(UploadStart { since: None, bytes: 0, timer: None }));
        begun.bytes += bytes;
        if begun.since.is_none() || begun.bytes >= UPLOAD_BYTES_MIN {
            begun.since = Some(Instant::now());
            begun.bytes = 0;
        }
    }

    /// Records that the message is whole.
    pub fn ends(&mut self) {
        if let Some(begun) = &mut self.begun {
            begun.since = None;
        }
    }

    /// Ready with the refusal once the message has come too slowly. Pending for ever between messages. To be polled when no
    /// data is here.
    pub fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        let Some(UploadStart { since: Some(since), timer, .. }) = self.begun.as_deref_mut() else { return Poll::Pending };
        let end = *since + UPLOAD_TIMEOUT;
        let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        loop {
            // A timer that is set too early stays as it is, and is set again when it fires: most messages are whole before.
            ready!(timer.as_mut().poll(context));
            let late = end.elapsed();
            if timer.deadline() < end {
                timer.as_mut().reset(end);
            } else if late < LATE {
                return Poll::Ready(status::upload_too_slow());
            } else {
                *since = Instant::now();
                timer.as_mut().reset(*since + UPLOAD_TIMEOUT);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    /// Whether the upload has come too slowly after so much more time. The clock of the tests stands still otherwise.
    async fn is_too_slow_after(upload: &mut Upload, time: Duration) -> bool {
        tokio::time::timeout(time, poll_fn(|context| upload.poll_too_slow(context))).await.is_ok()
    }

    #[tokio::test]
    async fn between_messages_no_clock_runs() {
        let mut upload = Upload::default();
        let is_pending =
            async |upload: &mut Upload| poll_fn(|context| Poll::Ready(upload.poll_too_slow(context).is_pending())).await;
        assert!(is_pending(&mut upload).await && upload.begun.is_none());
        upload.goes_on(10);
        assert!(upload.begun.as_ref().is_some_and(|begun| begun.since.is_some()));
        upload.ends();
        assert!(is_pending(&mut upload).await);
        assert!(upload.begun.as_ref().is_some_and(|begun| begun.timer.is_none()), "no timer was set");
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_stands_still_is_too_slow() {
        let mut upload = Upload::default();
        upload.goes_on(4 << 20);
        assert!(!is_too_slow_after(&mut upload, UPLOAD_TIMEOUT - Duration::from_millis(500)).await);
        assert!(is_too_slow_after(&mut upload, Duration::from_secs(1)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_may_come_as_slowly_as_the_least_rate() {
        let mut upload = Upload::default();
        upload.goes_on(1);
        for _ in 0..100 {
            assert!(!is_too_slow_after(&mut upload, UPLOAD_TIMEOUT * 9 / 10).await);
            upload.goes_on(UPLOAD_BYTES_MIN);
        }
        upload.goes_on(UPLOAD_BYTES_MIN - 1);
        assert!(is_too_slow_after(&mut upload, UPLOAD_TIMEOUT * 11 / 10).await);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_message_has_a_time_of_its_own() {
        let mut upload = Upload::default();
        for _ in 0..3 {
            upload.goes_on(1);
            assert!(!is_too_slow_after(&mut upload, UPLOAD_TIMEOUT * 9 / 10).await);
            upload.ends();
            assert!(!is_too_slow_after(&mut upload, UPLOAD_TIMEOUT * 10).await, "between messages");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_the_server_does_not_read_does_not_count() {
        let mut upload = Upload::default();
        upload.goes_on(1);
        assert!(!is_too_slow_after(&mut upload, Duration::from_secs(1)).await);
        tokio::time::sleep(UPLOAD_TIMEOUT * 2).await;
        assert!(!is_too_slow_after(&mut upload, UPLOAD_TIMEOUT * 9 / 10).await);
        assert!(is_too_slow_after(&mut upload, UPLOAD_TIMEOUT / 5).await);
    }
}
