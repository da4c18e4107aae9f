//! How much of the process's memory limit is used, as three levels that decide what is still accepted.
//!
//! A level is left at a lower use than the one at which it was reached, so that a server at the edge does not change its mind at
//! each look.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::server::config::{MEMORY_FULL_PERCENT, MEMORY_LEVEL_HYSTERESIS_PERCENT, MEMORY_SCARCE_PERCENT};

/// The level of the memory that the process uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MemoryLevel {
    /// Everything is accepted.
    Free,
    /// No long message, no long calculation and no long part of a stream is accepted any more.
    Scarce,
    /// Only what is in flight goes on: no call and no connection is accepted.
    Full,
}

impl MemoryLevel {
    /// Returns the level after a look that has found this many bytes used.
    pub fn after(self, used: u64, limit: u64) -> MemoryLevel {
        let reached = |percent: u64, level: MemoryLevel| {
            let left_at = if self >= level { percent - MEMORY_LEVEL_HYSTERESIS_PERCENT } else { percent };
            u128::from(used) * 100 > u128::from(limit) * u128::from(left_at)
        };
        match () {
            () if reached(MEMORY_FULL_PERCENT, MemoryLevel::Full) => MemoryLevel::Full,
            () if reached(MEMORY_SCARCE_PERCENT, MemoryLevel::Scarce) => MemoryLevel::Scarce,
            () => MemoryLevel::Free,
        }
    }
}

/// The level that was found last, for all threads to see.
#[derive(Debug, Default)]
pub(crate) struct MemoryLevelCell(AtomicU8);

impl MemoryLevelCell {
    pub fn get(&self) -> MemoryLevel {
        match self.0.load(Ordering::Relaxed) {
            0 => MemoryLevel::Free,
            1 => MemoryLevel::Scarce,
            _ => MemoryLevel::Full,
        }
    }

    pub fn set(&self, level: MemoryLevel) {
        self.0.store(level as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_left_at_a_lower_use_than_it_is_reached() {
        let levels = |uses: &[u64]| {
            let mut level = MemoryLevel::Free;
            let next = |used: &u64| {
                level = level.after(*used, 1000);
                level
            };
            uses.iter().map(next).collect::<Vec<_>>()
        };
        use MemoryLevel::{Free, Full, Scarce};
        assert_eq!(levels(&[0, 800, 801, 800, 751, 750]), [Free, Free, Scarce, Scarce, Scarce, Free]);
        assert_eq!(levels(&[900, 901, 900, 851, 850, 751, 750]), [Scarce, Full, Full, Full, Scarce, Scarce, Free]);
        assert_eq!(levels(&[1001, 700]), [Full, Free], "at once, where the use falls at once");
        assert_eq!(MemoryLevel::Free.after(u64::MAX, u64::MAX), Full, "no overflow");
    }

    #[test]
    fn a_cell_shows_what_was_set() {
        let cell = MemoryLevelCell::default();
        assert_eq!(cell.get(), MemoryLevel::Free);
        for level in [MemoryLevel::Full, MemoryLevel::Scarce, MemoryLevel::Free] {
            cell.set(level);
            assert_eq!(cell.get(), level);
        }
    }
}
