//! A request to the web port as its head says it.

use http::Response;
use hyper::body::Bytes;

use super::framing::Framing;
use crate::server::protocol::Language;
use crate::server::telemetry::labels::WebRequest;

/// The path of agents.
pub(super) const AGENTS_PATH: &str = "/mcp";

/// A request that is not refused at the door.
pub(super) enum WebAsked {
    /// A call.
    Call(CallAsked),
    /// An agent's message, whose text says what it asks for.
    Agent,
    /// A request that is answered at once, and the kind that it is counted as.
    Answer(Response<Bytes>, WebRequest),
}

/// A call, as the head of its request says it.
pub(super) struct CallAsked {
    pub framing: Framing,
    pub language: Language,
    /// The only message, in a frame of gRPC, where it stands in the query.
    pub frame: Option<Bytes>,
}
