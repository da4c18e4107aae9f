//! Paydirt: financial models as a gRPC service. Exact figures, and how they came about.
//!
//! Four rooms, one direction: `server -> engine -> wire -> models`.
//!
//! - [`models`] answers financial questions. It is pure, and a crate of its own.
//! - [`wire`] turns messages into a model's inputs and its outcomes into messages.
//! - [`engine`] answers a question of the contract: it reads, computes and writes, whatever door the question came by.
//! - [`server`] is the door for gRPC: settings, connections, health, reflection.

pub mod engine;
pub mod server;
pub mod wire;

pub use paydirt_models as models;
