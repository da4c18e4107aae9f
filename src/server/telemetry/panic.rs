//! The panic hook: a panic is a bug, and leaves one line in the log with its place and its backtrace. `layers/guard.rs` catches the panic
//! of a call and answers INTERNAL.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Instant;

use super::per_second::PerSecond;

/// The number of panics that are logged in one second. A backtrace takes milliseconds to write: a call that panics, repeated, must not cost
/// other calls their time.
const LINES_PER_SECOND_MAX: u32 = 10;

/// Sends panics to the log instead of standard error, from now on.
pub(crate) fn log_panics() {
    let limit = PerSecond::new(LINES_PER_SECOND_MAX);
    panic::set_hook(Box::new(move |panic| {
        if limit.admits(Instant::now()) {
            log(panic, limit.left_out());
        }
    }));
}

fn log(panic: &PanicHookInfo<'_>, left_out: u64) {
    tracing::error!(
        target: "paydirt::panic",
        location = panic.location().map(tracing::field::display),
        payload = fixed_text(panic),
        thread = thread::current().name(),
        left_out = (left_out > 0).then_some(left_out),
        backtrace = %Backtrace::force_capture(),
        "a panic: this is a bug"
    );
}

/// Returns the message of a panic when the message stands in the program. A message that was put together at run time may quote a caller's
/// figures.
fn fixed_text<'a>(panic: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    panic.payload().downcast_ref::<&'static str>().copied()
}
