//! What the server says of itself: metrics, traces, logs. Never a caller's figure.

mod lines;
pub(super) mod log;
pub(super) mod metrics;
pub(super) mod panic;
pub(super) mod per_second;
#[cfg(target_os = "linux")]
mod process;
mod spans;
pub(super) mod trace;

/// Of the package.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that this was built from, or `unknown`.
pub(super) const REVISION: &str = env!("PAYDIRT_REVISION");
/// The compiler that built this.
pub(super) const RUSTC: &str = env!("PAYDIRT_RUSTC");
