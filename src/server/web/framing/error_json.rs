//! Errors as Connect writes them: JSON whose details a person can read.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prost::Message;
use prost_types::Any;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::pb;

/// Returns a status as JSON: code, message, and the details with their types, bytes and readable content.
pub(in crate::server::web) fn error_json(status: &Status) -> String {
    let details = pb::Status::decode(status.details()).unwrap_or_default().details;
    let mut text = format!(r#"{{"code":"{}""#, code_name(status.code()));
    // A text in memory takes every write.
    if !status.message().is_empty() {
        let _ = write!(text, r#","message":{}"#, Value::from(status.message()));
    }
    if !details.is_empty() {
        text.push_str(r#","details":["#);
        for (number, detail) in details.iter().enumerate() {
            let separator = if number > 0 { "," } else { "" };
            let name = detail.type_url.rsplit('/').next().unwrap_or_default();
            let _ = write!(
                text,
                r#"{separator}{{"type":{},"value":"{}""#,
                Value::from(name),
                STANDARD_NO_PAD.encode(&detail.value)
            );
            if let Some(debug) = readable(name, detail) {
                let _ = write!(text, r#","debug":{debug}"#);
            }
            text.push('}');
        }
        text.push(']');
    }
    text.push('}');
    text
}

/// Returns the content of a detail as the JSON of its message, for the kinds of details that this server gives.
fn readable(name: &str, detail: &Any) -> Option<Value> {
    let bytes = detail.value.as_slice();
    Some(match name {
        "google.rpc.ErrorInfo" => {
            let info = pb::ErrorInfo::decode(bytes).ok()?;
            let mut readable = json!({ "reason": info.reason, "domain": info.domain });
            if !info.metadata.is_empty() {
                readable["metadata"] = info.metadata.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
            }
            readable
        }
        "google.rpc.BadRequest" => {
            let violations = pb::BadRequest::decode(bytes).ok()?.field_violations;
            let violation = |violation: pb::bad_request::FieldViolation| {
                let parts = [("field", violation.field), ("description", violation.description), ("reason", violation.reason)];
                parts
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(name, text)| (name, Value::from(text)))
                    .collect::<Value>()
            };
            json!({ "fieldViolations": violations.into_iter().map(violation).collect::<Vec<_>>() })
        }
        "google.rpc.RetryInfo" => {
            let delay = pb::RetryInfo::decode(bytes).ok()?.retry_delay.unwrap_or_default();
            json!({ "retryDelay": format!("{}.{:09}s", delay.seconds, delay.nanos.max(0)) })
        }
        "google.rpc.Help" => {
            let links = pb::Help::decode(bytes).ok()?.links;
            let link = |link: pb::help::Link| json!({ "description": link.description, "url": link.url });
            json!({ "links": links.into_iter().map(link).collect::<Vec<_>>() })
        }
        _ => return None,
    })
}

/// Returns the name of a code as Connect writes it.
pub(super) fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "ok",
        Code::Cancelled => "canceled",
        Code::Unknown => "unknown",
        Code::InvalidArgument => "invalid_argument",
        Code::DeadlineExceeded => "deadline_exceeded",
        Code::NotFound => "not_found",
        Code::AlreadyExists => "already_exists",
        Code::PermissionDenied => "permission_denied",
        Code::ResourceExhausted => "resource_exhausted",
        Code::FailedPrecondition => "failed_precondition",
        Code::Aborted => "aborted",
        Code::OutOfRange => "out_of_range",
        Code::Unimplemented => "unimplemented",
        Code::Internal => "internal",
        Code::Unavailable => "unavailable",
        Code::DataLoss => "data_loss",
        Code::Unauthenticated => "unauthenticated",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::wire::status;

    #[test]
    fn a_refusal_is_readable_without_its_base64() {
        let text = error_json(&status::unavailable("OVERLOADED", "a \"quoted\" word", Duration::from_millis(250)));
        let json: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["code"], "unavailable");
        assert_eq!(json["message"], "a \"quoted\" word");
        assert_eq!(json["details"][0]["type"], "google.rpc.ErrorInfo");
        assert_eq!(json["details"][0]["debug"], json!({ "reason": "OVERLOADED", "domain": "paydirt" }));
        assert_eq!(json["details"][1]["debug"], json!({ "retryDelay": "0.250000000s" }));
        let value = STANDARD_NO_PAD.decode(json["details"][0]["value"].as_str().expect("text")).expect("base64");
        assert_eq!(pb::ErrorInfo::decode(value.as_slice()).expect("the message").reason, "OVERLOADED");
        assert_eq!(error_json(&Status::new(Code::Cancelled, "")), r#"{"code":"canceled"}"#);
    }
}
