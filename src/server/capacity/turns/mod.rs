//! The turns that calls take on a worker thread, shared alike by the callers, and below a caller by its connections.
//!
//! A worker thread polls its tasks in the order in which they are woken. A caller with a thousand calls in flight would have a thousand
//! turns before another caller has one. So once the thread has worked without a pause for as long as a short calculation may take, each
//! task of a call waits for its turn here, and the turns go round by caller.
//!
//! Turns cost as much as a short call. So they are taken only while one caller has many tasks on the thread and others are there
//! (`tasks.rs`); otherwise a task pays two counters.

mod ring;
mod tasks;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use self::ring::Ring;
pub(crate) use self::tasks::CallerTasks;
use self::tasks::Presence;
use super::caller::{CallerId, CallerKey};
use crate::server::config::SHORT_CALCULATION;

/// The turns of one worker thread. The thread alone takes the lock, which costs little therefore.
#[derive(Debug)]
pub(crate) struct Turns {
    born: Instant,
    /// The time in nanoseconds after `born` since which the thread has worked without a pause, or without anyone who waits.
    busy_since: AtomicU64,
    /// Whether a task waits for its turn.
    is_taken_in_turn: AtomicBool,
    queue: Mutex<InLine>,
    /// The callers with a connection on the thread.
    presence: Arc<Presence>,
}

/// The tasks that wait.
#[derive(Debug, Default)]
struct InLine {
    callers: Ring<CallerKey, Ring<u64, VecDeque<(u64, Waker)>>>,
    next: u64,
    /// The task that was woken to have its turn, or to say whose turn it is.
    woken: Option<u64>,
    /// The caller that had a turn last, and the one that did before it, each with the end of its turn.
    last: [Option<(CallerKey, Instant)>; 2],
}

/// The turns of one task.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// The number of the task among those that wait. None while the task does not wait.
    ticket: Option<u64>,
}

impl Turns {
    pub fn new() -> Turns {
        let (busy_since, is_taken_in_turn) = (AtomicU64::new(0), AtomicBool::new(false));
        Turns { born: Instant::now(), busy_since, is_taken_in_turn, queue: Mutex::default(), presence: Arc::default() }
    }

    /// Returns the tasks of a caller, which stays among the callers of the thread for as long as the value is held.
    pub fn tasks_of(&self, caller: CallerKey) -> Arc<CallerTasks> {
        self.presence.tasks_of(caller)
    }

    /// Records that the thread begins to work after a pause, or that everyone who waited has had a turn.
    pub fn begin(&self) {
        self.busy_since.store(self.time(Instant::now()), Ordering::Relaxed);
    }

    fn time(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.born).as_nanos()).unwrap_or(u64::MAX)
    }

    /// Returns whether a task that is polled now has to wait for its turn. The clock is read only where a caller has many tasks.
    fn is_behind(&self) -> bool {
        let busy = || self.time(Instant::now()).saturating_sub(self.busy_since.load(Ordering::Relaxed));
        self.is_taken_in_turn.load(Ordering::Relaxed)
            || self.presence.is_contended() && Duration::from_nanos(busy()) > SHORT_CALCULATION
    }

    /// Returns whether more tasks wait in the name of this caller than its share of all that wait, or of this connection more than its
    /// share of those of the caller. A caller that has had a turn since then counts among those that wait: it may have one call at a time.
    pub fn is_above_its_share(&self, id: CallerId, since: Instant) -> bool {
        let queue = self.queue();
        let others = queue.last.iter().flatten().any(|(caller, turn)| *caller != id.caller && *turn >= since);
        others && queue.callers.is_alone(id.caller)
            || queue.callers.is_above_its_share(id.caller)
            || queue.callers.flow(id.caller).is_some_and(|connections| connections.is_above_its_share(id.connection))
    }

    fn queue(&self) -> MutexGuard<'_, InLine> {
        // A poisoned lock can be used: nobody who holds the lock can leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the task whose turn it is, if any waits.
    fn wake_first(&self, queue: &mut InLine) {
        let first = queue.first();
        queue.woken = first.as_ref().map(|(ticket, _)| *ticket);
        match first {
            Some((_, waker)) => waker.wake(),
            None if self.is_taken_in_turn.swap(false, Ordering::Relaxed) => self.begin(),
            None => {}
        }
    }
}

impl InLine {
    fn push(&mut self, id: CallerId, waker: Waker) -> u64 {
        let ticket = self.next;
        self.next += 1;
        self.callers.push(id.caller).push(id.connection).push_back((ticket, waker));
        ticket
    }

    fn remove(&mut self, id: CallerId, ticket: u64) {
        self.callers.remove(id.caller, |connections| {
            connections.remove(id.connection, |waiting| waiting.retain(|(other, _)| *other != ticket));
        });
    }

    /// Takes the time that a task has used, none for one that is gone, from the turns of its caller and of its connection.
    fn used(&mut self, id: CallerId, used: Duration) {
        self.callers.used(id.caller, used, |connections| connections.used(id.connection, used, |_| ()));
    }

    /// Returns the task whose turn it is.
    fn first(&mut self) -> Option<(u64, Waker)> {
        let (_, connections) = self.callers.first()?;
        let (_, waiting) = connections.first()?;
        waiting.front().map(|(ticket, waker)| (*ticket, waker.clone()))
    }
}

impl Ticket {
    /// Returns the turns of a task that does not wait.
    pub fn new() -> Ticket {
        Ticket { ticket: None }
    }

    /// Returns whether the task waits for its turn.
    pub fn is_awaited(&self) -> bool {
        self.ticket.is_some()
    }

    /// Polls a task of this caller if the task has its turn. Otherwise the task waits, and is woken for its turn. A task always has the
    /// same waker.
    pub fn poll<T>(
        &mut self,
        turns: &Turns,
        id: CallerId,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let Some(ticket) = self.ticket else {
            if !turns.is_behind() {
                return poll(context);
            }
            let mut queue = turns.queue();
            let ticket = queue.push(id, context.waker().clone());
            self.ticket = Some(ticket);
            if queue.woken.is_none() {
                // All tasks that are ready now are polled before this one is polled again, and wait by then. So the order in which they
                // are ready does not matter.
                turns.is_taken_in_turn.store(true, Ordering::Relaxed);
                queue.woken = Some(ticket);
                context.waker().wake_by_ref();
            }
            return Poll::Pending;
        };
        let mut queue = turns.queue();
        if queue.woken != Some(ticket) {
            return Poll::Pending;
        }
        if queue.first().is_some_and(|(first, _)| first != ticket) {
            turns.wake_first(&mut queue);
            return Poll::Pending;
        }
        queue.remove(id, ticket);
        drop(queue);
        self.ticket = None;
        // Dropped after the poll, also by a panic: others wait.
        let _running = InTurn { turns, id, began: Instant::now() };
        poll(context)
    }

    /// Ends the turns of a task that is dropped, perhaps while it waits.
    pub fn end(&mut self, turns: &Turns, id: CallerId) {
        let Some(ticket) = self.ticket.take() else { return };
        let mut queue = turns.queue();
        queue.remove(id, ticket);
        queue.used(id, Duration::ZERO);
        if queue.woken == Some(ticket) {
            turns.wake_first(&mut queue);
        }
    }
}

/// A task that is polled in its turn.
struct InTurn<'t> {
    turns: &'t Turns,
    id: CallerId,
    began: Instant,
}

impl Drop for InTurn<'_> {
    fn drop(&mut self) {
        let (mut queue, now) = (self.turns.queue(), Instant::now());
        queue.used(self.id, now.saturating_duration_since(self.began));
        if queue.last[0].is_some_and(|(caller, _)| caller != self.id.caller) {
            queue.last[1] = queue.last[0];
        }
        queue.last[0] = Some((self.id.caller, now));
        self.turns.wake_first(&mut queue);
    }
}
