//! Flows that have turns of equal time: deficit round robin with the time charged after the turn (M. Shreedhar, G. Varghese: Efficient
//! Fair Queuing Using Deficit Round-Robin, IEEE/ACM Transactions on Networking 4(3), 1996). No threads and no clocks are in this file.
//!
//! A flow whose turn it is goes on until it has used its quantum. Whatever it used beyond the quantum is taken from its next turns. A flow
//! that comes waits for one turn of each other flow at most.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use crate::server::config::SHORT_CALCULATION;

/// The time of a turn: one short calculation, at least.
const QUANTUM: i64 = SHORT_CALCULATION.as_nanos() as i64;
/// The longest time that one job is charged for. A thread that the operating system kept from its core has not worked for all that time.
const CHARGE_MAX: i64 = 50 * QUANTUM;

/// Flows in the order of their turns.
#[derive(Debug)]
pub(super) struct Ring<K, W> {
    turns: VecDeque<K>,
    flows: HashMap<K, Lane<W>>,
}

#[derive(Debug)]
struct Lane<W> {
    /// The time in nanoseconds that is left of the flow's turn; below 0 for a flow that has used more.
    credit: i64,
    /// The number of jobs that wait.
    jobs: usize,
    waiting: W,
}

impl<K, W> Default for Ring<K, W> {
    fn default() -> Self {
        Ring { turns: VecDeque::new(), flows: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash, W: Default> Ring<K, W> {
    /// Counts a job that comes to wait, and returns the place where it waits.
    pub fn push(&mut self, key: K) -> &mut W {
        let flow = self.flows.entry(key).or_insert_with(|| {
            self.turns.push_back(key);
            Lane { credit: QUANTUM, jobs: 0, waiting: W::default() }
        });
        flow.jobs += 1;
        &mut flow.waiting
    }

    /// Returns the flow whose turn it is, with what waits in it.
    pub fn first(&mut self) -> Option<(K, &mut W)> {
        loop {
            let key = *self.turns.front()?;
            let flow = self.flows.get_mut(&key)?;
            if flow.credit > 0 || self.turns.len() == 1 {
                break;
            }
            flow.credit += QUANTUM;
            self.turns.rotate_left(1);
        }
        let key = *self.turns.front()?;
        Some((key, &mut self.flows.get_mut(&key)?.waiting))
    }

    /// Counts a job that waits no longer. `take` takes the job out of what waits in the flow. The flow keeps its turn until
    /// [`Ring::used`].
    pub fn remove(&mut self, key: K, take: impl FnOnce(&mut W)) {
        if let Some(flow) = self.flows.get_mut(&key) {
            take(&mut flow.waiting);
            flow.jobs = flow.jobs.saturating_sub(1);
        }
    }

    /// Takes the time that a job has used from the turn of its flow, and forgets a flow in which nothing waits.
    pub fn used(&mut self, key: K, used: Duration, inner: impl FnOnce(&mut W)) {
        let Some(flow) = self.flows.get_mut(&key) else { return };
        let used = i64::try_from(used.as_nanos()).unwrap_or(i64::MAX).min(CHARGE_MAX);
        // Whoever is alone takes nothing from anybody.
        flow.credit = if self.turns.len() == 1 { QUANTUM } else { flow.credit.saturating_sub(used).max(-CHARGE_MAX) };
        inner(&mut flow.waiting);
        if flow.jobs == 0 {
            self.flows.remove(&key);
            self.turns.retain(|other| *other != key);
        }
    }

    /// Returns what waits in a flow.
    pub fn flow(&self, key: K) -> Option<&W> {
        self.flows.get(&key).map(|flow| &flow.waiting)
    }

    /// Returns whether this flow is the only one.
    pub fn is_alone(&self, key: K) -> bool {
        self.turns.len() == 1 && self.flows.contains_key(&key)
    }

    /// Returns whether more jobs wait in this flow than would if all flows had as many.
    pub fn is_above_its_share(&self, key: K) -> bool {
        let jobs: usize = self.flows.values().map(|flow| flow.jobs).sum();
        self.flows.get(&key).is_some_and(|flow| flow.jobs * self.flows.len() > jobs)
    }
}
