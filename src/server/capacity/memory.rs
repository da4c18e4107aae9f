//! The memory limit for messages in flight, which all calls share, and the share of each caller.
//!
//! Calls hold memory for the bodies of their requests and answers, and streams for the parts and answers that wait. A call that
//! would exceed the limit, or its caller's share, is refused with UNAVAILABLE.
//!
//! A caller may hold as much as is free, and a connection as much as is free for its caller. So a caller alone holds half of the
//! memory at most, and two hold a third each, and whoever comes next finds room (dynamic thresholds: A. K. Choudhury, E. L.
//! Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). A caller with nothing in memory may have all that is free.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tonic::Status;

use crate::server::capacity::caller::{CallerId, CallerKey};
use crate::server::config::MESSAGE_BYTES_UNDER_WAY_MAX;
use crate::server::telemetry::metrics::{CallRefusal, Metrics};
use crate::wire::status;

/// The retry delay of a call that finds no memory. By then some of the messages in flight have been answered.
const RETRY: Duration = Duration::from_millis(200);

/// The number of bytes of long messages in flight, over all calls, kept within a limit.
#[derive(Debug)]
pub(crate) struct Memory {
    taken: AtomicUsize,
    /// The callers that have a connection.
    callers: Mutex<HashMap<CallerKey, OfCaller>>,
    metrics: Arc<Metrics>,
}

/// A caller that has a connection.
#[derive(Debug, Default)]
struct OfCaller {
    connections: usize,
    /// The bytes that all connections of the caller hold.
    taken: Arc<AtomicUsize>,
}

/// The memory that the calls of one connection hold together.
#[derive(Debug)]
pub(crate) struct Account {
    memory: Arc<Memory>,
    caller: CallerKey,
    /// The bytes that all connections of the caller hold.
    taken_by_caller: Arc<AtomicUsize>,
    taken: AtomicUsize,
}

/// The reason why there is no memory for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// All messages in flight together have reached the limit.
    All,
    /// The caller, or the connection, has its share.
    Share,
}

impl Memory {
    pub fn new(metrics: Arc<Metrics>) -> Memory {
        Memory { taken: AtomicUsize::new(0), callers: Mutex::default(), metrics }
    }

    /// Returns the account of a new connection.
    pub fn account(self: &Arc<Memory>, id: CallerId) -> Arc<Account> {
        let mut callers = self.callers();
        let caller = callers.entry(id.caller).or_default();
        caller.connections += 1;
        let taken_by_caller = Arc::clone(&caller.taken);
        drop(callers);
        Arc::new(Account { memory: Arc::clone(self), caller: id.caller, taken_by_caller, taken: AtomicUsize::new(0) })
    }

    fn callers(&self) -> MutexGuard<'_, HashMap<CallerKey, OfCaller>> {
        // A poisoned lock can be used: nobody who holds the lock can leave the table half changed.
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self) {
        let taken = self.taken.load(Ordering::Relaxed);
        self.metrics.message_bytes.set(i64::try_from(taken).unwrap_or(i64::MAX));
    }

    /// Returns the refusal of a call that finds no memory, and counts it in the metrics. The refusal is UNAVAILABLE with a
    /// retry delay.
    pub fn refusal(&self, full: Full) -> Status {
        let (counted, reason, message) = match full {
            Full::All => (CallRefusal::NoMemory, "MESSAGES_UNDER_WAY", "too many bytes of messages are under way"),
            Full::Share => {
                (CallRefusal::CallerShare, "CALLER_SHARE", "too many bytes of messages of this caller are under way")
            }
        };
        self.metrics.call_refused(counted);
        status::unavailable(reason, message, RETRY)
    }
}

impl Account {
    /// Takes this many bytes.
    ///
    /// # Errors
    /// [`Full`] when they do not fit within the limit, or within the share of the caller or of the connection. Nothing is taken
    /// then.
    pub fn take(&self, bytes: usize) -> Result<(), Full> {
        // Two who take at once see each other's bytes, and so may be refused where one of them would fit. Nobody ever takes more
        // than there is.
        let taken_before = self.memory.taken.fetch_add(bytes, Ordering::Relaxed);
        let callers_before = self.taken_by_caller.fetch_add(bytes, Ordering::Relaxed);
        let own_before = self.taken.fetch_add(bytes, Ordering::Relaxed);
        let free = MESSAGE_BYTES_UNDER_WAY_MAX.saturating_sub(taken_before);
        let free_for_caller = free.saturating_sub(callers_before);
        let full = match () {
            () if bytes > free => Full::All,
            () if callers_before > free || own_before > free_for_caller => Full::Share,
            () => {
                self.memory.show();
                return Ok(());
            }
        };
        self.give_back(bytes);
        Err(full)
    }

    /// Gives this many bytes back, which were taken before.
    pub fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
        self.taken_by_caller.fetch_sub(bytes, Ordering::Relaxed);
        self.memory.taken.fetch_sub(bytes, Ordering::Relaxed);
        self.memory.show();
    }

    /// Returns the bytes that the connection holds.
    #[cfg(test)]
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the account of a connection to a server that serves nothing.
    #[cfg(test)]
    pub fn of_test() -> Arc<Account> {
        let memory = Arc::new(Memory::new(Arc::new(Metrics::new().expect("metrics"))));
        memory.account(CallerId::of_connection(([127, 0, 0, 1], 1).into(), None))
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if let Entry::Occupied(mut caller) = self.memory.callers().entry(self.caller) {
            caller.get_mut().connections -= 1;
            if caller.get().connections == 0 {
                caller.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = MESSAGE_BYTES_UNDER_WAY_MAX;
    const PIECE: usize = 16 * 1024;

    fn memory() -> Arc<Memory> {
        Arc::new(Memory::new(Arc::new(Metrics::new().expect("metrics"))))
    }

    fn account(memory: &Arc<Memory>, address: u8) -> Arc<Account> {
        memory.account(CallerId::of_connection(([127, 0, 0, address], 1).into(), None))
    }

    /// Takes pieces until there is no more, and returns the reason.
    fn takes_all_it_can(account: &Account) -> Full {
        loop {
            if let Err(full) = account.take(PIECE) {
                return full;
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_takes_nothing() {
        let memory = memory();
        let account = account(&memory, 1);
        assert_eq!(account.take(MAX + 1), Err(Full::All));
        assert_eq!(account.take(MAX), Ok(()));
        assert_eq!(account.take(1), Err(Full::All));
        account.give_back(MAX);
        assert_eq!(memory.metrics.message_bytes.get(), 0);
    }

    #[test]
    fn a_connection_holds_a_third_and_a_caller_half_and_who_comes_next_finds_room() {
        let memory = memory();
        let first: Vec<_> = (0..8).map(|_| account(&memory, 1)).collect();
        assert_eq!(takes_all_it_can(&first[0]), Full::Share);
        assert!(first[0].taken().abs_diff(MAX / 3) <= 2 * PIECE, "{}", first[0].taken());
        for connection in &first {
            assert_eq!(takes_all_it_can(connection), Full::Share);
        }
        let held: usize = first.iter().map(|connection| connection.taken()).sum();
        assert!(held.abs_diff(MAX / 2) <= 2 * PIECE, "{held}");
        let second = account(&memory, 2);
        assert_eq!(second.take(MAX / 4), Ok(()), "another caller finds room");
        assert_eq!(first[1].take(1), Err(Full::Share));
        first[0].give_back(first[0].taken());
        assert_eq!(first[1].take(1), Ok(()), "what was given back can be had");
    }

    #[test]
    fn thirty_greedy_callers_leave_room_for_two_megabytes_of_another() {
        let memory = memory();
        let greedy: Vec<_> = (1..=30).map(|caller| account(&memory, caller)).collect();
        for _ in 0..MAX / PIECE {
            for caller in &greedy {
                let _ = caller.take(PIECE);
            }
        }
        let honest = account(&memory, 100);
        for piece in 0..2 << 20 >> 14 {
            assert_eq!(honest.take(PIECE), Ok(()), "piece {piece}");
        }
    }

    #[test]
    fn a_caller_without_a_connection_is_forgotten() {
        let memory = memory();
        let [one, other] = [0, 1].map(|_| account(&memory, 1));
        let another = account(&memory, 2);
        assert_eq!(memory.callers().len(), 2);
        drop(one);
        assert_eq!(memory.callers().len(), 2);
        drop(other);
        assert_eq!(memory.callers().len(), 1);
        drop(another);
        assert!(memory.callers().is_empty());
    }
}
