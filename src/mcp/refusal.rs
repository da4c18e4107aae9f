//! A refusal of a call as text that lets a model repair the call: a line for each field, with its place and what is wrong.

use prost::Message;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo, RetryInfo, Status as DetailedStatus};

use crate::engine::Refused;
use crate::wire::json::Unreadable;
use crate::wire::status;

/// A call that is refused, as text: a line for each field that cannot be used, or else one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    pub(super) lines: String,
}

impl RefusedCall {
    /// The refusal of a call whose time is over.
    #[must_use]
    pub fn too_late() -> RefusedCall {
        (&status::deadline_exceeded()).into()
    }

    /// The refusal of a call that has met a bug.
    #[must_use]
    pub fn panicked() -> RefusedCall {
        (&status::panicked()).into()
    }
}

impl From<Unreadable> for RefusedCall {
    fn from(unreadable: Unreadable) -> RefusedCall {
        (&Status::from(unreadable)).into()
    }
}

impl From<Refused> for RefusedCall {
    fn from(refused: Refused) -> RefusedCall {
        (&Status::from(refused)).into()
    }
}

impl From<&Status> for RefusedCall {
    fn from(status: &Status) -> RefusedCall {
        RefusedCall { lines: lines(status) }
    }
}

/// Returns the reason that a status gives.
pub(super) fn reason_of(status: &Status) -> Option<String> {
    let details = DetailedStatus::decode(status.details()).ok()?.details;
    let info = details.iter().find(|detail| detail.type_url.ends_with("google.rpc.ErrorInfo"))?;
    Some(ErrorInfo::decode(&*info.value).ok()?.reason)
}

/// Returns what a status says, a line for each field that cannot be used.
fn lines(status: &Status) -> String {
    let details = DetailedStatus::decode(status.details()).unwrap_or_default().details;
    let detail = |name: &str| details.iter().find(|detail| detail.type_url.ends_with(name)).map(|detail| &*detail.value);
    let fields = detail("google.rpc.BadRequest").and_then(|bytes| BadRequest::decode(bytes).ok()).unwrap_or_default();
    let lines: Vec<String> = fields
        .field_violations
        .iter()
        .map(|violation| match &*violation.field {
            "" => violation.description.clone(),
            place => format!("{place}: {}", violation.description),
        })
        .collect();
    if !lines.is_empty() {
        return lines.join("\n");
    }
    let retry =
        detail("google.rpc.RetryInfo").and_then(|bytes| RetryInfo::decode(bytes).ok()).and_then(|retry| retry.retry_delay);
    match (status.code(), retry) {
        (Code::Unavailable, Some(retry)) => {
            let milliseconds = retry.seconds.saturating_mul(1000).saturating_add(i64::from(retry.nanos) / 1_000_000).max(1);
            format!("{}: try again in {milliseconds} ms", status.message())
        }
        _ => status.message().to_owned(),
    }
}
