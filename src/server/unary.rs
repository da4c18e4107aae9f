//! A call with one message and one answer, which every calculation is: gRPC's framing, and where the calculation is done.
//!
//! tonic's generated servers answer such calls too; ours is shorter on the way (a message that came in one piece is read where it lies, an
//! answer is written once, nothing is boxed), reads and writes long messages on the pool, and says of each mistake whose it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body::{Body, Frame, SizeHint};
use prost::Message;
use tonic::Status;

use crate::engine::Refused;
use crate::server::body::Received;
use crate::server::call::Call;
use crate::server::config;
use crate::server::message::{self, Encodings, PREFIX_BYTES};
use crate::server::stream::Stream;
use crate::wire::cost::Cost;
use crate::wire::short_text::Name;
use crate::wire::{codec, status};

/// A calculation by its method: takes a message, and has its answer, or the work that leads to it.
pub(super) type Calculation = fn(&Call, Asked) -> Begun;

/// A message that was asked with.
pub(super) struct Asked {
    pub message: Bytes,
    pub is_compressed: bool,
    /// Whether the answer may be compressed.
    pub takes_gzip: bool,
}

/// A calculation that has begun.
pub(super) enum Begun {
    /// It was short.
    Answered(Result<Bytes, Status>),
    /// It is long, and to be done elsewhere.
    Long { expected: Duration, work: Work },
}

/// A calculation that is to be done elsewhere: its answer, framed.
pub(super) type Work = Box<dyn FnOnce() -> Result<Bytes, Status> + Send>;

/// Reads a message, and computes its answer if that is short.
pub(super) fn begin<Question, Answer>(
    call: &Call,
    asked: Asked,
    compute: impl Fn(&Question) -> Result<Answer, Refused> + Send + 'static,
) -> Begun
where
    Question: Message + Name + Default + Cost + 'static,
    Answer: Message + 'static,
{
    let takes_gzip = asked.takes_gzip;
    begin_framed(call, asked, move |question| Ok(message::framed(&compute(question)?, takes_gzip)))
}

/// The same with an answer that is framed already.
pub(super) fn begin_framed<Question>(
    call: &Call,
    asked: Asked,
    answer: impl Fn(&Question) -> Result<Bytes, Status> + Send + 'static,
) -> Begun
where
    Question: Message + Name + Default + Cost + 'static,
{
    let Asked { message, is_compressed, .. } = asked;
    let length = match is_compressed {
        false => message.len(),
        true => match message::inflated_length(&message) {
            Ok(length) if call.hold(length) => length.max(message.len()),
            Ok(_) => return Begun::Answered(Err(call.shared().memory.refusal())),
            Err(refused) => return Begun::Answered(Err(refused)),
        },
    };
    let read = move || match is_compressed {
        false => codec::read(&message),
        true => codec::read(&message::inflated(&message)?),
    };
    if length > config::SHORT_MESSAGE_BYTES_MAX {
        // Already to read it takes long.
        let expected = Duration::from_nanos(config::READING_NANOSECONDS_PER_BYTE.saturating_mul(length as u64));
        return Begun::Long { expected, work: Box::new(move || answer(&read()?)) };
    }
    let question: Question = match read() {
        Ok(question) => question,
        Err(refused) => return Begun::Answered(Err(refused)),
    };
    let expected = Duration::from_nanos(question.expected_nanoseconds());
    if expected <= config::SHORT_CALCULATION {
        return Begun::Answered(answer(&question));
    }
    Begun::Long { expected, work: Box::new(move || answer(&question)) }
}

/// The message within its frame, which is whole unless its head alone says that it is none; and whether it is compressed.
fn unframed(mut frame: Bytes, encodings: Encodings) -> Result<(Bytes, bool), Status> {
    let Some(head) = encodings.head(&frame)? else { return Err(status::malformed("it is shorter than it says")) };
    frame.advance(PREFIX_BYTES);
    match frame.len() {
        all if all == head.length => Ok((frame, head.is_compressed)),
        all if all > head.length => Err(status::malformed("it is more than one message")),
        _ => Err(status::malformed("it is shorter than it says")),
    }
}

/// A call that is being answered.
pub(super) struct Unary {
    state: State,
    call: Call,
}

enum State {
    Reading { body: Received, message: Option<(Bytes, bool)>, encodings: Encodings, calculation: Calculation },
    Waiting(Pin<Box<dyn Future<Output = Result<Bytes, Status>> + Send>>),
    Refused(Status),
    Done,
}

impl Unary {
    pub fn new(request: Request<Received>, calculation: Calculation) -> Unary {
        let encodings = Encodings::of(request.headers());
        let body = request.into_body();
        let call = body.call().clone();
        let state = match encodings {
            Ok(encodings) => State::Reading { body, message: None, encodings, calculation },
            Err(refused) => State::Refused(refused),
        };
        Unary { state, call }
    }

    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Status>> {
        loop {
            match &mut self.state {
                State::Reading { body, message, encodings, calculation } => {
                    ready!(read(body, *encodings, message, context))?;
                    let (message, is_compressed) = message.take().ok_or_else(|| status::malformed("there is none"))?;
                    let asked = Asked { message, is_compressed, takes_gzip: encodings.takes_gzip };
                    match calculation(&self.call, asked) {
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
fn read(
    body: &mut Received,
    encodings: Encodings,
    message: &mut Option<(Bytes, bool)>,
    context: &mut Context<'_>,
) -> Poll<Result<(), Status>> {
    while !body.is_end_stream() {
        let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(context)) else { break };
        if let Ok(data) = frame?.into_data()
            && message.replace(unframed(data, encodings)?).is_some()
        {
            return Poll::Ready(Err(status::malformed("it is more than one message")));
        }
    }
    Poll::Ready(Ok(()))
}

async fn on_pool(call: Call, expected: Duration, work: Work) -> Result<Bytes, Status> {
    call.shared().pool.run(call.clone(), expected, work).await?
}

impl Future for Unary {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.poll_answer(context));
        // What the request held is not needed any more, however long the answer takes to be sent.
        self.state = State::Done;
        Poll::Ready(Ok(match answer {
            Ok(frame) => {
                let is_compressed = message::is_compressed(&frame);
                answered(Answer::Message(frame), is_compressed)
            }
            Err(refused) => refused.into_http(),
        }))
    }
}

/// A response without a refusal, and whether what it says may be compressed.
pub(super) fn answered(answer: Answer, may_be_compressed: bool) -> Response<Answer> {
    let mut response = Response::new(answer);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    if may_be_compressed {
        response.headers_mut().insert(message::GRPC_ENCODING.clone(), message::GZIP);
    }
    response
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
    /// As many messages as were asked with.
    Stream(Box<Stream>),
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
            Answer::Stream(stream) => stream.poll_frame(context),
            Answer::Tonic(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            // The last of a stream are its trailers, and they say so themselves.
            Answer::Message(_) | Answer::Trailers | Answer::Stream(_) => false,
            Answer::Ended => true,
            Answer::Tonic(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answer::Tonic(body) => body.size_hint(),
            // Trailers follow: hyper would otherwise write a content-length, which no gRPC answer has.
            Answer::Message(_) | Answer::Trailers | Answer::Stream(_) => SizeHint::default(),
            Answer::Ended => SizeHint::with_exact(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_message_or_says_why_it_is_none() {
        let unframed = |frame| unframed(Bytes::from_static(frame), Encodings::default());
        assert_eq!(unframed(b"\0\0\0\0\x05hello").expect("whole"), (Bytes::from_static(b"hello"), false));
        assert_eq!(unframed(b"\0\0\0\0\0").expect("empty is whole"), (Bytes::new(), false));
        for (frame, why) in [
            (&b""[..], "it is shorter than it says"),
            (b"\0\0\0", "it is shorter than it says"),
            (b"\0\0\0\0\x05hell", "it is shorter than it says"),
            (b"\0\0\0\0\x05hello!", "it is more than one message"),
        ] {
            let refused = unframed(frame).expect_err(why);
            assert_eq!(refused.code(), tonic::Code::InvalidArgument);
            assert!(refused.message().ends_with(why), "{refused:?}");
        }
    }
}
