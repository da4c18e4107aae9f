//! The Model Context Protocol, from text to text: tools, resources and a prompt for agents.
//!
//! A tool is a model of the engine, or a study of any model. This room reads a message and says what is asked; a call of a tool is answered by the door that the
//! message came by, the standard streams or the web port, and its outcome is written here. Nothing is remembered between two messages.

mod envelope;
mod era;
mod object;
mod prompt;
mod protocol;
mod refusal;
mod resources;
mod study_call;
mod tools;

pub use era::{RoutingHeaders, Way};
pub use protocol::{RequestId, ToolAnswer, ToolCall, Understood, WrittenAnswer, refused_unread, take, too_long};
pub use refusal::RefusedCall;
pub use tools::{Tool, Tools, UnknownTool};

#[cfg(test)]
mod tests;
