//! Messages of the Model Context Protocol: whatever comes is answered with one line of JSON, or with nothing, and a call has a request
//! that is an object.

use paydirt::mcp::{RoutingHeaders, Tools, Understood, Way, take};
use serde_json::Value;

/// Reads any bytes as a message, by both ways.
///
/// # Panics
/// When an answer is no message, or the request of a call is no JSON.
pub fn check(bytes: &[u8]) {
    let headers =
        RoutingHeaders { version: Some("2026-07-28"), method: Some("tools/call"), name: Some("runway"), is_unclear: false };
    for way in [Way::Streams, Way::Http(RoutingHeaders::default()), Way::Http(headers)] {
        let reply = match take(bytes, way, &Tools::default()) {
            Understood::Nothing | Understood::Cancelled(_) => continue,
            Understood::Answered(reply) => reply,
            Understood::Call(call) => {
                let request: Value = serde_json::from_str(&call.request).expect("the request is JSON");
                assert!(request.is_object(), "{request}");
                call.answer.outcome(Ok("{}"))
            }
        };
        assert!(!reply.text.contains('\n'), "{}", reply.text);
        let answer: Value = serde_json::from_str(&reply.text).unwrap_or_else(|error| panic!("{error} in {}", reply.text));
        assert_eq!(answer["jsonrpc"], "2.0");
        assert!(answer.get("result").is_some() != answer.get("error").is_some(), "{answer}");
        assert!(matches!(reply.status, 200 | 400 | 404), "{}", reply.status);
        if reply.status != 200 {
            assert!(answer["error"]["code"].is_i64(), "{answer}");
        }
        // An id is repeated as it is, where the message is a request.
        if let Ok(Value::Object(asked)) = serde_json::from_slice::<Value>(bytes)
            && answer["id"] != Value::Null
        {
            assert_eq!(Some(&answer["id"]), asked.get("id"));
        }
    }
}
