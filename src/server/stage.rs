//! The stage of the process in its life: one value that every part of the server watches. The start of the server and its drain
//! announce each new stage.

use tokio::sync::watch;

/// The stage of the process. The stages follow each other in this order; the process never returns to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The self-test has not passed yet.
    Starting,
    /// The self-test has passed, and there is not enough room for connections: calls are answered, and load balancers are told to send none.
    NoRoom,
    /// Calls are answered.
    Serving,
    /// Calls are still answered, and load balancers are told to send no more.
    LameDuck,
    /// No new connection is accepted, and the peers of open connections are told to go away.
    Draining,
}

/// The sender of the stage.
pub(super) type Announcer = watch::Sender<Stage>;
/// The receiver of the stage, which reads the present stage and waits for the next one.
pub(super) type Watcher = watch::Receiver<Stage>;

/// Returns the sender and the receiver of the stage, which begins as [`Stage::Starting`].
pub(super) fn starting() -> (Announcer, Watcher) {
    watch::channel(Stage::Starting)
}

/// Waits until the process drains, or until the sender of the stage is dropped.
pub(super) async fn draining(mut watcher: Watcher) {
    // A dropped sender ends the wait too: the process is ending.
    let _ = watcher.wait_for(|stage| *stage == Stage::Draining).await;
}
