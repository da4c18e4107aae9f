//! The share of a core that a long calculation has had, and the rule by which the calculation yields the core.
//!
//! A lower priority alone does not give a short call the core at once. Linux's scheduler lets a running thread finish its slice
//! of some milliseconds, and only then checks which thread has had less than its due. So a calculation offers its core each
//! time that it checks whether its caller still waits.
//!
//! The offer can cost much more than the other threads take, because from Linux 6.18 on it forfeits the rest of the slice.
//! Beside threads that never sleep it costs nearly everything. So a calculation that has had less than a tenth of a core does
//! not offer it, and relies on its priority.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The divisor of a core: a calculation that has had less than one part in this many does not yield.
const PARTS: u32 = 10;

/// The processor time that a calculation has had since it began, on the thread that runs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    began: Instant,
    /// The processor time that the thread had used before the calculation began.
    used_before: Duration,
}

impl Share {
    /// Returns the share of a calculation that begins now on this thread.
    pub fn begun() -> Share {
        Share { began: Instant::now(), used_before: used() }
    }

    /// Yields the core to other threads, if any wait for it and this calculation has had enough.
    pub fn gives_way(self) {
        if is_enough(used().saturating_sub(self.used_before), self.began.elapsed()) {
            rustix::thread::sched_yield();
        }
    }
}

/// Returns whether a calculation that used this much processor time, while this much time passed, has had enough.
fn is_enough(used: Duration, passed: Duration) -> bool {
    used.saturating_mul(PARTS) >= passed
}

/// Returns the processor time that this thread has used.
pub(super) fn used() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_had_a_tenth_gives_way_and_who_was_kept_from_its_core_does_not() {
        let ms = Duration::from_millis;
        assert!(is_enough(ms(1), ms(1)), "it had all");
        assert!(is_enough(ms(1), ms(10)));
        assert!(!is_enough(ms(1), ms(11)));
        assert!(is_enough(Duration::MAX, ms(1)));
    }

    #[test]
    fn what_a_thread_uses_is_counted_and_what_it_sleeps_is_not() {
        let share = Share::begun();
        std::thread::sleep(Duration::from_millis(30));
        let slept = used() - share.used_before;
        let mut sum = 0_u64;
        while used() - share.used_before < slept + Duration::from_millis(5) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(slept < Duration::from_millis(30), "{slept:?}");
        assert!(share.began.elapsed() >= Duration::from_millis(35));
    }
}
