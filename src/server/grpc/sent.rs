//! The body of an answer as it is sent: in portions, so that a peer that does not read is noticed. This is the outermost body,
//! which hyper polls.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use crate::server::call::Call;
use crate::server::capacity::holding::Held;
use crate::server::config;
use crate::wire::status;

/// The length in bytes from which the data of an answer is counted by itself until HTTP/2 has written or dropped it. Less is part
/// of what a call takes anyway ([`config::CALL_BYTES`]).
const COUNTED_BYTES_MIN: usize = 1024;

pin_project! {
    /// The body of an answer, in portions of at most [`config::SEND_BUFFER_BYTES`].
    ///
    /// A portion goes out only when HTTP/2 has taken the portion before it. So HTTP/2's window, and not the length of the
    /// answer, decides how much of a long answer waits in HTTP/2 for the peer. The call lives as long as its answer is on its
    /// way to HTTP/2, and the memory of the answer is held until HTTP/2 has written it to the socket.
    #[derive(Debug)]
    pub(crate) struct Sent<B> {
        #[pin]
        body: B,
        // The rest of a frame, which has not gone out yet.
        rest: Bytes,
        call: Option<Call>,
    }
}

/// Data on its way through HTTP/2, and the memory that is held for it. HTTP/2 drops the data when it has written them, and when their
/// stream is reset.
struct Counted {
    data: Bytes,
    _held: Held,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.data
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
            return Poll::Ready(Some(Ok(Frame::data(portion(this.rest, this.call.as_ref())))));
        }
        match ready!(this.body.poll_frame(context)) {
            Some(Ok(frame)) => Poll::Ready(Some(match frame.into_data() {
                Ok(data) if data.len() < COUNTED_BYTES_MIN => Ok(Frame::data(data)),
                Ok(data) => match counted(data, this.call.as_ref()) {
                    Ok(data) if data.len() <= config::SEND_BUFFER_BYTES => Ok(Frame::data(data)),
                    Ok(data) => {
                        *this.rest = data;
                        Ok(Frame::data(portion(this.rest, this.call.as_ref())))
                    }
                    Err(refused) => Ok(Frame::trailers(status::trailers(&refused))),
                },
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

/// Holds memory for data for as long as any of it is there.
fn counted(data: Bytes, call: Option<&Call>) -> Result<Bytes, Status> {
    let Some(call) = call else { return Ok(data) };
    let held = Held::of(&call.connection.account, data.len()).map_err(|full| call.shared().memory.refusal(full))?;
    Ok(Bytes::from_owner(Counted { data, _held: held }))
}

/// Takes the next portion off the rest of an answer that is longer than one. The portion is a copy: a portion that waits in HTTP/2 for a
/// peer that does not read would keep the memory of the whole answer, also after the call has been given up. The answer has begun, so its
/// portions are counted whether or not there is room.
fn portion(rest: &mut Bytes, call: Option<&Call>) -> Bytes {
    let length = rest.len().min(config::SEND_BUFFER_BYTES);
    let data = Bytes::copy_from_slice(&rest[..length]);
    rest.advance(length);
    match call {
        Some(call) => Bytes::from_owner(Counted { data, _held: Held::of_what_is_there(&call.connection.account, length) }),
        None => data,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::{BodyExt, Full as Whole};

    use super::*;
    use crate::server::call::connection::{Connection, Peer};
    use crate::server::capacity::level::MemoryLevel;
    use crate::server::protocol::Language;

    /// Near the memory limit of the process nothing new is accepted, and what has begun goes on.
    #[tokio::test]
    async fn an_answer_that_has_begun_goes_on_whatever_memory_there_is() {
        const BYTES: usize = 5 * config::SEND_BUFFER_BYTES / 2;
        let connection = Connection::of_test(Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true });
        let call = Call::new("/paydirt.v1.RunwayService/ComputeRunway", Ok(None), Language::of_test(), Arc::clone(&connection));
        let body = Whole::new(Bytes::from(vec![7; BYTES])).map_err(|never| match never {});
        let mut sent = Box::pin(Sent::new(body, Some(call)));
        let mut lengths = Vec::new();
        while let Some(frame) = sent.frame().await {
            lengths.push(frame.expect("no error").into_data().expect("data, and no trailers").len());
            connection.shared.memory.set_level(MemoryLevel::Full);
        }
        assert_eq!(lengths, [config::SEND_BUFFER_BYTES, config::SEND_BUFFER_BYTES, BYTES - 2 * config::SEND_BUFFER_BYTES]);
        drop(sent);
        assert_eq!(connection.account.kept(), 0, "all of it is given back");
    }
}
