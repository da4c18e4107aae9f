//! The body of an answer, whatever its method.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body::{Body, Frame, SizeHint};
use tonic::Status;

use super::form::Form;
use super::message;

/// The body of an answer. A longer answer costs one virtual call for each of its frames, and an answer of one message costs
/// none.
#[derive(Debug, Default)]
pub(crate) enum Answer {
    /// A message with its prefix. The trailers with the status OK follow.
    Message(Bytes),
    /// The trailers with the status OK, after the message.
    Trailers,
    /// Nothing more: the end of an answer, or a refusal whose status is in the headers.
    #[default]
    Ended,
    /// Any longer answer: a stream's, and those of health and reflection, which tonic answers.
    Boxed(tonic::body::Body),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match &mut *self {
            Answer::Message(message) => {
                let frame = Frame::data(std::mem::take(message));
                *self = Answer::Trailers;
                Poll::Ready(Some(Ok(frame)))
            }
            Answer::Trailers => {
                *self = Answer::Ended;
                let mut trailers = HeaderMap::with_capacity(1);
                trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            }
            Answer::Ended => Poll::Ready(None),
            Answer::Boxed(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Answer::Message(_) | Answer::Trailers => false,
            Answer::Ended => true,
            Answer::Boxed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answer::Boxed(body) => body.size_hint(),
            // Trailers follow the message. With an exact size, hyper would write a content-length, which no gRPC answer has.
            Answer::Message(_) | Answer::Trailers => SizeHint::default(),
            Answer::Ended => SizeHint::with_exact(0),
        }
    }
}

/// Returns the response of a call that is not refused, with messages of this form. With `may_be_compressed`, its headers say that its messages may be
/// compressed by gzip.
pub(crate) fn answered(answer: Answer, form: Form, may_be_compressed: bool) -> Response<Answer> {
    let mut response = Response::new(answer);
    response.headers_mut().insert(header::CONTENT_TYPE, form.content_type());
    if may_be_compressed {
        response.headers_mut().insert(message::GRPC_ENCODING.clone(), message::GZIP);
    }
    response
}
