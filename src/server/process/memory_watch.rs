//! The look at the memory that the whole process uses: how near its limit it is decides what is accepted, and whom to cut.
//!
//! Counting (`capacity/memory.rs`) bounds what is known to be kept. Whatever else takes memory, the kernel counts it and kills the
//! process at the limit, so the server looks at the kernel's own figure before that. Above nine tenths of the limit the connections
//! that keep the most are cut: refusing what is new would not do, since what is in flight may grow.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::usage::Usage;
use crate::server::config;
use crate::server::shared::Shared;

/// How often the allocator is given an occasion to give back what was freed a second ago.
const GIVE_BACK: Duration = Duration::from_millis(500);
/// More than the allocator gives out of a page that it keeps.
const OWN_PAGE_BYTES: usize = 1024 * 1024;

/// Looks at the memory of the process for as long as the future is polled.
pub(crate) async fn watch(shared: Arc<Shared>, mut usage: Option<Usage>) {
    let mut watch = Watch::default();
    let mut given_back = Instant::now();
    loop {
        let now = Instant::now();
        if now >= given_back + GIVE_BACK {
            given_back = now;
            gives_back();
        }
        let used = usage.as_mut().and_then(|usage| Some((usage.used()?, usage.limit())));
        if let Some((used, _)) = used {
            shared.metrics.memory_used.set(i64::try_from(used).unwrap_or(i64::MAX));
        }
        let before = watch.level;
        let mut excess = used.map_or(0, |(used, limit)| watch.excess(used, limit, now));
        excess = excess.max(watch.unseen(shared.memory.surplus(), now));
        shared.memory.set_level(watch.level);
        if watch.level != before {
            let (used, limit) = used.unwrap_or_default();
            tracing::warn!(now = ?watch.level, used, limit, "the level of memory has changed");
        }
        if excess > 0 {
            let cut = shared.memory.cut_greediest(excess);
            watch.has_cut(cut, now);
            if cut > 0 {
                tracing::warn!(bytes = cut, "connections that keep the most memory were cut");
            }
        }
        let is_near = used.is_some_and(|(used, limit)| used > limit / 2);
        sleep(if is_near { config::MEMORY_LOOK_NEAR } else { config::MEMORY_LOOK }).await;
    }
}

/// Makes the allocator give back to the system what was freed a second ago and is not used any more.
///
/// mimalloc looks for such memory only when a page comes or goes. When all connections of an attack have ended and nothing happens
/// any more, it would keep everything. An allocation with a page of its own, which nobody touches, is such an occasion.
fn gives_back() {
    drop(black_box(Vec::<u8>::with_capacity(OWN_PAGE_BYTES)));
}

/// The level and the cuts that the looks so far have led to.
#[derive(Debug)]
struct Watch {
    level: MemoryLevel,
    /// The bytes that cut connections kept, and that are not given back yet: until when that is taken to be so.
    cut: Vec<(Instant, usize)>,
}

impl Default for Watch {
    fn default() -> Self {
        Watch { level: MemoryLevel::Free, cut: Vec::new() }
    }
}

impl Watch {
    /// Sets the level, and returns the bytes whose connections have to be cut.
    fn excess(&mut self, used: u64, limit: u64, now: Instant) -> usize {
        let used = used.saturating_sub(self.unseen_bytes(now) as u64);
        self.level = self.level.after(used, limit);
        match self.level {
            MemoryLevel::Full => {
                usize::try_from(used.saturating_sub(limit / 100 * config::MEMORY_AIM_PERCENT)).unwrap_or(usize::MAX)
            }
            MemoryLevel::Free | MemoryLevel::Scarce => 0,
        }
    }

    /// Returns what remains of this many bytes that are too many once those of connections that were cut a moment ago are gone.
    fn unseen(&mut self, bytes: usize, now: Instant) -> usize {
        bytes.saturating_sub(self.unseen_bytes(now))
    }

    /// Returns the bytes of cut connections that are not given back yet.
    fn unseen_bytes(&mut self, now: Instant) -> usize {
        self.cut.retain(|(until, _)| *until > now);
        self.cut.iter().map(|(_, bytes)| bytes).sum()
    }

    fn has_cut(&mut self, bytes: usize, now: Instant) {
        if bytes > 0 {
            self.cut.push((now + config::MEMORY_GIVEN_BACK, bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_is_not_cut_again_before_it_can_be_given_back() {
        let (mut watch, now) = (Watch::default(), Instant::now());
        assert_eq!((watch.excess(899, 1000, now), watch.level), (0, MemoryLevel::Scarce));
        assert_eq!((watch.excess(950, 1000, now), watch.level), (200, MemoryLevel::Full));
        watch.has_cut(200, now);
        assert_eq!((watch.excess(950, 1000, now), watch.level), (0, MemoryLevel::Free), "it is free for whoever comes next");
        assert_eq!((watch.excess(1105, 1000, now), watch.level), (155, MemoryLevel::Full), "it goes on rising");
        let later = now + config::MEMORY_GIVEN_BACK;
        assert_eq!((watch.excess(950, 1000, later), watch.level), (200, MemoryLevel::Full), "it was not given back");
        assert_eq!((watch.excess(740, 1000, later), watch.level), (0, MemoryLevel::Free));
        watch.has_cut(30, later);
        assert_eq!((watch.unseen(100, later), watch.unseen(100, later + config::MEMORY_GIVEN_BACK)), (70, 100));
    }
}
