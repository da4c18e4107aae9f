//! Who is greedy: the callers that were refused for their share, counted by what they wanted too much of, for a line of the log a minute.
//!
//! The metrics count refusals and name nobody. An operator who sees them rise asks whose they are, and finds the answer here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::caller::CallerKey;
use super::places::Places;
use crate::server::config::{GREEDY_CALLERS_COUNTED_MAX, GREEDY_CALLERS_NAMED_MAX};

/// The resource of which a caller wanted more than its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Threads for long calculations.
    Pool,
    /// The worker thread of its connection.
    Worker,
    /// Memory for messages.
    Memory,
    /// Connections, or connections after it was cut.
    Connections,
}

/// The refusals of one caller, by [`Wanted`].
type Refusals = [u64; Wanted::Connections as usize + 1];

/// The refusals since the last line.
#[derive(Debug)]
pub(crate) struct Greedy {
    callers: Mutex<HashMap<CallerKey, (Arc<str>, Refusals)>>,
    places: Arc<Places>,
    has_begun: Notify,
}

/// The time after the first refusal at which the first line is written, and the time between two lines.
const FIRST_LINE: Duration = Duration::from_secs(1);
const BETWEEN_LINES: Duration = Duration::from_secs(60);

impl Greedy {
    /// The names of callers are asked of `places`.
    pub fn new(places: Arc<Places>) -> Greedy {
        Greedy { callers: Mutex::default(), places, has_begun: Notify::new() }
    }

    /// Counts a refusal of this caller.
    pub fn refused(&self, caller: CallerKey, wanted: Wanted) {
        let mut callers = self.callers();
        let is_first = callers.is_empty();
        if let Some((_, refusals)) = callers.get_mut(&caller) {
            refusals[wanted as usize] += 1;
        } else if callers.len() < GREEDY_CALLERS_COUNTED_MAX {
            // Its name is asked for now: it may have no connection any more once the line is written.
            let mut refusals = Refusals::default();
            refusals[wanted as usize] = 1;
            callers.insert(caller, (self.places.shown(caller), refusals));
        }
        drop(callers);
        if is_first {
            self.has_begun.notify_one();
        }
    }

    /// Writes the lines for as long as the future is polled: one a minute at most for each of the greediest callers, and none while
    /// nobody is refused.
    pub async fn log(&self) {
        let mut since = Instant::now();
        loop {
            self.has_begun.notified().await;
            since = since.max(Instant::now().checked_sub(BETWEEN_LINES).unwrap_or(since));
            sleep(FIRST_LINE).await;
            let (greediest, others) = self.taken();
            let seconds = since.elapsed().as_secs();
            for (caller, [pool, worker, memory, connections]) in greediest {
                tracing::warn!(
                    %caller,
                    pool,
                    worker,
                    memory,
                    connections,
                    others,
                    seconds,
                    "a caller is refused more than its share"
                );
            }
            since = Instant::now();
            sleep_until(since + BETWEEN_LINES - FIRST_LINE).await;
        }
    }

    /// Returns the callers with most refusals, the first of them first, and the number of the others; and begins to count anew.
    fn taken(&self) -> (Vec<(Arc<str>, Refusals)>, usize) {
        let mut callers: Vec<_> = std::mem::take(&mut *self.callers()).into_values().collect();
        callers.sort_by_key(|(_, refusals)| std::cmp::Reverse(refusals.iter().sum::<u64>()));
        let others = callers.len().saturating_sub(GREEDY_CALLERS_NAMED_MAX);
        callers.truncate(GREEDY_CALLERS_NAMED_MAX);
        (callers, others)
    }

    fn callers(&self) -> MutexGuard<'_, HashMap<CallerKey, (Arc<str>, Refusals)>> {
        // A poisoned lock can be used: nobody who holds the lock can leave the table half changed.
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(number: u32) -> CallerKey {
        CallerKey::V4(number.to_be_bytes())
    }

    #[test]
    fn the_callers_with_most_refusals_are_named_and_the_others_counted() {
        let greedy = Greedy::new(Places::new(1));
        for (number, count) in [(1, 3), (2, 5), (3, 1), (4, 4), (5, 2)] {
            (0..count).for_each(|_| greedy.refused(caller(number), Wanted::Pool));
        }
        greedy.refused(caller(2), Wanted::Memory);
        let (named, others) = greedy.taken();
        let named: Vec<_> = named.iter().map(|(caller, refusals)| (&**caller, *refusals)).collect();
        assert_eq!(named, [("0.0.0.2", [5, 0, 1, 0]), ("0.0.0.4", [4, 0, 0, 0]), ("0.0.0.1", [3, 0, 0, 0])]);
        assert_eq!(others, 2);
        assert!(greedy.taken().0.is_empty(), "it counts anew");
    }

    #[test]
    fn the_table_is_bounded() {
        let greedy = Greedy::new(Places::new(1));
        for number in 0..=u32::try_from(2 * GREEDY_CALLERS_COUNTED_MAX).expect("few") {
            greedy.refused(caller(number), Wanted::Connections);
        }
        assert_eq!(greedy.callers().len(), GREEDY_CALLERS_COUNTED_MAX);
    }
}
