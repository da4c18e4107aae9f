//! Where the process is in its life: one value that everyone looks at.

use tokio::sync::watch;

/// In this order, never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The self-test has not passed yet.
    Starting,
    /// Calls are answered.
    Serving,
    /// Calls are answered, and balancers are told to send no more.
    LameDuck,
    /// No connection is accepted any more, and those that are open are told to go away.
    Draining,
}

/// Says where the process is.
pub(super) type Announcer = watch::Sender<Stage>;
/// Learns where the process is.
pub(super) type Watcher = watch::Receiver<Stage>;

pub(super) fn starting() -> (Announcer, Watcher) {
    watch::channel(Stage::Starting)
}

/// Comes when the process drains, or is gone.
pub(super) async fn draining(mut watcher: Watcher) {
    // A sender that is gone says the same.
    let _ = watcher.wait_for(|stage| *stage == Stage::Draining).await;
}
