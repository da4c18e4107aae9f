//! A refusal of the engine: the reason why a question of the contract has no answer.

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
}
