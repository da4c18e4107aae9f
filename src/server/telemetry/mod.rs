//! Telemetry: the metrics, traces and logs in which the server tells of itself. A caller's figure is never in them.

mod evaluations;
pub(super) mod labels;
mod lines;
pub(super) mod log;
pub(super) mod metrics;
pub(super) mod panic;
pub(super) mod per_minute;
pub(super) mod per_second;
#[cfg(target_os = "linux")]
mod process;
mod spans;
pub(super) mod trace;

/// The version of the package.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that this program was built from, or `unknown`.
pub(super) const REVISION: &str = env!("PAYDIRT_REVISION");
/// The compiler that built this program.
pub(super) const RUSTC: &str = env!("PAYDIRT_RUSTC");
