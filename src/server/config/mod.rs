//! Settings and limits.

mod limits;
pub(crate) mod log_level;
mod settings;

pub use limits::*;
pub use settings::{AccessLog, LogFormat, Settings, TlsSettings};
