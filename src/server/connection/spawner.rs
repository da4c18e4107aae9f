//! A task for each stream, which ends when its time is over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper::rt::Executor;
use tokio::time::{Instant, Sleep, sleep_until};

/// When the call that was just begun is given up although its answer is not all sent. hyper hands each call to [`super::Front`] and then, before
/// anything else, its future to [`Spawner`]: this is the note between the two.
#[derive(Clone, Debug, Default)]
pub(super) struct NextLimit(Arc<Mutex<Option<Instant>>>);

impl NextLimit {
    pub fn set(&self, limit: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    fn take(&self) -> Option<Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Gives each stream a task of its own on this thread.
#[derive(Clone, Debug)]
pub(super) struct Spawner {
    pub next_limit: NextLimit,
}

impl<F> Executor<F> for Spawner
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        match self.next_limit.take() {
            Some(limit) => drop(tokio::spawn(Limited { stream, limit, alarm: None })),
            None => drop(tokio::spawn(stream)),
        }
    }
}

pin_project_lite::pin_project! {
    /// A stream that is reset when its time is over: a body whose peer opens no window is never asked for its next frame, so that no
    /// deadline inside it can come. A timer is set only for a stream that has to wait.
    struct Limited<F> {
        #[pin]
        stream: F,
        limit: Instant,
        alarm: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future<Output = ()>> Future for Limited<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(context).is_ready() {
            return Poll::Ready(());
        }
        let limit = *this.limit;
        this.alarm.get_or_insert_with(|| Box::pin(sleep_until(limit))).as_mut().poll(context)
    }
}
