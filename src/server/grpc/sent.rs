//! The body of an answer as it goes: in portions, so that a peer that does not read is noticed.

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
    /// An answer's body. A frame goes out only when what came before it has been taken: HTTP/2's window then says how much of a long answer
    /// is kept for its peer, and not the length of the answer. The call lives as long as its answer is on its way.
    #[derive(Debug)]
    pub(crate) struct Sent<B> {
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
                        let refused = call.shared().memory.refusal();
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
