//! The signals that ask something of the process. Handlers are set before anything else: process 1 of a container has none by itself, and
//! would not end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// A request that a signal makes to the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: end, once load balancers have noticed.
    Terminate,
    /// SIGINT, from a terminal: end without waiting for load balancers.
    Interrupt,
    /// SIGHUP: read the certificates again.
    HangUp,
}

/// The exit code of a process that ends at once, as a shell reports a process that was interrupted.
const EXIT_AT_ONCE: i32 = 130;

/// Listens for signals on a thread of its own, and returns the channel on which they come.
///
/// A second signal that asks the process to end does so at once, whatever the rest of the process is doing.
///
/// # Errors
/// When the system has no thread to give, or does not let signals be listened for.
pub fn listen() -> io::Result<mpsc::Receiver<Signal>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut terminate, mut interrupt, mut hang_up) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?)
    };
    let (sender, receiver) = mpsc::channel(8);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let mut is_ending = false;
            loop {
                let asked = tokio::select! {
                    _ = terminate.recv() => Signal::Terminate,
                    _ = interrupt.recv() => Signal::Interrupt,
                    _ = hang_up.recv() => Signal::HangUp,
                };
                if asked != Signal::HangUp {
                    if is_ending {
                        std::process::exit(EXIT_AT_ONCE);
                    }
                    is_ending = true;
                }
                // A SIGHUP behind others asks for something that was asked already. The last place belongs to the end.
                if asked != Signal::HangUp || sender.capacity() > 1 {
                    let _ = sender.try_send(asked);
                }
            }
        });
    })?;
    Ok(receiver)
}
