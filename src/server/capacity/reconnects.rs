//! Addresses that were cut for misbehaviour and connect again: how often they may.
//!
//! A connection costs the server some work before it can be known to be bad. Without a limit, a peer that is cut each time and comes back
//! without end takes that work from all others. An address is limited only after a cut, and only until it has been quiet for a while.
//!
//! Under mutual TLS an address from which a caller with a known name has come is never limited: the name has a share of its own wherever
//! it calls from, and nobody can know a name before the handshake.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::caller::CallerKey;
use crate::server::config::{ADDRESSES_KEPT_MAX, KNOWN_ADDRESS_TIME, RECONNECT_INTERVAL, RECONNECTS_AT_ONCE_MAX};

/// The addresses that were cut, and those that are never limited.
#[derive(Debug, Default)]
pub(crate) struct Reconnects(Mutex<Addresses>);

#[derive(Debug, Default)]
struct Addresses {
    /// The addresses that were cut, each with the time at which its connections have all been paid for: every connection moves the time
    /// on by [`RECONNECT_INTERVAL`]. An address whose time has come is forgotten.
    cut: HashMap<CallerKey, Instant>,
    /// The addresses from which a known name has come, each with the time until which it counts.
    known: HashMap<CallerKey, Instant>,
}

impl Reconnects {
    /// Returns whether a connection of this address that comes at `now` is served, and counts the connection.
    pub fn admits(&self, address: IpAddr, now: Instant) -> bool {
        let mut addresses = self.addresses();
        if addresses.cut.is_empty() {
            return true;
        }
        let address = CallerKey::of_address(address);
        let Some(paid) = addresses.cut.get_mut(&address) else { return true };
        let owed = paid.saturating_duration_since(now);
        if owed.is_zero() {
            addresses.cut.remove(&address);
            return true;
        }
        let is_admitted = owed + RECONNECT_INTERVAL <= RECONNECT_INTERVAL * RECONNECTS_AT_ONCE_MAX;
        if is_admitted {
            *paid += RECONNECT_INTERVAL;
        }
        is_admitted
    }

    /// Records that a connection of this address was cut for misbehaviour.
    pub fn was_cut(&self, address: IpAddr, now: Instant) {
        let address = CallerKey::of_address(address);
        let mut addresses = self.addresses();
        let is_known = addresses.known.get(&address).is_some_and(|until| now < *until);
        if is_known || addresses.cut.contains_key(&address) {
            return;
        }
        addresses.cut.insert(address, now + RECONNECT_INTERVAL);
        if addresses.cut.len() > ADDRESSES_KEPT_MAX {
            addresses.cut.retain(|_, paid| *paid > now);
        }
        if addresses.cut.len() > ADDRESSES_KEPT_MAX {
            // The one that has connected least since its cut.
            let least = addresses.cut.iter().min_by_key(|(_, paid)| **paid).map(|(address, _)| *address);
            least.map(|least| addresses.cut.remove(&least));
        }
    }

    /// Records that a caller with a known name has come from this address.
    pub fn is_known(&self, address: IpAddr, now: Instant) {
        let address = CallerKey::of_address(address);
        let mut addresses = self.addresses();
        addresses.cut.remove(&address);
        if addresses.known.len() >= ADDRESSES_KEPT_MAX {
            addresses.known.retain(|_, until| now < *until);
        }
        if addresses.known.len() < ADDRESSES_KEPT_MAX || addresses.known.contains_key(&address) {
            addresses.known.insert(address, now + KNOWN_ADDRESS_TIME);
        }
    }

    fn addresses(&self) -> MutexGuard<'_, Addresses> {
        // A poisoned lock can be used: nobody who holds the lock can leave the tables half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + number).to_be_bytes())
    }

    fn admitted(reconnects: &Reconnects, number: u32, now: Instant, count: u32) -> u32 {
        (0..count).map(|_| u32::from(reconnects.admits(address(number), now))).sum()
    }

    #[test]
    fn an_address_is_limited_after_a_cut_alone_and_no_other_is() {
        let (reconnects, now) = (Reconnects::default(), Instant::now());
        assert_eq!(admitted(&reconnects, 1, now, 10_000), 10_000);
        reconnects.was_cut(address(1), now);
        let first = admitted(&reconnects, 1, now, 10_000);
        assert_eq!(first, RECONNECTS_AT_ONCE_MAX - 1, "the connection that was cut counts");
        assert_eq!(admitted(&reconnects, 2, now, 10_000), 10_000);
        assert_eq!(admitted(&reconnects, 1, now + Duration::from_secs(1), 10_000), 10, "ten a second");
        reconnects.was_cut(address(1), now + Duration::from_secs(1));
        assert_eq!(admitted(&reconnects, 1, now + Duration::from_secs(1), 10_000), 0, "a further cut gives nothing back");
    }

    #[test]
    fn an_address_that_has_been_quiet_is_forgotten() {
        let (reconnects, now) = (Reconnects::default(), Instant::now());
        reconnects.was_cut(address(1), now);
        admitted(&reconnects, 1, now, 10_000);
        let later = now + RECONNECT_INTERVAL * RECONNECTS_AT_ONCE_MAX;
        assert_eq!(admitted(&reconnects, 1, later, 10_000), 10_000);
        assert!(reconnects.addresses().cut.is_empty());
    }

    #[test]
    fn an_address_of_a_known_name_is_not_limited_while_it_is_known() {
        let (reconnects, now) = (Reconnects::default(), Instant::now());
        reconnects.was_cut(address(1), now);
        admitted(&reconnects, 1, now, 1_000);
        reconnects.is_known(address(1), now);
        reconnects.was_cut(address(1), now);
        assert_eq!(admitted(&reconnects, 1, now, 1_000), 1_000);
        let later = now + KNOWN_ADDRESS_TIME;
        reconnects.was_cut(address(1), later);
        assert!(admitted(&reconnects, 1, later, 1_000) < RECONNECTS_AT_ONCE_MAX);
    }

    #[test]
    fn the_tables_are_bounded_and_keep_whoever_comes_most() {
        let (reconnects, now) = (Reconnects::default(), Instant::now());
        reconnects.was_cut(address(0), now);
        admitted(&reconnects, 0, now, 1_000);
        for number in 1..=u32::try_from(3 * ADDRESSES_KEPT_MAX).expect("few") {
            reconnects.was_cut(address(number), now);
            reconnects.is_known(address(number + 1_000_000), now);
        }
        let addresses = reconnects.addresses();
        assert_eq!((addresses.cut.len(), addresses.known.len()), (ADDRESSES_KEPT_MAX, ADDRESSES_KEPT_MAX));
        drop(addresses);
        assert_eq!(admitted(&reconnects, 0, now, 1_000), 0, "the flood is still limited");
    }
}
