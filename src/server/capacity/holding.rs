//! The memory that one owner holds: a call for its messages, or a stream for the parts and answers that wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::account::Account;
use super::level::MemoryLevel;
use super::memory::Full;
use super::size_class::allocated;
use crate::server::config::SHORT_MESSAGE_BYTES_MAX;

/// The memory that one owner holds, as the allocator counts it.
///
/// The account is an argument of each method, and not a field. A call reaches the account through its connection; a field would
/// be a reference to count with each call. An owner gives the memory back by [`Holding::end`] when the owner is dropped.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// The number of bytes of the owner's messages.
    bytes: AtomicUsize,
    /// The number of bytes that the owner keeps for them on the account.
    kept: AtomicUsize,
}

impl Holding {
    /// Holds this many more bytes.
    ///
    /// # Errors
    /// [`Full`] when there is no memory for them. The owner then holds as much as before.
    pub fn add(&self, bytes: usize, account: &Account) -> Result<(), Full> {
        self.becomes(self.bytes.load(Ordering::Relaxed).saturating_add(bytes), account)
    }

    /// Holds this many bytes from now on.
    ///
    /// # Errors
    /// [`Full`] when there is no memory for more. The owner then holds as much as before.
    pub fn becomes(&self, bytes: usize, account: &Account) -> Result<(), Full> {
        let wanted = allocated(bytes);
        let kept = self.kept.load(Ordering::Relaxed);
        if wanted > kept {
            if bytes > SHORT_MESSAGE_BYTES_MAX {
                let is_new = kept <= SHORT_MESSAGE_BYTES_MAX;
                match account.level() {
                    MemoryLevel::Free => {}
                    // What is long already goes on, and nothing else becomes long.
                    MemoryLevel::Scarce if !is_new => {}
                    MemoryLevel::Scarce | MemoryLevel::Full => return Err(Full::Process),
                }
            }
            account.take(wanted - kept)?;
            // The difference is added here, and subtracted below, rather than the sum stored. So whatever two threads do at
            // once, all memory that is kept is given back.
            self.kept.fetch_add(wanted - kept, Ordering::Relaxed);
        } else if wanted < kept {
            self.kept.fetch_sub(kept - wanted, Ordering::Relaxed);
            account.give_back(kept - wanted);
        }
        self.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Returns an owner that holds this many bytes, which are here already, whether or not there is room.
    fn of_what_is_there(bytes: usize, account: &Account) -> Holding {
        let kept = allocated(bytes);
        account.add(kept);
        Holding { bytes: AtomicUsize::new(bytes), kept: AtomicUsize::new(kept) }
    }

    /// Gives all memory back.
    pub fn end(&mut self, account: &Account) {
        let kept = std::mem::take(self.kept.get_mut());
        if kept > 0 {
            account.give_back(kept);
        }
    }
}

/// The memory that one owner holds. Dropping the value gives the memory back.
#[derive(Debug)]
pub(crate) struct Held {
    account: Arc<Account>,
    holding: Holding,
}

impl Held {
    /// Returns an owner that holds nothing so far.
    pub fn none(account: &Arc<Account>) -> Held {
        Held { account: Arc::clone(account), holding: Holding::default() }
    }

    /// Holds memory for a message of this many bytes.
    ///
    /// # Errors
    /// [`Full`] when there is no memory for it.
    pub fn of(account: &Arc<Account>, bytes: usize) -> Result<Held, Full> {
        let held = Held::none(account);
        held.becomes(bytes)?;
        Ok(held)
    }

    /// Holds memory for this many bytes, which are here already, whether or not there is room.
    pub fn of_what_is_there(account: &Arc<Account>, bytes: usize) -> Held {
        Held { account: Arc::clone(account), holding: Holding::of_what_is_there(bytes, account) }
    }

    /// Holds this many bytes from now on.
    ///
    /// # Errors
    /// [`Full`] when there is no memory for more. The owner then holds as much as before.
    pub fn becomes(&self, bytes: usize) -> Result<(), Full> {
        self.holding.becomes(bytes, &self.account)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.holding.end(&self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::capacity::caller::CallerId;
    use crate::server::capacity::memory::Memory;
    use crate::server::config::MESSAGE_BYTES_UNDER_WAY_MAX;
    use crate::server::telemetry::metrics::Metrics;

    #[test]
    fn what_is_held_follows_the_message_and_is_given_back() {
        let account = Account::of_test();
        let held = Held::of(&account, 100).expect("room");
        assert_eq!(account.kept(), 112, "as the allocator counts");
        held.becomes(1 << 20).expect("room");
        assert_eq!(account.kept(), 1 << 20);
        held.becomes(2 * MESSAGE_BYTES_UNDER_WAY_MAX).expect_err("more than there is");
        assert_eq!(account.kept(), 1 << 20);
        held.becomes(16 << 10).expect("less than before");
        assert_eq!(account.kept(), 16 << 10);
        drop(held);
        assert_eq!(account.kept(), 0);
        assert_eq!(Held::of(&account, 2 * MESSAGE_BYTES_UNDER_WAY_MAX).err(), Some(Full::All));
        assert_eq!(account.kept(), 0);
    }

    #[test]
    fn what_comes_in_pieces_counts_as_a_whole() {
        let account = Account::of_test();
        let mut holding = Holding::default();
        for _ in 0..4 {
            holding.add(16 << 10, &account).expect("room");
        }
        assert_eq!(account.kept(), 64 << 10);
        holding.add(2 * MESSAGE_BYTES_UNDER_WAY_MAX, &account).expect_err("more than there is");
        assert_eq!(account.kept(), 64 << 10);
        holding.end(&account);
        assert_eq!(account.kept(), 0);
    }

    #[test]
    fn near_the_limit_of_the_process_nothing_new_becomes_long() {
        let memory = Arc::new(Memory::new(MESSAGE_BYTES_UNDER_WAY_MAX, None, Arc::new(Metrics::new().expect("metrics"))));
        let account = Account::open(&memory, CallerId::of_connection(([127, 0, 0, 1], 1).into(), None));
        let held = Held::of(&account, SHORT_MESSAGE_BYTES_MAX + 1).expect("room");
        memory.set_level(MemoryLevel::Scarce);
        assert_eq!(Held::of(&account, SHORT_MESSAGE_BYTES_MAX + 1).err(), Some(Full::Process));
        Held::of(&account, SHORT_MESSAGE_BYTES_MAX).expect("what is short is taken");
        held.becomes(1 << 20).expect("what is long already goes on");
        memory.set_level(MemoryLevel::Full);
        assert_eq!(held.becomes(2 << 20), Err(Full::Process));
        held.becomes(100).expect("less can be held at any time");
        Held::of(&account, SHORT_MESSAGE_BYTES_MAX).expect("what is short is in flight already");
    }
}
