//! gRPC over HTTP: the framing of messages, the bodies of requests and answers, and the state of a unary call, which has one
//! message and one answer. A request enters by [`front`], and its answer leaves by [`sent`].

pub(crate) mod answer;
pub(crate) mod form;
pub(crate) mod front;
pub(crate) mod message;
pub(crate) mod messages;
mod part;
pub(crate) mod reading;
pub(crate) mod received;
pub(crate) mod sent;
pub(crate) mod short;
pub(crate) mod unary;
mod upload;
pub(crate) mod wrapping;
