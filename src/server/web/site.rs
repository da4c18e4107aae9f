//! The site: a request to the web port asks for a call, for a document, or whether a page may call. Everything else is refused here.

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version, header};
use hyper::body::Bytes;

use super::asked::{AGENTS_PATH, CallAsked, WebAsked};
use super::content_type::{advice, spoken};
use super::documents;
use super::framing::Framing;
use super::hosts::Hosts;
use super::mcp_head;
use super::methods::{MethodShape, Methods};
use super::query;
use super::refusal::DoorRefusal;
use crate::server::config::WebSettings;
use crate::server::telemetry::labels::WebRequest;

/// The facts of a web port that all of its connections share.
#[derive(Debug)]
pub(crate) struct Site {
    hosts: Hosts,
    /// Whether Connect's GET is answered.
    takes_get: bool,
    methods: Methods,
}

impl Site {
    pub fn new(settings: &WebSettings, methods: Methods) -> Site {
        Site { hosts: Hosts::new(settings), takes_get: settings.get, methods }
    }

    /// Returns the other origin that the answer has to allow, if the request is of a page of another origin.
    ///
    /// # Errors
    /// The refusal of a host or of a page that is not on the list.
    pub(super) fn admits(&self, parts: &Parts) -> Result<Option<HeaderValue>, DoorRefusal> {
        self.hosts.admit(parts)
    }

    /// Returns what a request asks for, once its host and its page are admitted.
    ///
    /// # Errors
    /// The refusal of a request that asks for nothing that there is, or not in a way in which it can be asked.
    pub(super) fn asked(&self, parts: &mut Parts) -> Result<WebAsked, DoorRefusal> {
        let path = parts.uri.path();
        let is_read = matches!(parts.method, Method::GET | Method::HEAD);
        if let Some(document) = documents::at(path) {
            if !is_read {
                return Err(DoorRefusal::http_method("a document is read by GET", "GET, HEAD"));
            }
            return Ok(WebAsked::Answer(document.answer(&parts.headers, parts.method == Method::HEAD), document.kind));
        }
        if path == AGENTS_PATH {
            if parts.method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
                return Ok(WebAsked::Answer(may_call(), WebRequest::Document));
            }
            return mcp_head::may_be_asked(parts).map(|()| WebAsked::Agent);
        }
        let Some(shape) = (self.methods.shape)(path) else {
            return Err(DoorRefusal::unknown_path(path, (self.methods.nearest)(path)));
        };
        match parts.method {
            Method::POST => posted(shape, parts).map(WebAsked::Call),
            Method::GET if self.takes_get && shape == (MethodShape::Unary { is_safe: true }) => {
                query::read(parts.uri.query().unwrap_or_default(), &mut parts.headers).map(WebAsked::Call)
            }
            Method::OPTIONS if parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) => {
                Ok(WebAsked::Answer(may_call(), WebRequest::Document))
            }
            _ if self.takes_get => {
                Err(DoorRefusal::http_method("a call is made by POST, and by GET where it changes nothing", "POST, GET"))
            }
            _ => Err(DoorRefusal::http_method("a call is made by POST", "POST")),
        }
    }
}

/// Returns the call that a POST makes.
fn posted(shape: MethodShape, parts: &Parts) -> Result<CallAsked, DoorRefusal> {
    let mut written = parts.headers.get_all(header::CONTENT_TYPE).iter();
    let content_type = written.next().filter(|_| written.next().is_none()).map(HeaderValue::as_bytes);
    let known = content_type.and_then(spoken);
    let Some((framing, language)) = known else { return Err(DoorRefusal::content_type(advice(content_type))) };
    let is_unary = matches!(shape, MethodShape::Unary { .. });
    match framing {
        Framing::Connect if !is_unary => {
            return Err(DoorRefusal::content_type(
                "the method is a stream, which application/connect+json asks for over HTTP/2; BatchCalculations answers many calculations in one call",
            ));
        }
        Framing::ConnectStream if is_unary => {
            return Err(DoorRefusal::content_type("the method takes one message, which application/json asks for"));
        }
        Framing::Connect | Framing::ConnectStream | Framing::Grpc | Framing::GrpcWeb | Framing::GrpcWebText => {}
    }
    if parts.version < Version::HTTP_2 {
        if framing == Framing::Grpc {
            return Err(DoorRefusal::http_version("gRPC needs HTTP/2; gRPC-Web and Connect are answered in HTTP/1.1 too"));
        }
        if shape == MethodShape::TwoWayStream {
            return Err(DoorRefusal::http_version(
                "a stream whose answers come while it is asked needs HTTP/2; BatchCalculations answers many calculations in one call",
            ));
        }
    }
    Ok(CallAsked { framing, language, frame: None })
}

/// Returns the answer to a browser that asks whether a page may call.
fn may_call() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(
            "content-type, content-encoding, connect-accept-encoding, connect-content-encoding, connect-protocol-version, \
             connect-timeout-ms, grpc-timeout, mcp-method, mcp-name, mcp-protocol-version, x-grpc-web, x-user-agent, x-request-id, traceparent, tracestate",
        ),
    );
    // Two hours: as long as Chromium keeps it.
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}

static RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Writes the headers that keep an answer from other pages, but from that of the other origin that may call.
pub(super) fn protect(headers: &mut HeaderMap, other_origin: Option<&HeaderValue>) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY.clone(), HeaderValue::from_static("same-origin"));
    if let Some(origin) = other_origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("grpc-status, grpc-message, grpc-status-details-bin"),
        );
    }
}
