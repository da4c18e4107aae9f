//! A study in rounds: the points of a round follow from what was seen in the rounds before.

use super::points::{PointBatch, SeenPoints};
use super::study_blocks::whole;

/// A study that asks for points, round after round, until it has its answer.
///
/// A round's points are computed in blocks, by whoever drives the study; what was seen comes back in the order of the points.
pub trait RoundStudy: Send + 'static {
    /// The response.
    type Answer;

    /// Returns the number of points that come after the round which was begun last, as far as it is known.
    fn to_come(&self) -> usize;

    /// Returns the points of the next round; `None` after the last.
    fn next_round(&mut self) -> Option<PointBatch>;

    /// Takes the figures of a round's points.
    fn take(&mut self, seen: SeenPoints);

    /// Returns the response.
    fn response(self) -> Self::Answer;
}

/// Computes a study, each round as one block.
pub fn whole_in_rounds<S: RoundStudy>(mut study: S) -> S::Answer {
    while let Some(round) = study.next_round() {
        study.take(whole(&round));
    }
    study.response()
}
