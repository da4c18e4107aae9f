//! The limit on open files, which bounds the number of connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::server::config::{self, Settings};

/// The number of connections for which the limit on open files leaves room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// The number of connections that may be open at once: the setting, or less where there are fewer files. At least one.
    pub connections_max: usize,
    /// Whether the limit leaves room for what the settings ask for, or for [`config::CONNECTIONS_MIN`] connections.
    pub is_enough: bool,
}

impl Room {
    /// Raises the soft limit on open files to the hard one, and returns the room that the limit leaves. Logs a limit that is too low.
    pub fn made(settings: &Settings) -> Room {
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current < limit.maximum || limit.maximum.is_none() {
            let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
            if setrlimit(Resource::Nofile, raised).is_ok() {
                limit = getrlimit(Resource::Nofile);
            }
        }
        let files = limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
        let (wanted, possible) = (settings.max_connections.get(), possible(files));
        let room = Room::of(wanted, possible);
        if !room.is_enough {
            let needed = wanted.min(config::CONNECTIONS_MIN) + config::FILES_KEPT;
            tracing::error!(
                files,
                needed,
                possible,
                "NOT_SERVING: the limit on open files leaves room for too few connections"
            );
        } else if possible < wanted {
            tracing::warn!(wanted, possible, "the limit on open files allows fewer connections than the settings do");
        }
        room
    }

    fn of(wanted: usize, possible: usize) -> Room {
        Room { connections_max: wanted.min(possible).max(1), is_enough: possible >= wanted.min(config::CONNECTIONS_MIN) }
    }
}

/// Returns the number of connections that so many open files allow. Each connection takes a file descriptor, and [`config::FILES_KEPT`] are
/// kept for everything else.
fn possible(files: usize) -> usize {
    files.saturating_sub(config::FILES_KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_what_is_wanted_or_what_the_files_allow() {
        let room = |wanted, files| Room::of(wanted, possible(files));
        assert_eq!(room(1000, usize::MAX), Room { connections_max: 1000, is_enough: true });
        assert_eq!(room(1000, 160), Room { connections_max: 32, is_enough: true });
        assert_eq!(room(1000, 159), Room { connections_max: 31, is_enough: false });
        assert_eq!(room(1000, 64), Room { connections_max: 1, is_enough: false });
        // Whoever asks for few connections has room for them.
        assert_eq!(room(3, 131), Room { connections_max: 3, is_enough: true });
        assert_eq!(room(3, 130), Room { connections_max: 2, is_enough: false });
    }
}
