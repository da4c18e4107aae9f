//! How long a stream works before others have their turn.

use std::time::Instant;

use crate::server::config;

/// What a stream does at once. The clock is looked at now and then: by the estimates, which are mostly too high, a tenth of a turn apart.
pub(super) struct Turn {
    pub began: Instant,
    until_look: u64,
    has_looked: bool,
    pub is_over: bool,
}

impl Turn {
    const LOOK_NANOSECONDS: u64 = config::STREAM_TURN.as_nanos() as u64 / 10;

    pub fn begun() -> Turn {
        Turn { began: Instant::now(), until_look: Turn::LOOK_NANOSECONDS, has_looked: true, is_over: false }
    }

    pub fn spend(&mut self, nanoseconds: u64) {
        self.until_look = self.until_look.saturating_sub(nanoseconds);
        if self.until_look == 0 {
            self.until_look = Turn::LOOK_NANOSECONDS;
            self.is_over = self.began.elapsed() >= config::STREAM_TURN;
            self.has_looked = true;
        }
    }

    /// Once for each look, at the beginning too: whether something else is worth a look.
    pub fn has_looked(&mut self) -> bool {
        std::mem::take(&mut self.has_looked)
    }
}
