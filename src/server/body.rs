//! The bodies of requests and answers as they come and go: counted, so that memory has a bound, and sent in portions, so that a peer that
//! does not read is noticed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tonic::Status;

use super::call::Call;
use super::config;
use crate::wire::status;

/// A request's body.
#[derive(Debug)]
pub(super) struct Received {
    incoming: Incoming,
    call: Call,
}

impl Received {
    pub fn new(incoming: Incoming, call: Call) -> Received {
        Received { incoming, call }
    }
}

impl Received {
    pub fn call(&self) -> &Call {
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
        let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            None if self.incoming.is_end_stream() => return Poll::Ready(None),
            // Broken off: the caller has cancelled, or is gone. A part of a message is no message, and an error would be an answer, which
            // nobody waits for: hyper drops the call in this very moment, and so it counts as cancelled.
            None | Some(Err(_)) => return Poll::Pending,
        };
        if let Some(data) = frame.data_ref() {
            self.call.connection.body_received(data.len());
            if !self.call.hold(data.len()) {
                return Poll::Ready(Some(Err(self.call.connection.shared.no_room())));
            }
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

pin_project! {
    /// An answer's body. A frame goes out only when what came before it has been taken: HTTP/2's window then says how much of a long answer
    /// is kept for its peer, and not the length of the answer. The call lives as long as its answer is on its way.
    #[derive(Debug)]
    pub(super) struct Sent<B> {
        #[pin]
        body: B,
        rest: Bytes,
        call: Option<Call>,
    }
}

impl<B> Sent<B> {
    pub fn new(body: B, call: Option<Call>) -> Sent<B> {
        Sent { body, rest: Bytes::new(), call }
    }
}

impl<B: Default> Default for Sent<B> {
    fn default() -> Self {
        Sent { body: B::default(), rest: Bytes::new(), call: None }
    }
}

impl<B> Body for Sent<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.project();
        if this.rest.has_remaining() {
            return Poll::Ready(Some(Ok(Frame::data(portion(this.rest)))));
        }
        match ready!(this.body.poll_frame(context)) {
            Some(Ok(frame)) => Poll::Ready(Some(match frame.into_data() {
                Ok(data) if data.len() <= config::SEND_BUFFER_BYTES => Ok(Frame::data(data)),
                Ok(data) => {
                    if let Some(call) = this.call
                        && !call.hold(data.len())
                    {
                        let refused = call.connection.shared.no_room();
                        return Poll::Ready(Some(Ok(Frame::trailers(status::trailers(&refused)))));
                    }
                    *this.rest = data;
                    Ok(Frame::data(portion(this.rest)))
                }
                Err(frame) => Ok(frame),
            })),
            other => Poll::Ready(other),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.rest.has_remaining() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.rest.has_remaining() { SizeHint::default() } else { self.body.size_hint() }
    }
}

fn portion(rest: &mut Bytes) -> Bytes {
    rest.split_to(rest.len().min(config::SEND_BUFFER_BYTES))
}
