//! The web port: other ways to make a call than gRPC's own. [`Web`] looks at each request of a connection, refuses what may not be asked,
//! answers documents and the files of the page, and makes a call of gRPC of everything else: inside the layers every call is one of gRPC's.
//!
//! The order of the looks is: limits of the head (hyper), host, origin, path, method, content type, length, body.

mod agents_answer;
mod asked;
mod content_type;
mod documents;
mod framing;
mod hosts;
mod mcp;
mod mcp_head;
mod methods;
mod page;
mod query;
mod refusal;
mod refusal_form;
mod reply;
mod site;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, Version, header};
use http_body::Body;
use hyper::body::{Bytes, Incoming};
use tonic::Status;
use tower::Service;

use self::asked::{CallAsked, WebAsked};
use self::framing::Framing;
use self::framing::spoken::Spoken;
use self::mcp::{Arriving, WebAnswer};
pub(crate) use self::methods::SERVED;
#[cfg(feature = "conformance")]
pub(crate) use self::methods::{MethodShape, Methods};
use self::refusal_form::RefusalForm;
use self::reply::Replying;
pub(crate) use self::site::Site;
use crate::server::call::connection::Connection;
use crate::server::call::limit::Limit;
use crate::server::call::{Call, timeout};
use crate::server::grpc::front::GRPC_TIMEOUT;
use crate::server::grpc::received::Received;
use crate::server::grpc::sent::Sent;
use crate::server::grpc::wrapping::Wrapping;
use crate::server::protocol::Protocol;
use crate::server::telemetry::labels::WebRequest;

/// The service of one connection to the web port. `inner` answers calls of gRPC.
#[derive(Debug)]
pub(crate) struct Web<S> {
    connection: Arc<Connection>,
    site: Arc<Site>,
    inner: S,
}

impl<S> Web<S> {
    pub fn new(connection: Arc<Connection>, site: Arc<Site>, inner: S) -> Web<S> {
        Web { connection, site, inner }
    }
}

/// The trait is hyper's own, for the reason that `grpc/front.rs` gives.
impl<S, B> hyper::service::Service<Request<Incoming>> for Web<S>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Data = Bytes, Error = Status>,
{
    type Response = Response<Spoken<B>>;
    type Error = Infallible;
    type Future = WebAnswer<S, S::Future, B>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (mut parts, incoming) = request.into_parts();
        // A head is compared with the list of hosts and origins before anything else is looked at.
        let (refusal, other_origin) = match self.site.admits(&parts) {
            Ok(other_origin) => match self.site.asked(&mut parts) {
                Ok(WebAsked::Call(asked)) => return self.begin(parts, incoming, asked, other_origin).into(),
                Ok(WebAsked::Agent) => return self.arrives(parts, incoming, other_origin),
                Ok(WebAsked::Answer(answer, kind)) => {
                    return self.decided(answer, kind, &incoming, other_origin.as_ref()).into();
                }
                Err(refusal) => (refusal, other_origin),
            },
            Err(refusal) => {
                let status = refusal.status.as_u16();
                tracing::debug!(peer = %self.connection.peer.address, status, "refused at the web port");
                (refusal, None)
            }
        };
        let is_head = parts.method == Method::HEAD;
        let answer = refusal.answer(RefusalForm::to(&parts), is_head);
        self.decided(answer, WebRequest::Refused, &incoming, other_origin.as_ref()).into()
    }
}

impl<S, B> Web<S>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Data = Bytes, Error = Status>,
{
    /// Makes a call of a request.
    fn begin(
        &self,
        mut parts: Parts,
        incoming: Incoming,
        asked: CallAsked,
        other_origin: Option<HeaderValue>,
    ) -> Replying<S::Future, B> {
        let CallAsked { framing, language, frame } = asked;
        let timeout = match language.protocol {
            Protocol::Connect => {
                let text = parts.headers.get(framing::connect::TIMEOUT);
                text.map(|text| timeout::read_milliseconds(text.as_bytes()))
            }
            Protocol::Grpc | Protocol::GrpcWeb | Protocol::Mcp => {
                parts.headers.get(&GRPC_TIMEOUT).map(|text| timeout::read(text.as_bytes()))
            }
        };
        let call = Call::new(parts.uri.path(), timeout.transpose(), language, Arc::clone(&self.connection));
        self.connection.next_limit.set(call.limit());
        let is_compressed = framing.inward(&mut parts.headers);
        parts.method = Method::POST;
        let is_http_1 = parts.version < Version::HTTP_2;
        let received = match (frame, framing) {
            (Some(frame), _) => Received::of_frame(incoming, call.clone(), frame, is_http_1),
            (None, Framing::Connect) => {
                let length = incoming.size_hint().exact().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
                Received::wrapped(incoming, call.clone(), Wrapping::of_message(is_compressed, length), is_http_1)
            }
            (None, Framing::GrpcWebText) => {
                Received::wrapped(incoming, call.clone(), Wrapping::Base64(Default::default()), is_http_1)
            }
            (None, Framing::Grpc | Framing::GrpcWeb | Framing::ConnectStream) => {
                Received::wrapped(incoming, call.clone(), Wrapping::Frames, is_http_1)
            }
        };
        let answer = self.inner.clone().call(Request::from_parts(parts, received));
        Replying::call(answer, framing, language.form.unwrap_or_default(), other_origin, call)
    }

    /// Reads an agent's message, which says in its text what it asks for.
    fn arrives(&self, parts: Parts, incoming: Incoming, other_origin: Option<HeaderValue>) -> WebAnswer<S, S::Future, B> {
        self.connection.asks();
        let call = Call::new(parts.uri.path(), Ok(None), Arriving::<S>::language(), Arc::clone(&self.connection));
        self.connection.next_limit.set(call.limit());
        let is_http_1 = parts.version < Version::HTTP_2;
        WebAnswer::arriving(Arriving::new(self.inner.clone(), parts, incoming, call, is_http_1, other_origin))
    }

    /// Answers a request that is no call.
    fn decided(
        &self,
        answer: Response<Bytes>,
        kind: WebRequest,
        incoming: &Incoming,
        other_origin: Option<&HeaderValue>,
    ) -> Replying<S::Future, B> {
        let connection = &self.connection;
        connection.asks();
        if !incoming.is_end_stream() {
            connection.body_begins();
            connection.body_ends(true);
        }
        let shared = &connection.shared;
        shared.metrics.web_request(kind, answer.status());
        // A peer that does not take the answer is given up as one that does not take the answer of a call.
        connection.next_limit.set(Some(Limit::after(Instant::now() + shared.settings.default_deadline)));
        let mut answer = answer.map(|bytes| Spoken::Whole { sent: Sent::what_is_there(bytes, None) });
        site::protect(answer.headers_mut(), other_origin);
        if answer.headers().get(header::CACHE_CONTROL).is_none() {
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Replying::decided(answer)
    }
}
