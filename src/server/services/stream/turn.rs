//! The turn of a stream: how long a stream works on its worker thread before other tasks have their turn.

use std::time::Instant;

use crate::server::config;

/// One turn of a stream. The clock is read only now and then: two reads are a tenth of a turn apart by the estimates, which are mostly too
/// high.
pub(super) struct Turn {
    pub began: Instant,
    /// The estimated work until the next read of the clock, in nanoseconds.
    until_look: u64,
    has_looked: bool,
    /// Whether the turn had lasted [`config::STREAM_TURN`] when the clock was last read.
    pub is_over: bool,
}

impl Turn {
    /// A tenth of a turn, in nanoseconds.
    const LOOK_NANOSECONDS: u64 = config::STREAM_TURN.as_nanos() as u64 / 10;

    pub fn begun() -> Turn {
        Turn { began: Instant::now(), until_look: Turn::LOOK_NANOSECONDS, has_looked: true, is_over: false }
    }

    /// Counts work by its estimate, in nanoseconds. Reads the clock once a tenth of a turn has been counted.
    pub fn spend(&mut self, nanoseconds: u64) {
        self.until_look = self.until_look.saturating_sub(nanoseconds);
        if self.until_look == 0 {
            self.until_look = Turn::LOOK_NANOSECONDS;
            self.is_over = self.began.elapsed() >= config::STREAM_TURN;
            self.has_looked = true;
        }
    }

    /// Returns true once for each read of the clock, and once at the beginning of the turn: the moments at which a stream looks for other
    /// events.
    pub fn has_looked(&mut self) -> bool {
        std::mem::take(&mut self.has_looked)
    }
}
