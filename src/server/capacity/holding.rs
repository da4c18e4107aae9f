//! The memory that one owner holds: a call for its messages, or a stream for the parts and answers that wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::server::capacity::memory::{Account, Full};
use crate::server::config::SHORT_MESSAGE_BYTES_MAX;

/// The memory that one owner holds. Short messages are not counted, because their number has a limit already.
///
/// The account is an argument of each method, and not a field. A call reaches the account through its connection; a field would
/// be a reference to count with each call. An owner gives the memory back by [`Holding::end`] when the owner is dropped.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// The number of bytes of the owner's messages.
    bytes: AtomicUsize,
    /// The number of bytes taken from the memory: all of `bytes`, or none while the messages are short.
    taken: AtomicUsize,
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
        let wanted = if bytes > SHORT_MESSAGE_BYTES_MAX { bytes } else { 0 };
        let taken = self.taken.load(Ordering::Relaxed);
        if wanted > taken {
            account.take(wanted - taken)?;
            // The difference is added here, and subtracted below, rather than the sum stored. So whatever two threads do at
            // once, all memory that is taken is given back.
            self.taken.fetch_add(wanted - taken, Ordering::Relaxed);
        } else if wanted < taken {
            self.taken.fetch_sub(taken - wanted, Ordering::Relaxed);
            account.give_back(taken - wanted);
        }
        self.bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Gives all memory back.
    pub fn end(&mut self, account: &Account) {
        let taken = std::mem::take(self.taken.get_mut());
        if taken > 0 {
            account.give_back(taken);
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
    use crate::server::config::MESSAGE_BYTES_UNDER_WAY_MAX;

    #[test]
    fn what_is_held_follows_the_message_and_is_given_back() {
        let account = Account::of_test();
        let held = Held::of(&account, 100).expect("room");
        assert_eq!(account.taken(), 0, "short ones are not counted");
        held.becomes(1_000_000).expect("room");
        assert_eq!(account.taken(), 1_000_000);
        held.becomes(MESSAGE_BYTES_UNDER_WAY_MAX + 1).expect_err("more than there is");
        assert_eq!(account.taken(), 1_000_000);
        held.becomes(20_000).expect("less than before");
        assert_eq!(account.taken(), 20_000);
        drop(held);
        assert_eq!(account.taken(), 0);
        assert_eq!(Held::of(&account, MESSAGE_BYTES_UNDER_WAY_MAX + 1).err(), Some(Full::All));
    }

    #[test]
    fn what_comes_in_pieces_counts_as_a_whole_once_it_is_long() {
        let account = Account::of_test();
        let mut holding = Holding::default();
        for _ in 0..2 {
            holding.add(SHORT_MESSAGE_BYTES_MAX / 2, &account).expect("room");
        }
        assert_eq!(account.taken(), 0);
        holding.add(1, &account).expect("room");
        assert_eq!(account.taken(), SHORT_MESSAGE_BYTES_MAX + 1);
        holding.add(MESSAGE_BYTES_UNDER_WAY_MAX, &account).expect_err("more than there is");
        assert_eq!(account.taken(), SHORT_MESSAGE_BYTES_MAX + 1);
        holding.end(&account);
        assert_eq!(account.taken(), 0);
    }
}
