//! Statuses of gRPC: the only place where an error becomes one. Every refusal that is made here has a `google.rpc.ErrorInfo` with its
//! reason among its details.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use prost::Message;
use prost_types::Any;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo, RetryInfo, Status as DetailedStatus, bad_request::FieldViolation};

use super::json::Unreadable;
use super::refused::{Refused, StudyTooLarge};
use crate::models::input::{ModelError, Violations};

/// The domain in every `google.rpc.ErrorInfo`: the name of who refuses.
pub const DOMAIN: &str = "paydirt";
/// The most bytes of a status' details. Trailers of 8 KiB break some clients; base64 and the message take a third more than the details.
const DETAILS_BYTES_MAX: usize = 4096;

impl From<Refused> for Status {
    fn from(refused: Refused) -> Status {
        match &refused {
            Refused::Model(ModelError::Invalid(violations)) => invalid(violations),
            Refused::Model(error @ ModelError::ResultTooLarge { name }) => result_too_large(name, &error.to_string()),
            // Whatever else a model may come to refuse, it is the inputs that it cannot use.
            Refused::Model(error) => refuse(Code::InvalidArgument, &error.to_string(), INVALID_FIELDS, [], Vec::new()),
            Refused::StudyTooLarge(study) => study_too_large(study),
        }
    }
}

impl From<Unreadable> for Status {
    fn from(unreadable: Unreadable) -> Status {
        match &unreadable {
            Unreadable::TooManyFields(limit) => too_many_fields(*limit),
            Unreadable::Malformed(_) => {
                refuse(Code::InvalidArgument, &unreadable.to_string(), "JSON_MALFORMED", [], Vec::new())
            }
            Unreadable::Faults(faults) => {
                let violations = faults.kept().iter().map(|fault| FieldViolation {
                    field: fault.place.clone(),
                    description: fault.text.clone(),
                    reason: fault.reason.to_owned(),
                    ..FieldViolation::default()
                });
                invalid_fields(&unreadable.to_string(), faults.count(), violations)
            }
        }
    }
}

/// Returns INVALID_ARGUMENT with the reason `RESULT_TOO_LARGE` and the name of the result.
fn result_too_large(name: &str, message: &str) -> Status {
    let violation = FieldViolation {
        field: name.to_owned(),
        description: message.to_owned(),
        reason: RESULT_TOO_LARGE.to_owned(),
        ..FieldViolation::default()
    };
    refuse(Code::InvalidArgument, message, RESULT_TOO_LARGE, [("result", name.to_owned())], vec![violation])
}

const INVALID_FIELDS: &str = "INVALID_FIELDS";
const RESULT_TOO_LARGE: &str = "RESULT_TOO_LARGE";

/// Returns INVALID_ARGUMENT with the reason `INVALID_FIELDS` for what a model refuses.
fn invalid(violations: &Violations) -> Status {
    let kept = violations.kept().map(|violation| FieldViolation {
        field: violation.field.clone(),
        description: violation.description.clone(),
        reason: violation.reason.as_str().to_owned(),
        ..FieldViolation::default()
    });
    invalid_fields(&violations.to_string(), violations.count(), kept)
}

/// Returns INVALID_ARGUMENT with the reason `INVALID_FIELDS` and as many violations as the details have room for. `count` is the number of
/// all of them, those included that are not at hand.
fn invalid_fields(message: &str, count: usize, violations: impl Iterator<Item = FieldViolation>) -> Status {
    let mut written = Vec::new();
    // The message stands among the details too. The rest are the reason, and the line that counts the violations left out.
    let mut room = DETAILS_BYTES_MAX.saturating_sub(512 + message.len());
    for violation in violations {
        // The key and the length of the violation come on top of its own bytes.
        let Some(left) = room.checked_sub(violation.encoded_len() + 4) else { break };
        room = left;
        written.push(violation);
    }
    let more = count - written.len();
    if more > 0 {
        let description = format!("and {more} more");
        written.push(FieldViolation { description, reason: "MORE_VIOLATIONS".to_owned(), ..FieldViolation::default() });
    }
    refuse(Code::InvalidArgument, message, INVALID_FIELDS, [("violations", count.to_string())], written)
}

/// Returns INVALID_ARGUMENT with the reason `MESSAGE_MALFORMED`, for bytes that are no message of the method.
#[must_use]
pub fn malformed(why: &str) -> Status {
    let message = format!("the message cannot be read: {why}");
    refuse(Code::InvalidArgument, &message, "MESSAGE_MALFORMED", [], Vec::new())
}

/// Returns INVALID_ARGUMENT with the reason `TOO_MANY_FIELDS`, for a message that would take more memory than any within the contract's
/// limits.
pub(super) fn too_many_fields(limit: usize) -> Status {
    refuse(
        Code::InvalidArgument,
        &Unreadable::TooManyFields(limit).to_string(),
        "TOO_MANY_FIELDS",
        [("limit", limit.to_string())],
        Vec::new(),
    )
}

/// Returns RESOURCE_EXHAUSTED with the reason `MESSAGE_TOO_LARGE`, for a message of more bytes than any may have.
#[must_use]
pub fn message_too_large(bytes: usize, limit: usize) -> Status {
    let message = format!("the message has {bytes} bytes, and may have {limit}");
    refuse(Code::ResourceExhausted, &message, "MESSAGE_TOO_LARGE", [("limit", limit.to_string())], Vec::new())
}

/// Returns RESOURCE_EXHAUSTED with the reason `ANSWER_TOO_LARGE`, for an answer of more bytes than any client takes unless it is told to.
/// `instead` says what to ask for.
#[must_use]
pub fn answer_too_large(limit: usize, instead: &str) -> Status {
    let message = format!("the answer would have more than {limit} bytes: {instead}");
    refuse(Code::ResourceExhausted, &message, "ANSWER_TOO_LARGE", [("limit", limit.to_string())], Vec::new())
}

/// Returns RESOURCE_EXHAUSTED with the reason `STUDY_TOO_LARGE`, for a study of more work than a study may take.
fn study_too_large(study: &StudyTooLarge) -> Status {
    let (expected, limit) = (study.expected.as_millis(), study.limit.as_millis());
    let numbers = [("expected_ms", expected), ("limit_ms", limit), ("fitting", study.fitting as u128)];
    let metadata = numbers.map(|(name, number)| (name, number.to_string()));
    refuse(Code::ResourceExhausted, &study.to_string(), "STUDY_TOO_LARGE", metadata, Vec::new())
}

/// Returns DEADLINE_EXCEEDED with the reason `DEADLINE_EXCEEDED`, for a study that cannot be done before its deadline. `fitting` is the number
/// of evaluations that the time would be enough for of the number that is asked for.
///
/// Another replica has no more time, so nothing is gained by sending the call again.
#[must_use]
pub fn study_too_late(expected: Duration, left: Duration, asked: usize, fitting: usize) -> Status {
    let (expected, left) = (expected.as_millis(), left.as_millis());
    let message = format!(
        "the study would take {expected} ms, and its deadline leaves {left}: {fitting} of its {asked} evaluations would fit"
    );
    let numbers = [("expected_ms", expected), ("left_ms", left), ("fitting", fitting as u128)];
    let metadata = numbers.map(|(name, number)| (name, number.to_string()));
    refuse(Code::DeadlineExceeded, &message, "DEADLINE_EXCEEDED", metadata, Vec::new())
}

/// Returns UNAVAILABLE with the reason `STREAM_ENDS_EARLY`, for a stream that the server ends before its caller does, after so many
/// answers: the caller goes on elsewhere with the next calculation.
#[must_use]
pub fn stream_ends_early(why: &str, answered: u64) -> Status {
    let message = format!("{why}: the first {answered} calculations are answered, go on with the next in a new stream");
    refuse(Code::Unavailable, &message, "STREAM_ENDS_EARLY", [("answered", answered.to_string())], Vec::new())
}

/// Returns the refusal of one message of a stream, with the number of that message before its text. Numbers count from 1.
#[must_use]
pub fn of_message(status: &Status, number: u64) -> Status {
    let message = format!("message {number} of the stream: {}", status.message());
    let mut detailed = DetailedStatus::decode(status.details()).unwrap_or_default();
    detailed.message.clone_from(&message);
    Status::with_details(status.code(), message, detailed.encode_to_vec().into())
}

/// Returns UNIMPLEMENTED with the reason `ENCODING_UNKNOWN`, for a message that is compressed in an unknown way.
#[must_use]
pub fn unknown_encoding(encoding: &HeaderValue) -> Status {
    let shown: String = encoding.to_str().unwrap_or("?").chars().take(100).collect();
    let message = format!("messages are taken as they are (identity) or by gzip, and not in the encoding {shown:?}");
    let mut status = refuse(Code::Unimplemented, &message, "ENCODING_UNKNOWN", [], Vec::new());
    // Client libraries go by this header.
    status.metadata_mut().insert("grpc-accept-encoding", MetadataValue::from_static("identity,gzip"));
    status
}

/// Returns a status of this server for a fault that tonic found in a message; `None` for any other code.
///
/// Services compute, and never answer INTERNAL themselves: an INTERNAL that comes from reading a message is the caller's fault.
#[must_use]
pub fn of_unreadable_message(code: Code, message: &str) -> Option<Status> {
    match code {
        Code::Internal => Some(malformed(message)),
        Code::OutOfRange => {
            let message = message.trim_start_matches("Error, ");
            Some(refuse(Code::ResourceExhausted, message, "MESSAGE_TOO_LARGE", [], Vec::new()))
        }
        _ => None,
    }
}

/// Returns a status with a reason, and with field violations where there are any.
fn refuse<const N: usize>(
    code: Code,
    message: &str,
    reason: &str,
    metadata: [(&str, String); N],
    violations: Vec<FieldViolation>,
) -> Status {
    let violations =
        (!violations.is_empty()).then(|| any("google.rpc.BadRequest", &BadRequest { field_violations: violations }));
    refuse_with(code, message, reason, metadata, violations.into_iter().collect())
}

/// Returns a status with a reason, and with further details beside it.
fn refuse_with<const N: usize>(
    code: Code,
    message: &str,
    reason: &str,
    metadata: [(&str, String); N],
    further: Vec<Any>,
) -> Status {
    let info = ErrorInfo {
        reason: reason.to_owned(),
        domain: DOMAIN.to_owned(),
        metadata: metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
    };
    // Connect's suite compares details with those that its own service gives.
    let details = match cfg!(feature = "conformance") {
        false => std::iter::once(any("google.rpc.ErrorInfo", &info)).chain(further).collect(),
        true => Vec::new(),
    };
    let detailed = DetailedStatus { code: code.into(), message: message.to_owned(), details };
    Status::with_details(code, message, detailed.encode_to_vec().into())
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}

/// Returns UNAVAILABLE with this reason, for a call for which there is no room now. The caller may try again after `retry_after`.
#[must_use]
pub fn unavailable(reason: &str, message: &str, retry_after: Duration) -> Status {
    let milliseconds = retry_after.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let retry = RetryInfo { retry_delay: prost_types::Duration::try_from(retry_after).ok() };
    let mut status = refuse_with(Code::Unavailable, message, reason, [], vec![any("google.rpc.RetryInfo", &retry)]);
    if let Ok(pushback) = milliseconds.to_string().parse() {
        // Client libraries obey this header: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
        status.metadata_mut().insert("grpc-retry-pushback-ms", pushback);
    }
    status
}

/// Returns DEADLINE_EXCEEDED, for an answer that would come too late.
#[must_use]
pub fn deadline_exceeded() -> Status {
    refuse(Code::DeadlineExceeded, "the deadline has passed before the answer was there", "DEADLINE_EXCEEDED", [], Vec::new())
}

/// Returns DEADLINE_EXCEEDED with the reason `UPLOAD_TOO_SLOW`, for a request that began to come and did not go on.
///
/// A time limit has passed, as with every DEADLINE_EXCEEDED, and client libraries do not repeat such a call by themselves. UNAVAILABLE would
/// have them send the message again at once, and ABORTED says that someone else was first.
#[must_use]
pub fn upload_too_slow() -> Status {
    let message = "the rest of the request has not come: once a message has begun, at least 1 KiB a second is expected";
    refuse(Code::DeadlineExceeded, message, "UPLOAD_TOO_SLOW", [], Vec::new())
}

/// Returns INVALID_ARGUMENT with the reason `TIMEOUT_MALFORMED`, for a `grpc-timeout` that is no timeout.
#[must_use]
pub fn malformed_timeout() -> Status {
    let message = "grpc-timeout cannot be read: write up to eight digits and a unit of H, M, S, m, u or n, as in 500m";
    refuse(Code::InvalidArgument, message, "TIMEOUT_MALFORMED", [], Vec::new())
}

/// Returns INVALID_ARGUMENT with the reason `TIMEOUT_MALFORMED`, for a `connect-timeout-ms` that is no timeout.
#[must_use]
pub fn malformed_connect_timeout() -> Status {
    let message = "connect-timeout-ms cannot be read: write up to ten digits, as in 500";
    refuse(Code::InvalidArgument, message, "TIMEOUT_MALFORMED", [], Vec::new())
}

/// Returns the response to a request that is no call of gRPC's, with the HTTP status that says so.
#[must_use]
pub fn not_grpc<Body: Default>(message: &str, status: StatusCode) -> http::Response<Body> {
    let mut response = refuse(Code::InvalidArgument, message, "NOT_GRPC", [], Vec::new()).into_http::<Body>();
    *response.status_mut() = status;
    response
}

/// Returns the refusal of a request to the web port that is no call.
#[must_use]
pub fn at_the_door(code: Code, reason: &str, message: &str) -> Status {
    refuse(code, message, reason, [], Vec::new())
}

/// Returns INTERNAL with the reason `PANIC`, for a bug of the server. The status says nothing of the question.
#[must_use]
pub fn panicked() -> Status {
    refuse(Code::Internal, "the server has made a mistake, which is logged", "PANIC", [], Vec::new())
}

/// Returns PERMISSION_DENIED with the reason `CALLER_NOT_ALLOWED`, for a caller whose certificate is good and whose name is not on the
/// list.
#[must_use]
pub fn caller_not_allowed() -> Status {
    let message = "none of the names in the client's certificate may call this service";
    refuse(Code::PermissionDenied, message, "CALLER_NOT_ALLOWED", [], Vec::new())
}

/// Returns UNIMPLEMENTED with the reason `METHOD_UNKNOWN`, for a path that no service answers to.
#[must_use]
pub fn unknown_method(path: &str) -> Status {
    let shown: String = path.trim_start_matches('/').chars().take(100).collect();
    let message = format!("no method is called {shown:?}; reflection lists those that are");
    refuse(Code::Unimplemented, &message, "METHOD_UNKNOWN", [], Vec::new())
}

/// Returns a status as the trailers that follow a body.
#[must_use]
pub fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    if status.add_header(&mut trailers).is_err() {
        // A status that cannot be written becomes INTERNAL without a message.
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("13"));
    }
    trailers
}
