//! Threads for calculations that take long, and before them a queue whose length is known as a time.
//!
//! A short call never waits behind a long one: the threads here run at a lower priority than the worker threads, and offer
//! their core again and again. A calculation that is admitted starts, by estimate, within the longest wait of the settings. A
//! calculation that could not start within that time, or not before its deadline, is refused at once.
//!
//! The callers share the threads alike, and so do the connections of one caller. The time that a calculation has to wait is
//! therefore a matter of its caller: a caller who asks for little is admitted beside one who asks for all there is.

mod admission;
mod fair;
mod flows;
pub(crate) mod pieces;
mod share;

use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tonic::Status;

use self::fair::FairQueue;
use self::share::{Share, used};
use crate::models::work::{self, Abandoned};
use crate::server::capacity::caller::CallerId;
use crate::server::capacity::greedy::Greedy;
use crate::server::telemetry::metrics::Metrics;
use crate::wire::status;

/// The caller of a calculation, as far as the pool has to know it.
pub(crate) trait Caller {
    /// Returns who the caller is, for its share of the pool.
    fn id(&self) -> CallerId;

    /// Returns the time from which the answer is worth nothing. None when the answer is worth something for as long as someone
    /// waits.
    fn until(&self) -> Option<Instant>;

    /// Returns whether nobody waits for the answer any more, because its time is over or its caller has gone.
    fn is_gone(&self) -> bool;
}

/// The pool of threads for long calculations. All clones share the threads and the queue.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    counter: Arc<Counter>,
    threads: u32,
    wait_max: Duration,
    greedy: Arc<Greedy>,
}

/// The queue, shared by the handles of the pool and its threads.
#[derive(Debug)]
struct Counter {
    queue: Mutex<Queue>,
    has_come: Condvar,
    metrics: Arc<Metrics>,
}

struct Queue {
    /// The waiting calculations. Their work is their estimates, in nanoseconds.
    jobs: FairQueue<Job>,
    /// The running calculations with their beginnings and their estimates. At most as many as there are threads.
    running: Vec<Started>,
    next_number: u64,
    /// The time that calculations take, divided by their estimates, which were measured on another machine. The value is an
    /// average of the calculations that ended last.
    pace: f64,
    is_closed: bool,
}

/// A running calculation.
#[derive(Clone, Copy, Debug)]
struct Started {
    number: u64,
    caller: CallerId,
    began: Instant,
    expected: Duration,
}

/// The weight of one calculation in the pace. About the last thirty calculations decide the pace.
const PACE_SHARE: f64 = 1.0 / 16.0;
/// The largest ratio of time to estimate that one calculation adds to the pace. A calculation that the operating system keeps
/// from its core for a while says nothing about the others.
const PACE_MAX: f64 = 100.0;
/// The least pace by which used time is turned into an estimate.
const PACE_MIN: f64 = 1e-3;

impl std::fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Queue").field("jobs", &self.jobs.len()).finish_non_exhaustive()
    }
}

/// A calculation that waits for a thread.
struct Job {
    caller: CallerId,
    expected: Duration,
    until: Option<Instant>,
    /// The function that computes the answer if anyone waits for it, or tells the caller of the refusal. Returns true when
    /// someone took the answer.
    run: Box<dyn FnOnce(Turn) -> bool + Send>,
}

/// End of the wait of a calculation.
enum Turn {
    Begins,
    /// The calculation has lost its place in the queue to a caller who has fewer there.
    Refused(Status),
}

impl Job {
    fn of<T: Send + 'static>(
        caller: impl Caller + Send + 'static,
        expected: Duration,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> (Job, Running<T>) {
        let (answer, answered) = oneshot::channel();
        let (id, until) = (caller.id(), caller.until());
        let run = Box::new(move |turn| {
            if let Turn::Refused(refused) = turn {
                let _ = answer.send(Err(refused));
                return false;
            }
            // Nobody waits: the time is over, the caller has gone, or whoever asked for the calculation has dropped it.
            if caller.is_gone() || answer.is_closed() {
                return false;
            }
            let share = Share::begun();
            let is_over = move || {
                share.gives_way();
                caller.is_gone()
            };
            // The answer is missing, or nobody takes it, when the deadline has passed or the caller has gone.
            let outcome = match catch_unwind(AssertUnwindSafe(|| work::within(is_over, compute))) {
                Ok(Ok(outcome)) => Ok(outcome),
                Ok(Err(Abandoned)) => return false,
                Err(panic) => Err(panic),
            };
            answer.send(Ok(outcome)).is_ok()
        });
        (Job { caller: id, expected, until, run }, Running(answered))
    }
}

/// A calculation that waits or runs, as the future of its answer.
///
/// # Panics
/// When the calculation has panicked, the poll of this future panics too. The guard layer (`layers/guard.rs`) answers for it.
#[derive(Debug)]
pub(crate) struct Running<T>(oneshot::Receiver<Result<std::thread::Result<T>, Status>>);

impl<T> Future for Running<T> {
    type Output = Result<T, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(context)) {
            Ok(Ok(Ok(outcome))) => Ok(outcome),
            Ok(Ok(Err(panic))) => resume_unwind(panic),
            Ok(Err(refused)) => Err(refused),
            // The calculation ended without an answer, before its turn or in it: its deadline has passed, its caller has gone,
            // or the pool was closed.
            Err(_) => Err(status::deadline_exceeded()),
        })
    }
}

impl Pool {
    /// Starts this many threads. The threads end with the process, or after [`Pool::close`].
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub fn start(threads: usize, wait_max: Duration, metrics: Arc<Metrics>, greedy: Arc<Greedy>) -> io::Result<Pool> {
        let queue = Queue { jobs: FairQueue::default(), running: Vec::new(), next_number: 0, pace: 1.0, is_closed: false };
        let counter = Arc::new(Counter { queue: Mutex::new(queue), has_come: Condvar::new(), metrics });
        for number in 0..threads {
            let counter = Arc::clone(&counter);
            std::thread::Builder::new().name(format!("pool-{number}")).spawn(move || {
                // Where the operating system refuses the lower priority, or gives none to a thread alone, long calculations have
                // the same right to a core as short calls.
                #[cfg(target_os = "linux")]
                let _ =
                    rustix::process::setpriority_process(Some(rustix::thread::gettid()), crate::server::config::POOL_NICENESS);
                counter.work();
            })?;
        }
        Ok(Pool { counter, threads: u32::try_from(threads).unwrap_or(u32::MAX), wait_max, greedy })
    }

    /// Runs a calculation on a thread of the pool, for as long as its caller waits. `expected` is the estimate of its time.
    ///
    /// # Errors
    /// UNAVAILABLE at once when the calculation would have to wait too long, or could not start before its deadline;
    /// DEADLINE_EXCEEDED when the caller's patience ends first.
    ///
    /// # Panics
    /// When the calculation panics. The guard layer (`layers/guard.rs`) answers for it.
    pub async fn run<T: Send + 'static>(
        &self,
        caller: impl Caller + Send + 'static,
        expected: Duration,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Status> {
        let (job, running) = Job::of(caller, expected, compute);
        self.admit(job)?;
        running.await
    }

    /// Returns the number of threads, which is the number of calculations that keeps all threads at work.
    pub fn threads(&self) -> usize {
        self.threads as usize
    }

    /// Runs a calculation whether or not there is room in the queue: the caller has checked [`Pool::has_room_for_streams`].
    /// Returns the future of the answer.
    pub fn add<T: Send + 'static>(
        &self,
        caller: impl Caller + Send + 'static,
        expected: Duration,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Running<T> {
        let (job, running) = Job::of(caller, expected, compute);
        self.put(self.counter.queue(), job);
        running
    }

    fn put(&self, mut queue: MutexGuard<'_, Queue>, job: Job) {
        let (caller, work) = (job.caller, nanoseconds(job.expected));
        queue.jobs.push(caller, job, work);
        self.counter.metrics.pool_queue.inc();
        drop(queue);
        self.counter.has_come.notify_one();
    }

    /// Drops all waiting calculations. The threads end once they have finished their running calculations.
    pub fn close(&self) {
        let mut queue = self.counter.queue();
        queue.is_closed = true;
        queue.jobs.clear();
        self.counter.metrics.pool_queue.set(0);
        self.counter.has_come.notify_all();
    }
}

impl Queue {
    /// Records the end of a calculation that used this much processor time.
    fn ended(&mut self, number: u64, is_answered: bool, used: Duration) {
        let Some(position) = self.running.iter().position(|running| running.number == number) else { return };
        let Started { caller, began, expected, .. } = self.running.swap_remove(position);
        // The work of the queue is in estimates, and so the time that was used becomes an estimate.
        self.jobs.ended(caller, nanoseconds(expected), nanoseconds(used.div_f64(self.pace.max(PACE_MIN))));
        // A calculation that was given up says nothing about the time that it would have taken.
        if is_answered && !expected.is_zero() {
            let ratio = (began.elapsed().as_secs_f64() / expected.as_secs_f64()).min(PACE_MAX);
            self.pace += (ratio - self.pace) * PACE_SHARE;
        }
    }
}

/// Returns a duration in nanoseconds. A duration of more than 584 years is as good as one of that length.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Counter {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // A poisoned lock can be used: nobody who holds the lock can leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some((number, job)) = self.next() {
            self.metrics.pool_running.inc();
            let used_before = used();
            let is_answered = (job.run)(Turn::Begins);
            self.metrics.pool_running.dec();
            self.queue().ended(number, is_answered, used().saturating_sub(used_before));
        }
    }

    /// Waits for a calculation. Returns none once the pool is closed.
    fn next(&self) -> Option<(u64, Job)> {
        let mut queue = self.queue();
        loop {
            if let Some((caller, job, _)) = queue.jobs.pop() {
                let number = queue.next_number;
                queue.next_number += 1;
                queue.running.push(Started { number, caller, began: Instant::now(), expected: job.expected });
                self.metrics.pool_queue.dec();
                return Some((number, job));
            }
            if queue.is_closed {
                return None;
            }
            queue = self.has_come.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
