//! The body of a request as it arrives. The received bytes are counted against the memory limit, so that memory has a bound.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tonic::Status;

use super::message::whole;
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
    /// The received part of a message that is not whole yet.
    part: BytesMut,
    /// The progress of that message.
    upload: Upload,
}

impl Received {
    pub fn new(incoming: Incoming, call: Call) -> Received {
        Received { incoming, call, part: BytesMut::new(), upload: Upload::default() }
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

impl Called for Received {
    fn call(&self) -> &Call {
        &self.call
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.incoming.is_end_stream() {
            self.call.connection.body_left();
        }
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
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
            if let Err(full) = self.call.hold(data.len()) {
                return Poll::Ready(Some(Err(self.call.shared().memory.refusal(full))));
            }
            if data.is_empty() {
                // The frame is here only so that its head can say that it was the last.
                continue;
            }
            if self.part.is_empty() && whole(&data) == data.len() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            self.part.extend_from_slice(&data);
            let whole = whole(&self.part);
            if whole == 0 {
                self.upload.goes_on(data.len());
                continue;
            }
            let messages = self.part.split_to(whole).freeze();
            self.upload.ends();
            if !self.part.is_empty() {
                self.upload.goes_on(data.len());
            }
            return Poll::Ready(Some(Ok(Frame::data(messages))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.part.is_empty() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
