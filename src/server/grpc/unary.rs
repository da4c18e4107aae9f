//! A unary call, which has one message and one answer: gRPC's framing, and the choice where the calculation is done. Every
//! calculation outside of a stream is such a call; the table of services makes a [`Unary`] of its request.
//!
//! tonic's generated servers answer such calls too. The way through this file is shorter: a message that came in one piece is
//! read in place, an answer is written once, and a short calculation boxes nothing. Long messages are read and written on the
//! pool, and each refusal says whose mistake it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::{Request, Response};
use http_body::Body;
use tonic::Status;

use super::answer::{Answer, answered};
use super::form::{self, Form};
use super::message::{self, Encodings, PREFIX_BYTES};
use super::reading::{NotRead, Reading, Sealed};
use super::received::Received;
use super::short::{Long, compute_if_short};
use crate::engine::Refused;
use crate::server::call::{Call, Called};
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::memory::Full;
use crate::server::config;
use crate::wire::cost::Cost;
use crate::wire::status;

/// The function of a method, which takes a message and returns the answer or the work that leads to it.
pub(crate) type Calculation = fn(&Call, AskedMessage) -> Begun;

/// The message of a call, with the way in which its answer may be written.
pub(crate) struct AskedMessage {
    pub sealed: Sealed,
    /// Whether the answer may be compressed by gzip.
    pub takes_gzip: bool,
}

/// A calculation that has begun.
pub(crate) enum Begun {
    /// A short calculation, which is already answered.
    Answered(Result<Bytes, Status>),
    /// A long calculation, which has to be done on the pool. `expected` is the estimate of its time.
    Long { expected: Duration, work: Work },
    /// A calculation in parts, which goes to the pool by itself.
    InParts(UnaryParts),
}

/// A calculation in parts, as the future of its answer with the message prefix.
pub(crate) type UnaryParts = Pin<Box<dyn Future<Output = Result<Bytes, Status>> + Send>>;

/// The work of a long calculation on the pool, which returns the answer with its message prefix.
pub(crate) type Work = Box<dyn FnOnce() -> Result<Bytes, Status> + Send>;

/// Reads a message, and computes its answer if that is short. Otherwise returns the work for the pool.
pub(crate) fn begin<Question, Answer>(
    call: &Call,
    asked: AskedMessage,
    compute: impl Fn(&Question) -> Result<Answer, Refused> + Send + 'static,
) -> Begun
where
    Question: form::Question + Cost + 'static,
    Answer: form::Reply + 'static,
{
    let (form, takes_gzip) = (asked.sealed.form, asked.takes_gzip);
    begin_framed(call, asked.sealed, move |question| Ok(message::framed(form, &compute(question)?, takes_gzip)))
}

/// Reads a message, and computes its answer if that is short. Otherwise returns the work for the pool. `answer` returns the
/// answer with its message prefix.
pub(crate) fn begin_framed<Question>(
    call: &Call,
    sealed: Sealed,
    answer: impl Fn(&Question) -> Result<Bytes, Status> + Send + 'static,
) -> Begun
where
    Question: form::Question + Cost + 'static,
{
    // The body that brought the received bytes holds memory for them already.
    let is_held = !sealed.is_compressed;
    let question: Question = match sealed.open(|length| if is_held { Ok(()) } else { call.hold(length) }) {
        Ok(Reading::Here(opened)) => opened.question,
        Ok(Reading::OnPool { expected, measured }) => {
            return Begun::Long { expected, work: Box::new(move || answer(&measured.open()?.question)) };
        }
        Err(NotRead::Refused(refused)) => return Begun::Answered(Err(refused)),
        Err(NotRead::NoMemory(full)) => return Begun::Answered(Err(call.shared().memory.refusal(full))),
    };
    match compute_if_short(question.expected_nanoseconds(), || answer(&question)) {
        Ok(answer) => Begun::Answered(answer),
        // The question waits for the pool as it was read, and not as it came.
        Err(Long { expected }) => match call.hold(question.encoded_len() * config::READ_MESSAGE_RATIO) {
            Ok(()) => Begun::Long { expected, work: Box::new(move || answer(&question)) },
            Err(full) => Begun::Answered(Err(call.shared().memory.refusal(full))),
        },
    }
}

/// A unary call that is being answered, as the future of its response.
pub(crate) struct Unary {
    step: Step,
    form: Form,
    call: Call,
}

/// The step that a unary call is at.
enum Step {
    Reading { body: Received, message: Option<Sealed>, encodings: Encodings, calculation: Calculation },
    Waiting(UnaryParts),
    Refused(Status),
    Done,
}

impl Unary {
    /// A call whose messages have this form.
    pub fn new(request: Request<Received>, form: Form, calculation: Calculation) -> Unary {
        let encodings = Encodings::of(request.headers());
        let body = request.into_body();
        let call = body.call().clone();
        let step = match encodings {
            Ok(encodings) => Step::Reading { body, message: None, encodings, calculation },
            Err(refused) => Step::Refused(refused),
        };
        Unary { step, form, call }
    }

    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Status>> {
        loop {
            match &mut self.step {
                Step::Reading { body, message, encodings, calculation } => {
                    ready!(read(body, *encodings, self.form, message, context))?;
                    let sealed = message.take().ok_or_else(|| status::malformed("there is none"))?;
                    let asked = AskedMessage { sealed, takes_gzip: encodings.takes_gzip };
                    match calculation(&self.call, asked) {
                        Begun::Answered(answer) => return Poll::Ready(answer),
                        Begun::Long { expected, work } => {
                            let call = self.call.clone();
                            self.step = Step::Waiting(Box::pin(async move { on_pool(call, expected, work).await? }));
                        }
                        Begun::InParts(parts) => self.step = Step::Waiting(parts),
                    }
                }
                Step::Waiting(answer) => return answer.as_mut().poll(context),
                Step::Refused(_) | Step::Done => match std::mem::replace(&mut self.step, Step::Done) {
                    Step::Refused(refused) => return Poll::Ready(Err(refused)),
                    _ => return Poll::Pending,
                },
            }
        }
    }
}

/// Polls until the request has ended, and leaves its one message in `message`. The body hands on whole messages.
///
/// # Errors
/// The refusal of the message, INVALID_ARGUMENT for more than one message, and DEADLINE_EXCEEDED for a request that does not
/// end behind it.
fn read(
    body: &mut Received,
    encodings: Encodings,
    form: Form,
    message: &mut Option<Sealed>,
    context: &mut Context<'_>,
) -> Poll<Result<(), Status>> {
    while !body.is_end_stream() {
        let frame = match Pin::new(&mut *body).poll_frame(context) {
            Poll::Ready(Some(frame)) => frame?,
            Poll::Ready(None) => break,
            Poll::Pending if message.is_some() => {
                if let Some(sealed) = message {
                    sealed.settle();
                }
                return body.poll_end_missing(context).map(Err);
            }
            Poll::Pending => return Poll::Pending,
        };
        if let Ok(data) = frame.into_data() {
            // Whatever the second one is: the answer is not to depend on the pieces in which the request came.
            if message.is_some() {
                return Poll::Ready(Err(status::malformed("it is more than one message")));
            }
            *message = Some(unframed(data, encodings, form)?);
        }
    }
    Poll::Ready(Ok(()))
}

/// Returns the message in its frame. The frame is whole, unless it is refused for its message prefix alone.
///
/// # Errors
/// The refusal of the message prefix, and INVALID_ARGUMENT for a frame of another length than its prefix says.
fn unframed(mut frame: Bytes, encodings: Encodings, form: Form) -> Result<Sealed, Status> {
    let Some(head) = encodings.head(&frame)? else { return Err(status::malformed("it is shorter than it says")) };
    frame.advance(PREFIX_BYTES);
    match frame.len() {
        all if all == head.length => Ok(Sealed { message: frame, is_compressed: head.is_compressed, form }),
        all if all > head.length => Err(status::malformed("it is more than one message")),
        _ => Err(status::malformed("it is shorter than it says")),
    }
}

/// Does the work of a call on the pool, unless memory is scarce.
///
/// # Errors
/// The refusals of the pool, and RESOURCE_EXHAUSTED or UNAVAILABLE where memory is scarce.
pub(crate) async fn on_pool<T: Send + 'static>(
    call: Call,
    expected: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Status> {
    if call.shared().memory.level() > MemoryLevel::Free {
        return Err(call.shared().memory.refusal(Full::Process));
    }
    call.shared().pool.run(call.clone(), expected, work).await
}

impl Future for Unary {
    type Output = Result<Response<Answer>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.poll_answer(context));
        // The data of the request is dropped here. It is not needed any more, however long the answer takes to be sent.
        self.step = Step::Done;
        self.call.holds_nothing();
        Poll::Ready(Ok(match answer {
            Ok(frame) => {
                let is_compressed = message::is_compressed(&frame);
                answered(Answer::Message(frame), self.form, is_compressed)
            }
            Err(refused) => refused.into_http(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_message_or_says_why_it_is_none() {
        let unframed = |frame| {
            unframed(Bytes::from_static(frame), Encodings::default(), Form::Proto)
                .map(|sealed| (sealed.message, sealed.is_compressed))
        };
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
