//! The limit on open files, which bounds the number of connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::server::config::{self, Settings};

/// Returns the number of connections that may be open at once: the setting, or less where the limit on open files allows fewer.
///
/// Each connection takes a file descriptor, and [`config::FILES_KEPT`] are kept for everything else. The soft limit is raised to the hard one
/// first.
pub(crate) fn connections_max(settings: &Settings) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum || limit.maximum.is_none() {
        let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = getrlimit(Resource::Nofile);
        }
    }
    let wanted = settings.max_connections.get();
    let possible = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let possible = possible.saturating_sub(config::FILES_KEPT).max(1);
    if possible < wanted {
        tracing::warn!(wanted, possible, "the limit on open files allows fewer connections than the settings do");
    }
    wanted.min(possible)
}
