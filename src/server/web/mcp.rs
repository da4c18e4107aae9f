//! Agents: the Model Context Protocol at `/mcp`, a message and its answer by POST, without a session and without a stream of events.
//!
//! A call of a tool becomes a call of gRPC in JSON, of the tool's method: it has the deadline, the place in the queue and the metrics of
//! any other, and no other arithmetic. Whatever needs no calculation is answered here.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{BufMut, BytesMut};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body::Body;
use hyper::body::{Bytes, Incoming};
use pin_project_lite::pin_project;
use tonic::Status;
use tower::Service;

use super::agents_answer::{AgentBody, AgentReply};
use super::framing::connect::http_status;
use super::framing::spoken::Spoken;
use super::framing::{Framing, takes_gzip};
use super::reply::Replying;
use crate::mcp::{RoutingHeaders, Tool, ToolAnswer, ToolCall, Tools, Understood, Way, WrittenAnswer, refused_unread, take};
use crate::server::call::{Call, Called};
use crate::server::config::{AGENT_MESSAGE_NANOSECONDS_PER_BYTE, MESSAGE_BYTES_MAX, SHORT_MESSAGE_BYTES_MAX};
use crate::server::grpc::message::{PREFIX_BYTES, put_head};
use crate::server::grpc::received::Received;
use crate::server::grpc::sent::Sent;
use crate::server::grpc::unary::on_pool;
use crate::server::grpc::wrapping::Wrapping;
use crate::server::protocol::{Form, Language, Protocol};
use crate::server::telemetry::labels::WebRequest;
use crate::wire::status;

const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const GRPC_JSON: HeaderValue = HeaderValue::from_static("application/grpc+json");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The tools: all of them.
static TOOLS: LazyLock<Tools> = LazyLock::new(Tools::default);

/// An agent's message that is still arriving.
pub(super) struct Arriving<S> {
    inner: S,
    parts: Parts,
    received: Received,
    /// The message behind the head of a frame, once it is here.
    message: Bytes,
    /// The reading of a long message, on the pool.
    reading: Option<ReadingOnPool>,
    other_origin: Option<HeaderValue>,
}

/// The reading of a message on the pool, as the future of what the message asks.
type ReadingOnPool = Pin<Box<dyn Future<Output = Result<ReadMessage, Status>> + Send>>;

/// A message that was read, whose text is not needed any more.
#[derive(Debug)]
enum ReadMessage {
    Nothing,
    Answered(WrittenAnswer),
    /// A call of a tool. The frame holds the request of the tool's method.
    Call {
        tool: Tool,
        frame: Bytes,
        answer: ToolAnswer,
    },
}

/// Reads a message, which stands behind the head of its frame.
fn read(message: &[u8], headers: &HeaderMap) -> ReadMessage {
    match take(message.get(PREFIX_BYTES..).unwrap_or_default(), Way::Http(routing(headers)), &TOOLS) {
        // No session says whose requests an id is among: another client has the same ids. Whoever gives up a call hangs up.
        Understood::Nothing | Understood::Cancelled(_) => ReadMessage::Nothing,
        Understood::Answered(reply) => ReadMessage::Answered(reply),
        Understood::Call(ToolCall { tool, request, answer }) => {
            let mut frame = BytesMut::with_capacity(PREFIX_BYTES + request.len());
            put_head(false, request.len(), &mut frame);
            frame.put_slice(request.as_bytes());
            ReadMessage::Call { tool, frame: frame.freeze(), answer }
        }
    }
}

impl<S> Arriving<S> {
    /// Begins to read a message. `call` is what holds the message's memory, until its text says which method is asked.
    pub fn new(
        inner: S,
        parts: Parts,
        incoming: Incoming,
        call: Call,
        is_http_1: bool,
        other_origin: Option<HeaderValue>,
    ) -> Arriving<S> {
        let length = incoming.size_hint().exact().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let received = Received::wrapped(incoming, call, Wrapping::of_message(false, length), is_http_1);
        Arriving { inner, parts, received, message: Bytes::new(), reading: None, other_origin }
    }

    /// The language of an agent.
    pub fn language() -> Language {
        Language { protocol: Protocol::Mcp, form: Some(Form::Json) }
    }

    /// Polls for what the message asks. A message that takes long to read is read on the pool, in its caller's turn.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<ReadMessage, Status>> {
        loop {
            if let Some(reading) = &mut self.reading {
                return reading.as_mut().poll(context);
            }
            ready!(self.poll_end(context))?;
            let message = std::mem::take(&mut self.message);
            let length = message.len().saturating_sub(PREFIX_BYTES);
            if length <= SHORT_MESSAGE_BYTES_MAX {
                return Poll::Ready(Ok(read(&message, &self.parts.headers)));
            }
            let (call, headers) = (self.received.call().clone(), self.parts.headers.clone());
            let expected = Duration::from_nanos(length as u64 * AGENT_MESSAGE_NANOSECONDS_PER_BYTE);
            self.reading = Some(Box::pin(on_pool(call, expected, move || read(&message, &headers))));
        }
    }

    /// Polls for the end of the message.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        loop {
            match ready!(Pin::new(&mut self.received).poll_frame(context)) {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    // The head of a message that is too long is handed on at once, so that the rest need not come.
                    let length =
                        data.get(1..PREFIX_BYTES).and_then(|length| length.try_into().ok()).map_or(0, u32::from_be_bytes);
                    if length as usize > MESSAGE_BYTES_MAX {
                        return Poll::Ready(Err(status::message_too_large(length as usize, MESSAGE_BYTES_MAX)));
                    }
                    self.message = data;
                }
                Some(Err(refused)) => return Poll::Ready(Err(refused)),
                None => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<S, B> Arriving<S>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible>,
{
    /// Returns the answer to the message, once it is read or is refused.
    fn answer(self, arrived: Result<ReadMessage, Status>) -> Replying<S::Future, B> {
        let Arriving { mut inner, mut parts, received, other_origin, .. } = self;
        let call = received.call().clone();
        let takes_gzip = takes_gzip(&parts.headers, &header::ACCEPT_ENCODING);
        let decided = |status: StatusCode, text: Option<String>| {
            let body = text.map(|text| AgentBody::of(text, takes_gzip));
            decided(&call, status, body, other_origin.as_ref())
        };
        let (tool, frame, answer) = match arrived {
            Ok(ReadMessage::Call { tool, frame, answer }) => (tool, frame, answer),
            Ok(ReadMessage::Nothing) => return decided(StatusCode::ACCEPTED, None),
            Ok(ReadMessage::Answered(reply)) => {
                let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
                return decided(status, Some(reply.text));
            }
            Err(refused) => {
                return decided(http_status(refused.code()), Some(refused_unread(&refused)));
            }
        };
        let (service, method) = tool.method();
        let path = format!("/{service}/{method}");
        // The time for the answer began with the head of the message.
        let left = call.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let of_tool = Call::new(&path, Ok(left), Arriving::<S>::language(), Arc::clone(&call.connection));
        parts.uri = Uri::try_from(path).unwrap_or_default();
        for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ACCEPT_ENCODING] {
            parts.headers.remove(name);
        }
        parts.headers.insert(header::CONTENT_TYPE, GRPC_JSON);
        let received = received.again(of_tool.clone(), frame);
        drop(call);
        let replied = inner.call(Request::from_parts(parts, received));
        Replying::call(replied, Framing::Connect, Form::Json, other_origin, of_tool)
            .for_agent(AgentReply { answer, takes_gzip })
    }
}

/// The headers that repeat what the message says.
fn routing(headers: &HeaderMap) -> RoutingHeaders<'_> {
    let mut is_unclear = false;
    let mut one = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        let value = values.next();
        let text = value.and_then(|value| value.to_str().ok());
        is_unclear |= values.next().is_some() || (value.is_some() && text.is_none());
        text
    };
    let (version, method, name) = (one(VERSION), one(METHOD), one(NAME));
    RoutingHeaders { version, method, name, is_unclear }
}

/// Returns an answer that needs no calculation, and counts it.
fn decided<F, B>(
    call: &Call,
    status: StatusCode,
    body: Option<AgentBody>,
    other_origin: Option<&HeaderValue>,
) -> Replying<F, B> {
    call.shared().metrics.web_request(WebRequest::Agent, status);
    let mut headers = HeaderMap::new();
    let bytes = body.map(|body| {
        headers.insert(header::CONTENT_TYPE, JSON);
        body.told(&mut headers)
    });
    let bytes = bytes.unwrap_or_default();
    headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    super::site::protect(&mut headers, other_origin);
    let mut response = Response::new(Spoken::Whole { sent: Sent::what_is_there(bytes, None) });
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    Replying::decided(response)
}

pin_project! {
    /// The future of an answer of the web port: that of a call or a document, or first the arrival of an agent's message.
    #[project = At]
    pub(crate) enum WebAnswer<S, F, B> {
        Replying { #[pin] replying: Replying<F, B> },
        Arriving { arriving: Option<Arriving<S>> },
    }
}

impl<S, F, B> WebAnswer<S, F, B> {
    pub(super) fn arriving(arriving: Arriving<S>) -> WebAnswer<S, F, B> {
        WebAnswer::Arriving { arriving: Some(arriving) }
    }
}

impl<S, F, B> From<Replying<F, B>> for WebAnswer<S, F, B> {
    fn from(replying: Replying<F, B>) -> WebAnswer<S, F, B> {
        WebAnswer::Replying { replying }
    }
}

impl<S, B> Future for WebAnswer<S, S::Future, B>
where
    S: Service<Request<Received>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error = Status>,
{
    type Output = Result<Response<Spoken<B>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let replying = match self.as_mut().project() {
                At::Replying { replying } => return replying.poll(context),
                At::Arriving { arriving } => {
                    let Some(message) = arriving else { return Poll::Pending };
                    let arrived = ready!(message.poll(context));
                    let Some(message) = arriving.take() else { return Poll::Pending };
                    message.answer(arrived)
                }
            };
            self.set(WebAnswer::Replying { replying });
        }
    }
}
