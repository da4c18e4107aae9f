//! The messages of a request that has many: found in what comes, in whatever pieces, and read where they lie.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tonic::Status;

use super::message::{Encodings, Head, PREFIX_BYTES};
use super::received::Received;
use crate::server::config;
use crate::wire::status;

/// Where the messages come from: what waits beyond the one that is next stays with HTTP/2, whose window the peer then finds closed.
#[derive(Debug)]
pub(crate) struct Messages {
    /// None once nothing more is read.
    received: Option<Received>,
    encodings: Encodings,
    /// What has come, from the next message on. Many messages mostly.
    come: Bytes,
    /// Of a message that came in several pieces, and no byte of the one behind it.
    part: BytesMut,
}

impl Messages {
    pub fn new(received: Received, encodings: Encodings) -> Messages {
        Messages { received: Some(received), encodings, come: Bytes::new(), part: BytesMut::new() }
    }

    /// Comes when the next message is here as a whole, which stays until it is taken or left behind; none at the end.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Head, Status>>> {
        loop {
            let here: &[u8] = if self.part.is_empty() { &self.come } else { &self.part };
            let missing = match self.encodings.head(here) {
                Ok(Some(head)) if here.len() >= PREFIX_BYTES + head.length => return Poll::Ready(Some(Ok(head))),
                Ok(Some(head)) => PREFIX_BYTES + head.length - here.len(),
                Ok(None) => PREFIX_BYTES - here.len(),
                Err(refused) => return Poll::Ready(Some(Err(refused))),
            };
            if self.part.is_empty() {
                // All that has come is a part of the next message. Room is made for what is here, and not for what is promised.
                self.part.extend_from_slice(&self.come);
                self.come.clear();
            }
            if self.come.is_empty() {
                let Some(received) = &mut self.received else { return Poll::Ready(None) };
                match ready!(received.poll_data(context)) {
                    Some(data) => self.come = data,
                    None if self.part.is_empty() => return Poll::Ready(None),
                    None => return Poll::Ready(Some(Err(status::malformed("it is shorter than it says")))),
                }
            }
            if !self.part.is_empty() {
                let more = missing.min(self.come.len());
                self.part.extend_from_slice(&self.come[..more]);
                self.come.advance(more);
            }
        }
    }

    /// The message that is here.
    pub fn message(&self, head: Head) -> &[u8] {
        let here: &[u8] = if self.part.is_empty() { &self.come } else { &self.part };
        &here[PREFIX_BYTES..PREFIX_BYTES + head.length]
    }

    /// Goes on to what comes behind it.
    pub fn leave_behind(&mut self, head: Head) {
        if self.part.is_empty() {
            self.come.advance(PREFIX_BYTES + head.length);
        } else {
            // A long one takes its memory along.
            self.part = BytesMut::new();
        }
    }

    /// Takes the message out.
    pub fn take(&mut self, head: Head) -> Bytes {
        let mut message = match self.part.is_empty() {
            true => self.come.split_to(PREFIX_BYTES + head.length),
            false => std::mem::take(&mut self.part).freeze(),
        };
        message.advance(PREFIX_BYTES);
        message
    }

    /// Throws away what still comes, for a while: what the caller has sent before it learned that nothing more is read.
    pub fn discard(&mut self) {
        if let Some(mut received) = self.received.take().filter(|received| !received.has_ended()) {
            tokio::spawn(async move {
                // A caller that goes on after that has its stream reset.
                let _ = tokio::time::timeout(config::STREAM_LINGER, poll_fn(|context| received.poll_discarded(context))).await;
            });
        }
    }

    /// Bytes of a message that is not here as a whole.
    pub fn part_bytes(&self) -> usize {
        self.part.len()
    }
}
