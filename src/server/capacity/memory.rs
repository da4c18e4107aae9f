//! The memory limit for messages in flight, which all calls share, and the share of each caller.
//!
//! Calls count what they keep on their connection (`account.rs`), and what the connections keep beyond a little each is counted
//! here. A call that would exceed the limit, or its caller's share, is refused with UNAVAILABLE.
//!
//! A caller may hold as much as is free, and a connection as much as is free for its caller. So a caller alone holds half of the
//! memory at most, and two hold a third each, and whoever comes next finds room (dynamic thresholds: A. K. Choudhury, E. L.
//! Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). A caller with nothing in memory may have all that is free.
//!
//! The count cannot see everything that takes memory. So the use of the whole process is looked at too (`process/memory_watch.rs`),
//! and where it nears its limit, the connections that keep the most are cut.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tonic::Status;

use super::level::{MemoryLevel, MemoryLevelCell};
use crate::server::capacity::caller::{CallerId, CallerKey};
use crate::server::chance::spread;
use crate::server::config::{CONNECTION_UNCOUNTED_BYTES, MEMORY_COUNTED_PERCENT};
use crate::server::telemetry::labels::CallRefusal;
use crate::server::telemetry::metrics::Metrics;
use crate::wire::status;

/// The retry delay of a call that finds no memory. By then some of the messages in flight have been answered.
const RETRY: Duration = Duration::from_millis(200);
/// The retry delay of a call that comes while the process is near its memory limit, before it is spread at random. What is freed
/// is given back to the system within a second or two.
const LIMIT_RETRY: Duration = Duration::from_secs(1);

/// The number of bytes of messages in flight, over all calls, kept within a limit.
#[derive(Debug)]
pub(crate) struct Memory {
    max: usize,
    taken: AtomicUsize,
    /// The bytes that connections take by themselves.
    by_connections: AtomicUsize,
    /// The most that messages and connections may take together before nothing new is accepted.
    counted_max: usize,
    /// The level of the memory that the whole process uses, as it was found last.
    level: MemoryLevelCell,
    /// The callers that have a connection.
    callers: Mutex<HashMap<CallerKey, OfCaller>>,
    metrics: Arc<Metrics>,
}

/// A caller that has a connection.
#[derive(Debug, Default)]
struct OfCaller {
    connections: Vec<Arc<OfConnection>>,
    /// The bytes that all connections of the caller have taken.
    taken: Arc<AtomicUsize>,
}

/// The memory that the calls of one connection keep together.
#[derive(Debug)]
pub(crate) struct OfConnection {
    number: u64,
    /// The bytes that the connection keeps.
    pub kept: AtomicUsize,
    /// The bytes of these that are taken from the memory of all.
    pub taken: AtomicUsize,
    /// The bytes that the connection takes by itself, without those with which it began.
    pub grown: AtomicUsize,
    is_cut: AtomicBool,
    cut: Notify,
}

/// The reason why there is no memory for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// All messages in flight together have reached the limit.
    All,
    /// The caller, or the connection, has its share.
    Share,
    /// The process is near its memory limit.
    Process,
}

impl OfConnection {
    /// Waits until the connection is cut.
    pub async fn is_cut(&self) {
        // The order matters: the notification is registered before the flag is read.
        let cut = self.cut.notified();
        if !self.is_cut.load(Ordering::Acquire) {
            cut.await;
        }
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.cut.notify_waiters();
    }
}

impl Memory {
    /// Returns the memory for so many bytes of messages, in a process that may use so many bytes in all, if it has a limit.
    pub fn new(max: usize, limit: Option<u64>, metrics: Arc<Metrics>) -> Memory {
        let counted_max = limit.and_then(|limit| usize::try_from(limit / 100 * MEMORY_COUNTED_PERCENT).ok());
        Memory {
            max,
            taken: AtomicUsize::new(0),
            by_connections: AtomicUsize::new(0),
            counted_max: counted_max.unwrap_or(usize::MAX),
            level: MemoryLevelCell::default(),
            callers: Mutex::default(),
            metrics,
        }
    }

    /// Returns the level of the memory that the whole process uses: what the last look has found, or what is counted now. The count is
    /// known at once, where a look may come late on a machine that is busy.
    pub fn level(&self) -> MemoryLevel {
        if self.counted() > self.counted_max { MemoryLevel::Full } else { self.level.get() }
    }

    /// Returns the bytes that messages and connections take together.
    fn counted(&self) -> usize {
        self.taken.load(Ordering::Relaxed).saturating_add(self.by_connections.load(Ordering::Relaxed))
    }

    /// Records the level that was found.
    pub fn set_level(&self, level: MemoryLevel) {
        self.level.set(level);
    }

    /// Enters a new connection. Returns what it keeps, and what all connections of its caller have taken.
    pub(super) fn enter(&self, id: CallerId) -> (Arc<OfConnection>, Arc<AtomicUsize>) {
        let connection = Arc::new(OfConnection {
            number: id.connection,
            kept: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            grown: AtomicUsize::new(0),
            is_cut: AtomicBool::new(false),
            cut: Notify::new(),
        });
        let mut callers = self.callers();
        let caller = callers.entry(id.caller).or_default();
        caller.connections.push(Arc::clone(&connection));
        (connection, Arc::clone(&caller.taken))
    }

    /// Forgets a connection that has ended.
    pub(super) fn leave(&self, id: CallerId) {
        if let Entry::Occupied(mut caller) = self.callers().entry(id.caller) {
            caller.get_mut().connections.retain(|connection| connection.number != id.connection);
            if caller.get().connections.is_empty() {
                caller.remove();
            }
        }
    }

    fn callers(&self) -> MutexGuard<'_, HashMap<CallerKey, OfCaller>> {
        // A poisoned lock can be used: nobody who holds the lock can leave the table half changed.
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes this many bytes for a connection that had taken `own_before`, and for its caller.
    ///
    /// # Errors
    /// [`Full`] when they do not fit within the limit, or within the share of the caller or of the connection. Nothing is taken
    /// then.
    pub(super) fn take(&self, bytes: usize, by_caller: &AtomicUsize, own_before: usize) -> Result<(), Full> {
        // Two who take at once see each other's bytes, and so may be refused where one of them would fit. Nobody ever takes more
        // than there is.
        let taken_before = self.taken.fetch_add(bytes, Ordering::Relaxed);
        let callers_before = by_caller.fetch_add(bytes, Ordering::Relaxed);
        let free = self.max.saturating_sub(taken_before);
        let free_for_caller = free.saturating_sub(callers_before);
        let full = match () {
            () if bytes > free => Full::All,
            () if callers_before > free || own_before > free_for_caller => Full::Share,
            () => {
                self.show();
                return Ok(());
            }
        };
        self.give_back(bytes, by_caller);
        Err(full)
    }

    /// Takes this many bytes, whether or not there is room: they are here already.
    pub(super) fn take_anyway(&self, bytes: usize, by_caller: &AtomicUsize) {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        by_caller.fetch_add(bytes, Ordering::Relaxed);
        self.show();
    }

    /// Gives this many bytes back, which were taken before.
    pub(super) fn give_back(&self, bytes: usize, by_caller: &AtomicUsize) {
        by_caller.fetch_sub(bytes, Ordering::Relaxed);
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
        self.show();
    }

    /// Shows this many more bytes that connections take by themselves.
    pub(super) fn connections_take(&self, bytes: usize) {
        self.by_connections.fetch_add(bytes, Ordering::Relaxed);
        self.metrics.connection_bytes.add(i64::try_from(bytes).unwrap_or(0));
    }

    /// Shows this many bytes fewer.
    pub(super) fn connections_give_back(&self, bytes: usize) {
        self.by_connections.fetch_sub(bytes, Ordering::Relaxed);
        self.metrics.connection_bytes.sub(i64::try_from(bytes).unwrap_or(0));
    }

    fn show(&self) {
        let taken = self.taken.load(Ordering::Relaxed);
        self.metrics.message_bytes.set(i64::try_from(taken).unwrap_or(i64::MAX));
    }

    /// Returns whether the connections keep more than there is room for.
    pub(super) fn is_overfull(&self) -> bool {
        self.taken.load(Ordering::Relaxed) > self.max
    }

    /// Returns by how many bytes the connections keep more than there is room for. What has come already is counted whether or not
    /// there is room, and a quarter above the limit is let be. Messages and connections together are brought back to four fifths of
    /// what they may take, so that calls are accepted again.
    pub fn surplus(&self) -> usize {
        let (taken, counted) = (self.taken.load(Ordering::Relaxed), self.counted());
        let of_messages = if taken > self.max.saturating_add(self.max / 4) { taken - self.max } else { 0 };
        let of_all = if counted > self.counted_max { counted - self.counted_max / 5 * 4 } else { 0 };
        of_messages.max(of_all)
    }

    /// Cuts connections that keep the most, of the callers that keep the most, until they kept this many bytes together. Connections
    /// that keep no more than any may are left alone. Returns the bytes that the cut ones kept.
    pub fn cut_greediest(&self, bytes: usize) -> usize {
        let callers = self.callers();
        let mut callers: Vec<(usize, Vec<(usize, &OfConnection)>)> = callers
            .values()
            .map(|caller| {
                let kept = |connection: &Arc<OfConnection>| {
                    connection.kept.load(Ordering::Relaxed) + connection.grown.load(Ordering::Relaxed)
                };
                let greedy = caller.connections.iter().filter(|connection| !connection.is_cut.load(Ordering::Relaxed));
                let mut greedy: Vec<_> = greedy.map(|connection| (kept(connection), &**connection)).collect();
                greedy.retain(|(kept, _)| *kept > CONNECTION_UNCOUNTED_BYTES);
                greedy.sort_unstable_by_key(|(kept, _)| *kept);
                (greedy.iter().map(|(kept, _)| kept).sum(), greedy)
            })
            .collect();
        let mut freed = 0;
        while freed < bytes {
            let Some((of_caller, connections)) = callers.iter_mut().max_by_key(|(kept, _)| *kept) else { break };
            let Some((kept, connection)) = connections.pop() else { break };
            connection.cut();
            *of_caller -= kept;
            freed += kept;
        }
        freed
    }

    /// Returns the refusal of a call that finds no memory, and counts it in the metrics. The refusal is UNAVAILABLE with a
    /// retry delay.
    pub fn refusal(&self, full: Full) -> Status {
        let (counted, reason, message, retry) = match full {
            Full::All => (CallRefusal::NoMemory, "MESSAGES_UNDER_WAY", "too many bytes of messages are under way", RETRY),
            Full::Share => {
                let message = "too many bytes of messages of this caller are under way";
                (CallRefusal::CallerShare, "CALLER_SHARE", message, RETRY)
            }
            Full::Process => {
                let message = "the server has nearly used up the memory that it may use";
                (CallRefusal::MemoryLimit, "MEMORY_LIMIT", message, spread(LIMIT_RETRY))
            }
        };
        self.metrics.call_refused(counted);
        status::unavailable(reason, message, retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::capacity::account::Account;
    use crate::server::config::MESSAGE_BYTES_UNDER_WAY_MAX as MAX;

    const PIECE: usize = 16 * 1024;

    fn memory() -> Arc<Memory> {
        Arc::new(Memory::new(MAX, None, Arc::new(Metrics::new().expect("metrics"))))
    }

    fn account(memory: &Arc<Memory>, address: u8) -> Arc<Account> {
        Account::open(memory, CallerId::of_connection(([127, 0, 0, address], 1).into(), None))
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
    fn what_is_counted_closes_the_door_before_the_next_look() {
        let memory = Memory::new(MAX, Some(1000), Arc::new(Metrics::new().expect("metrics")));
        memory.connections_take(600);
        assert_eq!((memory.level(), memory.surplus()), (MemoryLevel::Free, 0));
        memory.connections_take(1);
        assert_eq!((memory.level(), memory.surplus()), (MemoryLevel::Full, 601 - 480));
        memory.connections_give_back(601);
        assert_eq!((memory.level(), memory.surplus()), (MemoryLevel::Free, 0));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_takes_nothing() {
        let memory = memory();
        let account = account(&memory, 1);
        assert_eq!(account.take(MAX + 1 + CONNECTION_UNCOUNTED_BYTES), Err(Full::All));
        assert_eq!(account.take(MAX), Ok(()));
        assert_eq!(account.take(PIECE + CONNECTION_UNCOUNTED_BYTES), Err(Full::All));
        account.give_back(MAX);
        assert_eq!(memory.metrics.message_bytes.get(), 0);
    }

    #[test]
    fn a_connection_holds_a_third_and_a_caller_half_and_who_comes_next_finds_room() {
        let memory = memory();
        let first: Vec<_> = (0..8).map(|_| account(&memory, 1)).collect();
        assert_eq!(takes_all_it_can(&first[0]), Full::Share);
        assert!(first[0].kept().abs_diff(MAX / 3) <= 8 * PIECE, "{}", first[0].kept());
        for connection in &first {
            assert_eq!(takes_all_it_can(connection), Full::Share);
        }
        let held: usize = first.iter().map(|connection| connection.kept()).sum();
        assert!(held.abs_diff(MAX / 2) <= 8 * 8 * PIECE, "{held}");
        let second = account(&memory, 2);
        assert_eq!(second.take(MAX / 4), Ok(()), "another caller finds room");
        assert_eq!(first[1].take(PIECE), Err(Full::Share));
        first[0].give_back(first[0].kept());
        assert_eq!(first[1].take(PIECE), Ok(()), "what was given back can be had");
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

    #[test]
    fn the_connections_that_keep_the_most_of_the_callers_that_keep_the_most_are_cut_first() {
        let memory = memory();
        let keeping = |address, bytes| {
            let account = account(&memory, address);
            account.add(bytes);
            account
        };
        let one = [5_000_000, 4_000_000, 3_000_000].map(|bytes| keeping(1, bytes));
        let (other, little) = (keeping(2, 6_000_000), keeping(3, CONNECTION_UNCOUNTED_BYTES));
        let cut = |account: &Account| account.of_connection().is_cut.load(Ordering::Relaxed);
        // 12, then 7 to 6 of the other caller, then 3 to 6.
        assert_eq!(memory.cut_greediest(1), 5_000_000);
        assert_eq!([&one[0], &one[1], &other].map(|account| cut(account)), [true, false, false]);
        assert_eq!(memory.cut_greediest(9_000_000), 4_000_000 + 6_000_000);
        assert_eq!([&one[1], &one[2], &other].map(|account| cut(account)), [true, false, true]);
        assert_eq!(memory.cut_greediest(usize::MAX), 3_000_000);
        assert!(!cut(&little), "it keeps no more than any may");
        assert_eq!(memory.cut_greediest(usize::MAX), 0);
    }

    #[test]
    fn what_has_come_is_counted_although_there_is_no_room() {
        let memory = memory();
        let account = account(&memory, 1);
        account.add(MAX);
        assert_eq!((memory.surplus(), account.take(PIECE)), (0, Err(Full::All)));
        account.add(MAX / 2);
        account.give_back(PIECE);
        assert_eq!(account.take(PIECE), Err(Full::All), "although the connection has taken as much");
        assert!(memory.surplus().abs_diff(MAX / 2) < 8 * PIECE, "{}", memory.surplus());
        account.give_back(account.kept());
        assert_eq!((memory.surplus(), memory.metrics.message_bytes.get()), (0, 0));
    }
}
