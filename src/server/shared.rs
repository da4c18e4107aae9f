//! What all connections share.

use std::sync::Arc;
use std::time::Duration;

use tonic::Status;

use crate::server::ServeError;
use crate::server::config::Settings;
use crate::server::pool::Pool;
use crate::server::room::Room;
use crate::server::telemetry::metrics::Metrics;
use crate::wire::status;

/// Limits, counters, and the two things that there is only so much of: memory for messages, and threads for long calculations.
#[derive(Debug)]
pub(super) struct Shared {
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    pub room: Room,
    pub pool: Pool,
}

/// Whoever finds no room for a message may try again when some of those under way have been answered.
const ROOM_RETRY: Duration = Duration::from_millis(200);

impl Shared {
    /// Starts the pool.
    pub fn new(settings: Settings) -> Result<Shared, ServeError> {
        let metrics = Arc::new(Metrics::new()?);
        let pool = Pool::start(settings.pool_thread_count(), settings.max_wait, Arc::clone(&metrics))?;
        Ok(Shared { settings, room: Room::new(Arc::clone(&metrics)), pool, metrics })
    }

    /// A refusal for want of memory, counted.
    pub fn no_room(&self) -> Status {
        self.metrics.call_refused("message_bytes");
        status::unavailable("MESSAGES_UNDER_WAY", "too many bytes of messages are under way", ROOM_RETRY)
    }
}
