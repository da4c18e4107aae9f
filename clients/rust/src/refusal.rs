//! Fields that a refusal names, and why each cannot be used.

use tonic::Status;
use tonic_types::StatusExt;

/// Field that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Path of the field in the request: `costs[2].amount`.
    pub field: String,
    /// Reason for programs, such as `DECIMAL_MALFORMED`.
    pub reason: String,
    /// Sentence for people: the given value, and what would be right.
    pub description: String,
}

/// Returns the fields that a refusal names, first those that could not be read. A status of another kind has none.
#[must_use]
pub fn violations(status: &Status) -> Vec<Violation> {
    let named = status.get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    named
        .into_iter()
        .map(|violation| Violation { field: violation.field, reason: violation.reason, description: violation.description })
        .collect()
}
