//! The queue of a stream: the questions that were read and are not answered yet, in the order of their messages.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tonic::{Code, Status};

use crate::server::call::Call;
use crate::server::capacity::holding::Held;
use crate::server::capacity::level::MemoryLevel;
use crate::server::capacity::pool::pieces::Pieces;
use crate::server::config;

/// Answers that are not ready, or that wait for one that is not, in the order of their messages.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    answers: VecDeque<Waiting>,
    /// The bytes of all answers in the queue that are written.
    bytes: usize,
    /// The calculations on the pool, in the order of the entries [`Waiting::OnPool`]. Behind them waits at most one that has not entered
    /// the pool yet.
    pieces: Pieces<Done>,
}

/// An entry of the queue.
#[derive(Debug)]
enum Waiting {
    /// Answers that are written.
    Written(Written),
    /// A calculation on the pool.
    OnPool,
}

/// Answers, framed, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub frames: BytesMut,
    /// The number of answers.
    pub count: u64,
}

/// The first entry of the queue, once it is ready.
#[derive(Debug)]
pub(super) enum First {
    Written(Written),
    Done(Result<Done, Status>),
}

/// The result of a calculation on the pool.
#[derive(Debug)]
pub(super) enum Done {
    Answered {
        frame: Bytes,
        held: Held,
        model: Option<usize>,
        code: Code,
    },
    /// The refusal of a message that cannot be read: the stream cannot go on.
    Unreadable(Status),
}

impl Ahead {
    /// Returns whether nothing waits: no answer, and no calculation for room in the pool.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && !self.pieces.is_parked()
    }

    /// Returns whether an answer waits, written or on the pool. A calculation that has not entered the pool does not count.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Returns whether a calculation waits for room in the pool.
    pub fn is_parked(&self) -> bool {
        self.pieces.is_parked()
    }

    /// Gives up the calculation that waits for room in the pool.
    pub fn unpark(&mut self) {
        self.pieces.unpark();
    }

    /// Returns the bytes of written answers that wait for a longer calculation before them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns whether so many bytes of answers wait that the stream reads no further.
    pub fn is_far(&self) -> bool {
        self.bytes >= config::STREAM_AHEAD_BYTES_MAX
    }

    /// Has a long calculation computed on the pool, once [`Ahead::enter`] finds room. `expected` is its estimate.
    pub fn compute(&mut self, expected: Duration, work: impl FnOnce() -> Done + Send + 'static) {
        self.pieces.park(expected, work);
    }

    /// Hands the long calculation that was read last to the pool if there is room. Returns false while that calculation waits for room.
    pub fn enter(&mut self, call: &Call) -> bool {
        // Near the memory limit of the process no long calculation begins: it waits, as it does for room in the pool.
        let may_enter = call.shared().memory.level() == MemoryLevel::Free;
        if may_enter && self.pieces.enter(call, &call.shared().pool) {
            self.answers.push_back(Waiting::OnPool);
        }
        !self.pieces.is_parked()
    }

    /// Returns the buffer for the next answer when that answer has to wait for another one; `None` when it can be sent at once.
    pub fn written(&mut self) -> Option<&mut BytesMut> {
        if self.answers.is_empty() {
            return None;
        }
        if matches!(self.answers.back(), Some(Waiting::OnPool)) {
            self.answers.push_back(Waiting::Written(Written::default()));
        }
        match self.answers.back_mut() {
            Some(Waiting::Written(written)) => Some(&mut written.frames),
            _ => None,
        }
    }

    /// Records that an answer of so many bytes was written into the buffer of [`Ahead::written`].
    pub fn has_written(&mut self, bytes: usize) {
        self.bytes += bytes;
        if let Some(Waiting::Written(written)) = self.answers.back_mut() {
            written.count += 1;
        }
    }

    /// Takes the first entry out of the queue when that entry is ready; pending until then, and while the queue is empty.
    pub fn poll_first(&mut self, context: &mut Context<'_>) -> Poll<First> {
        let first = match self.answers.front_mut() {
            None => return Poll::Pending,
            Some(Waiting::Written(written)) => First::Written(std::mem::take(written)),
            Some(Waiting::OnPool) => match self.pieces.poll_first(context) {
                Poll::Ready(done) => First::Done(done),
                Poll::Pending => return Poll::Pending,
            },
        };
        if let First::Written(written) = &first {
            self.bytes -= written.frames.len();
        }
        self.answers.pop_front();
        Poll::Ready(first)
    }
}
