//! How a message is read: measured, held in memory, and read where it is, or on the pool where that takes long.

use std::time::Duration;

use bytes::Bytes;
use tonic::Status;

use super::message;
use crate::server::config::{READING_NANOSECONDS_PER_BYTE, SHORT_MESSAGE_BYTES_MAX};
use crate::wire::codec;
use crate::wire::short_text::Name;

/// A whole message as it came.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub message: Bytes,
    pub is_compressed: bool,
}

/// A message that is read, or is to be read.
pub(crate) enum Reading<Question, Held> {
    /// What a short message asks.
    Here(Opened<Question, Held>),
    /// A long message, which the pool reads.
    OnPool { expected: Duration, measured: Measured<Held> },
}

/// What a message asks, and the memory that is held for it until it is answered.
pub(crate) struct Opened<Question, Held> {
    pub question: Question,
    pub held: Held,
}

/// Why a message is not read.
#[derive(Debug)]
pub(crate) enum NotRead {
    /// The message is none.
    Refused(Status),
    /// There is no memory for it.
    NoMemory,
}

/// A message whose memory is held.
pub(crate) struct Measured<Held> {
    sealed: Sealed,
    held: Held,
}

impl Sealed {
    /// Reads a short message, and says how long it takes to read a long one.
    ///
    /// `hold` takes memory for so many bytes, and what it returns stays beside the question.
    ///
    /// # Errors
    /// [`NotRead`].
    pub fn open<Question, Held>(self, hold: impl FnOnce(usize) -> Option<Held>) -> Result<Reading<Question, Held>, NotRead>
    where
        Question: Name + Default,
    {
        let length = self.length().map_err(NotRead::Refused)?;
        let measured = Measured { sealed: self, held: hold(length).ok_or(NotRead::NoMemory)? };
        if length > SHORT_MESSAGE_BYTES_MAX {
            let nanoseconds = READING_NANOSECONDS_PER_BYTE.saturating_mul(length as u64);
            return Ok(Reading::OnPool { expected: Duration::from_nanos(nanoseconds), measured });
        }
        measured.open().map(Reading::Here).map_err(NotRead::Refused)
    }

    /// The bytes that it takes while it is read: those that came, or those that it has without compression where these are more.
    fn length(&self) -> Result<usize, Status> {
        match self.is_compressed {
            false => Ok(self.message.len()),
            true => message::inflated_length(&self.message).map(|length| length.max(self.message.len())),
        }
    }
}

impl<Held> Measured<Held> {
    /// Reads the message.
    ///
    /// # Errors
    /// INVALID_ARGUMENT or RESOURCE_EXHAUSTED where the bytes are no message of this kind.
    pub fn open<Question: Name + Default>(self) -> Result<Opened<Question, Held>, Status> {
        let Measured { sealed: Sealed { message, is_compressed }, held } = self;
        let question = match is_compressed {
            false => codec::read(&message)?,
            true => codec::read(&message::inflated(&message)?)?,
        };
        Ok(Opened { question, held })
    }
}
