//! The door: which of the connections that are accepted are served. A connection that is refused has cost no more than its acceptance.

use std::net::SocketAddr;
use std::time::Instant;

use crate::server::capacity::caller::CallerKey;
use crate::server::capacity::greedy::Wanted;
use crate::server::capacity::places::{HeldPlace, NoPlace, Taken};
use crate::server::shared::Shared;
use crate::server::telemetry::labels::ConnectionRefusal;
use crate::server::telemetry::per_minute::PerMinute;

/// The decisions about new connections, with the limit of their log.
#[derive(Debug)]
pub(super) struct Door<'s> {
    shared: &'s Shared,
    limit: PerMinute,
}

impl Door<'_> {
    /// The number of lines in one minute about peers that connect again too often.
    const LINES_PER_MINUTE_MAX: u32 = 3;

    pub fn new(shared: &Shared) -> Door<'_> {
        Door { shared, limit: PerMinute::new(Door::LINES_PER_MINUTE_MAX) }
    }

    /// Returns the place of a new connection from this peer. None when the connection is refused, which is counted.
    pub fn admits(&mut self, peer: SocketAddr) -> Option<HeldPlace> {
        let (now, Shared { places, reconnects, metrics, greedy, .. }) = (Instant::now(), self.shared);
        if !reconnects.admits(peer.ip(), now) {
            metrics.connection_refused(ConnectionRefusal::Reconnects);
            greedy.refused(CallerKey::of_address(peer.ip()), Wanted::Connections);
            self.log(peer, now);
            return None;
        }
        match places.take(peer.ip()) {
            Ok(Taken { place, from }) => {
                if let Some(greediest) = from {
                    metrics.connection_refused(ConnectionRefusal::CallerShare);
                    greedy.refused(greediest, Wanted::Connections);
                }
                Some(place)
            }
            Err(NoPlace { own }) => {
                metrics.connection_refused(ConnectionRefusal::TooMany);
                // Whoever holds nothing has asked for no more than its share.
                if own > 0 {
                    greedy.refused(CallerKey::of_address(peer.ip()), Wanted::Connections);
                }
                None
            }
        }
    }

    fn log(&self, peer: SocketAddr, now: Instant) {
        if self.limit.admits(now) {
            let left_out = self.limit.left_out();
            let left_out = (left_out > 0).then_some(left_out);
            tracing::warn!(%peer, left_out, "a peer that was cut for misbehaviour connects again too often");
        }
    }
}
