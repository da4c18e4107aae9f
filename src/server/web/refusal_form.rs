//! The form in which a refusal is told: an agent, a caller in JSON, a client of gRPC and a person at a terminal read different things.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};

use super::asked::AGENTS_PATH;
use super::content_type::spoken;
use crate::server::protocol::Protocol;

/// The form of a refusal at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalForm {
    /// Connect's error in JSON.
    Connect,
    /// The error of JSON-RPC.
    Agent,
    /// Lines, and gRPC's status in the headers.
    Grpc,
    /// Lines alone.
    Lines,
}

impl RefusalForm {
    /// Returns the form for whoever has sent this head.
    pub fn to(parts: &Parts) -> RefusalForm {
        if parts.uri.path() == AGENTS_PATH {
            return RefusalForm::Agent;
        }
        let protocol = parts.headers.get(header::CONTENT_TYPE).and_then(|content_type| spoken(content_type.as_bytes()));
        match protocol.map(|(_, language)| language.protocol) {
            Some(Protocol::Connect) => RefusalForm::Connect,
            Some(Protocol::Grpc | Protocol::GrpcWeb) => RefusalForm::Grpc,
            Some(Protocol::Mcp) | None if takes_json(&parts.headers) || is_connects_get(parts) => RefusalForm::Connect,
            Some(Protocol::Mcp) | None => RefusalForm::Lines,
        }
    }
}

/// Returns whether a request names JSON among what it takes. A browser that opens an address does not, and `curl --json` does.
fn takes_json(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes);
    let mut media_types = lists.flat_map(|list| list.split(|byte| *byte == b','));
    media_types.any(|media_type| {
        let name = media_type.split(|byte| *byte == b';').next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(b"application/json")
    })
}

/// Returns whether a request has a query as Connect's GET has it.
fn is_connects_get(parts: &Parts) -> bool {
    let mut pairs = parts.uri.query().unwrap_or_default().split('&');
    pairs.any(|pair| pair == "connect=v1" || pair.starts_with("encoding="))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn everyone_reads_a_refusal_of_their_own() {
        let told = |path: &str, headers: &[(&str, &str)]| {
            let request =
                headers.iter().fold(Request::builder().uri(path), |request, (name, value)| request.header(*name, *value));
            RefusalForm::to(&request.body(()).expect("a request").into_parts().0)
        };
        assert_eq!(told("/mcp", &[("content-type", "application/json")]), RefusalForm::Agent);
        for content_type in ["application/json", "application/proto; a=b", "application/connect+proto"] {
            assert_eq!(told("/x", &[("content-type", content_type)]), RefusalForm::Connect, "{content_type}");
        }
        for content_type in ["application/grpc", "application/grpc-web-text", "application/grpc-web+json"] {
            assert_eq!(told("/x", &[("content-type", content_type), ("accept", "application/json")]), RefusalForm::Grpc);
        }
        for accept in ["application/json", "text/html, Application/JSON;q=0.5"] {
            assert_eq!(told("/x", &[("accept", accept)]), RefusalForm::Connect, "{accept}");
        }
        assert_eq!(told("/x?message=&encoding=xml", &[]), RefusalForm::Connect);
        let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
        for headers in [&[][..], &browser, &[("content-type", "application/x-www-form-urlencoded"), ("accept", "*/*")]] {
            assert_eq!(told("/x?q=encoding", headers), RefusalForm::Lines);
        }
    }
}
