//! The memory limit for messages in flight, which all calls share.
//!
//! Calls hold memory for the bodies of their requests and answers, and streams for the parts and answers that wait. A call that
//! would exceed the limit is refused with UNAVAILABLE.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tonic::Status;

use crate::server::config::{MESSAGE_BYTES_UNDER_WAY_MAX, SHORT_MESSAGE_BYTES_MAX};
use crate::server::telemetry::metrics::{CallRefusal, Metrics};
use crate::wire::status;

/// The retry delay of a call that finds no memory. By then some of the messages in flight have been answered.
const RETRY: Duration = Duration::from_millis(200);

/// The number of bytes of long messages in flight, over all calls, kept within a limit.
#[derive(Debug)]
pub(crate) struct Memory {
    taken: AtomicUsize,
    metrics: Arc<Metrics>,
}

impl Memory {
    pub fn new(metrics: Arc<Metrics>) -> Memory {
        Memory { taken: AtomicUsize::new(0), metrics }
    }

    /// Takes this many bytes. Returns false, and takes nothing, when they do not fit within the limit.
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

    /// Returns the refusal of a call that finds no memory, and counts it in the metrics. The refusal is UNAVAILABLE with a
    /// retry delay.
    pub fn refusal(&self) -> Status {
        self.metrics.call_refused(CallRefusal::NoMemory);
        status::unavailable("MESSAGES_UNDER_WAY", "too many bytes of messages are under way", RETRY)
    }
}

/// The memory that one owner holds. Short messages are not counted, because their number has a limit already.
///
/// The memory is an argument of each method, and not a field. A call reaches the memory through its connection; a field would
/// be a reference whose count all cores change. An owner gives the memory back by [`Holding::end`] when the owner is dropped.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// The number of bytes of the owner's messages.
    bytes: AtomicUsize,
    /// The number of bytes taken from the memory: all of `bytes`, or none while the messages are short.
    taken: AtomicUsize,
}

impl Holding {
    /// Holds this many more bytes. Returns false, and changes nothing, when there is no memory for them.
    pub fn add(&self, bytes: usize, memory: &Memory) -> bool {
        self.becomes(self.bytes.load(Ordering::Relaxed).saturating_add(bytes), memory)
    }

    /// Holds this many bytes from now on. Returns false, and changes nothing, when there is no memory for more.
    pub fn becomes(&self, bytes: usize, memory: &Memory) -> bool {
        let wanted = if bytes > SHORT_MESSAGE_BYTES_MAX { bytes } else { 0 };
        let taken = self.taken.load(Ordering::Relaxed);
        if wanted > taken {
            if !memory.take(wanted - taken) {
                return false;
            }
            // The difference is added here, and subtracted below, rather than the sum stored. So whatever two threads do at
            // once, all memory that is taken is given back.
            self.taken.fetch_add(wanted - taken, Ordering::Relaxed);
        } else if wanted < taken {
            self.taken.fetch_sub(taken - wanted, Ordering::Relaxed);
            memory.give_back(taken - wanted);
        }
        self.bytes.store(bytes, Ordering::Relaxed);
        true
    }

    /// Gives all memory back.
    pub fn end(&mut self, memory: &Memory) {
        let taken = std::mem::take(self.taken.get_mut());
        if taken > 0 {
            memory.give_back(taken);
        }
    }
}

/// The memory that one owner holds. Dropping the value gives the memory back.
#[derive(Debug)]
pub(crate) struct Held {
    memory: Arc<Memory>,
    holding: Holding,
}

impl Held {
    /// Returns an owner that holds nothing so far.
    pub fn none(memory: &Arc<Memory>) -> Held {
        Held { memory: Arc::clone(memory), holding: Holding::default() }
    }

    /// Holds memory for a message of this many bytes. Returns none when there is no memory for it.
    pub fn of(memory: &Arc<Memory>, bytes: usize) -> Option<Held> {
        let held = Held::none(memory);
        held.becomes(bytes).then_some(held)
    }

    /// Holds this many bytes from now on. Returns false, and changes nothing, when there is no memory for more.
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
