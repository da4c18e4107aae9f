//! What requests take, beside what they are expected to take: `cargo bench --bench cost`. The least of some runs, on a quiet machine.

mod cases;

use std::time::{Duration, Instant};

const RUNS: u32 = 30;

fn main() {
    println!("{:>12} {:>12} {:>12} {:>9}  nanoseconds", "measured", "counted", "expected", "ratio");
    for case in cases::cases() {
        // Short ones are taken many at a time, so that the clock does not count.
        let start = Instant::now();
        (case.answer)();
        let at_a_time = (1_000_000 / start.elapsed().as_nanos().max(1)).clamp(1, 1000) as u32;
        let run = || {
            let start = Instant::now();
            (0..at_a_time).for_each(|_| (case.answer)());
            start.elapsed() / at_a_time
        };
        let least = (0..RUNS).map(|_| run()).min().unwrap_or(Duration::ZERO);
        let measured = least.as_nanos() as f64;
        let ratio = case.expected as f64 / measured;
        // The work that the arithmetic counts is the same on a busy machine.
        let counted = cases::counted(&case);
        println!("{measured:>12} {counted:>12} {:>12} {ratio:>9.2}  {} (was {})", case.expected, case.name, case.measured);
    }
}
