//! Room for messages under way: a bound on memory that all calls share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::server::config;
use crate::server::shared::Shared;
use crate::server::telemetry::metrics::Metrics;

/// So many bytes may be under way.
#[derive(Debug)]
pub(super) struct Room {
    taken: AtomicUsize,
    metrics: Arc<Metrics>,
}

impl Room {
    pub fn new(metrics: Arc<Metrics>) -> Room {
        Room { taken: AtomicUsize::new(0), metrics }
    }

    /// False when there is no room for so many.
    pub fn take(&self, bytes: usize) -> bool {
        let taken = self.taken.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if taken > config::MESSAGE_BYTES_UNDER_WAY_MAX {
            self.give_back(bytes);
            return false;
        }
        self.show();
        true
    }

    pub fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
        self.show();
    }

    fn show(&self) {
        let taken = self.taken.load(Ordering::Relaxed);
        self.metrics.message_bytes.set(i64::try_from(taken).unwrap_or(i64::MAX));
    }
}

/// Room for one message, given back when dropped.
#[derive(Debug)]
pub(super) struct Held {
    shared: Arc<Shared>,
    bytes: usize,
}

impl Held {
    /// For nothing so far.
    pub fn none(shared: &Arc<Shared>) -> Held {
        Held { shared: Arc::clone(shared), bytes: 0 }
    }

    /// For a message of so many bytes; a short one needs none. None when there is no room.
    pub fn of(shared: &Arc<Shared>, bytes: usize) -> Option<Held> {
        let mut held = Held::none(shared);
        held.becomes(bytes).then_some(held)
    }

    /// For so many bytes from now on; false when there is no room for more, and all is as it was.
    pub fn becomes(&mut self, bytes: usize) -> bool {
        let bytes = if bytes > config::SHORT_MESSAGE_BYTES_MAX { bytes } else { 0 };
        let has_room = bytes <= self.bytes || self.shared.room.take(bytes - self.bytes);
        if has_room {
            if bytes < self.bytes {
                self.shared.room.give_back(self.bytes - bytes);
            }
            self.bytes = bytes;
        }
        has_room
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.shared.room.give_back(self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_takes_nothing() {
        let room = Room::new(Arc::new(Metrics::new().expect("metrics")));
        assert!(room.take(config::MESSAGE_BYTES_UNDER_WAY_MAX));
        assert!(!room.take(1));
        room.give_back(1);
        assert!(room.take(1));
        room.give_back(config::MESSAGE_BYTES_UNDER_WAY_MAX);
        assert_eq!(room.metrics.message_bytes.get(), 0);
    }

    #[test]
    fn what_is_held_follows_the_message_and_is_given_back() {
        let settings = config::Settings::read(["paydirt"]).expect("the defaults are good");
        let shared = Arc::new(Shared::new(settings).expect("a pool"));
        let taken = || shared.room.taken.load(Ordering::Relaxed);
        let mut held = Held::of(&shared, 100).expect("room");
        assert_eq!(taken(), 0, "short ones are not counted");
        assert!(held.becomes(1_000_000));
        assert_eq!(taken(), 1_000_000);
        assert!(!held.becomes(config::MESSAGE_BYTES_UNDER_WAY_MAX + 1));
        assert_eq!(taken(), 1_000_000);
        assert!(held.becomes(20_000));
        assert_eq!(taken(), 20_000);
        drop(held);
        assert_eq!(taken(), 0);
        assert!(Held::of(&shared, config::MESSAGE_BYTES_UNDER_WAY_MAX + 1).is_none());
    }
}
