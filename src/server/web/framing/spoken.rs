//! The body of an answer in the framing of its request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use super::{Framing, connect, grpc_web};

pin_project! {
    /// The body of an answer.
    #[derive(Debug)]
    #[project = Part]
    pub(crate) enum Spoken<B> {
        /// gRPC's frames and trailers, written as the framing writes them.
        Frames {
            #[pin]
            body: B,
            framing: Framing,
            // Whether the trailers have been written as a frame.
            has_ended: bool,
        },
        /// Bytes that are all of the body.
        Whole { bytes: Bytes },
    }
}

impl<B> Spoken<B> {
    pub(in crate::server::web) fn frames(body: B, framing: Framing) -> Spoken<B> {
        Spoken::Frames { body, framing, has_ended: false }
    }
}

impl<B> Default for Spoken<B> {
    fn default() -> Self {
        Spoken::Whole { bytes: Bytes::new() }
    }
}

impl<B> Body for Spoken<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let (body, framing, has_ended) = match self.project() {
            Part::Whole { bytes } if bytes.is_empty() => return Poll::Ready(None),
            Part::Whole { bytes } => return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Part::Frames { body, framing, has_ended } => (body, *framing, has_ended),
        };
        if *has_ended {
            return Poll::Ready(None);
        }
        let Some(frame) = ready!(body.poll_frame(context)?) else { return Poll::Ready(None) };
        Poll::Ready(Some(Ok(match (frame.into_data(), framing) {
            (Ok(data), Framing::GrpcWebText) => Frame::data(grpc_web::as_text(&data)),
            (Ok(data), _) => Frame::data(data),
            (Err(frame), framing) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                *has_ended = true;
                match framing {
                    Framing::Grpc | Framing::Connect => Frame::trailers(trailers),
                    Framing::GrpcWeb => Frame::data(grpc_web::trailers(&trailers)),
                    Framing::GrpcWebText => Frame::data(grpc_web::as_text(&grpc_web::trailers(&trailers))),
                    Framing::ConnectStream => Frame::data(connect::end_of_stream(&trailers)),
                }
            }
        })))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Spoken::Whole { bytes } => bytes.is_empty(),
            Spoken::Frames { body, has_ended, .. } => *has_ended || body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Spoken::Whole { bytes } => SizeHint::with_exact(bytes.len() as u64),
            Spoken::Frames { body, framing: Framing::Grpc, .. } => body.size_hint(),
            // What the frame of the trailers takes shows at the end.
            Spoken::Frames { .. } => SizeHint::default(),
        }
    }
}
