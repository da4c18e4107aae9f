//! Seconds for one call.

use std::hint::black_box;
use std::time::Instant;

const BATCHES: usize = 9;
const BATCH_SECONDS: f64 = 0.002;

/// The fastest of some batches of calls, since whatever else the machine does only adds to it, and the last answer; one call alone where
/// it takes long. `stopwatch.py` does the same.
pub fn round<T>(mut call: impl FnMut() -> T) -> (f64, T) {
    let mut batch = |calls: usize| {
        let start = Instant::now();
        for _ in 1..calls {
            black_box(call());
        }
        let answer = call();
        (start.elapsed().as_secs_f64() / calls as f64, answer)
    };
    let (first, answer) = batch(1);
    if first > 25.0 * BATCH_SECONDS {
        return (first, answer);
    }
    let (warm, answer) = batch(3);
    let calls = (BATCH_SECONDS / warm.max(1e-9)).ceil() as usize;
    ((0..BATCHES).map(|_| batch(calls).0).fold(f64::INFINITY, f64::min), answer)
}

pub fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
