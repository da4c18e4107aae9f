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
    let mut details = pb::Status::decode(status.details()).unwrap_or_default().details;
    // Connect's conformance suite compares the details with those that it has asked for.
    if cfg!(not(feature = "conformance")) {
        details.extend(help(&details));
    }
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

/// Returns the detail that links the reasons of a refusal to the page of errors: that of the call, and those of its fields.
fn help(details: &[Any]) -> Option<Any> {
    let of_type =
        |name: &str| details.iter().find(|detail| detail.type_url.ends_with(name)).map(|detail| detail.value.as_slice());
    let of_call = of_type("/google.rpc.ErrorInfo").and_then(|bytes| pb::ErrorInfo::decode(bytes).ok()).map(|info| info.reason);
    let fields = of_type("/google.rpc.BadRequest").and_then(|bytes| pb::BadRequest::decode(bytes).ok()).unwrap_or_default();
    let mut links: Vec<pb::help::Link> = Vec::new();
    for reason in of_call.into_iter().chain(fields.field_violations.into_iter().map(|violation| violation.reason)) {
        let url = format!("/errors#{reason}");
        if !reason.is_empty() && !links.iter().any(|link| link.url == url) {
            links.push(pb::help::Link { description: reason, url });
        }
    }
    let help = pb::Help { links };
    let value = help.encode_to_vec();
    (!help.links.is_empty()).then(|| Any { type_url: "type.googleapis.com/google.rpc.Help".to_owned(), value })
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
        let links = json!([{ "description": "OVERLOADED", "url": "/errors#OVERLOADED" }]);
        if cfg!(not(feature = "conformance")) {
            assert_eq!(
                (&json["details"][2]["type"], &json["details"][2]["debug"]["links"]),
                (&json!("google.rpc.Help"), &links)
            );
        }
        let value = STANDARD_NO_PAD.decode(json["details"][0]["value"].as_str().expect("text")).expect("base64");
        assert_eq!(pb::ErrorInfo::decode(value.as_slice()).expect("the message").reason, "OVERLOADED");
        assert_eq!(error_json(&Status::new(Code::Cancelled, "")), r#"{"code":"canceled"}"#);
    }
}
