//! The body of an answer that a layer can cut short: the rest of the body is dropped, and a refusal stands in the trailers. The deadline
//! and the panic guard put a [`Cut`] around every body.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use crate::wire::status;

pin_project! {
    /// The body of an answer; `None` once the body is cut short.
    pub(super) struct Cut<B> {
        #[pin]
        body: Option<B>,
    }
}

impl<B> Cut<B> {
    pub fn new(body: B) -> Cut<B> {
        Cut { body: Some(body) }
    }

    /// Drops the body, and returns the trailers that end the answer with the status `refused`.
    pub fn short(mut self: Pin<&mut Self>, refused: &Status) -> Frame<Bytes> {
        self.as_mut().project().body.set(None);
        Frame::trailers(status::trailers(refused))
    }
}

impl<B> Default for Cut<B> {
    fn default() -> Self {
        Cut { body: None }
    }
}

impl<B> Body for Cut<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match self.project().body.as_pin_mut() {
            Some(body) => body.poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
