//! The answer to an agent's call of a tool, written at once, or on the pool where that takes long.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tonic::{Code, Status};

use super::framing::GZIP;
use super::framing::connect::one_message;
use crate::mcp::{RefusedCall, ToolAnswer};
use crate::server::call::Call;
use crate::server::capacity::caller::CallerId;
use crate::server::capacity::pool::Caller;
use crate::server::config::{AGENT_ANSWER_NANOSECONDS_PER_BYTE, AGENT_GZIP_NANOSECONDS_PER_BYTE, COMPRESSED_BYTES_MIN};
use crate::server::grpc::message::framed_bytes;

/// The answer to an agent's call in the making.
#[derive(Clone, Debug)]
pub(super) struct AgentReply {
    pub answer: ToolAnswer,
    /// Whether the agent takes an answer by gzip.
    pub takes_gzip: bool,
}

/// The body of an answer to an agent.
#[derive(Debug)]
pub(super) struct AgentBody {
    bytes: Bytes,
    is_compressed: bool,
}

impl AgentBody {
    /// Returns a text as the body of an answer, compressed where that pays.
    pub fn of(text: String, takes_gzip: bool) -> AgentBody {
        if takes_gzip
            && text.len() >= COMPRESSED_BYTES_MIN
            && let Ok((bytes, is_compressed)) = one_message(framed_bytes(text.as_bytes(), true))
        {
            return AgentBody { bytes, is_compressed };
        }
        AgentBody { bytes: text.into(), is_compressed: false }
    }

    /// Returns the bytes, and writes into the headers of the answer how they are compressed.
    pub fn told(self, headers: &mut HeaderMap) -> Bytes {
        match self.is_compressed {
            true => headers.insert(header::CONTENT_ENCODING, GZIP),
            false => headers.remove(header::CONTENT_ENCODING),
        };
        self.bytes
    }
}

/// Returns the head of an answer for an agent, and what the model has answered.
pub(super) fn answered_to_agent(
    mut head: Parts,
    message: Bytes,
    trailers: Option<HeaderMap>,
) -> (Parts, Result<Bytes, Status>) {
    let trailers = trailers.unwrap_or_else(|| std::mem::take(&mut head.headers));
    let status = Status::from_header_map(&trailers).unwrap_or_else(|| Status::internal("the answer ended without a status"));
    head.status = StatusCode::OK;
    head.headers.clear();
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answered = if status.code() == Code::Ok { one_message(message).map(|(answer, _)| answer) } else { Err(status) };
    (head, answered)
}

/// Returns an answer as an agent takes it. A refusal is an answer too, and says how the call is repaired.
pub(super) fn written(agent: &AgentReply, answered: Result<&Bytes, &Status>) -> AgentBody {
    let AgentReply { answer: agent, takes_gzip } = agent;
    let reply = match answered.map(|answer| std::str::from_utf8(answer)) {
        Ok(Ok(answer)) => agent.outcome(Ok(answer)),
        Ok(Err(_)) => agent.outcome(Err(&RefusedCall::panicked())),
        Err(refused) => agent.outcome(Err(&refused.into())),
    };
    AgentBody::of(reply.text, *takes_gzip)
}

/// Writes a long answer on the pool, in its caller's turn. An answer that the pool refuses to write becomes the refusal.
pub(super) async fn written_on_pool(agent: AgentReply, answer: Bytes, call: Call) -> AgentBody {
    let of_gzip = if agent.takes_gzip { AGENT_GZIP_NANOSECONDS_PER_BYTE } else { 0 };
    let expected = Duration::from_nanos(answer.len() as u64 * (AGENT_ANSWER_NANOSECONDS_PER_BYTE + of_gzip));
    let (of_agent, to) = (agent.clone(), Answered(call.clone()));
    match call.shared().pool.run(to, expected, move || written(&of_agent, Ok(&answer))).await {
        Ok(body) => body,
        Err(refused) => written(&agent, Err(&refused)),
    }
}

/// A call whose calculation has ended, and whose answer is still to be written.
struct Answered(Call);

impl Caller for Answered {
    fn id(&self) -> CallerId {
        self.0.connection.caller
    }

    fn until(&self) -> Option<Instant> {
        self.0.deadline
    }

    fn is_gone(&self) -> bool {
        self.0.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
