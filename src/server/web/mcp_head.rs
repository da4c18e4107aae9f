//! The head of an agent's message: what it has to be before the message is read.

use http::request::Parts;
use http::{HeaderValue, Method, header};

use super::refusal::DoorRefusal;

/// Returns whether a request may be an agent's message.
///
/// # Errors
/// The refusal of one that is not.
pub(super) fn may_be_asked(parts: &Parts) -> Result<(), DoorRefusal> {
    if parts.method != Method::POST {
        return Err(DoorRefusal::http_method(
            "an agent sends each message by POST; there is no session and no stream of events",
            "POST",
        ));
    }
    let mut written = parts.headers.get_all(header::CONTENT_TYPE).iter();
    let content_type = written.next().filter(|_| written.next().is_none()).map_or(&[][..], HeaderValue::as_bytes);
    let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if !media_type.eq_ignore_ascii_case(b"application/json") {
        return Err(DoorRefusal::content_type("an agent's message is application/json"));
    }
    match parts.headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => Err(DoorRefusal::content_type("an agent's message is not compressed")),
        _ => Ok(()),
    }
}
