//! A refusal of the engine: the reason why a question of the contract has no answer.

use std::time::Duration;

use crate::models::input::ModelError;

/// The reason why a question of the contract is refused. Nothing is known here of the transport that the question came by.
///
/// [`status`](super::status) alone turns a refusal into a gRPC status.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The inputs cannot be used, or a result is too large.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The study is more work than a study may take.
    #[error(transparent)]
    StudyTooLarge(#[from] StudyTooLarge),
}

/// A study of more work than a study may take, by its estimate.
#[derive(Debug, thiserror::Error)]
#[error(
    "the study would take {} ms of one core, and may take {}: {fitting} of its {asked} evaluations would fit",
    expected.as_millis(),
    limit.as_millis()
)]
pub struct StudyTooLarge {
    /// The time that one core would work for it.
    pub expected: Duration,
    /// The time that one core may work for a study.
    pub limit: Duration,
    /// The number of evaluations that are asked for.
    pub asked: usize,
    /// The number of evaluations that would fit.
    pub fitting: usize,
}
