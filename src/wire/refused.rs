//! Why a question of the contract has no answer.

use crate::models::input::ModelError;

/// Why a question of the contract is refused, before anything is known of the transport that it came by.
///
/// [`status`](super::status) alone turns a refusal into a gRPC status.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The inputs cannot be used, or a result is too large.
    #[error(transparent)]
    Model(#[from] ModelError),
}
