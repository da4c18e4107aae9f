//! The way in which a message is read: measured, held in memory, and then read at once, or on the pool where that takes long.
//! Unary calls and streams read their messages through this file.

use std::time::Duration;

use bytes::Bytes;
use tonic::Status;

use super::form::{self, Form};
use super::message;
use crate::server::capacity::memory::Full;
use crate::server::config::SHORT_MESSAGE_BYTES_MAX;
use crate::wire::cost;

/// A whole message as it arrived, not read yet.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub message: Bytes,
    pub is_compressed: bool,
    pub form: Form,
}

/// A message that has been read, or that the pool has to read.
pub(crate) enum Reading<Question, Held> {
    /// A short message, which has been read.
    Here(Opened<Question, Held>),
    /// A long message, which the pool has to read. `expected` is the estimate of the time to read, compute and write.
    OnPool { expected: Duration, measured: Measured<Held> },
}

/// The content of a message, and the memory that is held for it until it is answered.
pub(crate) struct Opened<Question, Held> {
    pub question: Question,
    pub held: Held,
}

/// The reason why a message is not read.
#[derive(Debug)]
pub(crate) enum NotRead {
    /// The bytes are not a valid message.
    Refused(Status),
    /// The memory limit, or the caller's share of it, leaves no room for the message.
    NoMemory(Full),
}

/// A message whose memory is held, not read yet.
pub(crate) struct Measured<Held> {
    sealed: Sealed,
    held: Held,
}

impl Sealed {
    /// Reads a short message. Measures a long message, and estimates the time that it takes.
    ///
    /// `hold` takes memory for a number of bytes, and its result stays beside the content of the message.
    ///
    /// # Errors
    /// [`NotRead`] when the bytes are not a valid message, or when `hold` finds no memory.
    pub fn open<Question, Held>(
        self,
        hold: impl FnOnce(usize) -> Result<Held, Full>,
    ) -> Result<Reading<Question, Held>, NotRead>
    where
        Question: form::Question,
    {
        let length = self.length().map_err(NotRead::Refused)?;
        let measured = Measured { sealed: self, held: hold(length).map_err(NotRead::NoMemory)? };
        if length > SHORT_MESSAGE_BYTES_MAX {
            let expected = Duration::from_nanos(cost::expected_nanoseconds_unread(length));
            return Ok(Reading::OnPool { expected, measured });
        }
        measured.open().map(Reading::Here).map_err(NotRead::Refused)
    }

    /// Lets go of what HTTP/2 has read together with a short message: twenty bytes of message would keep twenty thousand. To be called
    /// where the message has to wait for the end of its request.
    pub fn settle(&mut self) {
        if self.message.len() <= SHORT_MESSAGE_BYTES_MAX {
            self.message = Bytes::copy_from_slice(&self.message);
        }
    }

    /// Returns the bytes that the message takes while it is read: the received bytes, or the uncompressed bytes where these are
    /// more.
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
    /// INVALID_ARGUMENT or RESOURCE_EXHAUSTED where the bytes are not a message of this type.
    pub fn open<Question: form::Question>(self) -> Result<Opened<Question, Held>, Status> {
        let Measured { sealed: Sealed { message, is_compressed, form }, held } = self;
        let question = match is_compressed {
            false => form.read(&message)?,
            true => form.read(&message::inflated(&message)?)?,
        };
        Ok(Opened { question, held })
    }
}
