//! The body of a request as it arrives. The received bytes are counted against the memory limit, so that memory has a bound.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tonic::Status;

use super::message::{missing, whole};
use super::part::Part;
use super::upload::Upload;
use crate::server::call::{Call, Called};
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
}

impl Received {
    pub fn new(incoming: Incoming, call: Call) -> Received {
        call.connection.body_begins();
        Received { incoming, call, come: Bytes::new(), part: Part::default(), upload: Upload::default() }
    }

    /// Polls for the next data of the body, in whatever pieces it arrives, for a reader that counts the memory it keeps. None
    /// at the end. Never ready after the caller has broken off, because hyper drops the call then.
    pub fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                None if self.incoming.is_end_stream() => return Poll::Ready(None),
                None | Some(Err(_)) => return Poll::Pending,
            };
            if let Ok(data) = frame.into_data() {
                self.call.connection.body_received(data.len());
                if !data.is_empty() {
                    return Poll::Ready(Some(data));
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
        self.incoming.is_end_stream()
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
        self.call.connection.body_ends(!self.incoming.is_end_stream());
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
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) else {
                return self.upload.poll_too_slow(context).map(|refused| Some(Err(refused)));
            };
            let frame = match frame {
                Some(Ok(frame)) => frame,
                None if !self.incoming.is_end_stream() => return Poll::Pending,
                None if self.part.is_empty() => return Poll::Ready(None),
                None => return Poll::Ready(Some(Err(status::malformed("it is shorter than it says")))),
                // The caller has cancelled the call, or is gone. A part of a message is no message, and an error would be an
                // answer, which nobody waits for. hyper drops the call at this very moment, and so the call counts as
                // cancelled.
                Some(Err(_)) => return Poll::Pending,
            };
            let data = match frame.into_data() {
                Ok(data) => data,
                // The end of the body follows the trailers. The next round finds that the message is not whole.
                Err(_) if !self.part.is_empty() => continue,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            };
            self.call.connection.body_received(data.len());
            // An empty frame is here only so that its head can say that it was the last.
            self.come = data;
        }
    }

    fn is_end_stream(&self) -> bool {
        self.come.is_empty() && self.part.is_empty() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
