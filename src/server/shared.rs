//! What all calls share.

use std::io;
use std::sync::Arc;

use crate::server::capacity::memory::Memory;
use crate::server::capacity::pool::Pool;
use crate::server::config::Settings;
use crate::server::telemetry::metrics::Metrics;

/// Settings, counters, and what there is only so much of: a call reaches them through its connection.
#[derive(Debug)]
pub(crate) struct Shared {
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    pub memory: Arc<Memory>,
    pub pool: Pool,
}

impl Shared {
    /// Starts the pool's threads.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(settings: Settings, metrics: Arc<Metrics>) -> io::Result<Shared> {
        let memory = Arc::new(Memory::new(Arc::clone(&metrics)));
        let pool = Pool::start(settings.pool_thread_count(), settings.max_wait, Arc::clone(&metrics))?;
        Ok(Shared { settings, metrics, memory, pool })
    }

    /// Of a server that serves nothing.
    #[cfg(test)]
    pub fn of_test(settings: Settings) -> Arc<Shared> {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        Arc::new(Shared::start(settings, metrics).expect("a pool"))
    }
}
