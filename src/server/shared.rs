//! The state that all calls share: settings, metrics, and what there is only so much of.

use std::io;
use std::sync::Arc;

use crate::server::capacity::greedy::Greedy;
use crate::server::capacity::memory::Memory;
use crate::server::capacity::places::Places;
use crate::server::capacity::pool::Pool;
use crate::server::capacity::reconnects::Reconnects;
use crate::server::config::{MESSAGE_BYTES_PART, MESSAGE_BYTES_UNDER_WAY_MAX, Settings};
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
    /// The places for connections.
    pub places: Arc<Places>,
    /// The addresses that were cut for misbehaviour.
    pub reconnects: Reconnects,
    /// The callers that were refused for their share.
    pub greedy: Arc<Greedy>,
    /// The number of the web port, where there is one.
    pub web_port: Option<u16>,
}

impl Shared {
    /// Creates the shared state, and starts the pool's threads. `connections_max` is the number of connections that may be open at once, and
    /// `memory_limit` the memory limit of the process, if there is one; `web_port` the number of the web port.
    ///
    /// # Errors
    /// When the operating system cannot start a thread.
    pub fn start(
        settings: Settings,
        connections_max: usize,
        memory_limit: Option<u64>,
        web_port: Option<u16>,
        metrics: Arc<Metrics>,
    ) -> io::Result<Shared> {
        let places = Places::new(connections_max);
        let greedy = Arc::new(Greedy::new(Arc::clone(&places)));
        let memory = Arc::new(Memory::new(message_bytes_max(memory_limit), memory_limit, Arc::clone(&metrics)));
        metrics.memory_limit.set(i64::try_from(memory_limit.unwrap_or(0)).unwrap_or(i64::MAX));
        let pool = Pool::start(settings.pool_thread_count(), settings.max_wait, Arc::clone(&metrics), Arc::clone(&greedy))?;
        Ok(Shared { settings, metrics, memory, pool, places, reconnects: Reconnects::default(), greedy, web_port })
    }

    /// Returns the shared state of a server that serves nothing.
    #[cfg(test)]
    pub fn of_test(settings: Settings) -> Arc<Shared> {
        let metrics = Arc::new(Metrics::new().expect("metrics"));
        Arc::new(Shared::start(settings, 1, None, None, metrics).expect("a pool"))
    }
}

/// Returns the bytes that messages in flight may take: a third of the memory limit of the process, up to
/// [`MESSAGE_BYTES_UNDER_WAY_MAX`].
fn message_bytes_max(memory_limit: Option<u64>) -> usize {
    let part = memory_limit.map(|limit| usize::try_from(limit / MESSAGE_BYTES_PART).unwrap_or(usize::MAX));
    part.map_or(MESSAGE_BYTES_UNDER_WAY_MAX, |part| part.min(MESSAGE_BYTES_UNDER_WAY_MAX))
}
