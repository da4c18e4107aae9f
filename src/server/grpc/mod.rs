//! gRPC over HTTP: messages in their frames, the bodies that bring and take them, and the state of a call with one message and one answer.

pub(crate) mod answer;
pub(crate) mod front;
pub(crate) mod message;
pub(crate) mod messages;
pub(crate) mod reading;
pub(crate) mod received;
pub(crate) mod sent;
pub(crate) mod unary;
