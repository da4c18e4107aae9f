//! What requests take, beside what they are expected to take: `cargo bench --bench cost`. The least of some runs, on a quiet machine.

mod cases;
mod texts;

use std::time::{Duration, Instant};

const RUNS: u32 = 30;

fn main() {
    println!("{:>12} {:>12} {:>12} {:>9}  nanoseconds", "measured", "counted", "expected", "ratio");
    for case in cases::cases() {
        let measured = least(&case.answer);
        let ratio = case.expected as f64 / measured as f64;
        // The work that the arithmetic counts is the same on a busy machine.
        let counted = cases::counted(&case);
        println!("{measured:>12} {counted:>12} {:>12} {ratio:>9.2}  {} (was {})", case.expected, case.name, case.measured);
    }
    println!(
        "\n{:>12} {:>12} {:>12} {:>9}  nanoseconds, of messages that are not read yet",
        "read", "answered", "expected", "ratio"
    );
    for message in texts::long_messages() {
        let (read, answered) = (least(&|| message.is_read()), least(&|| message.is_answered()));
        let (expected, bytes) = (message.expected, message.bytes.len());
        let (ratio, of_a_byte) = (expected as f64 / answered as f64, read as f64 / bytes as f64);
        let form = if message.is_json { "JSON" } else { "protobuf" };
        let (name, was) = (message.name, message.measured);
        println!(
            "{read:>12} {answered:>12} {expected:>12} {ratio:>9.2}  {name}, {bytes} bytes of {form}, {of_a_byte:.1} a byte (was {was:?})"
        );
    }
}

/// Returns the least time of some runs, in nanoseconds.
fn least(answer: &dyn Fn()) -> u64 {
    // Short ones are taken many at a time, so that the clock does not count.
    let start = Instant::now();
    answer();
    let at_a_time = (1_000_000 / start.elapsed().as_nanos().max(1)).clamp(1, 1000) as u32;
    let run = || {
        let start = Instant::now();
        (0..at_a_time).for_each(|_| answer());
        start.elapsed() / at_a_time
    };
    let least = (0..RUNS).map(|_| run()).min().unwrap_or(Duration::ZERO);
    u64::try_from(least.as_nanos()).unwrap_or(u64::MAX).max(1)
}
