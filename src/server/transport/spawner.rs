//! A task for each HTTP/2 stream of a connection. The task ends when the time limit of its call has passed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::rt::Executor;
use tokio::time::{Sleep, sleep_until};

use crate::server::call::connection::Connection;
use crate::server::call::limit::Limit;

/// The executor that hyper hands each stream's future to. Each stream gets a task of its own on the current thread.
#[derive(Clone, Debug)]
pub(crate) struct Spawner {
    /// The connection, on which the service has left the time limit of the call that has just begun.
    pub connection: Arc<Connection>,
}

impl<F> Executor<F> for Spawner
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        match self.connection.next_limit.take() {
            Some(limit) => drop(tokio::spawn(Timed { stream, limit, alarm: None })),
            None => drop(tokio::spawn(stream)),
        }
    }
}

pin_project_lite::pin_project! {
    /// A stream that is reset when its time limit has passed.
    ///
    /// hyper does not ask a body for its next frame while the peer opens no window, so no deadline inside the body can fire. A
    /// timer is set only for a stream that has to wait.
    struct Timed<F> {
        #[pin]
        stream: F,
        limit: Limit,
        alarm: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future<Output = ()>> Future for Timed<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(context).is_ready() {
            return Poll::Ready(());
        }
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(this.limit.next().0.into())));
        loop {
            ready!(alarm.as_mut().poll(context));
            match this.limit.next() {
                (_, true) => return Poll::Ready(()),
                (later, false) => alarm.as_mut().reset(later.into()),
            }
        }
    }
}
