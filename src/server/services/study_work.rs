//! The work of a study, against what the server takes and what its call has time for.

use std::time::{Duration, Instant};

use tonic::Status;

use crate::engine::study::study_blocks::BlockStudy;
use crate::models::work::UNIT_NANOSECONDS;
use crate::server::call::Call;
use crate::server::config::STUDY_WORK_MAX;
use crate::wire::status;

/// The work of a study.
pub(super) struct StudyWork {
    /// The estimate of one evaluation.
    one: Duration,
    /// The evaluations of the blocks that come next.
    in_blocks: usize,
    /// The evaluations of blocks behind those.
    to_come: usize,
    /// The evaluations that are done.
    done: usize,
    /// The estimate of what one thread computes after the other.
    further: Duration,
}

impl StudyWork {
    pub fn of(study: &impl BlockStudy) -> StudyWork {
        let one = time_of(study.units()).max(Duration::from_nanos(1));
        StudyWork { one, in_blocks: study.count(), to_come: 0, done: 0, further: time_of(study.further_units()) }
    }

    /// Returns the work with that of other evaluations, some of them done and some to come.
    pub fn beside(self, done: usize, to_come: usize) -> StudyWork {
        StudyWork { done, to_come, ..self }
    }

    /// The estimate of so many evaluations.
    fn time(&self, evaluations: usize) -> Duration {
        let nanoseconds = u64::try_from(self.one.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(nanoseconds.saturating_mul(u64::try_from(evaluations).unwrap_or(u64::MAX)))
    }
}

/// Returns the time of so many units of work.
pub(super) fn time_of(units: u64) -> Duration {
    Duration::from_nanos(units.saturating_mul(UNIT_NANOSECONDS))
}

/// Refuses a study that is too large for the server, or for its deadline.
pub(super) fn admit(call: &Call, work: &StudyWork) -> Result<(), Status> {
    let left_in_blocks = work.time(work.in_blocks.saturating_add(work.to_come));
    let all = left_in_blocks.saturating_add(work.time(work.done)).saturating_add(work.further);
    let evaluations = |time: Duration| usize::try_from(time.as_nanos() / work.one.as_nanos()).unwrap_or(usize::MAX);
    if all > STUDY_WORK_MAX {
        return Err(status::study_too_large(all, STUDY_WORK_MAX, evaluations(all), evaluations(STUDY_WORK_MAX)));
    }
    // What follows the blocks is computed by one thread after the other.
    let threads = u32::try_from(call.shared().pool.threads()).unwrap_or(u32::MAX).max(1);
    let Some(deadline) = call.deadline else { return Ok(()) };
    let (taken, left) = (left_in_blocks / threads + work.further, deadline.saturating_duration_since(Instant::now()));
    if taken > left {
        let share = left.as_secs_f64() / taken.as_secs_f64();
        return Err(status::study_too_late(taken, left, evaluations(all), evaluations(all.mul_f64(share))));
    }
    Ok(())
}
