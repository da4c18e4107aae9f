//! The log: one line for each event on standard output, as JSON, or as text for people at a terminal.
//!
//! Standard output may be a pipe that nobody reads. So the lines go through a bounded queue to a thread that may wait for the pipe, and a
//! line that finds the queue full is dropped and counted: a reader of the log can never stop a call.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::{Subscriber, subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, reload};

use super::lines::Lines;
use crate::server::config::log_level::{CHANGES, targets};
use crate::server::config::{LOG_FLUSH, LogFormat, Settings};

/// The number of lines that may wait for standard output. At a hundred lines a second, a reader may be away for 40 seconds. In memory, the
/// lines take some 4 MB.
const LINES_WAITING_MAX: usize = 4096;

/// The reason why the log cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error("--log-level: {0}")]
    Level(String),
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    #[error("{0}")]
    Started(#[from] subscriber::SetGlobalDefaultError),
}

/// The log of the process. When the handle is dropped, the lines that wait are written, in bounded time.
#[derive(Debug)]
pub(crate) struct LogHandle {
    level: LogLevel,
    lines: Arc<Lines>,
}

/// The level of the log, which may be changed while the server runs.
#[derive(Clone, Debug)]
pub(crate) struct LogLevel {
    filter: reload::Handle<Targets, Registry>,
    text: Arc<Mutex<String>>,
}

/// Starts the log for the whole process.
///
/// # Errors
/// [`LogError`], when the level cannot be read, standard output cannot be written to, or a log has been started before.
pub(crate) fn start(settings: &Settings) -> Result<LogHandle, LogError> {
    let stdout = io::stdout();
    let is_text = match settings.log_format {
        LogFormat::Auto => stdout.is_terminal(),
        LogFormat::Json => false,
        LogFormat::Text => true,
    };
    // The lines do not go through `io::stdout()`: its lock would be held for as long as the pipe is full, against everyone who prints.
    let output = BufWriter::new(File::from(stdout.as_fd().try_clone_to_owned()?));
    let lines = Lines::start(output, LINES_WAITING_MAX)?;
    let (subscriber, level) = subscriber(&settings.log_level, is_text, Arc::clone(&lines)).map_err(LogError::Level)?;
    subscriber::set_global_default(subscriber)?;
    Ok(LogHandle { level, lines })
}

fn subscriber<W>(level: &str, is_text: bool, writer: W) -> Result<(impl Subscriber + Send + Sync, LogLevel), String>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // The filter is for the whole subscriber and not for one layer of it: then an event that is switched off is asked about once, and each
    // later one costs a memory load.
    let (filter, handle) = reload::Layer::new(targets(level)?);
    let level = LogLevel { filter: handle, text: Arc::new(Mutex::new(level.to_owned())) };
    let lines = fmt::layer().with_writer(writer);
    let lines = if is_text {
        lines.boxed()
    } else {
        lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
    };
    Ok((Registry::default().with(filter).with(lines), level))
}

impl LogLevel {
    /// Returns the level as it was written.
    pub fn get(&self) -> String {
        self.text().clone()
    }

    /// Changes the level from now on. `peer` asks for the change, and is logged with it before the change takes effect, at any level.
    ///
    /// # Errors
    /// A sentence that says why the text is no level.
    pub fn set(&self, text: &str, peer: SocketAddr) -> Result<(), String> {
        let targets = targets(text)?;
        // The lock is held over both changes, so that two callers who change the level at once leave a filter and a text that belong
        // together, and lines in their order.
        let mut current = self.text();
        tracing::warn!(target: CHANGES, %peer, before = current.as_str(), now = text, "the log level was changed");
        self.filter.reload(targets).map_err(|error| error.to_string())?;
        text.clone_into(&mut current);
        Ok(())
    }

    fn text(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogHandle {
    /// Returns a handle that reads and changes the level.
    pub fn level(&self) -> LogLevel {
        self.level.clone()
    }

    /// Returns a function that reads how many lines have found the queue full so far.
    pub fn lines_dropped(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let lines = Arc::clone(&self.lines);
        move || lines.dropped()
    }
}

impl Drop for LogHandle {
    /// Has the lines that wait written, within [`LOG_FLUSH`].
    fn drop(&mut self) {
        self.lines.end(LOG_FLUSH);
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
pub(crate) mod tests;
