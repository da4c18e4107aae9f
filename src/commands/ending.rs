//! How a command ends: its exit code, and the lines that it leaves on standard error.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use crate::engine::Refused;
use crate::models::input::{ModelError, Violations};
use crate::wire::json::{Faults, Unreadable};

/// The end of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// Everything was done, or nobody reads the output any more.
    Done,
    /// The command cannot be understood.
    Usage(String),
    /// A request is refused: a line for each field that cannot be used.
    Refused(Vec<String>),
    /// A file cannot be read, or the output cannot be written.
    Failed(String),
}

impl CommandEnd {
    /// Writes what is left to say, and returns the exit code: 0, 64 for usage, 65 for a refused request, 1 for any other failure. The two
    /// are `EX_USAGE` and `EX_DATAERR` of sysexits.h.
    #[must_use]
    pub fn report(self) -> ExitCode {
        match self {
            CommandEnd::Done => ExitCode::SUCCESS,
            CommandEnd::Usage(why) => {
                eprintln!("paydirt: {why}");
                ExitCode::from(64)
            }
            CommandEnd::Refused(lines) => {
                lines.iter().for_each(|line| eprintln!("{line}"));
                ExitCode::from(65)
            }
            CommandEnd::Failed(why) => {
                eprintln!("paydirt: {why}");
                ExitCode::FAILURE
            }
        }
    }

    /// The end of a command whose output cannot be written. A reader that has seen enough is no failure.
    pub(super) fn unwritten(error: &io::Error) -> CommandEnd {
        match error.kind() {
            io::ErrorKind::BrokenPipe => CommandEnd::Done,
            _ => CommandEnd::Failed(format!("the output cannot be written: {error}")),
        }
    }

    /// The end of a command whose input cannot be read.
    pub(super) fn unread(file: &str, error: &io::Error) -> CommandEnd {
        CommandEnd::Failed(format!("{file} cannot be read: {error}"))
    }
}

impl From<Unreadable> for CommandEnd {
    fn from(unreadable: Unreadable) -> CommandEnd {
        CommandEnd::Refused(match &unreadable {
            Unreadable::Faults(faults) => listed(faults.kept(), Faults::count(faults)),
            Unreadable::Malformed(_) | Unreadable::TooManyFields(_) => vec![unreadable.to_string()],
        })
    }
}

impl From<Refused> for CommandEnd {
    fn from(refused: Refused) -> CommandEnd {
        CommandEnd::Refused(match &refused {
            Refused::Model(ModelError::Invalid(violations)) => {
                let lines: Vec<_> = violations.kept().map(|found| format!("{}: {}", found.field, found.description)).collect();
                listed(&lines, Violations::count(violations))
            }
            _ => vec![refused.to_string()],
        })
    }
}

/// A line each, and one for those that are not at hand.
fn listed(kept: &[impl Display], count: usize) -> Vec<String> {
    let more = count - kept.len();
    let last = (more > 0).then(|| format!("and {more} more"));
    kept.iter().map(ToString::to_string).chain(last).collect()
}
