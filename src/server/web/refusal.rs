//! The refusals of the web port, which are given before a request becomes a call: an HTTP status and a line for people. Connect's clients
//! take the code of the error from the status.

use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Bytes;

/// The content types of calls, as the header `Accept-Post` lists them.
const ACCEPT_POST: HeaderValue = HeaderValue::from_static(
    "application/json, application/proto, application/connect+json, application/connect+proto, application/grpc-web, \
     application/grpc-web+json, application/grpc-web-text, application/grpc, application/grpc+json",
);

/// A refusal of a request.
#[derive(Debug)]
pub(super) struct DoorRefusal {
    pub status: StatusCode,
    line: String,
    /// The methods of HTTP that are allowed instead.
    allow: Option<&'static str>,
}

impl DoorRefusal {
    fn new(status: StatusCode, line: impl Into<String>) -> DoorRefusal {
        DoorRefusal { status, line: line.into(), allow: None }
    }

    /// A request without a host, or with several that differ.
    pub fn no_host() -> DoorRefusal {
        DoorRefusal::new(StatusCode::BAD_REQUEST, "a request names one host, in Host or in :authority")
    }

    /// A host that is not on the list. Without the list, a page of a stranger could reach the server by a name of its own that leads here.
    pub fn unknown_host(host: &str) -> DoorRefusal {
        let shown = shown(host);
        let line =
            format!("this server does not answer for the host {shown:?}: --web-hosts names the hosts that it answers for");
        DoorRefusal::new(StatusCode::MISDIRECTED_REQUEST, line)
    }

    /// A page of another origin.
    pub fn other_origin(origin: &HeaderValue) -> DoorRefusal {
        let shown = shown(origin.to_str().unwrap_or("?"));
        let line = format!("pages of the origin {shown:?} may not call this server: --web-allow-origin names those that may");
        DoorRefusal::new(StatusCode::FORBIDDEN, line)
    }

    /// A path that is neither a method's nor a document's.
    pub fn unknown_path(path: &str, nearest: Option<&str>) -> DoorRefusal {
        let shown = shown(path);
        let line = match nearest {
            Some(nearest) => format!("there is nothing at {shown:?}; did you mean /{nearest}"),
            None => format!("there is nothing at {shown:?}; / lists all that there is"),
        };
        DoorRefusal::new(StatusCode::NOT_FOUND, line)
    }

    /// A method of HTTP that the path does not take.
    pub fn http_method(line: &str, allow: &'static str) -> DoorRefusal {
        DoorRefusal { allow: Some(allow), ..DoorRefusal::new(StatusCode::METHOD_NOT_ALLOWED, line) }
    }

    /// A content type in which no call can be made, or not this one.
    pub fn content_type(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, line)
    }

    /// A call that needs HTTP/2.
    pub fn http_version(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::HTTP_VERSION_NOT_SUPPORTED, line)
    }

    /// A query that is no call by GET.
    pub fn query(line: &str) -> DoorRefusal {
        DoorRefusal::new(StatusCode::BAD_REQUEST, line)
    }

    /// Returns the answer, without its body where a HEAD asked for it.
    pub fn answer(self, is_head: bool) -> Response<Bytes> {
        let DoorRefusal { status, line, allow } = self;
        let body = Bytes::from(line + "\n");
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(allow) = allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            headers.insert("accept-post", ACCEPT_POST);
        }
        if !is_head {
            *response.body_mut() = body;
        }
        response
    }
}

/// Returns the beginning of a text of the caller, long enough to be known again.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}
