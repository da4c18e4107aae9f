//! Paydirt: financial models as a gRPC service. Exact figures, and how they came about.
//!
//! Six rooms, one direction: `server -> mcp -> engine -> wire -> models`, and `commands` beside the server.
//!
//! - [`models`] answers financial questions. It is pure, and a crate of its own.
//! - [`wire`] turns messages into a model's inputs and its outcomes into messages.
//! - [`engine`] answers a question of the contract: it reads, computes and writes, whatever door the question came by.
//! - [`mcp`] speaks the Model Context Protocol, from text to text.
//! - [`commands`] is the command line: the engine without a server.
//! - [`server`] is the door for gRPC: settings, connections, health, reflection.

pub mod commands;
pub mod engine;
pub mod mcp;
pub mod server;
pub mod wire;

pub use paydirt_models as models;
