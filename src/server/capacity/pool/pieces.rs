//! Pieces of work that one caller has on the pool: a limited number at once, and their results in order. The next piece is
//! parked while the pool has no room for it. Streams run their long calculations through this file, and studies their blocks.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tonic::Status;

use super::{Caller, Pool, Running};
use crate::server::config::STREAM_LONG_MAX;

/// The pieces of work that one caller has on the pool or wants to have there.
///
/// When the value is dropped, no piece is begun any more, parked or waiting in the pool's queue. A piece that runs goes on, and
/// nobody takes its result.
#[derive(Debug)]
pub(crate) struct Pieces<T> {
    /// The pieces that have entered the pool, in their order.
    running: VecDeque<Running<T>>,
    /// The parked piece, which comes after all others.
    parked: Option<Piece<T>>,
}

/// A piece of work with the estimate of its time.
struct Piece<T> {
    expected: Duration,
    work: Box<dyn FnOnce() -> T + Send>,
}

impl<T> std::fmt::Debug for Piece<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Piece").field("expected", &self.expected).finish_non_exhaustive()
    }
}

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Pieces { running: VecDeque::new(), parked: None }
    }
}

impl<T: Send + 'static> Pieces<T> {
    /// Parks a piece behind all others. No other piece may be parked at that time: a caller with a parked piece waits until
    /// that piece has entered the pool.
    pub fn park(&mut self, expected: Duration, work: impl FnOnce() -> T + Send + 'static) {
        debug_assert!(self.parked.is_none(), "a parked piece is followed by none");
        self.parked = Some(Piece { expected, work: Box::new(work) });
    }

    /// Returns whether a piece is parked.
    pub fn is_parked(&self) -> bool {
        self.parked.is_some()
    }

    /// Gives up the parked piece.
    pub fn unpark(&mut self) {
        self.parked = None;
    }

    /// Hands the parked piece to the pool if the pool has room for it. Returns true when a piece has entered.
    ///
    /// The caller has at most two pieces for each thread in the pool, and at most [`STREAM_LONG_MAX`].
    pub fn enter(&mut self, caller: &(impl Caller + Clone + Send + 'static), pool: &Pool) -> bool {
        self.enter_beside(caller, pool, STREAM_LONG_MAX.min(2 * pool.threads()))
    }

    /// Hands the parked piece to the pool if the pool has room for it, and if the caller has fewer pieces there than `at_once`. Returns
    /// true when a piece has entered.
    pub fn enter_beside(&mut self, caller: &(impl Caller + Clone + Send + 'static), pool: &Pool, at_once: usize) -> bool {
        if self.parked.is_none() || self.running.len() >= at_once || !pool.has_room_for_streams(caller.id()) {
            return false;
        }
        let Some(Piece { expected, work }) = self.parked.take() else { return false };
        self.running.push_back(pool.add(caller.clone(), expected, work));
        true
    }

    /// Polls for the result of the piece that entered first. Pending as well when no piece has entered.
    ///
    /// # Errors
    /// DEADLINE_EXCEEDED when the piece ended without a result.
    pub fn poll_first(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Status>> {
        let Some(first) = self.running.front_mut() else { return Poll::Pending };
        let result = ready!(Future::poll(Pin::new(first), context));
        self.running.pop_front();
        Poll::Ready(result)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::time::Instant;

    use super::*;
    use crate::server::capacity::caller::CallerId;
    use crate::server::capacity::greedy::Greedy;
    use crate::server::capacity::places::Places;
    use crate::server::telemetry::metrics::Metrics;

    fn greedy() -> Arc<Greedy> {
        Arc::new(Greedy::new(Places::new(1)))
    }

    #[derive(Clone)]
    struct Patient;

    impl Caller for Patient {
        fn id(&self) -> CallerId {
            CallerId::of_connection(([127, 0, 0, 1], 1).into(), None)
        }

        fn until(&self) -> Option<Instant> {
            None
        }

        fn is_gone(&self) -> bool {
            false
        }
    }

    #[tokio::test]
    async fn results_come_in_the_order_of_the_pieces_and_so_many_run_at_once() {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        let pool = Pool::start(2, Duration::from_secs(60), metrics, greedy()).expect("threads");
        let mut pieces = Pieces::default();
        let (let_go, held) = mpsc::channel::<()>();
        let mut held = Some(held);
        for number in 0..4 {
            let held = held.take();
            pieces.park(Duration::from_millis(1), move || {
                // The first piece ends last.
                held.map(|held| held.recv());
                number
            });
            assert!(pieces.enter(&Patient, &pool), "two for each thread");
        }
        pieces.park(Duration::from_millis(1), || 4);
        assert!(!pieces.enter(&Patient, &pool) && pieces.is_parked());
        let first = std::future::poll_fn(|context| Poll::Ready(pieces.poll_first(context).is_pending())).await;
        assert!(first, "the first has not ended, whatever the others have");
        let_go.send(()).expect("it waits");
        let mut results = Vec::new();
        for _ in 0..4 {
            results.push(std::future::poll_fn(|context| pieces.poll_first(context)).await.expect("an answer"));
        }
        assert!(pieces.enter(&Patient, &pool) && !pieces.is_parked());
        results.push(std::future::poll_fn(|context| pieces.poll_first(context)).await.expect("an answer"));
        assert_eq!(results, [0, 1, 2, 3, 4]);
        pool.close();
    }

    #[test]
    fn what_waits_for_a_thread_is_not_begun_once_nobody_takes_it() {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        let pool = Pool::start(1, Duration::from_secs(60), metrics, greedy()).expect("a thread");
        let (let_go, held) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        let mut first = Pieces::default();
        first.park(Duration::ZERO, move || held.recv());
        assert!(first.enter(&Patient, &pool));
        let mut second = Pieces::default();
        second.park(Duration::ZERO, move || begun.send(()));
        assert!(second.enter(&Patient, &pool));
        drop(second);
        let_go.send(()).expect("the first waits");
        assert!(has_begun.recv().is_err(), "the second is dropped without having begun");
        pool.close();
    }
}
