//! The evaluations that studies have made since the program began, by model: a study is one call, and this says how much was in it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::MODELS;

/// A count for each of [`MODELS`]. An evaluation takes microseconds, so threads that count seldom meet.
static EVALUATIONS: LazyLock<Vec<AtomicU64>> = LazyLock::new(|| MODELS.iter().map(|_| AtomicU64::new(0)).collect());

/// Counts an evaluation of a model, by its place among [`MODELS`].
pub(super) fn count(model: usize) {
    EVALUATIONS[model].fetch_add(1, Ordering::Relaxed);
}

/// Returns each model with the evaluations that studies have made of it.
pub fn evaluations() -> impl Iterator<Item = (&'static str, u64)> {
    MODELS.iter().zip(EVALUATIONS.iter()).map(|(model, count)| (*model, count.load(Ordering::Relaxed)))
}
