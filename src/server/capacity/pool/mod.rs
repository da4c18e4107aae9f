//! Threads for calculations that take long, and a queue before them that knows how long it is in time.
//!
//! A short call never waits behind a long one: the threads here run at a lower priority than those that serve connections, and offer their core
//! again and again. What is admitted starts within the time that the settings say; what could not, or not before its deadline, is refused at
//! once.

pub(crate) mod pieces;
mod share;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tonic::Status;

use self::share::Share;
use crate::models::work::{self, Abandoned};
use crate::server::chance::spread;
use crate::server::config;
use crate::server::telemetry::metrics::{CallRefusal, Metrics};
use crate::wire::status;

/// Whoever asks for a calculation, as far as the pool has to know.
pub(crate) trait Caller {
    /// When the answer is worth nothing any more; none when it is worth something for as long as someone waits.
    fn until(&self) -> Option<Instant>;

    /// Whether nobody waits for the answer any more, because its time is over or its caller has gone.
    fn is_gone(&self) -> bool;
}

/// Takes calculations.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    counter: Arc<Counter>,
    threads: u32,
    wait_max: Duration,
}

/// Where calculations wait.
#[derive(Debug)]
struct Counter {
    queue: Mutex<Queue>,
    has_come: Condvar,
    metrics: Arc<Metrics>,
}

struct Queue {
    jobs: VecDeque<Job>,
    /// The estimates of all that waits, together.
    expected: Duration,
    /// When each running calculation began, and its estimate; as many as threads at most.
    running: Vec<Started>,
    next_number: u64,
    /// How long calculations take, compared with their estimates, which were measured on another machine: an average of those that ended
    /// last.
    pace: f64,
    is_closed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Started {
    number: u64,
    began: Instant,
    expected: Duration,
}

/// The share that one calculation has in the pace: some thirty of them decide it.
const PACE_SHARE: f64 = 1.0 / 16.0;
/// A calculation that the system keeps from its core for a while says nothing about the others.
const PACE_MAX: f64 = 100.0;

impl std::fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Queue")
            .field("jobs", &self.jobs.len())
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

struct Job {
    expected: Duration,
    until: Option<Instant>,
    /// Computes the answer if anyone waits for it; true when someone took it.
    run: Box<dyn FnOnce() -> bool + Send>,
}

impl Job {
    fn of<T: Send + 'static>(
        caller: impl Caller + Send + 'static,
        expected: Duration,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> (Job, Running<T>) {
        let (answer, answered) = oneshot::channel();
        let until = caller.until();
        let run = Box::new(move || {
            if caller.is_gone() {
                return false;
            }
            let share = Share::begun();
            let is_over = move || {
                share.gives_way();
                caller.is_gone()
            };
            // There is none, or nobody takes it, when the deadline has passed or the caller has gone.
            let outcome = match catch_unwind(AssertUnwindSafe(|| work::within(is_over, compute))) {
                Ok(Ok(outcome)) => Ok(outcome),
                Ok(Err(Abandoned)) => return false,
                Err(panic) => Err(panic),
            };
            answer.send(outcome).is_ok()
        });
        (Job { expected, until, run }, Running(answered))
    }
}

/// A calculation that waits or runs. Whoever polls it panics when the calculation does: the guard above answers for it.
#[derive(Debug)]
pub(crate) struct Running<T>(oneshot::Receiver<std::thread::Result<T>>);

impl<T> Future for Running<T> {
    type Output = Result<T, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(context)) {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(panic)) => resume_unwind(panic),
            // Its deadline has passed, before its turn or in it.
            Err(_) => Err(status::deadline_exceeded()),
        })
    }
}

/// Why a calculation is not admitted, and how long it would have to wait.
#[derive(Clone, Copy, Debug)]
enum NotAdmitted {
    QueueFull { wait: Duration },
    DeadlineTooNear { wait: Duration },
}

impl Pool {
    /// Starts so many threads, which end with the process, or when [`Pool::close`] says so.
    pub fn start(threads: usize, wait_max: Duration, metrics: Arc<Metrics>) -> io::Result<Pool> {
        let queue = Queue {
            jobs: VecDeque::new(),
            expected: Duration::ZERO,
            running: Vec::new(),
            next_number: 0,
            pace: 1.0,
            is_closed: false,
        };
        let counter = Arc::new(Counter { queue: Mutex::new(queue), has_come: Condvar::new(), metrics });
        for number in 0..threads {
            let counter = Arc::clone(&counter);
            std::thread::Builder::new().name(format!("pool-{number}")).spawn(move || {
                // Where the system does not let it, long calculations have the same right to a core as short calls.
                let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), config::POOL_NICENESS);
                counter.work();
            })?;
        }
        Ok(Pool { counter, threads: u32::try_from(threads).unwrap_or(u32::MAX), wait_max })
    }

    /// Runs a calculation on a thread of the pool, for as long as its caller waits.
    ///
    /// # Errors
    /// UNAVAILABLE at once when it would have to wait too long; DEADLINE_EXCEEDED when its caller's patience ends first.
    ///
    /// # Panics
    /// When the calculation does: the guard above answers for it.
    pub async fn run<T: Send + 'static>(
        &self,
        caller: impl Caller + Send + 'static,
        expected: Duration,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Status> {
        let (job, running) = Job::of(caller, expected, compute);
        self.admit(job).map_err(|refused| self.refusal(refused))?;
        running.await
    }

    /// Whether a stream may add a calculation to those that are there: it can wait for its turn, where a call of its own is refused, and so it
    /// leaves half of the queue to such calls.
    pub fn has_room_for_streams(&self) -> bool {
        let queue = self.counter.queue();
        queue.jobs.len() < config::POOL_QUEUE_MAX / 2 && queue.wait(Instant::now(), self.threads) <= self.wait_max / 2
    }

    /// So many calculations keep all threads at work.
    pub fn threads(&self) -> usize {
        self.threads as usize
    }

    /// Runs a calculation whether there is room or not: whoever asks has looked.
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

    fn admit(&self, job: Job) -> Result<(), NotAdmitted> {
        let now = Instant::now();
        let queue = self.counter.queue();
        let wait = queue.wait(now, self.threads);
        if queue.jobs.len() >= config::POOL_QUEUE_MAX || wait > self.wait_max {
            return Err(NotAdmitted::QueueFull { wait });
        }
        if job.until.is_some_and(|until| now + wait >= until) {
            return Err(NotAdmitted::DeadlineTooNear { wait });
        }
        self.put(queue, job);
        Ok(())
    }

    fn put(&self, mut queue: MutexGuard<'_, Queue>, job: Job) {
        queue.expected += job.expected;
        queue.jobs.push_back(job);
        self.counter.metrics.pool_queue.inc();
        drop(queue);
        self.counter.has_come.notify_one();
    }

    fn refusal(&self, refused: NotAdmitted) -> Status {
        let (counted, message, wait) = match refused {
            NotAdmitted::QueueFull { wait } => (CallRefusal::PoolFull, "too many long calculations are waiting", wait),
            NotAdmitted::DeadlineTooNear { wait } => {
                (CallRefusal::DeadlineTooNear, "the calculation could not start before its deadline", wait)
            }
        };
        self.counter.metrics.call_refused(counted);
        status::unavailable("OVERLOADED", message, spread(wait.max(config::RETRY_MIN)))
    }

    /// What waits is dropped, and the threads end once they have finished what they run.
    pub fn close(&self) {
        let mut queue = self.counter.queue();
        queue.is_closed = true;
        queue.jobs.clear();
        queue.expected = Duration::ZERO;
        self.counter.metrics.pool_queue.set(0);
        self.counter.has_come.notify_all();
    }
}

impl Queue {
    /// How long whatever comes now has to wait for a thread: all that is before it, on all threads alike.
    fn wait(&self, now: Instant, threads: u32) -> Duration {
        let is_free = self.running.len() + self.jobs.len() < threads as usize;
        if is_free {
            return Duration::ZERO;
        }
        let left = |running: &Started| {
            running.expected.mul_f64(self.pace).saturating_sub(now.saturating_duration_since(running.began))
        };
        let running: Duration = self.running.iter().map(left).sum();
        (self.expected.mul_f64(self.pace) + running) / threads
    }

    fn ended(&mut self, number: u64, is_answered: bool) {
        let Some(position) = self.running.iter().position(|running| running.number == number) else { return };
        let Started { began, expected, .. } = self.running.swap_remove(position);
        // One that was given up says nothing about how long it would have taken.
        if is_answered && !expected.is_zero() {
            let ratio = (began.elapsed().as_secs_f64() / expected.as_secs_f64()).min(PACE_MAX);
            self.pace += (ratio - self.pace) * PACE_SHARE;
        }
    }
}

impl Counter {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that holds it can leave it half-done.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some((number, job)) = self.next() {
            self.metrics.pool_running.inc();
            let is_answered = (job.run)();
            self.metrics.pool_running.dec();
            self.queue().ended(number, is_answered);
        }
    }

    /// Waits for a calculation; none once closed.
    fn next(&self) -> Option<(u64, Job)> {
        let mut queue = self.queue();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                queue.expected = queue.expected.saturating_sub(job.expected);
                let number = queue.next_number;
                queue.next_number += 1;
                queue.running.push(Started { number, began: Instant::now(), expected: job.expected });
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
