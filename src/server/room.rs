//! Room for messages under way: a bound on memory that all calls share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::config;
use super::telemetry::metrics::Metrics;

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
}
