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
        // All of an answer that was here before its head went out.
        whole: Bytes,
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
        Sent { body, rest: Bytes::new(), whole: Bytes::new(), call }
    }

    /// Returns whether the next portion follows at once.
    pub fn has_rest(&self) -> bool {
        self.rest.has_remaining()
    }

    /// Counts data that this body has become on its way out, as long as they are there.
    pub fn counted(&self, data: Bytes) -> Bytes {
        if data.len() < COUNTED_BYTES_MIN { data } else { counted_anyway(data, self.call.as_ref()) }
    }
}

impl<B: Default> Sent<B> {
    /// Returns the body of an answer that is all here.
    ///
    /// # Errors
    /// UNAVAILABLE where there is no memory for it. The head of the answer has not gone out yet.
    pub fn whole(data: Bytes, call: Option<Call>) -> Result<Sent<B>, Status> {
        let whole = if data.len() < COUNTED_BYTES_MIN { data } else { counted(data, call.as_ref())? };
        Ok(Sent { whole, ..Sent::new(B::default(), call) })
    }

    /// Returns the body of an answer that is all here, and is given whether or not there is room.
    pub fn what_is_there(data: Bytes, call: Option<Call>) -> Sent<B> {
        Sent { whole: data, ..Sent::new(B::default(), call) }
    }
}

impl<B: Default> Default for Sent<B> {
    fn default() -> Self {
        Sent::new(B::default(), None)
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
        if this.whole.has_remaining() {
            let data = std::mem::take(this.whole);
            return Poll::Ready(Some(Ok(Frame::data(first(data, this.rest, this.call.as_ref())))));
        }
        match ready!(this.body.poll_frame(context)) {
            Some(Ok(frame)) => Poll::Ready(Some(match frame.into_data() {
                Ok(data) if data.len() < COUNTED_BYTES_MIN => Ok(Frame::data(data)),
                Ok(data) => match counted(data, this.call.as_ref()) {
                    Ok(data) => Ok(Frame::data(first(data, this.rest, this.call.as_ref()))),
                    Err(refused) => Ok(Frame::trailers(status::trailers(&refused))),
                },
                Err(frame) => Ok(frame),
            })),
            other => Poll::Ready(other),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.rest.has_remaining() && !self.whole.has_remaining() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match (self.rest.len(), self.whole.len()) {
            (0, 0) => self.body.size_hint(),
            (0, whole) if self.body.is_end_stream() => SizeHint::with_exact(whole as u64),
            _ => SizeHint::default(),
        }
    }
}

/// Holds memory for data for as long as any of it is there.
fn counted(data: Bytes, call: Option<&Call>) -> Result<Bytes, Status> {
    let Some(call) = call else { return Ok(data) };
    let held = Held::of(&call.connection.account, data.len()).map_err(|full| call.shared().memory.refusal(full))?;
    Ok(Bytes::from_owner(Counted { data, _held: held }))
}

/// Returns the first portion of data, and keeps the rest of what is longer than one.
fn first(data: Bytes, rest: &mut Bytes, call: Option<&Call>) -> Bytes {
    if data.len() <= config::SEND_BUFFER_BYTES {
        return data;
    }
    *rest = data;
    portion(rest, call)
}

/// Takes the next portion off the rest of an answer that is longer than one. The portion is a copy: a portion that waits in HTTP/2 for a
/// peer that does not read would keep the memory of the whole answer, also after the call has been given up. The answer has begun, so its
/// portions are counted whether or not there is room.
fn portion(rest: &mut Bytes, call: Option<&Call>) -> Bytes {
    let length = rest.len().min(config::SEND_BUFFER_BYTES);
    let data = Bytes::copy_from_slice(&rest[..length]);
    rest.advance(length);
    counted_anyway(data, call)
}

/// Counts data whether or not there is room.
fn counted_anyway(data: Bytes, call: Option<&Call>) -> Bytes {
    match call {
        Some(call) => {
            let held = Held::of_what_is_there(&call.connection.account, data.len());
            Bytes::from_owner(Counted { data, _held: held })
        }
        None => data,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::{BodyExt, Full as Whole};

    use super::super::answer::Answer;
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

    #[tokio::test]
    async fn an_answer_that_is_all_here_is_refused_before_its_head_or_goes_out() {
        const BYTES: usize = 3 * config::SEND_BUFFER_BYTES / 2;
        let connection = Connection::of_test(Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true });
        let call = Call::new("/paydirt.v1.RunwayService/ComputeRunway", Ok(None), Language::of_test(), Arc::clone(&connection));
        let data = Bytes::from(vec![7; BYTES]);
        let whole = |data: &Bytes| Sent::<Answer>::whole(data.clone(), Some(call.clone()));
        let sent = whole(&data).expect("there is room");
        assert_eq!((sent.size_hint().exact(), sent.is_end_stream()), (Some(BYTES as u64), false));
        connection.shared.memory.set_level(MemoryLevel::Full);
        assert_eq!(whole(&data).expect_err("there is none").code(), tonic::Code::Unavailable);
        whole(&data.slice(..100)).expect("what is short is part of what a call takes");
        assert_eq!(Sent::<Answer>::default().size_hint().exact(), Some(0));
    }
}
