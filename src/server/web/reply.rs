//! The future of an answer of the web port: decided at the door, or the answer of a call, turned into the framing of its request.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::Body;
use pin_project_lite::pin_project;
use tonic::{Code, Status};

use super::agents_answer::{AgentBody, AgentReply, answered_to_agent, written, written_on_pool};
use super::framing::error_json::error_json;
use super::framing::spoken::Spoken;
use super::framing::{Framing, GZIP, connect};
use super::site::protect;
use crate::server::call::Call;
use crate::server::config::SHORT_MESSAGE_BYTES_MAX;
use crate::server::grpc::message::GRPC_ENCODING;
use crate::server::grpc::sent::Sent;
use crate::server::protocol::Form;

pin_project! {
    /// The future of an answer.
    pub(crate) struct Replying<F, B> {
        #[pin]
        step: ReplyStep<F, B>,
        framing: Framing,
        form: Form,
        // The other origin that the answer allows.
        other_origin: Option<HeaderValue>,
        call: Option<Call>,
        // The answer to an agent in the making, where the call is one of an agent's.
        agent: Option<AgentReply>,
    }
}

pin_project! {
    /// The step that an answer is at.
    #[project = At]
    enum ReplyStep<F, B> {
        // Answered at the door.
        Decided { response: Option<Response<Spoken<B>>> },
        // The call is being answered.
        Calling { #[pin] answer: F },
        // The answer of a Connect call that is no stream: its status, which comes last, stands in front of its message.
        Collecting { #[pin] body: B, head: Option<Parts>, message: Message },
        // A long answer is being written for an agent, on the pool.
        Writing { writing: Pin<Box<dyn Future<Output = AgentBody> + Send>>, head: Option<Parts> },
        Ended,
    }
}

/// The body of an answer that is not on its way yet.
enum Unsent<B> {
    /// gRPC's frames.
    Frames(B),
    /// All of an answer.
    Answer(Bytes),
    /// All of a refusal.
    Refusal(Bytes),
}

/// The data of an answer that has come so far. One piece, mostly.
#[derive(Debug, Default)]
struct Message {
    first: Bytes,
    all: BytesMut,
}

impl Message {
    fn push(&mut self, data: Bytes) {
        if self.first.is_empty() && self.all.is_empty() {
            self.first = data;
        } else {
            if self.all.is_empty() {
                self.all.extend_from_slice(&self.first);
            }
            self.all.extend_from_slice(&data);
        }
    }

    fn take(&mut self) -> Bytes {
        let Message { first, all } = std::mem::take(self);
        if all.is_empty() { first } else { all.freeze() }
    }
}

impl<F, B> Replying<F, B> {
    /// Returns an answer that is given at the door.
    pub fn decided(response: Response<Spoken<B>>) -> Replying<F, B> {
        let step = ReplyStep::Decided { response: Some(response) };
        Replying { step, framing: Framing::Grpc, form: Form::Proto, other_origin: None, call: None, agent: None }
    }

    /// Returns the answer of a call.
    pub fn call(answer: F, framing: Framing, form: Form, other_origin: Option<HeaderValue>, call: Call) -> Replying<F, B> {
        Replying { step: ReplyStep::Calling { answer }, framing, form, other_origin, call: Some(call), agent: None }
    }

    /// Returns the answer as an agent takes it.
    pub(super) fn for_agent(self, agent: AgentReply) -> Replying<F, B> {
        Replying { agent: Some(agent), ..self }
    }
}

impl<F, B> Future for Replying<F, B>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
    B: Body<Data = Bytes, Error = Status>,
{
    type Output = Result<Response<Spoken<B>>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let (mut head, unsent) = match this.step.as_mut().project() {
                At::Decided { response } => match response.take() {
                    Some(response) => return Poll::Ready(Ok(response)),
                    None => return Poll::Pending,
                },
                At::Ended => return Poll::Pending,
                At::Calling { answer } => {
                    let Ok(response) = ready!(answer.poll(context));
                    let (mut head, body) = response.into_parts();
                    if *this.framing == Framing::Connect {
                        this.step.set(ReplyStep::Collecting { body, head: Some(head), message: Message::default() });
                        continue;
                    }
                    let unsent = framed(&mut head, body, *this.framing, *this.form);
                    (head, unsent)
                }
                At::Collecting { mut body, head, message } => {
                    let trailers = loop {
                        match ready!(body.as_mut().poll_frame(context)) {
                            Some(Ok(frame)) => match frame.into_data() {
                                Ok(data) => message.push(data),
                                Err(frame) => break frame.into_trailers().ok(),
                            },
                            Some(Err(_)) | None => break None,
                        }
                    };
                    let Some(head) = head.take() else { return Poll::Pending };
                    let message = message.take();
                    match this.agent.clone() {
                        Some(agent) => {
                            let (head, answered) = answered_to_agent(head, message, trailers);
                            match (answered, &this.call) {
                                (Ok(answer), Some(call)) if answer.len() > SHORT_MESSAGE_BYTES_MAX => {
                                    let writing = Box::pin(written_on_pool(agent, answer, call.clone()));
                                    this.step.set(ReplyStep::Writing { writing, head: Some(head) });
                                    continue;
                                }
                                (answered, _) => for_agents(head, written(&agent, answered.as_ref())),
                            }
                        }
                        None => unframed(head, message, trailers, *this.form),
                    }
                }
                At::Writing { writing, head } => {
                    let body = ready!(writing.as_mut().poll(context));
                    let Some(head) = head.take() else { return Poll::Pending };
                    for_agents(head, body)
                }
            };
            // The request is dropped here, so that its memory is free however long the answer takes to be sent.
            this.step.set(ReplyStep::Ended);
            let call = this.call.take();
            let body = match unsent {
                Unsent::Frames(body) => Spoken::frames(Sent::new(body, call), *this.framing),
                Unsent::Refusal(bytes) => Spoken::Whole { sent: Sent::what_is_there(bytes, call) },
                Unsent::Answer(bytes) => {
                    let sent = Sent::whole(bytes, call).unwrap_or_else(|refused| {
                        let bytes = match &this.agent {
                            Some(agent) => written(agent, Err(&refused)).told(&mut head.headers),
                            None => refused_in_json(&refused, &mut head),
                        };
                        Sent::what_is_there(bytes, None)
                    });
                    Spoken::Whole { sent }
                }
            };
            if *this.framing != Framing::Grpc {
                protect(&mut head.headers, this.other_origin.as_ref());
                head.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
            return Poll::Ready(Ok(Response::from_parts(head, body)));
        }
    }
}

/// Returns the answer to an agent.
fn for_agents<B>(mut head: Parts, body: AgentBody) -> (Parts, Unsent<B>) {
    let bytes = body.told(&mut head.headers);
    (head, Unsent::Answer(bytes))
}

/// Returns the body of an answer in frames, and makes its head that of the framing.
fn framed<B>(head: &mut Parts, body: B, framing: Framing, form: Form) -> Unsent<B> {
    head.headers.insert(header::CONTENT_TYPE, framing.content_type(form));
    // The status of a refusal stands in the head of an answer without a message. gRPC-Web has it there too.
    if framing != Framing::ConnectStream {
        return Unsent::Frames(body);
    }
    head.status = StatusCode::OK;
    if head.headers.contains_key(Status::GRPC_STATUS) {
        let trailers = std::mem::take(&mut head.headers);
        head.headers.insert(header::CONTENT_TYPE, framing.content_type(form));
        return Unsent::Refusal(connect::end_of_stream(&trailers));
    }
    if let Some(encoding) = head.headers.remove(&GRPC_ENCODING) {
        head.headers.insert(connect::CONTENT_ENCODING, encoding);
    }
    without_grpc(&mut head.headers);
    head.headers.insert(header::CONTENT_TYPE, framing.content_type(form));
    Unsent::Frames(body)
}

/// Returns the answer of a Connect call that is no stream, whose data and trailers are all here.
fn unframed<B>(mut head: Parts, message: Bytes, trailers: Option<HeaderMap>, form: Form) -> (Parts, Unsent<B>) {
    // A status in the head is that of an answer without a message, and whatever stands beside it belongs to the trailers.
    let trailers = match trailers {
        Some(trailers) => trailers,
        None => std::mem::take(&mut head.headers),
    };
    let status = Status::from_header_map(&trailers).unwrap_or_else(|| Status::internal("the answer ended without a status"));
    without_grpc(&mut head.headers);
    connect::trailers_in_front(&trailers, &mut head.headers);
    let answered = match status.code() {
        Code::Ok => connect::one_message(message),
        _ => Err(status),
    };
    let unsent = match answered {
        Ok((bytes, is_compressed)) => {
            head.status = StatusCode::OK;
            head.headers.insert(header::CONTENT_TYPE, Framing::Connect.content_type(form));
            if is_compressed {
                head.headers.insert(header::CONTENT_ENCODING, GZIP);
            }
            Unsent::Answer(bytes)
        }
        Err(status) => Unsent::Refusal(refused_in_json(&status, &mut head)),
    };
    (head, unsent)
}

/// Returns a refusal as Connect's error, and makes the head of the answer that of one.
fn refused_in_json(status: &Status, head: &mut Parts) -> Bytes {
    head.status = connect::http_status(status.code());
    head.headers.remove(header::CONTENT_ENCODING);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status.code() == Code::Unimplemented {
        head.headers.insert(header::ACCEPT_ENCODING, GZIP);
    }
    error_json(status).into()
}

/// Removes the headers that are gRPC's own.
fn without_grpc(headers: &mut HeaderMap) {
    let of_grpc: Vec<_> = headers.keys().filter(|name| connect::is_of_grpc(name)).cloned().collect();
    for name in of_grpc {
        headers.remove(name);
    }
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
