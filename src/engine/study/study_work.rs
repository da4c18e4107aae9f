//! The work of a study by its estimate, and whether that is more than a study may take.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::rounds::RoundStudy;
use super::study_blocks::BlockStudy;
use crate::engine::Refused;
use crate::models::work::UNIT_NANOSECONDS;
use crate::wire::refused::StudyTooLarge;

/// The longest that one core may have to work for a study, where nobody says otherwise, as settings are written: two deadlines' worth.
pub const MAX_STUDY: &str = "1m";
/// The range of the longest that one core may have to work for a study.
pub const MAX_STUDY_RANGE: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(3600);

/// The work of a study, by its estimate.
#[derive(Clone, Copy, Debug)]
pub struct StudyWork {
    /// One evaluation, in units of work.
    pub units: u64,
    /// The evaluations that are done.
    pub done: usize,
    /// The evaluations that blocks have to do, on any number of threads.
    pub in_blocks: usize,
    /// The units of work that follow, on one thread.
    pub further_units: u64,
}

impl StudyWork {
    /// Returns the work of a study whose evaluations are all known.
    pub fn of_blocks(study: &impl BlockStudy) -> StudyWork {
        StudyWork { units: study.units(), done: 0, in_blocks: study.count(), further_units: study.further_units() }
    }

    /// Returns the work of a study in rounds that begins a round, so many evaluations being done.
    pub fn of_round(study: &impl RoundStudy, round: &impl BlockStudy, done: usize) -> StudyWork {
        StudyWork { units: round.units(), done, in_blocks: round.count().saturating_add(study.to_come()), further_units: 0 }
    }

    /// Returns the time of the evaluations that blocks have to do, on one core.
    #[must_use]
    pub fn time_in_blocks(self) -> Duration {
        time_of_evaluations(self.units, self.in_blocks)
    }

    /// Returns the time of what follows the blocks.
    #[must_use]
    pub fn further_time(self) -> Duration {
        time_of(self.further_units)
    }

    /// Returns how many evaluations a time is enough for.
    #[must_use]
    pub fn evaluations_in(self, time: Duration) -> usize {
        let one = time_of(self.units).max(Duration::from_nanos(1));
        usize::try_from(time.as_nanos() / one.as_nanos()).unwrap_or(usize::MAX)
    }

    /// Checks that one core works no longer than so for the whole study, what is done included.
    ///
    /// # Errors
    /// [`Refused::StudyTooLarge`] says how many evaluations would fit.
    pub fn within(self, limit: Duration) -> Result<(), Refused> {
        let to_do = self.time_in_blocks().saturating_add(self.further_time());
        let expected = to_do.saturating_add(time_of_evaluations(self.units, self.done));
        if expected <= limit {
            return Ok(());
        }
        let (asked, fitting) = (self.evaluations_in(expected), self.evaluations_in(limit));
        Err(StudyTooLarge { expected, limit, asked, fitting }.into())
    }
}

/// Returns the time that so many units of work take.
#[must_use]
pub fn time_of(units: u64) -> Duration {
    Duration::from_nanos(units.saturating_mul(UNIT_NANOSECONDS))
}

/// Returns the time that so many evaluations take, of so many units each.
#[must_use]
pub fn time_of_evaluations(units: u64, evaluations: usize) -> Duration {
    time_of(units.saturating_mul(u64::try_from(evaluations).unwrap_or(u64::MAX)))
}

/// Returns the units of work that a time is enough for.
#[must_use]
pub fn units_in(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / UNIT_NANOSECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_is_as_large_as_all_of_its_evaluations_and_what_follows_them() {
        let millisecond = units_in(Duration::from_millis(1));
        let work = StudyWork { units: millisecond, done: 10, in_blocks: 20, further_units: 5 * millisecond };
        work.within(time_of(35 * millisecond)).expect("all of it");
        let refused = work.within(time_of(34 * millisecond)).expect_err("a millisecond less");
        let Refused::StudyTooLarge(large) = refused else { panic!("{refused}") };
        assert_eq!((large.asked, large.fitting), (35, 34));
        assert_eq!((large.expected, large.limit), (time_of(35 * millisecond), time_of(34 * millisecond)));
        work.within(Duration::MAX).expect("no limit");
    }
}
