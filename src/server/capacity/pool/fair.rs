//! The queue of the pool, in which the callers have their turns by the work that they have had, and below each caller its
//! connections. No threads and no clocks are in this file.

use std::collections::VecDeque;

use super::flows::FairFlows;
use crate::server::capacity::caller::{CallerId, CallerKey};

/// Jobs that wait, each with its work. A connection's own jobs keep their order.
#[derive(Debug)]
pub(super) struct FairQueue<J> {
    callers: FairFlows<CallerKey, Connections<J>>,
    jobs: usize,
}

/// The connections of one caller, with the jobs that wait in each of them.
type Connections<J> = FairFlows<u64, VecDeque<(J, u64)>>;

impl<J> Default for FairQueue<J> {
    fn default() -> Self {
        FairQueue { callers: FairFlows::default(), jobs: 0 }
    }
}

impl<J> FairQueue<J> {
    /// Returns the number of jobs that wait.
    pub fn len(&self) -> usize {
        self.jobs
    }

    /// Adds a job behind the other jobs of its connection. `work` is its expected work, in any unit.
    pub fn push(&mut self, id: CallerId, job: J, work: u64) {
        self.callers.push(id.caller, work).push(id.connection, work).push_back((job, work));
        self.jobs += 1;
    }

    /// Takes the job whose turn it is out of the queue, with whose it is and with its work. The job then counts as running
    /// until [`FairQueue::ended`].
    pub fn pop(&mut self) -> Option<(CallerId, J, u64)> {
        let next = self.callers.pop(|connections| {
            let (connection, job, work) = connections.pop(VecDeque::pop_front)?;
            Some(((connection, job), work))
        });
        let (caller, (connection, job), work) = next?;
        self.jobs -= 1;
        Some((CallerId { caller, connection }, job, work))
    }

    /// Counts the end of a job that ran, with the work that it was expected to take and the work that it took.
    pub fn ended(&mut self, id: CallerId, expected: u64, used: u64) {
        self.callers.ended(id.caller, expected, used, |connections| {
            connections.ended(id.connection, expected, used, |_| ());
        });
    }

    /// Makes room for a job of this connection: of the caller in whose name most jobs wait, the connection with most of them
    /// loses the job that came last. Returns that job. None when the connection is the one that would lose.
    pub fn make_room(&mut self, newcomer: CallerId) -> Option<J> {
        let other = self.callers.largest(Some(newcomer.caller));
        let own_connection = other.is_none().then_some(newcomer.connection);
        let (job, _) = self.callers.remove(other.unwrap_or(newcomer.caller), |connections| {
            connections.remove(connections.largest(own_connection)?, VecDeque::pop_back)
        })?;
        self.jobs -= 1;
        Some(job)
    }

    /// Returns the work that is done before the next job of this connection can begin, without the jobs that run.
    pub fn ahead(&self, id: CallerId) -> u64 {
        self.callers.ahead(id.caller, |caller| {
            caller.map_or(0, |caller| caller.waiting.ahead(id.connection, |connection| connection.map_or(0, |own| own.work)))
        })
    }

    /// Returns whether a connection has a job, waiting or running.
    pub fn is_active(&self, id: CallerId) -> bool {
        self.callers.flow(id.caller).is_some_and(|caller| caller.waiting.is_active(id.connection))
    }

    /// Returns whether more jobs wait in the name of this caller than its share of all that wait, or in this connection more
    /// than its share of those of the caller.
    pub fn is_above_its_share(&self, id: CallerId) -> bool {
        let is_connection_above = |connections: &Connections<J>| connections.is_above_its_share(id.connection);
        self.callers.is_above_its_share(id.caller)
            || self.callers.flow(id.caller).is_some_and(|caller| is_connection_above(&caller.waiting))
    }

    /// Drops all jobs that wait.
    pub fn clear(&mut self) {
        *self = FairQueue::default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(caller: u8, connection: u64) -> CallerId {
        CallerId { caller: CallerKey::V4([127, 0, 0, caller]), connection: u64::from(caller) << 8 | connection }
    }

    /// A queue as one thread works it off, with the work that each caller and each connection has had.
    #[derive(Default)]
    struct Worked {
        queue: FairQueue<u64>,
        had: std::collections::BTreeMap<u64, u64>,
    }

    impl Worked {
        /// Adds a job that will use so much.
        fn push(&mut self, id: CallerId, expected: u64, used: u64) {
            self.queue.push(id, used, expected);
        }

        /// Does the next job, and returns whose it was.
        fn work(&mut self) -> Option<CallerId> {
            let (id, used, expected) = self.queue.pop()?;
            self.queue.ended(id, expected, used);
            *self.had.entry(id.connection).or_default() += used;
            Some(id)
        }

        fn had(&self, id: CallerId) -> u64 {
            self.had.get(&id.connection).copied().unwrap_or_default()
        }
    }

    proptest! {
        #[test]
        fn callers_that_always_wait_have_alike_within_one_job_each(
            sizes in prop::collection::vec((1_u64..100, 1_u64..100), 2..8),
            rounds in 50_usize..300,
        ) {
            // What a job uses has nothing to do with what it was expected to use.
            let mut worked = Worked::default();
            for _ in 0..rounds {
                for (caller, (expected, used)) in (0..).zip(&sizes) {
                    // One more than is ever worked off.
                    worked.push(id(caller, 0), *expected, *used);
                    worked.push(id(caller, 0), *expected, *used);
                }
                worked.work();
            }
            let had: Vec<_> = (0..sizes.len()).map(|caller| worked.had(id(u8::try_from(caller).expect("few"), 0))).collect();
            for (one, (_, of_one)) in had.iter().zip(&sizes) {
                for (other, (_, of_other)) in had.iter().zip(&sizes) {
                    prop_assert!(one.abs_diff(*other) <= of_one + of_other, "{had:?} in jobs of {sizes:?}");
                }
            }
        }

        #[test]
        fn connections_of_a_caller_have_alike_whatever_another_caller_wants(
            sizes in prop::collection::vec(1_u64..100, 2..6),
            rounds in 50_usize..300,
        ) {
            let mut worked = Worked::default();
            for _ in 0..rounds {
                worked.push(id(1, 0), 50, 50);
                for (connection, used) in (0..).zip(&sizes) {
                    worked.push(id(2, connection), *used, *used);
                }
                worked.work();
            }
            let had: Vec<_> = (0..).zip(&sizes).map(|(connection, _)| worked.had(id(2, connection))).collect();
            for (one, of_one) in had.iter().zip(&sizes) {
                for (other, of_other) in had.iter().zip(&sizes) {
                    prop_assert!(one.abs_diff(*other) <= of_one + of_other, "{had:?} in jobs of {sizes:?}");
                }
            }
            let caller: u64 = had.iter().sum();
            let largest = sizes.iter().max().expect("some");
            prop_assert!(caller.abs_diff(worked.had(id(1, 0))) <= 50 + largest, "{caller} and {}", worked.had(id(1, 0)));
        }

        #[test]
        fn who_has_been_away_gains_nothing_and_loses_nothing(
            of_one in 1_u64..100, of_other in 1_u64..100, alone in 1_usize..200, rounds in 10_usize..100,
        ) {
            let mut worked = Worked::default();
            for _ in 0..alone + rounds * 100 {
                worked.push(id(1, 0), of_one, of_one);
            }
            for _ in 0..alone {
                worked.work();
            }
            let before = worked.had(id(1, 0));
            for _ in 0..rounds * 100 {
                worked.push(id(2, 0), of_other, of_other);
            }
            for _ in 0..rounds {
                worked.work();
            }
            let (one, other) = (worked.had(id(1, 0)) - before, worked.had(id(2, 0)));
            prop_assert!(one.abs_diff(other) <= of_one + of_other, "{one} and {other} in jobs of {of_one} and {of_other}");
        }

        #[test]
        fn nobody_starves_however_much_others_go_on_asking(
            sizes in prop::collection::vec(1_u64..100, 1..8), own in 1_u64..100, before in 0_usize..100,
        ) {
            let mut worked = Worked::default();
            let ask = |worked: &mut Worked| {
                for (caller, used) in (0..).zip(&sizes) {
                    worked.push(id(caller, 0), *used, *used);
                    worked.push(id(caller, 1), *used, *used);
                }
            };
            ask(&mut worked);
            for _ in 0..before {
                worked.work();
                ask(&mut worked);
            }
            let had_before: u64 = worked.had.values().sum();
            let expected = worked.queue.ahead(id(100, 0));
            worked.push(id(100, 0), own, own);
            while worked.work() != Some(id(100, 0)) {
                ask(&mut worked);
            }
            // One job of each of the others, at most.
            let waited = worked.had.values().sum::<u64>() - had_before - own;
            prop_assert!(waited <= sizes.iter().sum(), "{waited} in jobs of {sizes:?}");
            prop_assert!(expected <= sizes.iter().sum(), "{expected} expected");
        }

        #[test]
        fn what_is_ahead_is_what_is_done_before_within_one_job_of_each(
            jobs in prop::collection::vec((0_u8..4, 0_u64..3, 1_u64..100), 0..60),
            done in 0_usize..30,
            caller in 0_u8..5, connection in 0_u64..4,
        ) {
            let mut worked = Worked::default();
            for (caller, connection, work) in &jobs {
                worked.push(id(*caller, *connection), *work, *work);
            }
            for _ in 0..done.min(jobs.len()) {
                worked.work();
            }
            let expected = worked.queue.ahead(id(caller, connection));
            let had_before: u64 = worked.had.values().sum();
            worked.queue.push(id(caller, connection), u64::MAX, 1);
            let mut before = 0;
            while let Some((id, used, work)) = worked.queue.pop() {
                if used == u64::MAX {
                    break;
                }
                before += work;
                worked.queue.ended(id, work, work);
            }
            // Three other callers, and three other connections.
            prop_assert!(expected.abs_diff(before) <= 7 * 100, "{expected} expected, {before} done, after {had_before}");
        }

        #[test]
        fn a_full_queue_has_room_for_whoever_has_less_than_others(
            jobs in prop::collection::vec((0_u8..4, 0_u64..3), 1..60), caller in 0_u8..5, connection in 0_u64..4,
        ) {
            let mut queue = FairQueue::default();
            let mut waiting = std::collections::BTreeMap::<u8, std::collections::BTreeMap<u64, usize>>::new();
            for (number, (caller, connection)) in jobs.iter().enumerate() {
                queue.push(id(*caller, *connection), (*caller, *connection, number), 1);
                *waiting.entry(*caller).or_default().entry(*connection).or_default() += 1;
            }
            let of_caller = |caller: u8| waiting.get(&caller).map_or(0, |of| of.values().sum::<usize>());
            let most = (0..5).map(of_caller).max().expect("some");
            let lost = queue.make_room(id(caller, connection));
            prop_assert_eq!(queue.len(), jobs.len() - usize::from(lost.is_some()));
            match lost {
                Some((loser, of, number)) => {
                    prop_assert!(of_caller(loser) == most || of_caller(loser) == most - 1 && loser == caller);
                    prop_assert!(loser == caller || most > of_caller(caller) + 1);
                    let last = jobs.iter().rposition(|job| *job == (loser, of));
                    prop_assert_eq!(Some(number), last, "the one that came last");
                }
                None => prop_assert!(of_caller(caller) + 1 >= most),
            }
        }
    }

    #[test]
    fn the_jobs_of_a_connection_keep_their_order() {
        let mut queue = FairQueue::default();
        for number in 0..10 {
            queue.push(id(1, 0), number, 100 - number);
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, number, _)| number).collect();
        assert_eq!(order, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn who_has_nothing_to_do_is_forgotten_once_others_have_had_as_much() {
        let mut worked = Worked::default();
        worked.push(id(1, 0), 100, 100);
        for _ in 0..20 {
            worked.push(id(2, 0), 10, 10);
        }
        worked.work();
        assert_eq!(worked.queue.callers.count(), 2, "the first has had more than the other");
        for _ in 0..13 {
            worked.work();
        }
        assert_eq!(worked.queue.callers.count(), 1);
        while worked.work().is_some() {}
        assert_eq!(worked.queue.callers.count(), 0);
    }

    #[test]
    fn a_share_is_an_equal_part_of_what_waits() {
        let mut queue = FairQueue::default();
        assert!(!queue.is_above_its_share(id(1, 0)));
        for _ in 0..10 {
            queue.push(id(1, 0), (), 1);
        }
        assert!(!queue.is_above_its_share(id(1, 0)), "it is alone");
        queue.push(id(1, 1), (), 1);
        assert!(queue.is_above_its_share(id(1, 0)) && !queue.is_above_its_share(id(1, 1)));
        queue.push(id(2, 0), (), 1);
        assert!(queue.is_above_its_share(id(1, 1)) && !queue.is_above_its_share(id(2, 0)));
        assert!(queue.is_active(id(2, 0)) && !queue.is_active(id(2, 1)) && !queue.is_active(id(3, 0)));
    }
}
