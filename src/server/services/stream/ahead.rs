//! What a stream has read and not answered yet, in its order.

use std::collections::VecDeque;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tonic::{Code, Status};

use crate::server::call::Call;
use crate::server::capacity::memory::Held;
use crate::server::capacity::pool::pieces::Pieces;
use crate::server::config;

/// Answers that are not ready, or wait for one that is not, in their order.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    answers: VecDeque<Waiting>,
    /// The bytes of the answers that are written.
    bytes: usize,
    /// The calculations on the pool, in the order of [`Waiting::OnPool`], and behind them one that has not entered yet.
    pieces: Pieces<Done>,
}

#[derive(Debug)]
enum Waiting {
    /// So many answers, framed.
    Written(Written),
    OnPool,
}

/// Answers, framed.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub frames: BytesMut,
    pub count: u64,
}

/// What comes first.
#[derive(Debug)]
pub(super) enum First {
    Written(Written),
    Done(Result<Done, Status>),
}

/// What came of a calculation on the pool.
#[derive(Debug)]
pub(super) enum Done {
    Answered {
        frame: Bytes,
        held: Held,
        model: Option<usize>,
        code: Code,
    },
    /// The message cannot be read, and so the stream cannot go on.
    Unreadable(Status),
}

impl Ahead {
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && !self.pieces.is_parked()
    }

    /// Whether something has been read that is not answered, and has entered the pool.
    pub fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Whether a calculation waits for room in the pool.
    pub fn is_parked(&self) -> bool {
        self.pieces.is_parked()
    }

    /// Gives up the calculation that waits for room in the pool.
    pub fn unpark(&mut self) {
        self.pieces.unpark();
    }

    /// Bytes of answers that wait for a longer calculation before them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn is_far(&self) -> bool {
        self.bytes >= config::STREAM_AHEAD_BYTES_MAX
    }

    /// Has a long calculation done on the pool, once there is room.
    pub fn compute(&mut self, expected: Duration, work: impl FnOnce() -> Done + Send + 'static) {
        self.pieces.park(expected, work);
    }

    /// Lets the long calculation that was read last enter the pool; false while there is no room.
    pub fn enter(&mut self, call: &Call) -> bool {
        if self.pieces.enter(call, &call.shared().pool) {
            self.answers.push_back(Waiting::OnPool);
        }
        !self.pieces.is_parked()
    }

    /// Returns where the next answer is written when it has to wait; none when it need not.
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

    /// An answer of so many bytes was written there.
    pub fn has_written(&mut self, bytes: usize) {
        self.bytes += bytes;
        if let Some(Waiting::Written(written)) = self.answers.back_mut() {
            written.count += 1;
        }
    }

    /// Comes when the first answer is ready.
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
