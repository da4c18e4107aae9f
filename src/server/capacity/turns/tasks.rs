//! The number of tasks that each caller has on a worker thread: turns are taken only where one caller has many, and others are there.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::server::capacity::caller::CallerKey;
use crate::server::config::TURN_TASKS_MIN;

/// The callers that have a connection on a worker thread.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    callers: Mutex<HashMap<CallerKey, Weak<CallerTasks>>>,
    caller_count: AtomicUsize,
    /// The number of callers that have many tasks.
    with_many: AtomicUsize,
}

/// The tasks of one caller on a worker thread, over all of its connections there.
#[derive(Debug)]
pub(crate) struct CallerTasks {
    presence: Arc<Presence>,
    caller: CallerKey,
    tasks: AtomicUsize,
}

impl Presence {
    /// Returns the tasks of a caller, which stays among the callers of the thread for as long as the value is held.
    pub fn tasks_of(self: &Arc<Presence>, caller: CallerKey) -> Arc<CallerTasks> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tasks) = callers.get(&caller).and_then(Weak::upgrade) {
            return tasks;
        }
        let tasks = Arc::new(CallerTasks { presence: Arc::clone(self), caller, tasks: AtomicUsize::new(0) });
        callers.insert(caller, Arc::downgrade(&tasks));
        self.caller_count.store(callers.len(), Ordering::Relaxed);
        tasks
    }

    /// Returns whether a caller has many tasks while others are there. Otherwise no caller can keep another one from its turn, and turns
    /// would only cost.
    pub fn is_contended(&self) -> bool {
        self.with_many.load(Ordering::Relaxed) > 0 && self.caller_count.load(Ordering::Relaxed) > 1
    }
}

impl Presence {
    /// Returns the callers of a thread on which one has many tasks, and another is there.
    #[cfg(test)]
    pub fn contended() -> Presence {
        Presence { callers: Mutex::default(), caller_count: AtomicUsize::new(2), with_many: AtomicUsize::new(1) }
    }
}

impl CallerTasks {
    /// Counts a task that begins.
    pub fn begin(&self) {
        if self.tasks.fetch_add(1, Ordering::Relaxed) + 1 == TURN_TASKS_MIN {
            self.presence.with_many.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a task that has ended.
    pub fn end(&self) {
        if self.tasks.fetch_sub(1, Ordering::Relaxed) == TURN_TASKS_MIN {
            self.presence.with_many.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for CallerTasks {
    fn drop(&mut self) {
        let mut callers = self.presence.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.get(&self.caller).is_some_and(|tasks| tasks.strong_count() == 0) {
            callers.remove(&self.caller);
        }
        self.presence.caller_count.store(callers.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(last: u8) -> CallerKey {
        CallerKey::V4([192, 0, 2, last])
    }

    #[test]
    fn turns_are_taken_where_one_caller_has_many_tasks_and_another_is_there() {
        let turns = Arc::new(Presence::default());
        let greedy = turns.tasks_of(key(1));
        assert!(Arc::ptr_eq(&greedy, &turns.tasks_of(key(1))), "two connections of one caller");
        (0..TURN_TASKS_MIN).for_each(|_| greedy.begin());
        assert!(!turns.is_contended(), "nobody else is there");
        let other = turns.tasks_of(key(2));
        assert!(turns.is_contended());
        greedy.end();
        assert!(!turns.is_contended(), "it has no longer many");
        greedy.begin();
        assert!(turns.is_contended());
        drop(other);
        assert!(!turns.is_contended(), "the other one has gone");
    }
}
