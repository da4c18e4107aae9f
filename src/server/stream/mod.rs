//! Calculations of any mix on one stream, answered in their order.
//!
//! It is the body of its own answer: hyper asks for the next frame when the peer's window is open, and only then is the next message read. So
//! a peer that does not take its answers is not read from either, and what is kept for it has a bound, without a queue between the two.
//!
//! A short calculation costs no task, no channel and no frame of its own: many are read from one frame and answered in one. A long one goes
//! to the pool, and the stream reads on while it runs; what comes after it waits behind it, written.

mod ahead;
mod tally;
mod turn;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Frame;
use prost::Message;
use tokio::time::{Sleep, sleep_until};
use tonic::{Code, Status};

use self::ahead::{Ahead, Done, Long, Waiting};
use self::tally::Tally;
use self::turn::Turn;
use crate::engine::MODELS;
use crate::engine::calculation::{Computed, computed};
use crate::server::body::Received;
use crate::server::call::Call;
use crate::server::capacity::memory::Held;
use crate::server::capacity::pool::Caller;
use crate::server::config;
use crate::server::message::{self, Encodings, Head};
use crate::server::messages::Messages;
use crate::server::unary::{Answer, answered};
use crate::wire::cost::Cost;
use crate::wire::{calculation, codec, pb, status};

/// How many calculations were answered, however the stream ends.
static PAYDIRT_ANSWERED: HeaderName = HeaderName::from_static("paydirt-answered");

/// A stream of calculations that has begun.
pub(super) fn begun(request: Request<Received>) -> Response<Answer> {
    match Encodings::of(request.headers()) {
        Ok(encodings) => {
            let stream = Stream::new(request.into_body(), encodings);
            answered(Answer::Stream(Box::new(stream)), encodings.takes_gzip)
        }
        Err(refused) => refused.into_http(),
    }
}

/// The body of a stream's answer.
#[derive(Debug)]
pub(super) struct Stream {
    call: Call,
    messages: Messages,
    takes_gzip: bool,
    /// Messages that were read whole.
    read: u64,
    /// Answers that were handed over.
    answered: u64,
    /// Answers that go out next, and behind them a long one.
    ready: BytesMut,
    long: Option<(Bytes, Held)>,
    /// What follows a calculation that still runs, and that one.
    ahead: Ahead,
    /// Nothing more is read.
    end: Option<End>,
    /// For parts of messages and answers that wait.
    held: Held,
    tally: Tally,
    /// It has worked for a turn: others are next.
    is_tired: bool,
    /// When something was last read or answered.
    moved: Instant,
    alarm: Option<Pin<Box<Sleep>>>,
    leaves: Option<Leaving>,
}

/// Comes when the connection is told to go away.
struct Leaving(Pin<Box<dyn Future<Output = ()> + Send>>);

impl std::fmt::Debug for Leaving {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Leaving")
    }
}

/// Why nothing more is read.
#[derive(Debug)]
enum End {
    /// The caller has no more.
    Asked,
    /// The server has to end it.
    Early(&'static str),
    Refused(Status),
}

impl Stream {
    fn new(received: Received, encodings: Encodings) -> Stream {
        let call = received.call().clone();
        Stream {
            messages: Messages::new(received, encodings),
            takes_gzip: encodings.takes_gzip,
            read: 0,
            answered: 0,
            ready: BytesMut::new(),
            long: None,
            ahead: Ahead::default(),
            end: None,
            held: Held::none(&call.shared().memory),
            tally: Tally::default(),
            is_tired: false,
            moved: Instant::now(),
            alarm: None,
            leaves: None,
            call,
        }
    }

    pub fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        // What was handed over before has been taken.
        self.call.answers_are_sent();
        if std::mem::take(&mut self.is_tired) {
            return give_way(context);
        }
        loop {
            let mut turn = Turn::begun();
            self.work(context, &mut turn);
            self.tally.count(&self.call);
            if let Some(data) = self.next_data() {
                self.moved = turn.began;
                self.is_tired = turn.is_over;
                self.call.answers_wait();
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            if self.end.is_some() && self.ahead.is_empty() {
                return Poll::Ready(Some(Ok(self.trailers())));
            }
            if turn.is_over {
                return give_way(context);
            }
            // An alarm may end it, and then there is an end to write.
            if self.poll_alarms(context).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Reads, computes and writes until there is enough to send, the turn is over, or nothing can be done now.
    fn work(&mut self, context: &mut Context<'_>, turn: &mut Turn) {
        if self.end.is_none() && self.call.connection.is_leaving() {
            self.end = Some(End::Early("the server has to close this connection"));
        }
        loop {
            self.deliver(context);
            if self.long.is_some() || self.ready.len() >= config::STREAM_ANSWERS_BYTES || turn.is_over {
                break;
            }
            if turn.has_looked() && self.call.is_gone() {
                self.fail(status::deadline_exceeded());
                break;
            }
            if !self.has_entered_pool() || self.end.is_some() || self.is_far_ahead() {
                break;
            }
            match self.messages.poll_next(context) {
                Poll::Ready(Some(Ok(head))) => self.take(head, turn),
                Poll::Ready(Some(Err(refused))) => self.end = Some(End::Refused(status::of_message(&refused, self.read + 1))),
                Poll::Ready(None) => self.end = Some(End::Asked),
                Poll::Pending => break,
            }
        }
        if !self.held.becomes(self.messages.part_bytes() + self.ahead.bytes + self.ready.len()) {
            self.fail(self.call.shared().memory.refusal());
        }
    }

    /// Takes the message that is here.
    fn take(&mut self, head: Head, turn: &mut Turn) {
        self.moved = turn.began;
        self.read += 1;
        let shared = &self.call.connection.shared;
        if head.is_compressed || head.length > config::SHORT_MESSAGE_BYTES_MAX {
            let length = match head.is_compressed {
                true => message::inflated_length(self.messages.message(head)),
                false => Ok(head.length),
            };
            let length = match length {
                Ok(length) => length.max(head.length),
                Err(refused) => return self.end = Some(End::Refused(status::of_message(&refused, self.read))),
            };
            let Some(held) = Held::of(&shared.memory, length) else { return self.fail(shared.memory.refusal()) };
            let message = self.messages.take(head);
            let read = move || match head.is_compressed {
                true => codec::read(&message::inflated(&message)?),
                false => codec::read(&message),
            };
            if length > config::SHORT_MESSAGE_BYTES_MAX {
                // Already to read it takes long.
                let expected = config::READING_NANOSECONDS_PER_BYTE.saturating_mul(length as u64);
                return self.run(Duration::from_nanos(expected), Some(held), read);
            }
            return self.calculate(read(), turn);
        }
        let asked = codec::read(self.messages.message(head));
        self.messages.leave_behind(head);
        self.calculate(asked, turn);
    }

    /// Answers what was asked, now or from the pool.
    fn calculate(&mut self, asked: Result<pb::StreamCalculationsRequest, Status>, turn: &mut Turn) {
        let asked = match asked {
            Ok(asked) => asked,
            Err(refused) => return self.end = Some(End::Refused(status::of_message(&refused, self.read))),
        };
        let expected = asked.expected_nanoseconds();
        if Duration::from_nanos(expected) > config::SHORT_CALCULATION {
            return self.run(Duration::from_nanos(expected), None, move || Ok(asked));
        }
        let frames = self.ahead.written().unwrap_or(&mut self.ready);
        let before = frames.len();
        let (model, code) = write(&asked, self.takes_gzip, frames);
        let written = frames.len() - before;
        if self.ahead.answers.is_empty() {
            self.answered += 1
        } else {
            self.ahead.has_written(written)
        }
        self.tally.add(model, code, &self.call);
        turn.spend(expected);
    }

    /// Has it read and computed by the pool. Room for a long message is held until both are done.
    fn run(
        &mut self,
        expected: Duration,
        held: Option<Held>,
        read: impl FnOnce() -> Result<pb::StreamCalculationsRequest, Status> + Send + 'static,
    ) {
        let (call, takes_gzip, number) = (self.call.clone(), self.takes_gzip, self.read);
        let work = Box::new(move || {
            let _held = held;
            done(&call, read, takes_gzip, number)
        });
        self.ahead.parked = Some(Long { expected, work });
    }

    /// False while a calculation waits for room in the pool.
    fn has_entered_pool(&mut self) -> bool {
        let Some(Long { expected, work }) = self.ahead.parked.take() else { return true };
        let pool = &self.call.shared().pool;
        let has_room = self.ahead.running < config::STREAM_LONG_MAX.min(2 * pool.threads()) && pool.has_room_for_streams();
        if has_room {
            self.ahead.running += 1;
            self.ahead.answers.push_back(Waiting::Running(pool.add(self.call.clone(), expected, work)));
        } else {
            self.ahead.parked = Some(Long { expected, work });
        }
        has_room
    }

    fn is_far_ahead(&self) -> bool {
        self.ahead.bytes >= config::STREAM_AHEAD_BYTES_MAX
    }

    /// Moves what is ready at the front to where it is sent from.
    fn deliver(&mut self, context: &mut Context<'_>) {
        while self.long.is_none() {
            match self.ahead.answers.front_mut() {
                None => return,
                Some(Waiting::Written(frames, count)) => {
                    self.answered += *count;
                    self.ahead.bytes -= frames.len();
                    match self.ready.is_empty() {
                        true => self.ready = std::mem::take(frames),
                        false => self.ready.extend_from_slice(frames),
                    }
                }
                Some(Waiting::Running(running)) => {
                    let Poll::Ready(done) = Pin::new(running).poll(context) else { return };
                    self.ahead.running -= 1;
                    match done {
                        Ok(Done::Answered { frame, held, model, code }) => {
                            self.answered += 1;
                            self.tally.add(model, code, &self.call);
                            match frame.len() {
                                short if short <= config::STREAM_ANSWERS_BYTES / 2 => self.ready.extend_from_slice(&frame),
                                _ => self.long = Some((frame, held)),
                            }
                        }
                        Ok(Done::Unreadable(refused)) | Err(refused) => return self.fail(refused),
                    }
                }
            }
            self.ahead.answers.pop_front();
        }
    }

    /// Ends it with what is ready.
    fn fail(&mut self, refused: Status) {
        self.ahead = Ahead::default();
        self.end = Some(End::Refused(refused));
    }

    /// A frame's worth of what is ready. A long answer goes in portions, so that HTTP/2's window says how much of it is kept for the peer.
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

    fn trailers(&mut self) -> Frame<Bytes> {
        self.messages.discard();
        let mut trailers = match self.end.take().unwrap_or(End::Asked) {
            End::Asked => status::trailers(&Status::ok("")),
            End::Early(why) => status::trailers(&status::stream_ends_early(why, self.answered)),
            End::Refused(refused) => status::trailers(&refused),
        };
        trailers.insert(PAYDIRT_ANSWERED.clone(), HeaderValue::from(self.answered));
        Frame::trailers(trailers)
    }

    /// Comes when something has to be looked at that neither the caller nor the pool brings about.
    fn poll_alarms(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let connection = &self.call.connection;
        if self.end.is_none() {
            let leaving = self.leaves.get_or_insert_with(|| {
                let connection = connection.clone();
                Leaving(Box::pin(async move { connection.leaves().await }))
            });
            if leaving.0.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
        }
        let now = Instant::now();
        let settings = &connection.shared.settings;
        // A caller that is in the middle of a message, or a pool that has no room, has no longer than another call; a caller that says nothing
        // and is owed nothing as long as a connection without a call. What runs takes its time.
        let patience = match &self.ahead {
            ahead if ahead.parked.is_some() => settings.default_deadline,
            ahead if !ahead.answers.is_empty() => Duration::MAX,
            _ if self.messages.part_bytes() > 0 => settings.default_deadline,
            _ if settings.max_connection_idle.is_zero() => Duration::MAX,
            _ => settings.max_connection_idle,
        };
        let end = self.moved.checked_add(patience);
        let may_end = self.end.is_none() || self.ahead.parked.is_some();
        if may_end && end.is_some_and(|end| now >= end) {
            let is_parked = self.ahead.parked.take().is_some();
            let why = match is_parked {
                true => "the pool has no room for its next calculation",
                false => "no calculation has come for too long",
            };
            self.end = Some(End::Early(why));
            return Poll::Ready(());
        }
        let look = self.ahead.parked.as_ref().map(|_| now + config::STREAM_POOL_LOOK);
        let Some(next) = [end, look].into_iter().flatten().min().map(tokio::time::Instant::from_std) else {
            return Poll::Pending;
        };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(next)));
        // One that comes too early is set again when it comes.
        if alarm.is_elapsed() || alarm.deadline() > next {
            alarm.as_mut().reset(next);
        }
        alarm.as_mut().poll(context)
    }
}

/// Other tasks and the sockets have their turn, and then this one comes again.
fn give_way<T>(context: &mut Context<'_>) -> Poll<T> {
    // What tokio offers is a future, which has asked to be woken once it was polled.
    let _ = pin!(tokio::task::yield_now()).poll(context);
    Poll::Pending
}

/// Reads and computes on the pool.
fn done(
    call: &Call,
    read: impl FnOnce() -> Result<pb::StreamCalculationsRequest, Status>,
    takes_gzip: bool,
    number: u64,
) -> Done {
    let asked = match read() {
        Ok(asked) => asked,
        Err(refused) => return Done::Unreadable(status::of_message(&refused, number)),
    };
    let mut frame = BytesMut::new();
    let (model, mut code) = write(&asked, takes_gzip, &mut frame);
    let shared = call.shared();
    let held = Held::of(&shared.memory, frame.len()).unwrap_or_else(|| {
        frame.clear();
        let name = model.and_then(|model| MODELS.get(model).copied());
        code = Code::Unavailable;
        put(asked.correlation_id, calculation::outcome(Err(shared.memory.refusal()), name), &mut frame);
        Held::none(&shared.memory)
    });
    Done::Answered { frame: frame.freeze(), held, model, code }
}

/// Computes a calculation, and writes its answer behind what stands there.
fn write(asked: &pb::StreamCalculationsRequest, takes_gzip: bool, frames: &mut BytesMut) -> (Option<usize>, Code) {
    let Computed { outcome, model } = computed(asked.calculation.as_ref());
    let code = calculation::code(&outcome);
    let answer = pb::StreamCalculationsResponse { correlation_id: asked.correlation_id, outcome: Some(outcome) };
    let length = answer.encoded_len();
    if length > config::MESSAGE_BYTES_MAX {
        let refused = status::answer_too_large(config::MESSAGE_BYTES_MAX, "ask without explain, or by the model's own method");
        let code = refused.code();
        put(asked.correlation_id, calculation::outcome(Err(refused), model.map(|model| MODELS[model])), frames);
        return (model, code);
    }
    message::write(&answer, length, takes_gzip, frames);
    (model, code)
}

fn put(correlation_id: u64, outcome: pb::CalculationOutcome, frames: &mut BytesMut) {
    let answer = pb::StreamCalculationsResponse { correlation_id, outcome: Some(outcome) };
    message::write(&answer, answer.encoded_len(), false, frames);
}
