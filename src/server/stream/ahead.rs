//! What a stream has read and not answered yet, in its order.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tonic::{Code, Status};

use crate::server::capacity::memory::Held;
use crate::server::capacity::pool::Running;

/// Answers that are not ready, or wait for one that is not, in their order.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    pub answers: VecDeque<Waiting>,
    /// Of them, those that are written.
    pub bytes: usize,
    pub running: usize,
    /// A calculation that the pool has no room for yet: the last of all.
    pub parked: Option<Long>,
}

#[derive(Debug)]
pub(super) enum Waiting {
    /// So many, framed.
    Written(BytesMut, u64),
    Running(Running<Done>),
}

/// A calculation for the pool.
pub(super) struct Long {
    pub expected: Duration,
    pub work: Box<dyn FnOnce() -> Done + Send>,
}

impl std::fmt::Debug for Long {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Long").field("expected", &self.expected).finish_non_exhaustive()
    }
}

/// What came of one.
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
        self.answers.is_empty() && self.parked.is_none()
    }

    /// Where the next answer is written when it has to wait; none when it need not.
    pub fn written(&mut self) -> Option<&mut BytesMut> {
        if self.answers.is_empty() {
            return None;
        }
        if matches!(self.answers.back(), Some(Waiting::Running(_))) {
            self.answers.push_back(Waiting::Written(BytesMut::new(), 0));
        }
        match self.answers.back_mut() {
            Some(Waiting::Written(frames, _)) => Some(frames),
            _ => None,
        }
    }

    pub fn has_written(&mut self, bytes: usize) {
        self.bytes += bytes;
        if let Some(Waiting::Written(_, count)) = self.answers.back_mut() {
            *count += 1;
        }
    }
}
