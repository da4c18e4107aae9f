//! Admission to the pool: a calculation that could not start in time is refused at once, and so is one whose caller has its share.

use std::time::{Duration, Instant};

use tonic::Status;

use super::{Job, Pool, Queue, Started, Turn};
use crate::server::capacity::caller::CallerId;
use crate::server::capacity::greedy::Wanted;
use crate::server::chance::spread;
use crate::server::config;
use crate::server::telemetry::labels::CallRefusal;
use crate::wire::status;

/// The reason why a calculation is not admitted, and the time that it would have to wait.
#[derive(Clone, Copy, Debug)]
enum NotAdmitted {
    QueueFull {
        wait: Duration,
    },
    /// The queue has room, and not for a caller who has more than its share there already.
    ShareFull {
        wait: Duration,
    },
    DeadlineTooNear {
        wait: Duration,
    },
}

impl Pool {
    /// Returns whether this caller may add a calculation of a stream to the queue. A stream leaves half of the queue to unary
    /// calls: a stream can wait for its turn, where a unary call is refused.
    pub fn has_room_for_streams(&self, caller: CallerId) -> bool {
        let queue = self.counter.queue();
        let is_long = queue.jobs.len() >= config::POOL_QUEUE_MAX / 2;
        let has_place = !is_long || queue.jobs.len() < config::POOL_QUEUE_MAX && !queue.jobs.is_above_its_share(caller);
        has_place && queue.wait(caller, Instant::now(), self.threads) <= self.wait_max / 2
    }

    /// Adds a calculation to the queue if the calculation can start in time. When the queue is full, the calculation takes the
    /// place of one whose caller has more there.
    ///
    /// # Errors
    /// UNAVAILABLE when the calculation would have to wait too long.
    pub(super) fn admit(&self, job: Job) -> Result<(), Status> {
        let caller = job.caller;
        let displaced = self.put_if_in_time(job).map_err(|refused| self.refusal(caller, refused))?;
        if let Some(displaced) = displaced {
            let refused = self.refusal(displaced.caller, NotAdmitted::ShareFull { wait: self.wait_max });
            (displaced.run)(Turn::Refused(refused));
        }
        Ok(())
    }

    /// Adds a calculation to the queue, and returns the one that has lost its place.
    fn put_if_in_time(&self, job: Job) -> Result<Option<Job>, NotAdmitted> {
        let now = Instant::now();
        let mut queue = self.counter.queue();
        let wait = queue.wait(job.caller, now, self.threads);
        let not_admitted = match queue.jobs.is_above_its_share(job.caller) {
            true => NotAdmitted::ShareFull { wait },
            false => NotAdmitted::QueueFull { wait },
        };
        if wait > self.wait_max && !queue.is_next(job.caller, self.threads, self.wait_max) {
            return Err(not_admitted);
        }
        if job.until.is_some_and(|until| now + wait >= until) {
            return Err(NotAdmitted::DeadlineTooNear { wait });
        }
        let mut displaced = None;
        if queue.jobs.len() >= config::POOL_QUEUE_MAX {
            displaced = Some(queue.jobs.make_room(job.caller).ok_or(not_admitted)?);
            self.counter.metrics.pool_queue.dec();
        }
        self.put(queue, job);
        Ok(displaced)
    }

    /// Returns the refusal of a calculation that is not admitted, and counts it in the metrics.
    fn refusal(&self, caller: CallerId, refused: NotAdmitted) -> Status {
        let (counted, reason, message, wait) = match refused {
            NotAdmitted::QueueFull { wait } => {
                (CallRefusal::PoolFull, "OVERLOADED", "too many long calculations are waiting", wait)
            }
            NotAdmitted::ShareFull { wait } => {
                let message = "too many long calculations of this caller are waiting, and others wait too";
                (CallRefusal::CallerShare, "CALLER_SHARE", message, wait)
            }
            NotAdmitted::DeadlineTooNear { wait } => {
                (CallRefusal::DeadlineTooNear, "OVERLOADED", "the calculation could not start before its deadline", wait)
            }
        };
        if matches!(counted, CallRefusal::CallerShare) {
            self.greedy.refused(caller.caller, Wanted::Pool);
        }
        self.counter.metrics.call_refused(counted);
        status::unavailable(reason, message, spread(wait.max(config::RETRY_MIN)))
    }
}

impl Queue {
    /// Returns the time that a calculation of this caller that comes now has to wait for a thread. All calculations that run,
    /// and all that have their turn before it, are spread over all threads alike.
    fn wait(&self, caller: CallerId, now: Instant, threads: u32) -> Duration {
        let is_free = self.running.len() + self.jobs.len() < threads as usize;
        if is_free {
            return Duration::ZERO;
        }
        let left = |running: &Started| {
            running.expected.mul_f64(self.pace).saturating_sub(now.saturating_duration_since(running.began))
        };
        let running: Duration = self.running.iter().map(left).sum();
        self.time_ahead(caller, threads).saturating_add(running / threads)
    }

    /// Returns the time until the turn of this caller, without the calculations that run.
    fn time_ahead(&self, caller: CallerId, threads: u32) -> Duration {
        Duration::from_nanos(self.jobs.ahead(caller)).mul_f64(self.pace) / threads
    }

    /// Returns whether a connection with nothing on the pool has its turn soon, once a thread is free. Its calculation is
    /// admitted however long the calculations that run still take. Otherwise someone whose calculations are longer than the
    /// longest wait would keep all others from the pool.
    fn is_next(&self, caller: CallerId, threads: u32, wait_max: Duration) -> bool {
        !self.jobs.is_active(caller) && self.time_ahead(caller, threads) <= wait_max
    }
}
