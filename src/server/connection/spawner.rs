//! A task for each stream, which ends when its time is over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::rt::Executor;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::server::call::Call;
use crate::server::config;

/// When a call is given up although its answer is not all sent.
#[derive(Clone, Debug)]
pub(super) enum Limit {
    /// Then.
    At(Instant),
    /// When its peer has taken none of its answers for as long as another call may take; and at its deadline, if it has one.
    Unread(Call),
}

impl Limit {
    pub fn of(call: &Call) -> Option<Limit> {
        let deadline = || call.deadline.map(|deadline| Limit::At(Instant::from_std(deadline) + config::UNREAD_ANSWER_TIMEOUT));
        if call.method.is_stream() { Some(Limit::Unread(call.clone())) } else { deadline() }
    }

    /// When it has to be looked at, and whether it is over then.
    fn next(&self) -> (Instant, bool) {
        match self {
            Limit::At(limit) => (*limit, true),
            Limit::Unread(call) => {
                let patience = call.connection.shared.settings.default_deadline;
                let now = Instant::now();
                let unread = call.unsent_since().map(|since| Instant::from_std(since) + patience);
                let deadline = call.deadline.map(|deadline| Instant::from_std(deadline) + config::UNREAD_ANSWER_TIMEOUT);
                let end = [unread, deadline].into_iter().flatten().min();
                (end.unwrap_or(now + patience), end.is_some_and(|end| now >= end))
            }
        }
    }
}

/// The limit of the call that was just begun. hyper hands each call to [`super::Front`] and then, before anything else, its future to
/// [`Spawner`]: this is the note between the two.
#[derive(Clone, Debug, Default)]
pub(super) struct NextLimit(Arc<Mutex<Option<Limit>>>);

impl NextLimit {
    pub fn set(&self, limit: Option<Limit>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    fn take(&self) -> Option<Limit> {
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
        limit: Limit,
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
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(this.limit.next().0)));
        loop {
            ready!(alarm.as_mut().poll(context));
            match this.limit.next() {
                (_, true) => return Poll::Ready(()),
                (later, false) => alarm.as_mut().reset(later),
            }
        }
    }
}
