//! StreamCalculations: calculations of any mix of models on one stream, answered in the order of their messages.
//!
//! The stream is the body of its own answer: hyper asks for the next frame when the peer's window is open, and only then is the next
//! message read. This is the backpressure: a peer that does not take its answers is not read from either, and the bytes that are kept for
//! it have a bound, without a queue between reading and writing.
//!
//! A short calculation costs no task, no channel and no frame of its own: many are read from one frame and answered in one. A long
//! calculation goes to the pool, and the stream reads on while it runs; the answers after it are written, and wait behind it.

mod ahead;
mod ending;
mod tally;
mod turn;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use http_body::{Body, Frame};
use prost::Message;
use tonic::{Code, Status};

use self::ahead::{Ahead, Done, First, Written};
use self::ending::{Alarm, End, Ending, Wait};
use self::tally::Tally;
use self::turn::StreamTurn;
use crate::engine::MODELS;
use crate::engine::calculation::{Computed, computed};
use crate::server::call::{Call, Called};
use crate::server::capacity::holding::Held;
use crate::server::capacity::pool::Caller;
use crate::server::config;
use crate::server::grpc::answer::{Answer, answered};
use crate::server::grpc::form::Form;
use crate::server::grpc::message::{self, Encodings, Head};
use crate::server::grpc::messages::Messages;
use crate::server::grpc::reading::{NotRead, Opened, Reading, Sealed};
use crate::server::grpc::received::Received;
use crate::server::grpc::short::{Long, compute_if_short};
use crate::wire::cost::Cost;
use crate::wire::{calculation, pb, status};

/// Returns the response of a stream of calculations, whose messages have this form. The body of the response is the [`Stream`], which reads, computes and answers. A
/// message encoding that nobody here can read is refused at once.
pub(super) fn begun(request: Request<Received>, form: Form) -> Response<Answer> {
    match Encodings::of(request.headers()) {
        Ok(encodings) => {
            let stream = Stream::new(request.into_body(), encodings, form);
            answered(Answer::Boxed(tonic::body::Body::new(stream)), form, encodings.takes_gzip)
        }
        Err(refused) => refused.into_http(),
    }
}

/// The body of a stream's answer.
#[derive(Debug)]
pub(super) struct Stream {
    call: Call,
    messages: Messages,
    form: Form,
    takes_gzip: bool,
    /// The number of messages that were read whole.
    read: u64,
    /// The number of answers that were handed over for sending.
    answered: u64,
    /// Answers that are sent next. A long answer, in `long`, is sent behind them.
    ready: BytesMut,
    long: Option<(Bytes, Held)>,
    /// The queue of calculations that still run, and of everything that follows them.
    ahead: Ahead,
    ending: Ending,
    /// The memory for parts of messages and for answers that wait.
    held: Held,
    tally: Tally,
    /// Whether the stream has worked for a whole turn: other tasks are next.
    is_tired: bool,
}

impl Stream {
    fn new(received: Received, encodings: Encodings, form: Form) -> Stream {
        let call = received.call().clone();
        Stream {
            messages: Messages::new(received, encodings),
            form,
            takes_gzip: encodings.takes_gzip,
            read: 0,
            answered: 0,
            ready: BytesMut::new(),
            long: None,
            ahead: Ahead::default(),
            ending: Ending::ahead(),
            held: Held::none(&call.connection.account),
            tally: Tally::default(),
            is_tired: false,
            call,
        }
    }

    fn poll_next_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        // hyper asks for another frame, so it has taken the answers that were handed over before.
        self.call.answers_are_sent();
        if std::mem::take(&mut self.is_tired) {
            return give_way(context);
        }
        loop {
            let mut turn = StreamTurn::begun();
            self.work(context, &mut turn);
            self.tally.count(&self.call);
            if let Some(data) = self.next_data() {
                self.ending.moved(turn.began);
                self.is_tired = turn.is_over;
                self.call.answers_wait();
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            if self.ending.is_set() && self.ahead.is_empty() {
                return Poll::Ready(Some(Ok(self.trailers())));
            }
            if turn.is_over {
                return give_way(context);
            }
            match self.ending.poll_alarms(self.waits_for(), &self.call.connection, context) {
                Poll::Ready(Alarm::Look) => {}
                // The calculation that waits for room is given up, so that the end can be written.
                Poll::Ready(Alarm::Ended) => self.ahead.unpark(),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Reads, computes and writes until there is enough to send, the turn is over, or nothing can be done now.
    fn work(&mut self, context: &mut Context<'_>, turn: &mut StreamTurn) {
        self.ending.look_at(&self.call.connection);
        loop {
            self.deliver(context);
            if self.long.is_some() || self.ready.len() >= config::STREAM_ANSWERS_BYTES || turn.is_over {
                break;
            }
            if turn.has_looked() && self.call.is_gone() {
                self.fail(status::deadline_exceeded());
                break;
            }
            if !self.ahead.enter(&self.call) || self.ending.is_set() || self.ahead.is_far() {
                break;
            }
            match self.messages.poll_next(context) {
                Poll::Ready(Some(Ok(head))) => {
                    self.ending.moved(turn.began);
                    self.take(head);
                    turn.has_answered();
                }
                Poll::Ready(Some(Err(refused))) => self.ending.set(End::Refused(status::of_message(&refused, self.read + 1))),
                Poll::Ready(None) => self.ending.set(End::Asked),
                Poll::Pending => break,
            }
        }
        // A calculation that entered the pool since then has not been polled, and so its end would wake nobody. After a turn the stream is
        // polled again anyhow, and so it is while it has something to send.
        if !turn.is_over && self.long.is_none() && self.ready.is_empty() {
            self.deliver(context);
        }
        self.messages.settle();
        let kept = config::STREAM_CALL_BYTES + self.messages.taken() + self.ahead.bytes() + self.ready.capacity();
        if let Err(full) = self.held.becomes(kept) {
            self.fail(self.call.shared().memory.refusal(full));
        }
    }

    /// Takes the message that is here: answers it, or has it read by the pool where it is long.
    fn take(&mut self, head: Head) {
        self.read += 1;
        if head.is_compressed || head.length > config::SHORT_MESSAGE_BYTES_MAX {
            let sealed = Sealed { message: self.messages.take(head), is_compressed: head.is_compressed, form: self.form };
            return match sealed.open(|length| Held::of(&self.call.connection.account, length)) {
                Ok(Reading::Here(opened)) => self.calculate(opened.question),
                Ok(Reading::OnPool { expected, measured }) => self.run(expected, move || measured.open()),
                Err(NotRead::Refused(refused)) => self.end_unread(refused),
                Err(NotRead::NoMemory(full)) => self.fail(self.call.shared().memory.refusal(full)),
            };
        }
        let asked = match self.messages.message(head) {
            Some(message) => {
                let asked = self.form.read(message);
                self.messages.leave_behind(head);
                asked
            }
            None => self.form.read(&self.messages.take(head)),
        };
        match asked {
            Ok(asked) => self.calculate(asked),
            Err(refused) => self.end_unread(refused),
        }
    }

    /// Ends the stream at a message that cannot be read.
    fn end_unread(&mut self, refused: Status) {
        self.ending.set(End::Refused(status::of_message(&refused, self.read)));
    }

    /// Answers a question: at once where it is short, from the pool where it is long.
    fn calculate(&mut self, asked: pb::StreamCalculationsRequest) {
        let frames = self.ahead.written().unwrap_or(&mut self.ready);
        let before = frames.len();
        let computed = compute_if_short(asked.expected_nanoseconds(), || write(&asked, self.form, self.takes_gzip, frames));
        let (model, code) = match computed {
            Ok(computed) => computed,
            Err(Long { expected }) => {
                // The calculation may have been cut short while it wrote its answer.
                frames.truncate(before);
                return match Held::of(&self.call.connection.account, asked.encoded_len() * config::READ_MESSAGE_RATIO) {
                    Ok(held) => self.run(expected, move || Ok(Opened { question: asked, held })),
                    Err(full) => self.fail(self.call.shared().memory.refusal(full)),
                };
            }
        };
        let written = frames.len() - before;
        if self.ahead.has_answers() {
            self.ahead.has_written(written)
        } else {
            self.answered += 1
        }
        self.tally.add(model, code, &self.call);
    }

    /// Has a question read and computed by the pool. `expected` is the estimate.
    fn run<H: 'static>(
        &mut self,
        expected: Duration,
        read: impl FnOnce() -> Result<Opened<pb::StreamCalculationsRequest, H>, Status> + Send + 'static,
    ) {
        let (call, form, takes_gzip, number) = (self.call.clone(), self.form, self.takes_gzip, self.read);
        self.ahead.compute(expected, move || done(&call, read, form, takes_gzip, number));
    }

    /// Moves the answers that are ready at the front of the queue to the place from which they are sent.
    fn deliver(&mut self, context: &mut Context<'_>) {
        while self.long.is_none() {
            let Poll::Ready(first) = self.ahead.poll_first(context) else { return };
            match first {
                First::Written(Written { frames, count }) => {
                    self.answered += count;
                    match self.ready.is_empty() {
                        true => self.ready = frames,
                        false => self.ready.extend_from_slice(&frames),
                    }
                }
                First::Done(Ok(Done::Answered { frame, held, model, code })) => {
                    self.answered += 1;
                    self.tally.add(model, code, &self.call);
                    match frame.len() {
                        short if short <= config::STREAM_ANSWERS_BYTES / 2 => self.ready.extend_from_slice(&frame),
                        _ => self.long = Some((frame, held)),
                    }
                }
                First::Done(Ok(Done::Unreadable(refused)) | Err(refused)) => return self.fail(refused),
            }
        }
    }

    /// Returns the event that keeps the stream from going on.
    fn waits_for(&self) -> Wait {
        if self.ahead.is_parked() {
            Wait::Room
        } else if self.ahead.has_answers() {
            Wait::Answer
        } else if self.messages.has_part() {
            Wait::Rest
        } else {
            Wait::Message
        }
    }

    /// Ends the stream with a refusal, after the answers that are ready. The answers that still wait are given up.
    fn fail(&mut self, refused: Status) {
        self.ahead = Ahead::default();
        self.ending.set(End::Refused(refused));
    }

    /// Returns the next data to send; `None` where no answer is ready. A long answer is sent in portions, so that HTTP/2's window
    /// determines how much of it is kept for the peer.
    fn next_data(&mut self) -> Option<Bytes> {
        if !self.ready.is_empty() {
            let portion = self.ready.len().min(config::STREAM_ANSWERS_BYTES);
            return Some(self.ready.split_to(portion).freeze());
        }
        let (frame, _) = self.long.as_mut()?;
        let portion = frame.split_to(frame.len().min(config::STREAM_ANSWERS_BYTES));
        if frame.is_empty() {
            self.long = None;
        }
        Some(portion)
    }

    /// Returns the trailers. Messages that the caller still sends are discarded.
    fn trailers(&mut self) -> Frame<Bytes> {
        self.messages.discard();
        Frame::trailers(self.ending.trailers(self.answered))
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.get_mut().poll_next_frame(context)
    }
}

/// Returns pending, so that other tasks and the sockets have their turn; then this task is polled again.
fn give_way<T>(context: &mut Context<'_>) -> Poll<T> {
    // tokio offers this as a future. Polled once, that future has asked for this task to be woken.
    let _ = pin!(tokio::task::yield_now()).poll(context);
    Poll::Pending
}

/// Reads and computes a question, on a thread of the pool. `number` is the number of its message in the stream, from 1.
fn done<H>(
    call: &Call,
    read: impl FnOnce() -> Result<Opened<pb::StreamCalculationsRequest, H>, Status>,
    form: Form,
    takes_gzip: bool,
    number: u64,
) -> Done {
    // The memory of the question is held until it is answered.
    let Opened { question: asked, held: _held } = match read() {
        Ok(opened) => opened,
        Err(refused) => return Done::Unreadable(status::of_message(&refused, number)),
    };
    let mut frame = BytesMut::new();
    let (model, mut code) = write(&asked, form, takes_gzip, &mut frame);
    let account = &call.connection.account;
    let held = Held::of(account, frame.len()).unwrap_or_else(|full| {
        frame.clear();
        let name = model.and_then(|model| MODELS.get(model).copied());
        code = Code::Unavailable;
        put(asked.correlation_id, calculation::outcome(Err(call.shared().memory.refusal(full)), name), form, &mut frame);
        Held::none(account)
    });
    Done::Answered { frame: frame.freeze(), held, model, code }
}

/// Computes a calculation, and writes its answer, framed, at the end of `frames`. Returns the place of its model among [`MODELS`], and the
/// status code of the answer.
fn write(asked: &pb::StreamCalculationsRequest, form: Form, takes_gzip: bool, frames: &mut BytesMut) -> (Option<usize>, Code) {
    let Computed { outcome, model } = computed(asked.calculation.as_ref());
    let code = calculation::code(&outcome);
    let answer = pb::StreamCalculationsResponse { correlation_id: asked.correlation_id, outcome: Some(outcome) };
    let (before, length) = (frames.len(), answer.encoded_len());
    if length > config::MESSAGE_BYTES_MAX
        || message::write(form, &answer, length, takes_gzip, frames) > config::MESSAGE_BYTES_MAX
    {
        frames.truncate(before);
        let refused = status::answer_too_large(config::MESSAGE_BYTES_MAX, "ask without explain, or by the model's own method");
        let code = refused.code();
        put(asked.correlation_id, calculation::outcome(Err(refused), model.map(|model| MODELS[model])), form, frames);
        return (model, code);
    }
    (model, code)
}

/// Writes an outcome, framed, at the end of `frames`.
fn put(correlation_id: u64, outcome: pb::CalculationOutcome, form: Form, frames: &mut BytesMut) {
    let answer = pb::StreamCalculationsResponse { correlation_id, outcome: Some(outcome) };
    message::write(form, &answer, answer.encoded_len(), false, frames);
}
