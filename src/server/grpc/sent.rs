//! The body of an answer as it is sent: in portions, so that a peer that does not read is noticed. This is the outermost body,
//! which hyper polls.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use crate::server::call::Call;
use crate::server::config;
use crate::wire::status;

pin_project! {
    /// The body of an answer, in portions of at most [`config::SEND_BUFFER_BYTES`].
    ///
    /// A portion goes out only when HTTP/2 has taken the portion before it. So HTTP/2's window, and not the length of the
    /// answer, decides how much of a long answer waits in HTTP/2 for the peer. The call lives as long as its answer is on its
    /// way.
    #[derive(Debug)]
    pub(crate) struct Sent<B> {
        #[pin]
        body: B,
        // The rest of a frame, which has not gone out yet.
        rest: Bytes,
        // The call of the answer, which holds memory for a frame longer than one portion.
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
                        && let Err(full) = call.hold(data.len())
                    {
                        let refused = call.shared().memory.refusal(full);
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

/// Takes the next portion off the rest.
fn portion(rest: &mut Bytes) -> Bytes {
    rest.split_to(rest.len().min(config::SEND_BUFFER_BYTES))
}
