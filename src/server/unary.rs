//! A call with one message and one answer, which every calculation is: gRPC's framing, and where the calculation is done.
//!
//! tonic's generated servers answer such calls too; ours is shorter on the way (a message that came in one piece is read where it lies, an
//! answer is written once, nothing is boxed), reads and writes long messages on the pool, and says of each mistake whose it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body::{Body, Frame, SizeHint};
use prost::{Message, Name};
use tonic::Status;

use super::body::Received;
use super::call::Call;
use super::config;
use crate::models::patience;
use crate::wire::cost::Cost;
use crate::wire::{codec, status};

/// A calculation by its method: takes a message, and has its answer, or the work that leads to it.
pub(super) type Calculation = fn(Bytes) -> Begun;

/// A calculation that has begun.
pub(super) enum Begun {
    /// It was short.
    Answered(Result<Bytes, Status>),
    /// It is long, and to be done elsewhere.
    Long { expected: Duration, work: Box<dyn FnOnce() -> Result<Bytes, Status> + Send> },
}

/// Reads a message, and computes its answer if that is short.
pub(super) fn begin<Asked, Answer>(message: Bytes, compute: fn(&Asked) -> Result<Answer, Status>) -> Begun
where
    Asked: Message + Name + Default + Cost + 'static,
    Answer: Message + 'static,
{
    begin_framed(message, move |asked| compute(asked).map(|answer| framed(&answer)))
}

/// The same with an answer that is framed already.
pub(super) fn begin_framed<Asked>(message: Bytes, answer: impl Fn(&Asked) -> Result<Bytes, Status> + Send + 'static) -> Begun
where
    Asked: Message + Name + Default + Cost + 'static,
{
    if message.len() > config::SHORT_MESSAGE_BYTES_MAX {
        // Already to read it takes long.
        let expected = config::READING_NANOSECONDS_PER_BYTE.saturating_mul(message.len() as u64);
        return Begun::Long {
            expected: Duration::from_nanos(expected),
            work: Box::new(move || answer(&codec::read(message)?)),
        };
    }
    let asked: Asked = match codec::read(message) {
        Ok(asked) => asked,
        Err(refused) => return Begun::Answered(Err(refused)),
    };
    let expected = Duration::from_nanos(asked.expected_nanoseconds());
    if expected <= config::SHORT_CALCULATION {
        return Begun::Answered(answer(&asked));
    }
    Begun::Long { expected, work: Box::new(move || answer(&asked)) }
}

/// Whether it is compressed, its length, and the message.
const PREFIX_BYTES: usize = 5;

/// As it travels. Nothing that is answered comes near the 4 GiB that a length can say.
fn framed(answer: &impl Message) -> Bytes {
    let mut frame = begun_frame(answer.encoded_len());
    answer.encode_raw(&mut frame);
    frame.freeze()
}

/// The same for a message that is encoded already.
pub(super) fn framed_bytes(message: &[u8]) -> Bytes {
    let mut frame = begun_frame(message.len());
    frame.put_slice(message);
    frame.freeze()
}

/// The head of a frame, and room for the message.
fn begun_frame(length: usize) -> BytesMut {
    let mut frame = BytesMut::with_capacity(PREFIX_BYTES + length);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    frame
}

/// The message within its frame, which is whole unless its head alone says that it is none.
fn unframed(mut frame: Bytes) -> Result<Bytes, Status> {
    let Some(&[is_compressed, ref length @ ..]) = frame.first_chunk::<PREFIX_BYTES>() else {
        return Err(status::malformed("it is shorter than it says"));
    };
    if is_compressed != 0 {
        return Err(status::malformed("it says that it is compressed, and the headers do not say how"));
    }
    let length = u32::from_be_bytes(*length) as usize;
    if length > config::MESSAGE_BYTES_MAX {
        return Err(status::message_too_large(length, config::MESSAGE_BYTES_MAX));
    }
    frame.advance(PREFIX_BYTES);
    match frame.len() {
        all if all == length => Ok(frame),
        all if all > length => Err(status::malformed("it is more than one message")),
        _ => Err(status::malformed("it is shorter than it says")),
    }
}

static GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// A call that is being answered.
pub(super) struct Unary {
    state: State,
    call: Call,
}

enum State {
    Reading { body: Received, message: Option<Bytes>, calculation: Calculation },
    Waiting(Pin<Box<dyn Future<Output = Result<Bytes, Status>> + Send>>),
    Refused(Status),
    Done,
}

impl Unary {
    pub fn new(request: Request<Received>, calculation: Calculation) -> Unary {
        let encoding = request.headers().get(&GRPC_ENCODING);
        let refused = encoding.filter(|encoding| *encoding != "identity").map(status::unknown_encoding);
        let body = request.into_body();
        let call = body.call().clone();
        let state = match refused {
            Some(refused) => State::Refused(refused),
            None => State::Reading { body, message: None, calculation },
        };
        Unary { state, call }
    }

    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Status>> {
        loop {
            match &mut self.state {
                State::Reading { body, message, calculation } => {
                    ready!(read(body, message, context))?;
                    let message = message.take().ok_or_else(|| status::malformed("there is none"))?;
                    match calculation(message) {
                        Begun::Answered(answer) => return Poll::Ready(answer),
                        Begun::Long { expected, work } => {
                            self.state = State::Waiting(Box::pin(on_pool(self.call.clone(), expected, work)))
                        }
                    }
                }
                State::Waiting(answer) => return answer.as_mut().poll(context),
                State::Refused(_) | State::Done => match std::mem::replace(&mut self.state, State::Done) {
                    State::Refused(refused) => return Poll::Ready(Err(refused)),
                    _ => return Poll::Pending,
                },
            }
        }
    }
}

/// Comes at the end of the request, with its message. A body hands on whole messages.
fn read(body: &mut Received, message: &mut Option<Bytes>, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
    while !body.is_end_stream() {
        let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(context)) else { break };
        if let Ok(data) = frame?.into_data()
            && message.replace(unframed(data)?).is_some()
        {
            return Poll::Ready(Err(status::malformed("it is more than one message")));
        }
    }
    Poll::Ready(Ok(()))
}

async fn on_pool(
    call: Call,
    expected: Duration,
    work: Box<dyn FnOnce() -> Result<Bytes, Status> + Send>,
) -> Result<Bytes, Status> {
    let watched = call.clone();
    let work = move || patience::within(move || watched.is_over(), work);
    let answer = call.connection.shared.pool.run(&call, expected, work).await?;
    answer.map_err(|patience::Abandoned| status::deadline_exceeded())?
}

impl Future for Unary {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.poll_answer(context));
        // What the request held is not needed any more, however long the answer takes to be sent.
        self.state = State::Done;
        Poll::Ready(Ok(match answer {
            Ok(message) => {
                let mut response = Response::new(Answer::Message(message));
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
                response
            }
            Err(refused) => refused.into_http(),
        }))
    }
}

/// The body of an answer.
#[derive(Debug, Default)]
pub(super) enum Answer {
    /// A message, framed, which OK follows.
    Message(Bytes),
    /// OK, after the message.
    Trailers,
    /// Nothing more: the end, or a refusal whose status stands in the headers.
    #[default]
    Ended,
    /// Of health and reflection, which tonic answers.
    Tonic(tonic::body::Body),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match &mut *self {
            Answer::Message(message) => {
                let frame = Frame::data(std::mem::take(message));
                *self = Answer::Trailers;
                Poll::Ready(Some(Ok(frame)))
            }
            Answer::Trailers => {
                *self = Answer::Ended;
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Answer::Ended => Poll::Ready(None),
            Answer::Tonic(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Answer::Message(_) | Answer::Trailers => false,
            Answer::Ended => true,
            Answer::Tonic(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answer::Tonic(body) => body.size_hint(),
            // Trailers follow: hyper would otherwise write a content-length, which no gRPC answer has.
            Answer::Message(_) | Answer::Trailers => SizeHint::default(),
            Answer::Ended => SizeHint::with_exact(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_message_or_says_why_it_is_none() {
        assert_eq!(unframed(Bytes::from_static(b"\0\0\0\0\x05hello")).expect("whole"), "hello");
        assert_eq!(unframed(Bytes::from_static(b"\0\0\0\0\0")).expect("empty is whole"), "");
        for (frame, why) in [
            (&b""[..], "it is shorter than it says"),
            (b"\0\0\0", "it is shorter than it says"),
            (b"\0\0\0\0\x05hell", "it is shorter than it says"),
            (b"\0\0\0\0\x05hello!", "it is more than one message"),
            (b"\x01\0\0\0\x05hello", "it says that it is compressed, and the headers do not say how"),
        ] {
            let refused = unframed(Bytes::from_static(frame)).expect_err(why);
            assert_eq!(refused.code(), tonic::Code::InvalidArgument);
            assert!(refused.message().ends_with(why), "{refused:?}");
        }
        let refused = unframed(Bytes::from_static(b"\0\xff\xff\xff\xff")).expect_err("4 GiB are too much before they come");
        assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
    }
}
