//! Whether a study may begin: its work by its estimate, and its memory.

use std::sync::Arc;
use std::time::Instant;

use tonic::Status;

use crate::engine::study::study_blocks::BlockStudy;
use crate::engine::study::study_work::StudyWork;
use crate::server::call::Call;
use crate::server::telemetry::labels::StudyRefusal;
use crate::wire::status;

/// Holds memory for a call.
pub(super) fn hold(call: &Call, bytes: usize) -> Result<(), Status> {
    call.hold(bytes).map_err(|full| call.shared().memory.refusal(full))
}

/// Admits a study whose evaluations are all known, and holds memory for its answer.
pub(super) fn admitted<Study: BlockStudy>(call: &Call, study: Study) -> Result<Arc<Study>, Status> {
    admit(call, StudyWork::of_blocks(&study))?;
    hold(call, study.answer_bytes())?;
    Ok(Arc::new(study))
}

/// Refuses a study that is too large for the server, or for its deadline.
pub(super) fn admit(call: &Call, work: StudyWork) -> Result<(), Status> {
    if let Err(refused) = work.within(call.shared().settings.max_study) {
        call.shared().metrics.study_refused(StudyRefusal::TooLarge);
        return Err(refused.into());
    }
    // What follows the blocks is computed by one thread after the other.
    let threads = u32::try_from(call.shared().pool.threads()).unwrap_or(u32::MAX).max(1);
    let Some(deadline) = call.deadline else { return Ok(()) };
    let (in_blocks, further) = (work.time_in_blocks(), work.further_time());
    let (taken, left) = (in_blocks / threads + further, deadline.saturating_duration_since(Instant::now()));
    if taken > left {
        call.shared().metrics.study_refused(StudyRefusal::DeadlineTooNear);
        let (to_do, share) = (in_blocks.saturating_add(further), left.as_secs_f64() / taken.as_secs_f64());
        let fitting = work.evaluations_in(to_do.mul_f64(share));
        return Err(status::study_too_late(taken, left, work.evaluations_in(to_do), fitting));
    }
    Ok(())
}
