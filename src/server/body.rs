//! The bodies of requests and answers as they come and go: counted, so that memory has a bound, and sent in portions, so that a peer that
//! does not read is noticed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tonic::Status;

use crate::server::call::Call;
use crate::server::config;
use crate::wire::status;

/// A request's body. A message is handed on when all of it is here: tonic makes room for one as soon as it has read its length, and a peer
/// that promised four megabytes with each of a thousand calls, and sent none of them, would take two gigabytes, with some kilobytes.
#[derive(Debug)]
pub(super) struct Received {
    incoming: Incoming,
    call: Call,
    /// Of a message that is not whole yet.
    part: BytesMut,
}

impl Received {
    pub fn new(incoming: Incoming, call: Call) -> Received {
        Received { incoming, call, part: BytesMut::new() }
    }

    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What comes next, in whatever pieces, for whoever counts what it keeps; none at the end. Never when the caller has broken off: hyper drops
    /// the call then.
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
}

impl Received {
    /// Throws away what still comes, until the caller ends it. One whose stream has ended early learns it only when it has read so far, and
    /// sends meanwhile: h2 counts what nobody takes against the connection, and would close it before the trailers are read.
    pub fn poll_discarded(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                Some(Ok(frame)) => self.call.connection.body_received(frame.data_ref().map_or(0, Bytes::len)),
                None | Some(Err(_)) => return Poll::Ready(()),
            }
        }
    }

    /// Whether the caller has ended it.
    pub fn has_ended(&self) -> bool {
        self.incoming.is_end_stream()
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
            let frame = match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                None if !self.incoming.is_end_stream() => return Poll::Pending,
                None if self.part.is_empty() => return Poll::Ready(None),
                None => return Poll::Ready(Some(Err(status::malformed("it is shorter than it says")))),
                // Broken off: the caller has cancelled, or is gone. A part of a message is no message, and an error would be an answer,
                // which nobody waits for: hyper drops the call in this very moment, and so it counts as cancelled.
                Some(Err(_)) => return Poll::Pending,
            };
            let data = match frame.into_data() {
                Ok(data) => data,
                // What comes behind is the end, which is looked at then.
                Err(_) if !self.part.is_empty() => continue,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            };
            self.call.connection.body_received(data.len());
            if !self.call.hold(data.len()) {
                return Poll::Ready(Some(Err(self.call.shared().memory.refusal())));
            }
            if data.is_empty() {
                // Only so that its frame can say that it was the last.
                continue;
            }
            if self.part.is_empty() && whole(&data) == data.len() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            self.part.extend_from_slice(&data);
            let whole = whole(&self.part);
            if whole > 0 {
                return Poll::Ready(Some(Ok(Frame::data(self.part.split_to(whole).freeze()))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.part.is_empty() && self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// How many of the bytes are messages that are whole; all of them once there is one that is refused for its head alone.
fn whole(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(&[flag, a, b, c, d]) = bytes[end..].first_chunk() {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if flag > 1 || length > config::MESSAGE_BYTES_MAX {
            return bytes.len();
        }
        match end + 5 + length {
            next if next <= bytes.len() => end = next,
            _ => break,
        }
    }
    end
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_when_all_of_it_is_here_or_when_its_head_is_refused() {
        let two = [0, 0, 0, 0, 2, 7, 7, 0, 0, 0, 0, 0];
        let wholes: Vec<_> = (0..=two.len()).map(|length| whole(&two[..length])).collect();
        assert_eq!(wholes, [0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 12]);
        assert_eq!(whole(&[0, 0, 0x40, 0, 0, 1]), 0, "four megabytes may come");
        assert_eq!(whole(&[0, 0, 0x40, 0, 1, 1]), 6, "and one more may not");
        assert_eq!(whole(&[2, 0, 0, 0, 9]), 5);
        assert_eq!(whole(&[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), 10);
    }
}
