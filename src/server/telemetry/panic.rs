//! A panic is a bug, and leaves a line: where, and how the program came there.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Instant;

use super::per_second::PerSecond;

/// A backtrace takes milliseconds to write: a call that panics, repeated, must not cost the others theirs.
const LINES_PER_SECOND_MAX: u32 = 10;

/// From now on panics go to the log instead of standard error.
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

/// What the panic says, when that stands in the program. A text that was put together at run time may quote a caller's figures.
fn fixed_text<'a>(panic: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    panic.payload().downcast_ref::<&'static str>().copied()
}
