//! The memory that the calls of one connection keep together: all of it is counted here, and taken from the memory of all in pieces.
//!
//! A connection keeps a little without taking any, so that a short call touches no counter that other threads touch. What lies beyond
//! is taken in pieces of [`PIECE`], and given back only when more than two of them are free.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::caller::CallerId;
use super::level::MemoryLevel;
use super::memory::{Full, Memory, OfConnection};
use crate::server::config::CONNECTION_UNCOUNTED_BYTES;

/// The size of the pieces in which a connection takes memory.
const PIECE: usize = 16 * 1024;

/// The memory that the calls of one connection keep together.
#[derive(Debug)]
pub(crate) struct Account {
    memory: Arc<Memory>,
    id: CallerId,
    own: Arc<OfConnection>,
    /// The bytes that all connections of the caller have taken.
    taken_by_caller: Arc<AtomicUsize>,
}

impl Account {
    /// Opens the account of a new connection.
    pub fn open(memory: &Arc<Memory>, id: CallerId) -> Arc<Account> {
        let (own, taken_by_caller) = memory.enter(id);
        Arc::new(Account { memory: Arc::clone(memory), id, own, taken_by_caller })
    }

    /// Returns what the connection keeps, for whoever drives it.
    pub fn of_connection(&self) -> &OfConnection {
        &self.own
    }

    /// Returns the level of the memory that the whole process uses.
    pub fn level(&self) -> MemoryLevel {
        self.memory.level()
    }

    /// Keeps this many more bytes.
    ///
    /// # Errors
    /// [`Full`] when they do not fit within the limit, or within the share of the caller or of the connection. The connection then
    /// keeps as much as before.
    pub fn take(&self, bytes: usize) -> Result<(), Full> {
        let kept = self.own.kept.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let (before, wanted) = (self.own.taken.load(Ordering::Relaxed), wanted(kept));
        let taken = match wanted > before {
            true => {
                self.memory.take(wanted - before, &self.taken_by_caller, before).inspect(|()| self.has_taken(wanted - before))
            }
            // What came without being asked for may have taken more than there is, and nothing else goes into that.
            false if wanted > 0 && self.memory.is_overfull() => Err(Full::All),
            false => Ok(()),
        };
        taken.inspect_err(|_| self.give_back(bytes))
    }

    /// Keeps this many more bytes, which are here already, whether or not there is room.
    pub fn add(&self, bytes: usize) {
        let kept = self.own.kept.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let (before, wanted) = (self.own.taken.load(Ordering::Relaxed), wanted(kept));
        if wanted > before {
            self.memory.take_anyway(wanted - before, &self.taken_by_caller);
            self.has_taken(wanted - before);
        }
    }

    /// Counts this many bytes that the connection takes by itself until it ends. They are none of its messages, and take nothing from
    /// the memory of all; a connection that is to be cut is chosen by them too.
    pub fn grow(&self, bytes: usize) {
        self.own.grown.fetch_add(bytes, Ordering::Relaxed);
        self.memory.connections_take(bytes);
    }

    /// Gives this many bytes back, which were kept before.
    pub fn give_back(&self, bytes: usize) {
        let kept = self.own.kept.fetch_sub(bytes, Ordering::Relaxed).saturating_sub(bytes);
        let (wanted, taken) = (wanted(kept), self.own.taken.load(Ordering::Relaxed));
        let is_much = taken > wanted + 2 * PIECE || wanted == 0 && taken > 0;
        // Whoever comes second finds another figure, and has nothing to do.
        if is_much && self.own.taken.compare_exchange(taken, wanted, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.memory.give_back(taken - wanted, &self.taken_by_caller);
        }
    }

    /// Records what was taken, once it is taken. Two threads that take at once may take too much, which the next [`Account::give_back`]
    /// gives back; nothing is ever given back that was not taken.
    fn has_taken(&self, bytes: usize) {
        self.own.taken.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns the bytes that the connection keeps.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.own.kept.load(Ordering::Relaxed)
    }

    /// Returns the bytes that the connection takes by itself, without those with which it began.
    #[cfg(test)]
    pub fn grown(&self) -> usize {
        self.own.grown.load(Ordering::Relaxed)
    }

    /// Returns the account of a connection to a server that serves nothing.
    #[cfg(test)]
    pub fn of_test() -> Arc<Account> {
        use crate::server::config::MESSAGE_BYTES_UNDER_WAY_MAX;
        use crate::server::telemetry::metrics::Metrics;
        let memory = Arc::new(Memory::new(MESSAGE_BYTES_UNDER_WAY_MAX, None, Arc::new(Metrics::new().expect("metrics"))));
        Account::open(&memory, CallerId::of_connection(([127, 0, 0, 1], 1).into(), None))
    }
}

/// Returns the bytes that a connection takes from the memory of all when it keeps so many.
fn wanted(kept: usize) -> usize {
    match kept {
        0..=CONNECTION_UNCOUNTED_BYTES => 0,
        more => more.checked_next_multiple_of(PIECE).unwrap_or(usize::MAX / 2),
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let taken = self.own.taken.swap(0, Ordering::Relaxed);
        if taken > 0 {
            self.memory.give_back(taken, &self.taken_by_caller);
        }
        self.memory.connections_give_back(self.own.grown.load(Ordering::Relaxed));
        self.memory.leave(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_is_kept_without_taking_any_and_the_rest_is_taken_in_pieces() {
        let account = Account::of_test();
        let taken = || account.own.taken.load(Ordering::Relaxed);
        account.take(CONNECTION_UNCOUNTED_BYTES).expect("room");
        assert_eq!(taken(), 0);
        account.take(1).expect("room");
        assert_eq!(taken(), CONNECTION_UNCOUNTED_BYTES + PIECE);
        account.take(10 * PIECE).expect("room");
        assert_eq!(taken(), CONNECTION_UNCOUNTED_BYTES + 11 * PIECE);
        account.give_back(2 * PIECE);
        assert_eq!(taken(), CONNECTION_UNCOUNTED_BYTES + 11 * PIECE, "two pieces are kept for what comes next");
        account.give_back(PIECE);
        assert_eq!(taken(), CONNECTION_UNCOUNTED_BYTES + 8 * PIECE);
        account.give_back(7 * PIECE + 1);
        assert_eq!((account.kept(), taken()), (CONNECTION_UNCOUNTED_BYTES, 0));
    }

    #[test]
    fn whatever_threads_do_at_once_all_is_given_back() {
        let account = Account::of_test();
        std::thread::scope(|scope| {
            for thread in 1..=4 {
                let account = &account;
                scope.spawn(move || {
                    for round in 0..20_000 {
                        let bytes = (round * thread * 7919) % 100_000;
                        account.add(bytes);
                        account.take(bytes).expect("room for a few");
                        account.give_back(2 * bytes);
                    }
                });
            }
        });
        assert_eq!(account.kept(), 0);
        account.give_back(0);
        assert_eq!(account.own.taken.load(Ordering::Relaxed), 0);
        assert_eq!(account.taken_by_caller.load(Ordering::Relaxed), 0);
    }
}
