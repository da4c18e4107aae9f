//! The refusals of the web port, which are given before a request becomes a call: an HTTP status and a reason, in the form that whoever has
//! asked reads.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::Bytes;
use tonic::{Code, Status};

use super::framing::error_json::error_json;
use super::refusal_form::RefusalForm;
use crate::mcp::refused_unread;
use crate::wire::status;

/// The content types of calls, as the header `Accept-Post` lists them.
const ACCEPT_POST: HeaderValue = HeaderValue::from_static(
    "application/json, application/proto, application/connect+json, application/connect+proto, application/grpc-web, \
     application/grpc-web+json, application/grpc-web-text, application/grpc, application/grpc+json",
);

/// A refusal of a request.
#[derive(Debug)]
pub(super) struct DoorRefusal {
    pub status: StatusCode,
    /// The refusal as a call would have it.
    refused: Status,
    /// The reason in `refused`.
    reason: &'static str,
    /// The methods of HTTP that are allowed instead.
    allow: Option<&'static str>,
}

impl DoorRefusal {
    fn new(status: StatusCode, code: Code, reason: &'static str, line: &str) -> DoorRefusal {
        DoorRefusal { status, refused: status::at_the_door(code, reason, line), reason, allow: None }
    }

    /// A request without a host, or with several that differ.
    pub fn no_host() -> DoorRefusal {
        let line = "a request names one host, in Host or in :authority";
        DoorRefusal::new(StatusCode::BAD_REQUEST, Code::InvalidArgument, "HOST_UNCLEAR", line)
    }

    /// A host that is not on the list. Without the list, a page of a stranger could reach the server by a name of its own that leads here.
    pub fn unknown_host(host: &str) -> DoorRefusal {
        let shown = shown(host);
        let line =
            format!("this server does not answer for the host {shown:?}: --web-hosts names the hosts that it answers for");
        DoorRefusal::new(StatusCode::MISDIRECTED_REQUEST, Code::PermissionDenied, "HOST_UNKNOWN", &line)
    }

    /// A page of another origin.
    pub fn other_origin(origin: &HeaderValue) -> DoorRefusal {
        let shown = shown(origin.to_str().unwrap_or("?"));
        let line = format!("pages of the origin {shown:?} may not call this server: --web-allow-origin names those that may");
        DoorRefusal::new(StatusCode::FORBIDDEN, Code::PermissionDenied, "ORIGIN_NOT_ALLOWED", &line)
    }

    /// A path that is neither a method's nor a document's.
    pub fn unknown_path(path: &str, nearest: Option<&str>) -> DoorRefusal {
        let shown = shown(path);
        let line = match nearest {
            Some(nearest) => format!("there is nothing at {shown:?}; did you mean /{nearest}"),
            None => format!("there is nothing at {shown:?}; / lists all that there is"),
        };
        DoorRefusal::new(StatusCode::NOT_FOUND, Code::Unimplemented, "METHOD_UNKNOWN", &line)
    }

    /// A method of HTTP that the path does not take. The code is the one that clients of Connect and of gRPC make of this status.
    pub fn http_method(line: &str, allow: &'static str) -> DoorRefusal {
        let (status, reason) = (StatusCode::METHOD_NOT_ALLOWED, "HTTP_METHOD_NOT_TAKEN");
        DoorRefusal { allow: Some(allow), ..DoorRefusal::new(status, Code::Unknown, reason, line) }
    }

    /// A content type in which no call can be made, or not this one.
    pub fn content_type(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidArgument, "CONTENT_TYPE_NOT_TAKEN", line)
    }

    /// A call that needs HTTP/2.
    pub fn http_version(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::HTTP_VERSION_NOT_SUPPORTED, Code::InvalidArgument, "HTTP_VERSION_TOO_LOW", line)
    }

    /// A query that is no call by GET.
    pub fn query(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::BAD_REQUEST, Code::InvalidArgument, "QUERY_MALFORMED", line)
    }

    /// Returns the answer in this form, without its body where a HEAD asked for it.
    pub fn answer(self, form: RefusalForm, is_head: bool) -> Response<Bytes> {
        let DoorRefusal { status, refused, reason, allow } = self;
        let mut headers = HeaderMap::new();
        let (content_type, body) = match form {
            RefusalForm::Connect => ("application/json", error_json(&refused)),
            RefusalForm::Agent => ("application/json", refused_unread(&refused)),
            RefusalForm::Grpc => {
                headers = status::trailers(&refused);
                (LINES, lines(&refused, reason))
            }
            RefusalForm::Lines => (LINES, lines(&refused, reason)),
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(allow) = allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            headers.insert("accept-post", ACCEPT_POST);
        }
        let mut response = Response::new(if is_head { Bytes::new() } else { body.into() });
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        response
    }
}

const LINES: &str = "text/plain; charset=utf-8";

/// Returns a refusal as a person reads it at a terminal.
fn lines(refused: &Status, reason: &str) -> String {
    format!("{}\nreason: {reason}\n", refused.message())
}

/// Returns the beginning of a text of the caller, long enough to be known again.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}
