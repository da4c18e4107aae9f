//! The configuration of the server: settings, which an operator may change, and limits, which are constants with their reasons.

mod limits;
pub(crate) mod log_level;
mod settings;

pub use limits::*;
pub use settings::{AccessLog, LogFormat, LogLevelChanges, Settings, TlsSettings};
