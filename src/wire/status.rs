//! The only place where an error becomes a gRPC status.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode};
use prost::Message;
use prost_types::Any;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::pb::{BadRequest, ErrorInfo, RetryInfo, Status as DetailedStatus, bad_request::FieldViolation};

use super::refused::Refused;
use crate::models::input::{ModelError, Violations};

/// Who says so, in `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "paydirt";
/// Trailers of 8 KiB break some clients; base64 and the message take a third more than the details.
const DETAILS_BYTES_MAX: usize = 4096;

impl From<Refused> for Status {
    fn from(refused: Refused) -> Status {
        match &refused {
            Refused::Model(ModelError::Invalid(violations)) => invalid(violations),
            Refused::Model(error @ ModelError::ResultTooLarge { name }) => result_too_large(name, &error.to_string()),
            // Whatever else a model may come to refuse, it is the inputs that it cannot use.
            Refused::Model(error) => refuse(Code::InvalidArgument, &error.to_string(), INVALID_FIELDS, [], Vec::new()),
        }
    }
}

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

fn invalid(violations: &Violations) -> Status {
    let mut written = Vec::new();
    // What every field violation, and the line that counts the others, has to share.
    let mut room = DETAILS_BYTES_MAX - 1024;
    for violation in violations.kept() {
        let violation = FieldViolation {
            field: violation.field.clone(),
            description: violation.description.clone(),
            reason: violation.reason.as_str().to_owned(),
            ..FieldViolation::default()
        };
        // Its key and length come on top of the message itself.
        let Some(left) = room.checked_sub(violation.encoded_len() + 4) else { break };
        room = left;
        written.push(violation);
    }
    let more = violations.count() - written.len();
    if more > 0 {
        let description = format!("and {more} more");
        written.push(FieldViolation { description, reason: "MORE_VIOLATIONS".to_owned(), ..FieldViolation::default() });
    }
    let metadata = [("violations", violations.count().to_string())];
    refuse(Code::InvalidArgument, &violations.to_string(), INVALID_FIELDS, metadata, written)
}

/// Bytes that are no message of the method.
#[must_use]
pub fn malformed(why: &str) -> Status {
    let message = format!("the message cannot be read: {why}");
    refuse(Code::InvalidArgument, &message, "MESSAGE_MALFORMED", [], Vec::new())
}

/// A message that would take more memory than any within the contract's limits.
pub(super) fn too_many_fields(limit: usize) -> Status {
    let message = format!(
        "the message has more fields than any calculation takes, an empty message counted as a full one: at most {limit}"
    );
    refuse(Code::InvalidArgument, &message, "TOO_MANY_FIELDS", [("limit", limit.to_string())], Vec::new())
}

/// A message of more bytes than any may have.
#[must_use]
pub fn message_too_large(bytes: usize, limit: usize) -> Status {
    let message = format!("the message has {bytes} bytes, and may have {limit}");
    refuse(Code::ResourceExhausted, &message, "MESSAGE_TOO_LARGE", [("limit", limit.to_string())], Vec::new())
}

/// An answer of more bytes than any client takes unless told.
#[must_use]
pub fn answer_too_large(limit: usize, instead: &str) -> Status {
    let message = format!("the answer would have more than {limit} bytes: {instead}");
    refuse(Code::ResourceExhausted, &message, "ANSWER_TOO_LARGE", [("limit", limit.to_string())], Vec::new())
}

/// A stream that the server ends before its caller does, after it has answered so many: the caller goes on with the next one elsewhere.
#[must_use]
pub fn stream_ends_early(why: &str, answered: u64) -> Status {
    let message = format!("{why}: the first {answered} calculations are answered, go on with the next in a new stream");
    refuse(Code::Unavailable, &message, "STREAM_ENDS_EARLY", [("answered", answered.to_string())], Vec::new())
}

/// The same refusal of a message that is one of many, by its number, which counts from 1.
#[must_use]
pub fn of_message(status: &Status, number: u64) -> Status {
    let message = format!("message {number} of the stream: {}", status.message());
    let mut detailed = DetailedStatus::decode(status.details()).unwrap_or_default();
    detailed.message.clone_from(&message);
    Status::with_details(status.code(), message, detailed.encode_to_vec().into())
}

/// A message that is compressed in a way that is not known.
#[must_use]
pub fn unknown_encoding(encoding: &HeaderValue) -> Status {
    let shown: String = encoding.to_str().unwrap_or("?").chars().take(100).collect();
    let message = format!("messages are taken as they are (identity) or by gzip, and not in the encoding {shown:?}");
    let mut status = refuse(Code::Unimplemented, &message, "ENCODING_UNKNOWN", [], Vec::new());
    // What client libraries go by.
    status.metadata_mut().insert("grpc-accept-encoding", MetadataValue::from_static("identity,gzip"));
    status
}

/// What the transport found wrong with a message, as a status of ours.
///
/// Services compute, and never answer INTERNAL themselves: one that comes from reading a message is the caller's.
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

/// With details beside the reason.
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
    let details = std::iter::once(any("google.rpc.ErrorInfo", &info)).chain(further).collect();
    let detailed = DetailedStatus { code: code.into(), message: message.to_owned(), details };
    Status::with_details(code, message, detailed.encode_to_vec().into())
}

fn any(name: &str, message: &impl Message) -> Any {
    Any { type_url: format!("type.googleapis.com/{name}"), value: message.encode_to_vec() }
}

/// There is no room for the call now; its caller may try again.
#[must_use]
pub fn unavailable(reason: &str, message: &str, retry_after: Duration) -> Status {
    let milliseconds = retry_after.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
    let retry = RetryInfo { retry_delay: prost_types::Duration::try_from(retry_after).ok() };
    let mut status = refuse_with(Code::Unavailable, message, reason, [], vec![any("google.rpc.RetryInfo", &retry)]);
    if let Ok(pushback) = milliseconds.to_string().parse() {
        // What client libraries obey: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
        status.metadata_mut().insert("grpc-retry-pushback-ms", pushback);
    }
    status
}

/// The answer would come too late.
#[must_use]
pub fn deadline_exceeded() -> Status {
    refuse(Code::DeadlineExceeded, "the deadline has passed before the answer was there", "DEADLINE_EXCEEDED", [], Vec::new())
}

/// The caller's `grpc-timeout` is none.
#[must_use]
pub fn malformed_timeout() -> Status {
    let message = "grpc-timeout cannot be read: write up to eight digits and a unit of H, M, S, m, u or n, as in 500m";
    refuse(Code::InvalidArgument, message, "TIMEOUT_MALFORMED", [], Vec::new())
}

/// A request that is no call of gRPC's, and with which status HTTP says so.
#[must_use]
pub fn not_grpc<Body: Default>(message: &str, status: StatusCode) -> http::Response<Body> {
    let mut response = refuse(Code::InvalidArgument, message, "NOT_GRPC", [], Vec::new()).into_http::<Body>();
    *response.status_mut() = status;
    response
}

/// A bug of ours, which says nothing of what was asked.
#[must_use]
pub fn panicked() -> Status {
    refuse(Code::Internal, "the server has made a mistake, which is logged", "PANIC", [], Vec::new())
}

/// The caller's certificate is good, and its name is not on the list.
#[must_use]
pub fn caller_not_allowed() -> Status {
    let message = "none of the names in the client's certificate may call this service";
    refuse(Code::PermissionDenied, message, "CALLER_NOT_ALLOWED", [], Vec::new())
}

/// No service answers to this path.
#[must_use]
pub fn unknown_method(path: &str) -> Status {
    let shown: String = path.trim_start_matches('/').chars().take(100).collect();
    let message = format!("no method is called {shown:?}; reflection lists those that are");
    refuse(Code::Unimplemented, &message, "METHOD_UNKNOWN", [], Vec::new())
}

/// As trailers after a body.
#[must_use]
pub fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    if status.add_header(&mut trailers).is_err() {
        // A status that cannot be written is one of INTERNAL without words.
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("13"));
    }
    trailers
}
