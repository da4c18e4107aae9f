//! The configuration of the server: settings, which an operator may change, and limits, which are constants with their reasons.

mod bytes;
mod limits;
mod listen_address;
pub(crate) mod log_level;
mod settings;
mod web;

pub use bytes::Bytes;
pub use limits::*;
pub use listen_address::ListenAddress;
pub use settings::{AccessLog, LogFormat, LogLevelChanges, Settings, TlsSettings};
pub use web::{HostName, Origin, WebListen, WebSettings};
