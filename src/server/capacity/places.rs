//! Places for connections, of which there are so many and no more, shared by caller: where all places are taken, the newest connection
//! of whoever holds most makes room for a new one.
//!
//! A caller is its address until a handshake has told its name. The newcomer that holds most itself is refused. So whoever asks for
//! less than an equal part of the places finds one, whoever holds the others.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

use super::caller::CallerKey;
use crate::server::config::{LEAVING_CONNECTIONS_MAX, LEAVING_LOOK_MAX};

/// The places of the server.
pub(crate) struct Places {
    max: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    callers: HashMap<CallerKey, Holder>,
    /// The callers by the number of their connections, those with most last.
    by_count: BTreeSet<(usize, CallerKey)>,
    /// The connections that make room, the one that was told so first in front. No caller holds them any more.
    leaving: VecDeque<(u64, Arc<Seat>)>,
    /// The number of all connections, those that make room among them.
    open: usize,
    next: u64,
}

/// The connections of one caller, by number: the newest one has the highest.
#[derive(Default)]
struct Holder {
    name: Option<Arc<str>>,
    connections: BTreeMap<u64, Arc<Seat>>,
}

/// The number of calls that a connection has in flight.
pub(crate) trait InFlight: Send + Sync {
    /// Returns the number of calls in flight, without those that may be cut at any time.
    fn calls(&self) -> usize;
}

/// The facts that a connection and the table share.
#[derive(Default)]
struct Seat {
    told: AtomicU8,
    waker: AtomicWaker,
    /// The calls of the connection. None before the connection speaks HTTP/2: nothing is lost with it.
    calls: OnceLock<Weak<dyn InFlight>>,
}

/// The request to a connection to make room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    /// The connection may stay.
    #[default]
    Nothing = 0,
    /// The peer is told to go away, and its calls in flight have a moment.
    Leave = 1,
    /// The connection is closed at once: too many others make room already.
    Close = 2,
}

/// The place of a connection, which is given back when this value is dropped.
pub(crate) struct HeldPlace {
    places: Arc<Places>,
    number: u64,
    caller: CallerKey,
    seat: Arc<Seat>,
}

/// The refusal of a connection: all places are taken, and the newcomer is the one that holds most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoPlace {
    /// The number of places that the newcomer holds already.
    pub own: usize,
}

/// A new connection's place, and whether another connection makes room for it.
pub(crate) struct Taken {
    pub place: HeldPlace,
    /// The caller whose connection makes room.
    pub from: Option<CallerKey>,
}

impl Places {
    pub fn new(max: usize) -> Arc<Places> {
        Arc::new(Places { max, table: Mutex::default() })
    }

    /// Takes a place for a new connection from this address.
    ///
    /// # Errors
    /// When all places are taken and nobody holds more than this address would.
    pub fn take(self: &Arc<Places>, address: IpAddr) -> Result<Taken, NoPlace> {
        let caller = CallerKey::of_address(address);
        let mut table = self.table();
        let no_place = NoPlace { own: table.callers.get(&caller).map_or(0, |caller| caller.connections.len()) };
        let mut from = None;
        if table.open - table.leaving.len() >= self.max {
            // Connections that make room and are not closed yet take memory and files.
            if table.open >= self.max + LEAVING_CONNECTIONS_MAX {
                return Err(no_place);
            }
            from = Some(table.make_room(no_place.own).ok_or(no_place)?);
        }
        let (number, seat) = (table.next, Arc::new(Seat::default()));
        table.next += 1;
        table.open += 1;
        table.add(caller, number, Arc::clone(&seat), None);
        Ok(Taken { place: HeldPlace { places: Arc::clone(self), number, caller, seat }, from })
    }

    /// Returns the caller as an operator looks for it: its address, or its name while it has a connection.
    pub fn shown(&self, caller: CallerKey) -> Arc<str> {
        let name = self.table().callers.get(&caller).and_then(|caller| caller.name.clone());
        name.unwrap_or_else(|| caller.to_string().into())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A poisoned lock can be used: nobody who holds the lock can leave the table half changed.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn add(&mut self, key: CallerKey, number: u64, seat: Arc<Seat>, name: Option<&str>) {
        let caller = self.callers.entry(key).or_default();
        if caller.name.is_none() {
            caller.name = name.map(Into::into);
        }
        self.by_count.remove(&(caller.connections.len(), key));
        caller.connections.insert(number, seat);
        self.by_count.insert((caller.connections.len(), key));
    }

    /// Takes a connection from its caller. None when the connection makes room.
    fn remove(&mut self, key: CallerKey, number: u64) -> Option<Arc<Seat>> {
        let caller = self.callers.get_mut(&key)?;
        let count = caller.connections.len();
        let seat = caller.connections.remove(&number)?;
        self.by_count.remove(&(count, key));
        if caller.connections.is_empty() {
            self.callers.remove(&key);
        } else {
            self.by_count.insert((count - 1, key));
        }
        Some(seat)
    }

    /// Tells a connection to make room for one of a caller that holds `own`, and returns whose it was. None when nobody would hold more
    /// than the newcomer.
    fn make_room(&mut self, own: usize) -> Option<CallerKey> {
        let (_, greediest) = *self.by_count.last().filter(|(most, _)| *most > own + 1)?;
        let number = self.callers.get(&greediest)?.newest()?;
        let seat = self.remove(greediest, number)?;
        seat.tell(Told::Leave);
        self.leaving.push_back((number, seat));
        let too_many = self.leaving.len().saturating_sub(LEAVING_CONNECTIONS_MAX / 2);
        self.leaving.iter().take(too_many).for_each(|(_, seat)| seat.tell(Told::Close));
        Some(greediest)
    }
}

impl Holder {
    /// Returns the newest connection without a call in flight, among the newest ones; or the newest one, where all of them have calls.
    fn newest(&self) -> Option<u64> {
        let mut newest = self.connections.iter().rev().take(LEAVING_LOOK_MAX);
        let without_calls = newest.find(|(_, seat)| seat.calls() == 0).map(|(number, _)| *number);
        without_calls.or_else(|| self.connections.last_key_value().map(|(number, _)| *number))
    }
}

impl Seat {
    fn tell(&self, told: Told) {
        if self.told.fetch_max(told as u8, Ordering::AcqRel) < told as u8 {
            self.waker.wake();
        }
    }

    fn told(&self) -> Told {
        match self.told.load(Ordering::Acquire) {
            0 => Told::Nothing,
            1 => Told::Leave,
            _ => Told::Close,
        }
    }

    fn calls(&self) -> usize {
        self.calls.get().and_then(Weak::upgrade).map_or(0, |calls| calls.calls())
    }
}

impl HeldPlace {
    /// Records that the connection has this caller, which its handshake has named.
    pub fn is_of(&mut self, caller: CallerKey, name: &str) {
        let mut table = self.places.table();
        if let Some(seat) = table.remove(self.caller, self.number) {
            table.add(caller, self.number, seat, Some(name));
        }
        drop(table);
        self.caller = caller;
    }

    /// Records where the calls of the connection are counted.
    pub fn has_calls(&self, calls: Weak<dyn InFlight>) {
        // A connection speaks HTTP/2 once.
        let _ = self.seat.calls.set(calls);
    }

    /// Waits until the connection is told more than it was told before. One task at a time may wait.
    pub fn poll_told(&self, before: Told, context: &mut Context<'_>) -> Poll<Told> {
        self.seat.waker.register(context.waker());
        let told = self.seat.told();
        if told > before { Poll::Ready(told) } else { Poll::Pending }
    }
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        let mut table = self.places.table();
        if table.remove(self.caller, self.number).is_none() {
            table.leaving.retain(|(number, _)| *number != self.number);
        }
        table.open -= 1;
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Places").field("max", &self.max).field("open", &self.table().open).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
