//! A refusal of a call as text that lets a model repair the call: a line for each field, with its place and what is wrong.

use prost::Message;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo, RetryInfo, Status as DetailedStatus};

use super::study_call::as_written;
use crate::engine::Refused;
use crate::wire::json::Unreadable;
use crate::wire::status;

/// A call that is refused: a line for each field that cannot be used, or else one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    /// The place of a field in the request of a method, and what is wrong. The place is empty where the line is about the whole.
    lines: Vec<(String, String)>,
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

    /// The refusal of a call with a field that stands there twice.
    pub(super) fn twice(place: &str) -> RefusedCall {
        RefusedCall { lines: vec![(place.to_owned(), "the field stands here twice".to_owned())] }
    }

    /// Returns the refusal as text. `is_study` is true where places are meant as in the arguments of a study's tool.
    pub(super) fn lines(&self, is_study: bool) -> String {
        let line = |(place, said): &(String, String)| {
            let (place, said) = if is_study { as_written(place, said) } else { (place.clone(), said.clone()) };
            if place.is_empty() { said } else { format!("{place}: {said}") }
        };
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n")
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

/// Returns what a status says, a place and a line for each field that cannot be used.
fn lines(status: &Status) -> Vec<(String, String)> {
    let details = DetailedStatus::decode(status.details()).unwrap_or_default().details;
    let detail = |name: &str| details.iter().find(|detail| detail.type_url.ends_with(name)).map(|detail| &*detail.value);
    let fields = detail("google.rpc.BadRequest").and_then(|bytes| BadRequest::decode(bytes).ok()).unwrap_or_default();
    if !fields.field_violations.is_empty() {
        return fields.field_violations.into_iter().map(|violation| (violation.field, violation.description)).collect();
    }
    let retry =
        detail("google.rpc.RetryInfo").and_then(|bytes| RetryInfo::decode(bytes).ok()).and_then(|retry| retry.retry_delay);
    let line = match (status.code(), retry) {
        (Code::Unavailable, Some(retry)) => {
            let milliseconds = retry.seconds.saturating_mul(1000).saturating_add(i64::from(retry.nanos) / 1_000_000).max(1);
            format!("{}: try again in {milliseconds} ms", status.message())
        }
        _ => status.message().to_owned(),
    };
    vec![(String::new(), line)]
}
