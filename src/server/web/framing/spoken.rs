//! The body of an answer in the framing of its request. It comes in portions, and each of them is written in the framing as it goes out: no
//! step takes longer than a portion does.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use super::{Framing, connect, grpc_web};
use crate::server::grpc::answer::Answer;
use crate::server::grpc::sent::Sent;

pin_project! {
    /// The body of an answer.
    #[derive(Debug)]
    #[project = Part]
    pub(crate) enum Spoken<B> {
        /// gRPC's frames and trailers, written as the framing writes them.
        Frames {
            #[pin]
            body: Sent<B>,
            framing: Framing,
            // Whether the trailers have been written as a frame.
            has_ended: bool,
            // What gRPC-Web's text has left over.
            base64: grpc_web::Base64Writer,
        },
        /// Bytes that are all of the body, and come before nothing.
        Whole {
            #[pin]
            sent: Sent<Answer>,
        },
    }
}

impl<B> Spoken<B> {
    pub(in crate::server::web) fn frames(body: Sent<B>, framing: Framing) -> Spoken<B> {
        Spoken::Frames { body, framing, has_ended: false, base64: Default::default() }
    }
}

impl<B> Default for Spoken<B> {
    fn default() -> Self {
        Spoken::Whole { sent: Sent::default() }
    }
}

impl<B> Body for Spoken<B>
where
    B: Body<Data = Bytes, Error = Status>,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let (mut body, framing, has_ended, base64) = match self.project() {
            Part::Whole { sent } => return sent.poll_frame(context),
            Part::Frames { body, framing, has_ended, base64 } => (body, *framing, has_ended, base64),
        };
        if *has_ended {
            return Poll::Ready(None);
        }
        let Some(frame) = ready!(body.as_mut().poll_frame(context)?) else { return Poll::Ready(None) };
        Poll::Ready(Some(Ok(match (frame.into_data(), framing) {
            (Ok(data), Framing::GrpcWebText) => Frame::data(body.counted(base64.written(&data, body.has_rest()))),
            (Ok(data), _) => Frame::data(data),
            (Err(frame), framing) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                *has_ended = true;
                match framing {
                    Framing::Grpc | Framing::Connect => Frame::trailers(trailers),
                    Framing::GrpcWeb => Frame::data(grpc_web::trailers(&trailers)),
                    Framing::GrpcWebText => Frame::data(base64.written(&grpc_web::trailers(&trailers), false)),
                    Framing::ConnectStream => Frame::data(connect::end_of_stream(&trailers)),
                }
            }
        })))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Spoken::Whole { sent } => sent.is_end_stream(),
            Spoken::Frames { body, has_ended, .. } => *has_ended || body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Spoken::Whole { sent } => sent.size_hint(),
            Spoken::Frames { body, framing: Framing::Grpc, .. } => body.size_hint(),
            // What the frame of the trailers takes shows at the end.
            Spoken::Frames { .. } => SizeHint::default(),
        }
    }
}
