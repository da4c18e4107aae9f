//! The web port: every protocol that it speaks, and every way in which it can be abused.

mod clients;
mod connect;
mod door;
mod exchanges;
mod floods;
mod golden_rows;
mod grpc_web;
pub mod http;
mod life;
mod telemetry;
