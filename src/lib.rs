//! Paydirt: financial models as a gRPC service. Exact figures, and how they came about.
//!
//! Three rooms, one direction: `server -> wire -> models`.
//!
//! - [`models`] answers financial questions. It is pure.
//! - `wire` turns messages into a model's inputs and its outcomes into messages.
//! - `server` is the door: settings, connections, health, reflection.

pub mod models;
pub mod server;
pub mod wire;
