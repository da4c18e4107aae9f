//! The blocks of a study on the pool, and the pieces of a search.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use prometheus::IntGauge;
use tonic::Status;

use crate::engine::study::study_blocks::{BlockStudy, StudySearch};
use crate::engine::study::study_work::{time_of, time_of_evaluations, units_in};
use crate::server::call::Call;
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::pool::pieces::Pieces;
use crate::server::config::{STREAM_POOL_LOOK, STUDY_BLOCK};

/// Has the blocks of a study computed on the pool, and returns them in their order.
pub(super) async fn computed_blocks<Study: BlockStudy>(call: &Call, study: &Arc<Study>) -> Result<Vec<Study::Block>, Status> {
    let pool = &call.shared().pool;
    let mut ranges = ranges(study.count(), time_of(study.units()));
    let (mut pieces, mut done, mut entered) = (Pieces::default(), Vec::new(), 0_usize);
    loop {
        loop {
            if !pieces.is_parked() {
                let Some(range) = ranges.next() else { break };
                let (study, time) = (Arc::clone(study), time_of_evaluations(study.units(), range.len()));
                let metrics = Arc::clone(&call.shared().metrics);
                pieces.park(time, move || {
                    let _runs = RunningBlock::on(&metrics.study_blocks_running);
                    study.block(range)
                });
            }
            let may_enter = call.shared().memory.level() == MemoryLevel::Free;
            if !may_enter || !pieces.enter_beside(call, pool, pool.threads()) {
                break;
            }
            entered += 1;
        }
        if done.len() == entered && !pieces.is_parked() {
            return Ok(done);
        }
        let first = std::future::poll_fn(|context| pieces.poll_first(context));
        // A block that is parked looks for room now and then, whether or not another one ends meanwhile.
        if let Ok(block) = tokio::time::timeout(STREAM_POOL_LOOK, first).await {
            done.push(block?);
        }
    }
}

/// Has a search go on, piece by piece, to its end.
pub(super) async fn searched<Search: StudySearch>(call: &Call, mut search: Search) -> Result<Search, Status> {
    let one = time_of(search.units()).as_nanos().max(1);
    let evaluations = usize::try_from(STUDY_BLOCK.as_nanos() / one).unwrap_or(usize::MAX).max(1);
    search.within(units_in(call.shared().settings.max_study));
    let mut pieces = Pieces::default();
    loop {
        let time = STUDY_BLOCK.max(time_of(search.units()));
        let metrics = Arc::clone(&call.shared().metrics);
        pieces.park(time, move || {
            let _runs = RunningBlock::on(&metrics.study_blocks_running);
            let is_over = search.go_on(evaluations);
            (search, is_over)
        });
        let is_over;
        (search, is_over) = entered(call, &mut pieces).await?;
        if is_over {
            return Ok(search);
        }
    }
}

/// Hands the parked piece to the pool when that has room, and returns its result.
async fn entered<T: Send + 'static>(call: &Call, pieces: &mut Pieces<T>) -> Result<T, Status> {
    let pool = &call.shared().pool;
    while !(call.shared().memory.level() == MemoryLevel::Free && pieces.enter_beside(call, pool, 1)) {
        tokio::time::sleep(STREAM_POOL_LOOK).await;
    }
    std::future::poll_fn(|context| pieces.poll_first(context)).await
}

/// A block that runs, and counts as such until the value is dropped: a block that panics ends as well.
struct RunningBlock<'a>(&'a IntGauge);

impl RunningBlock<'_> {
    fn on(gauge: &IntGauge) -> RunningBlock<'_> {
        gauge.inc();
        RunningBlock(gauge)
    }
}

impl Drop for RunningBlock<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Parts so many evaluations into blocks of about [`STUDY_BLOCK`], given the estimate of one of them.
fn ranges(count: usize, one: Duration) -> impl Iterator<Item = Range<usize>> {
    let length = usize::try_from(STUDY_BLOCK.as_nanos() / one.as_nanos().max(1)).unwrap_or(usize::MAX).clamp(1, count.max(1));
    (0..count).step_by(length).map(move |start| start..count.min(start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_take_about_5_ms_and_hold_each_evaluation_once() {
        let of = |count, one| ranges(count, Duration::from_micros(one)).collect::<Vec<_>>();
        assert_eq!(of(10, 2_000), [0..2, 2..4, 4..6, 6..8, 8..10]);
        assert_eq!(of(3, 60_000), [0..1, 1..2, 2..3]);
        for all in [of(7, 1), of(7, 0)] {
            assert_eq!((all.len(), all.first()), (1, Some(&(0..7))));
        }
        assert_eq!(of(5, 2_500), [0..2, 2..4, 4..5]);
        assert!(of(0, 1).is_empty());
    }
}
