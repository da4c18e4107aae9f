//! What every call passes through, outermost first.

mod access_log;
pub(super) mod observe;
mod trace;
