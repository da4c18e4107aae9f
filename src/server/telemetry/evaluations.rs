//! The evaluations of studies by model, which the engine counts itself.

use std::sync::{Mutex, PoisonError};

use prometheus::IntCounterVec;
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use crate::engine::study::tally;

/// The evaluations of studies, brought up to the engine's own count at each scrape.
#[derive(Debug)]
pub(super) struct EvaluationMetrics {
    /// The counters by model. Two scrapes at once would count twice.
    counters: Mutex<IntCounterVec>,
    described: Vec<Desc>,
}

impl EvaluationMetrics {
    /// The metric of a counter that has counted nothing.
    pub fn of(counters: IntCounterVec) -> EvaluationMetrics {
        let described = counters.desc().into_iter().cloned().collect();
        EvaluationMetrics { counters: Mutex::new(counters), described }
    }
}

impl Collector for EvaluationMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.described.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        for (model, count) in tally::evaluations().filter(|(_, count)| *count > 0) {
            let counter = counters.with_label_values(&[model]);
            counter.inc_by(count.saturating_sub(counter.get()));
        }
        counters.collect()
    }
}
