//! The messages of a request with many of them, found in the received data, whatever its pieces, and read in place. A stream of
//! calculations takes its messages from here.

use std::future::poll_fn;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tonic::Status;

use super::message::{Encodings, Head, PREFIX_BYTES};
use super::part::Part;
use super::received::Received;
use super::upload::Upload;
use crate::server::config;
use crate::wire::status;

/// The source of the messages of a request. Data beyond the next message stays in HTTP/2, whose window then closes for the
/// peer: that is the backpressure of a stream.
#[derive(Debug)]
pub(crate) struct Messages {
    /// The body of the request. None once nothing more is read.
    received: Option<Received>,
    encodings: Encodings,
    /// The received data from the next message on, which is many messages mostly.
    come: Bytes,
    /// Whether these data lie in an allocation of their own, and not in that of all that the peer sent at the same time.
    is_settled: bool,
    /// The received part of a message that comes in several pieces, and no byte of the message behind it.
    part: Part,
    /// The progress of that message.
    upload: Upload,
}

impl Messages {
    pub fn new(received: Received, encodings: Encodings) -> Messages {
        let (come, part, upload) = (Bytes::new(), Part::default(), Upload::default());
        Messages { received: Some(received), encodings, come, is_settled: true, part, upload }
    }

    /// Polls until the next message is here as a whole, and returns its prefix. The message stays until [`Messages::take`] or
    /// [`Messages::leave_behind`]. None at the end of the request.
    ///
    /// # Errors
    /// INVALID_ARGUMENT or RESOURCE_EXHAUSTED for a message prefix that is refused, INVALID_ARGUMENT for a request that ends
    /// within a message, and DEADLINE_EXCEEDED for a message that comes too slowly.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Head, Status>>> {
        loop {
            let (beginning, here) = self.here();
            let missing = match self.encodings.head(beginning) {
                Ok(Some(head)) if here >= PREFIX_BYTES + head.length => return Poll::Ready(Some(Ok(head))),
                Ok(Some(head)) => PREFIX_BYTES + head.length - here,
                Ok(None) => PREFIX_BYTES - here,
                Err(refused) => return Poll::Ready(Some(Err(refused))),
            };
            if self.part.is_empty() && !self.come.is_empty() {
                // All received data is a part of the next message.
                self.upload.goes_on(self.come.len());
                self.part.push(&self.come, self.come.len() + missing);
                self.come = Bytes::new();
            }
            if self.come.is_empty() {
                let Some(received) = &mut self.received else { return Poll::Ready(None) };
                let Poll::Ready(data) = received.poll_data(context) else {
                    return self.upload.poll_too_slow(context).map(|refused| Some(Err(refused)));
                };
                match data {
                    Some(Ok(data)) => (self.come, self.is_settled) = (data, false),
                    Some(Err(refused)) => return Poll::Ready(Some(Err(refused))),
                    None if self.part.is_empty() => return Poll::Ready(None),
                    None => return Poll::Ready(Some(Err(status::malformed("it is shorter than it says")))),
                }
            }
            if !self.part.is_empty() {
                let more = missing.min(self.come.len());
                self.part.push(&self.come[..more], missing);
                self.come.advance(more);
                self.upload.goes_on(more);
            }
        }
    }

    /// Returns the beginning of the data from the next message on, and how much of it is here.
    fn here(&self) -> (&[u8], usize) {
        match self.part.is_empty() {
            true => (&self.come, self.come.len()),
            false => (self.part.beginning(), self.part.len()),
        }
    }

    /// Returns the bytes of the message that is here, without its prefix. None where they do not lie in one piece: such a message has
    /// to be taken out.
    pub fn message(&self, head: Head) -> Option<&[u8]> {
        self.here().0.get(PREFIX_BYTES..PREFIX_BYTES + head.length)
    }

    /// Goes on to the data behind the message that is here.
    pub fn leave_behind(&mut self, head: Head) {
        if self.part.is_empty() {
            self.come.advance(PREFIX_BYTES + head.length);
        } else {
            self.part = Part::default();
            self.upload.ends();
        }
    }

    /// Takes out the message that is here, without its prefix.
    pub fn take(&mut self, head: Head) -> Bytes {
        let mut message = match self.part.is_empty() {
            true => self.come.split_to(PREFIX_BYTES + head.length),
            false => {
                self.upload.ends();
                self.part.take()
            }
        };
        message.advance(PREFIX_BYTES);
        message
    }

    /// Discards the data that still arrives, for at most [`config::STREAM_LINGER`]. The caller has sent it before it learned
    /// that nothing more is read.
    pub fn discard(&mut self) {
        if let Some(mut received) = self.received.take().filter(|received| !received.has_ended()) {
            tokio::spawn(async move {
                // A caller that still sends after that time has its stream reset.
                let _ = tokio::time::timeout(config::STREAM_LINGER, poll_fn(|context| received.poll_discarded(context))).await;
            });
        }
    }

    /// Returns whether a part of a message is here, and not all of it.
    pub fn has_part(&self) -> bool {
        !self.part.is_empty()
    }

    /// Lets go of what HTTP/2 has read together with the data that wait here: twenty bytes of data would keep twenty thousand. To be called
    /// where the messages may have to wait.
    pub fn settle(&mut self) {
        if !std::mem::replace(&mut self.is_settled, true) || self.come.is_empty() {
            self.come = Bytes::copy_from_slice(&self.come);
        }
    }

    /// Returns the bytes that the received messages take which have not been taken out.
    pub fn taken(&self) -> usize {
        self.part.taken() + self.come.len()
    }
}
