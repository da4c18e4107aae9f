//! The body of a request as it arrives. The received bytes are counted against the memory limit, so that memory has a bound.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tonic::Status;

use super::message::{PREFIX_BYTES, missing, put_head, whole};
use super::part::Part;
use super::upload::Upload;
use super::wrapping::Wrapping;
use crate::server::call::{Call, Called};
use crate::server::config::MESSAGE_BYTES_MAX;
use crate::wire::status;

/// The body of a request.
///
/// A message is handed on only when all of it is here, because tonic makes room for a message as soon as it has read the
/// message's length. A peer that promised four megabytes with each of a thousand calls, and sent some kilobytes of each
/// instead, made the server take two gigabytes.
#[derive(Debug)]
pub(crate) struct Received {
    incoming: Incoming,
    call: Call,
    /// The received data behind the part that is handed on.
    come: Bytes,
    /// The received part of a message that is not whole yet.
    part: Part,
    /// The progress of that message.
    upload: Upload,
    wrapping: Wrapping,
    /// Whether the body came in HTTP/1.1, where its end shows otherwise.
    is_http_1: bool,
    has_ended: bool,
}

impl Received {
    pub fn new(incoming: Incoming, call: Call) -> Received {
        Received::wrapped(incoming, call, Wrapping::Frames, false)
    }

    /// Returns a body whose messages are wrapped in this way.
    pub fn wrapped(incoming: Incoming, call: Call, wrapping: Wrapping, is_http_1: bool) -> Received {
        call.connection.body_begins();
        let (come, part, upload) = (Bytes::new(), Part::default(), Upload::default());
        Received { incoming, call, come, part, upload, wrapping, is_http_1, has_ended: false }
    }

    /// Returns a body that is this frame, while nothing is expected to come.
    pub fn of_frame(incoming: Incoming, call: Call, frame: Bytes, is_http_1: bool) -> Received {
        let mut received = Received::wrapped(incoming, call, Wrapping::Frames, is_http_1);
        received.come = frame;
        received
    }

    /// Returns the body, of which all has been read, as that of another call with this frame.
    pub fn again(mut self, call: Call, frame: Bytes) -> Received {
        (self.call, self.come, self.part, self.wrapping) = (call, frame, Part::default(), Wrapping::Frames);
        self
    }

    /// Returns whether all of the body has come.
    fn is_whole(&self) -> bool {
        self.has_ended || self.incoming.is_end_stream()
    }

    /// Polls for the next data or trailers, as they travel. None at the end. Pending for ever after the caller has broken off: nobody waits
    /// for an answer. hyper drops a call of HTTP/2 then, and with the connection one of HTTP/1.1.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a body that breaks the rules of HTTP/1.1.
    fn poll_incoming(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
            Some(Ok(frame)) => Poll::Ready(Some(Ok(frame))),
            None if self.is_http_1 || self.incoming.is_end_stream() => {
                self.has_ended = true;
                Poll::Ready(None)
            }
            Some(Err(error)) if self.is_http_1 && is_malformed(&error) => {
                Poll::Ready(Some(Err(status::malformed("its body breaks the rules of HTTP/1.1"))))
            }
            None | Some(Err(_)) => {
                if self.is_http_1 {
                    self.call.connection.breaks();
                }
                Poll::Pending
            }
        }
    }

    /// Polls for the next data of the body, in whatever pieces it arrives, for a reader that counts the memory it keeps. None
    /// at the end. Never ready after the caller has broken off.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a body that cannot be taken out of its wrapping.
    pub fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            let Some(frame) = ready!(self.poll_incoming(context)?) else {
                return Poll::Ready(self.wrapping.end().err().map(Err));
            };
            if let Ok(data) = frame.into_data() {
                self.call.connection.body_received(data.len());
                let data = self.wrapping.off(data)?;
                if !data.is_empty() {
                    return Poll::Ready(Some(Ok(data)));
                }
            }
        }
    }

    /// Discards the data that still arrives, until the caller ends the body.
    ///
    /// A caller whose stream has ended early learns of the end only when it has read that far, and goes on sending meanwhile.
    /// h2 counts data that nobody takes against the connection, and would close the connection before the trailers are read.
    pub fn poll_discarded(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                Some(Ok(frame)) => self.call.connection.body_received(frame.data_ref().map_or(0, Bytes::len)),
                None | Some(Err(_)) => return Poll::Ready(()),
            }
        }
    }

    /// Ready with the refusal once the end of the body has been missing for too long behind the only message that it may have.
    /// To be polled when no data is here.
    pub fn poll_end_missing(&mut self, context: &mut Context<'_>) -> Poll<Status> {
        self.upload.goes_on(0);
        self.upload.poll_too_slow(context)
    }

    /// Returns whether the caller has ended the body.
    pub fn has_ended(&self) -> bool {
        self.is_whole()
    }
}

impl Received {
    /// Takes whole messages from the data that has come, and keeps the part of a message. None when no message is whole.
    fn gather(&mut self) -> Result<Option<Bytes>, Status> {
        if self.part.is_empty() {
            let whole = whole(&self.come);
            if whole > 0 {
                let messages = self.come.split_to(whole);
                self.hold(messages.len())?;
                return Ok(Some(messages));
            }
        }
        while !self.come.is_empty() {
            let missing = match self.part.is_empty() {
                true => missing(0, &self.come),
                false => missing(self.part.len(), self.part.beginning()),
            };
            if missing == 0 {
                break;
            }
            let more = missing.min(self.come.len());
            let taken = self.part.taken();
            self.part.push(&self.come[..more], missing);
            self.come.advance(more);
            self.upload.goes_on(more);
            self.hold(self.part.taken() - taken)?;
        }
        if missing(self.part.len(), self.part.beginning()) > 0 {
            self.come = Bytes::new();
            return Ok(None);
        }
        self.upload.ends();
        Ok(Some(self.part.take()))
    }

    /// Keeps data of a body that is one message and whose length shows at its end.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED for more than a message may have.
    fn collect(&mut self, data: &[u8], is_compressed: bool) -> Result<(), Status> {
        let (length, taken) = (self.part.len() + data.len(), self.part.taken());
        if length > PREFIX_BYTES + MESSAGE_BYTES_MAX {
            return Err(status::message_too_large(length, MESSAGE_BYTES_MAX));
        }
        if self.part.is_empty() {
            let mut head = BytesMut::with_capacity(PREFIX_BYTES);
            put_head(is_compressed, 0, &mut head);
            self.part.push(&head, usize::MAX);
        }
        self.part.push(data, usize::MAX);
        self.upload.goes_on(data.len());
        self.hold(self.part.taken() - taken)
    }

    /// Returns the message that was collected, with its length in its head.
    fn collected(&mut self, is_compressed: bool) -> Result<Bytes, Status> {
        if self.part.is_empty() {
            self.collect(&[], is_compressed)?;
        }
        self.upload.ends();
        self.wrapping = Wrapping::Frames;
        Ok(self.part.take_with_length())
    }

    /// Holds memory for this many more bytes.
    fn hold(&self, bytes: usize) -> Result<(), Status> {
        self.call.hold(bytes).map_err(|full| self.call.shared().memory.refusal(full))
    }
}

impl Called for Received {
    fn call(&self) -> &Call {
        &self.call
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        self.call.connection.body_ends(!self.is_whole());
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            if !self.come.is_empty()
                && let Some(messages) = self.gather()?
            {
                return Poll::Ready(Some(Ok(Frame::data(messages))));
            }
            // The caller may have cancelled the call, or be gone. A part of a message is no message, and an error would be an answer, which
            // nobody waits for.
            let Poll::Ready(frame) = self.poll_incoming(context)? else {
                return self.upload.poll_too_slow(context).map(|refused| Some(Err(refused)));
            };
            let frame = match frame {
                Some(frame) => frame,
                None if !self.wrapping.has_ended() => {
                    if let Wrapping::Unknown { is_compressed } = self.wrapping {
                        return Poll::Ready(Some(self.collected(is_compressed).map(Frame::data)));
                    }
                    self.come = self.wrapping.end()?;
                    continue;
                }
                None if self.part.is_empty() => return Poll::Ready(None),
                None => return Poll::Ready(Some(Err(status::malformed("it is shorter than it says")))),
            };
            let data = match frame.into_data() {
                Ok(data) => data,
                // The end of the body follows the trailers. The next round finds that the message is not whole.
                Err(_) if !self.part.is_empty() => continue,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            };
            self.call.connection.body_received(data.len());
            if let Wrapping::Unknown { is_compressed } = self.wrapping {
                self.collect(&data, is_compressed)?;
                continue;
            }
            // An empty frame is here only so that its head can say that it was the last.
            self.come = self.wrapping.off(data)?;
        }
    }

    fn is_end_stream(&self) -> bool {
        self.come.is_empty() && self.part.is_empty() && self.is_whole() && self.wrapping.has_ended()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// Returns whether the error of a body in HTTP/1.1 is a mistake of the peer. A peer that is gone has made none.
fn is_malformed(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}
