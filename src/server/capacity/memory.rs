//! The memory for messages in flight: a bound that all calls share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tonic::Status;

use crate::server::config::{MESSAGE_BYTES_UNDER_WAY_MAX, SHORT_MESSAGE_BYTES_MAX};
use crate::server::telemetry::metrics::{CallRefusal, Metrics};
use crate::wire::status;

/// A caller that finds no memory may try again when some of the messages in flight have been answered.
const RETRY: Duration = Duration::from_millis(200);

/// The bytes of long messages in flight, of all calls together.
#[derive(Debug)]
pub(crate) struct Memory {
    taken: AtomicUsize,
    metrics: Arc<Metrics>,
}

impl Memory {
    pub fn new(metrics: Arc<Metrics>) -> Memory {
        Memory { taken: AtomicUsize::new(0), metrics }
    }

    /// Takes so many bytes; false, and nothing is taken, when there is no room for them.
    fn take(&self, bytes: usize) -> bool {
        let taken = self.taken.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if taken > MESSAGE_BYTES_UNDER_WAY_MAX {
            self.give_back(bytes);
            return false;
        }
        self.show();
        true
    }

    fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
        self.show();
    }

    fn show(&self) {
        let taken = self.taken.load(Ordering::Relaxed);
        self.metrics.message_bytes.set(i64::try_from(taken).unwrap_or(i64::MAX));
    }

    /// Returns the refusal of a call that finds no memory, and counts it.
    pub fn refusal(&self) -> Status {
        self.metrics.call_refused(CallRefusal::NoMemory);
        status::unavailable("MESSAGES_UNDER_WAY", "too many bytes of messages are under way", RETRY)
    }
}

/// What one owner holds of the memory. Short messages are not counted: their number has a bound already.
///
/// The memory is handed to each method and not kept here: a call reaches it through its connection, and would otherwise count references that
/// every core counts. An owner that is dropped gives back what it holds by [`Holding::end`].
#[derive(Debug, Default)]
pub(crate) struct Holding {
    bytes: AtomicUsize,
    /// Taken from the memory: all bytes, or none while they are few.
    taken: AtomicUsize,
}

impl Holding {
    /// Holds so many more bytes; false, and all is as it was, when there is no memory for them.
    pub fn add(&self, bytes: usize, memory: &Memory) -> bool {
        self.becomes(self.bytes.load(Ordering::Relaxed).saturating_add(bytes), memory)
    }

    /// Holds so many bytes from now on; false, and all is as it was, when there is no memory for more.
    pub fn becomes(&self, bytes: usize, memory: &Memory) -> bool {
        let wanted = if bytes > SHORT_MESSAGE_BYTES_MAX { bytes } else { 0 };
        let taken = self.taken.load(Ordering::Relaxed);
        if wanted > taken {
            if !memory.take(wanted - taken) {
                return false;
            }
            // Added and not stored, as below: whatever two threads do at once, what is taken is given back.
            self.taken.fetch_add(wanted - taken, Ordering::Relaxed);
        } else if wanted < taken {
            self.taken.fetch_sub(taken - wanted, Ordering::Relaxed);
            memory.give_back(taken - wanted);
        }
        self.bytes.store(bytes, Ordering::Relaxed);
        true
    }

    /// Gives everything back.
    pub fn end(&mut self, memory: &Memory) {
        let taken = std::mem::take(self.taken.get_mut());
        if taken > 0 {
            memory.give_back(taken);
        }
    }
}

/// What one owner holds of the memory, given back when dropped.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Arc<Memory>,
    holding: Holding,
}

impl Held {
    /// Holds nothing so far.
    pub fn none(memory: &Arc<Memory>) -> Held {
        Held { memory: Arc::clone(memory), holding: Holding::default() }
    }

    /// Holds a message of so many bytes; none when there is no memory for it.
    pub fn of(memory: &Arc<Memory>, bytes: usize) -> Option<Held> {
        let held = Held::none(memory);
        held.becomes(bytes).then_some(held)
    }

    /// Holds so many bytes from now on; false, and all is as it was, when there is no memory for more.
    pub fn becomes(&self, bytes: usize) -> bool {
        self.holding.becomes(bytes, &self.memory)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.holding.end(&self.memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Arc<Memory> {
        Arc::new(Memory::new(Arc::new(Metrics::new().expect("metrics"))))
    }

    fn taken(memory: &Memory) -> usize {
        memory.taken.load(Ordering::Relaxed)
    }

    #[test]
    fn what_does_not_fit_is_refused_and_takes_nothing() {
        let memory = memory();
        assert!(memory.take(MESSAGE_BYTES_UNDER_WAY_MAX));
        assert!(!memory.take(1));
        memory.give_back(1);
        assert!(memory.take(1));
        memory.give_back(MESSAGE_BYTES_UNDER_WAY_MAX);
        assert_eq!(memory.metrics.message_bytes.get(), 0);
    }

    #[test]
    fn what_is_held_follows_the_message_and_is_given_back() {
        let memory = memory();
        let held = Held::of(&memory, 100).expect("room");
        assert_eq!(taken(&memory), 0, "short ones are not counted");
        assert!(held.becomes(1_000_000));
        assert_eq!(taken(&memory), 1_000_000);
        assert!(!held.becomes(MESSAGE_BYTES_UNDER_WAY_MAX + 1));
        assert_eq!(taken(&memory), 1_000_000);
        assert!(held.becomes(20_000));
        assert_eq!(taken(&memory), 20_000);
        drop(held);
        assert_eq!(taken(&memory), 0);
        assert!(Held::of(&memory, MESSAGE_BYTES_UNDER_WAY_MAX + 1).is_none());
    }

    #[test]
    fn what_comes_in_pieces_counts_as_a_whole_once_it_is_long() {
        let memory = memory();
        let mut holding = Holding::default();
        for _ in 0..2 {
            assert!(holding.add(SHORT_MESSAGE_BYTES_MAX / 2, &memory));
        }
        assert_eq!(taken(&memory), 0);
        assert!(holding.add(1, &memory));
        assert_eq!(taken(&memory), SHORT_MESSAGE_BYTES_MAX + 1);
        assert!(!holding.add(MESSAGE_BYTES_UNDER_WAY_MAX, &memory));
        assert_eq!(taken(&memory), SHORT_MESSAGE_BYTES_MAX + 1);
        holding.end(&memory);
        assert_eq!(taken(&memory), 0);
    }
}
