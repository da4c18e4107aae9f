//! The turn of a stream: how long a stream works on its worker thread before other tasks have their turn.

use std::time::Instant;

use crate::models::work::{self, UNIT_NANOSECONDS};
use crate::server::config::STREAM_TURN;

/// One turn of a stream. The clock is read only now and then: two reads are a tenth of a turn apart by the work that is counted meanwhile.
pub(super) struct StreamTurn {
    pub began: Instant,
    /// The work of this thread when the clock was last read, in units.
    worked: u64,
    has_looked: bool,
    /// Whether the turn had lasted [`STREAM_TURN`] when the clock was last read.
    pub is_over: bool,
}

impl StreamTurn {
    /// A tenth of a turn, in units of work.
    const LOOK_UNITS: u64 = STREAM_TURN.as_nanos() as u64 / 10 / UNIT_NANOSECONDS;
    /// The work on a message beside its calculation, in units: it is read, and its answer is written.
    const MESSAGE_UNITS: u64 = 100;

    pub fn begun() -> StreamTurn {
        StreamTurn { began: Instant::now(), worked: work::done(), has_looked: true, is_over: false }
    }

    /// A message has been answered, or sent to the pool. Reads the clock once a tenth of a turn has been counted.
    pub fn has_answered(&mut self) {
        work::tick(StreamTurn::MESSAGE_UNITS);
        let worked = work::done();
        if worked.wrapping_sub(self.worked) >= StreamTurn::LOOK_UNITS {
            self.worked = worked;
            self.is_over = self.began.elapsed() >= STREAM_TURN;
            self.has_looked = true;
        }
    }

    /// Returns true once for each read of the clock, and once at the beginning of the turn: the moments at which a stream looks for other
    /// events.
    pub fn has_looked(&mut self) -> bool {
        std::mem::take(&mut self.has_looked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_by_the_clock_which_is_read_by_the_work() {
        let mut turn = StreamTurn::begun();
        assert!(turn.has_looked() && !turn.has_looked(), "once at the beginning");
        std::thread::sleep(STREAM_TURN);
        turn.has_answered();
        assert!(!turn.is_over && !turn.has_looked(), "a message is too little work for a look");
        work::tick(StreamTurn::LOOK_UNITS);
        turn.has_answered();
        assert!(turn.is_over && turn.has_looked());
    }
}
