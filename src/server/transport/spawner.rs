//! A task for each HTTP/2 stream of a connection. The task takes its turns on the worker thread, and ends when the time limit of its call
//! has passed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::rt::Executor;
use tokio::time::{Sleep, sleep_until};

use crate::server::call::connection::Connection;
use crate::server::call::limit::Limit;
use crate::server::capacity::turns::Ticket;

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
        let (connection, limit) = (Arc::clone(&self.connection), self.connection.next_limit.take());
        connection.tasks.begin();
        tokio::spawn(Timed { stream, connection, turn: Ticket::new(), limit, alarm: None });
    }
}

pin_project_lite::pin_project! {
    /// A stream that is polled in its turn, and reset when its time limit has passed.
    ///
    /// hyper does not ask a body for its next frame while the peer opens no window, so no deadline inside the body can fire. A
    /// timer is set only for a stream that has to wait for anything but its turn.
    struct Timed<F> {
        #[pin]
        stream: F,
        connection: Arc<Connection>,
        turn: Ticket,
        limit: Option<Limit>,
        alarm: Option<Pin<Box<Sleep>>>,
    }

    impl<F> PinnedDrop for Timed<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            this.turn.end(&this.connection.turns, this.connection.caller);
            this.connection.tasks.end();
        }
    }
}

impl<F: Future<Output = ()>> Future for Timed<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let (turns, caller) = (&this.connection.turns, this.connection.caller);
        if this.turn.poll(turns, caller, context, |context| this.stream.poll(context)).is_ready() {
            return Poll::Ready(());
        }
        let Some(limit) = this.limit else { return Poll::Pending };
        if this.turn.is_awaited() && this.alarm.is_none() {
            return Poll::Pending;
        }
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(limit.next().0.into())));
        loop {
            ready!(alarm.as_mut().poll(context));
            match limit.next() {
                (_, true) => return Poll::Ready(()),
                (later, false) => alarm.as_mut().reset(later.into()),
            }
        }
    }
}
