//! How much of a core a long calculation has had, and when it gives way.
//!
//! A lower priority alone does not let a short call have the core at once: Linux's scheduler lets whoever runs finish its slice, some
//! milliseconds, and then looks who has had less than its due. So a calculation offers its core each time that it looks whether its caller still
//! waits. To offer can cost much more than what is taken (from Linux 6.18 on it forfeits the rest of the slice), beside others that never sleep
//! nearly everything: whoever has had less than a tenth of a core does not offer, and relies on its priority.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Whoever has had less than one part of so many is not asked to give way.
const PARTS: u32 = 10;

/// What a calculation has had since it began, on the thread that runs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    began: Instant,
    /// What the thread had used by then.
    used_before: Duration,
}

impl Share {
    pub fn begun() -> Share {
        Share { began: Instant::now(), used_before: used() }
    }

    /// Lets others have the core, if any wait for it and this one has had enough.
    pub fn gives_way(self) {
        if is_enough(used().saturating_sub(self.used_before), self.began.elapsed()) {
            rustix::thread::sched_yield();
        }
    }
}

/// Of processor time, in so much time that has passed.
fn is_enough(used: Duration, passed: Duration) -> bool {
    used.saturating_mul(PARTS) >= passed
}

/// The processor time that this thread has used.
fn used() -> Duration {
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
