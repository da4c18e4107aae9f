//! Whether a study may begin: its work by its estimate, and its memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tonic::Status;

use crate::engine::study::study_blocks::BlockStudy;
use crate::models::work::UNIT_NANOSECONDS;
use crate::server::call::Call;
use crate::server::telemetry::metrics::StudyRefusal;
use crate::wire::status;

/// The work of a study, by its estimate.
#[derive(Clone, Copy)]
pub(super) struct StudyWork {
    /// One evaluation, in units of work.
    pub units: u64,
    /// The evaluations that are done.
    pub done: usize,
    /// The evaluations that blocks have to do, on any number of threads.
    pub in_blocks: usize,
    /// The units of work that follow, on one thread.
    pub further_units: u64,
}

/// The time that so many units of work take.
pub(super) fn time_of(units: u64) -> Duration {
    Duration::from_nanos(units.saturating_mul(UNIT_NANOSECONDS))
}

/// The time that so many evaluations take, of so many units each.
pub(super) fn time_of_evaluations(units: u64, evaluations: usize) -> Duration {
    time_of(units.saturating_mul(u64::try_from(evaluations).unwrap_or(u64::MAX)))
}

/// Holds memory for a call.
pub(super) fn hold(call: &Call, bytes: usize) -> Result<(), Status> {
    call.hold(bytes).map_err(|full| call.shared().memory.refusal(full))
}

/// Admits a study whose evaluations are all known, and holds memory for its answer.
pub(super) fn admitted<Study: BlockStudy>(call: &Call, study: Study) -> Result<Arc<Study>, Status> {
    let (units, in_blocks, further_units) = (study.units(), study.count(), study.further_units());
    admit(call, StudyWork { units, done: 0, in_blocks, further_units })?;
    hold(call, study.answer_bytes())?;
    Ok(Arc::new(study))
}

/// Refuses a study that is too large for the server, or for its deadline.
pub(super) fn admit(call: &Call, work: StudyWork) -> Result<(), Status> {
    let one = time_of(work.units).max(Duration::from_nanos(1));
    let (in_blocks, further) = (time_of_evaluations(work.units, work.in_blocks), time_of(work.further_units));
    let to_do = in_blocks.saturating_add(further);
    let all = to_do.saturating_add(time_of_evaluations(work.units, work.done));
    let evaluations = |time: Duration| usize::try_from(time.as_nanos() / one.as_nanos()).unwrap_or(usize::MAX);
    let most = call.shared().settings.max_study;
    if all > most {
        call.shared().metrics.study_refused(StudyRefusal::TooLarge);
        return Err(status::study_too_large(all, most, evaluations(all), evaluations(most)));
    }
    // What follows the blocks is computed by one thread after the other.
    let threads = u32::try_from(call.shared().pool.threads()).unwrap_or(u32::MAX).max(1);
    let Some(deadline) = call.deadline else { return Ok(()) };
    let (taken, left) = (in_blocks / threads + further, deadline.saturating_duration_since(Instant::now()));
    if taken > left {
        call.shared().metrics.study_refused(StudyRefusal::DeadlineTooNear);
        let share = left.as_secs_f64() / taken.as_secs_f64();
        return Err(status::study_too_late(taken, left, evaluations(to_do), evaluations(to_do.mul_f64(share))));
    }
    Ok(())
}
