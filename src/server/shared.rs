//! The state that all calls share: settings, metrics, the memory limit and the pool.

use std::io;
use std::sync::Arc;

use crate::server::capacity::memory::Memory;
use crate::server::capacity::pool::Pool;
use crate::server::config::Settings;
use crate::server::telemetry::metrics::Metrics;

/// The settings, the metrics and the limited resources of the server. A call reaches them through its connection.
#[derive(Debug)]
pub(crate) struct Shared {
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    /// The memory limit for messages in flight.
    pub memory: Arc<Memory>,
    /// The threads for long calculations.
    pub pool: Pool,
}

impl Shared {
    /// Creates the shared state, and starts the pool's threads.
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub fn start(settings: Settings, metrics: Arc<Metrics>) -> io::Result<Shared> {
        let memory = Arc::new(Memory::new(Arc::clone(&metrics)));
        let pool = Pool::start(settings.pool_thread_count(), settings.max_wait, Arc::clone(&metrics))?;
        Ok(Shared { settings, metrics, memory, pool })
    }

    /// Returns the shared state of a server that serves nothing.
    #[cfg(test)]
    pub fn of_test(settings: Settings) -> Arc<Shared> {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        Arc::new(Shared::start(settings, metrics).expect("a pool"))
    }
}
