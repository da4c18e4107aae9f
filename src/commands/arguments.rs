//! The commands and what they take.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::methods::{self, AskedMethod};
use crate::engine::study::study_work::{MAX_STUDY, MAX_STUDY_RANGE};

/// A command of `paydirt`. Without one, it serves.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Compute an answer here, without a server.
    #[command(after_help = methods::listed())]
    Compute(Compute),
    /// List the published figures that calculations can start from, or show one.
    Presets(Presets),
    /// Answer an agent by the Model Context Protocol on standard input and output.
    Mcp(Mcp),
    /// Print the completions for a shell: methods and presets complete too.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, in the form that man reads.
    #[command(hide = true)]
    Man {
        /// A command, for the page of that command alone.
        command: Option<String>,
    },
}

/// The request to compute.
#[derive(Args, Clone, Debug)]
pub struct Compute {
    /// The method: runway, ComputeRunway, or paydirt.v1.RunwayService/ComputeRunway.
    #[arg(index = 1, value_parser = methods::called)]
    pub(super) method: AskedMethod,
    /// The request in JSON; standard input without it, or as -.
    #[arg(index = 2)]
    pub(super) file: Option<PathBuf>,
    /// Explain the answer: each step with its formula and its figures.
    #[arg(long)]
    pub(super) explain: bool,
    /// Round the answer to so many decimal places.
    #[arg(long, value_name = "PLACES")]
    pub(super) round: Option<u32>,
    /// Text for people, or JSON; text on a terminal, JSON elsewhere.
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<Format>,
    /// Any number of requests, one a line, each with an outcome on a line of its own: an answer or an error.
    #[arg(long, conflicts_with = "format")]
    pub(super) lines: bool,
}

impl Compute {
    /// Returns whether each line is a request.
    pub(super) fn is_of_lines(&self) -> bool {
        self.lines || self.method == AskedMethod::Stream
    }
}

/// The tools that an agent is offered.
#[derive(Args, Clone, Debug)]
pub struct Mcp {
    /// The models that are offered as tools: runway,capex_roi. All of them without it.
    #[arg(long, value_delimiter = ',', value_name = "MODELS")]
    pub(super) tools: Vec<String>,
    /// The longest that one core may have to work for a study, such as a table or a search, by its estimate, from 1ms to 1h; a longer one is
    /// refused before it begins.
    #[arg(long, default_value = MAX_STUDY, value_parser = time_of_study, value_name = "DURATION")]
    pub(super) max_study: Duration,
}

fn time_of_study(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| format!("{error}; write 500ms, 30s, 5m"))?;
    let (least, most) = (*MAX_STUDY_RANGE.start(), *MAX_STUDY_RANGE.end());
    let shown = humantime::format_duration;
    MAX_STUDY_RANGE.contains(&time).then_some(time).ok_or_else(|| format!("it may be {} to {}", shown(least), shown(most)))
}

/// Which presets to show.
#[derive(Args, Clone, Debug)]
pub struct Presets {
    /// The preset to show; all are listed without it.
    #[arg(index = 1)]
    pub(super) name: Option<String>,
    /// Print the request that `paydirt compute` takes.
    #[arg(long, requires = "name")]
    pub(super) request: bool,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The answer as JSON.
    Json,
    /// Figures for people.
    Text,
}

/// The commands alone, so that no setting of the server, and no variable of the environment, is looked at for them.
#[derive(Debug, Parser)]
#[command(name = "paydirt", version)]
struct Alone {
    #[command(subcommand)]
    command: Command,
}

/// Returns the command that the arguments begin with, if they begin with one.
///
/// # Errors
/// clap's, for arguments that the command does not take; its help is one of them.
pub fn asked(arguments: &[std::ffi::OsString]) -> Result<Option<Command>, clap::Error> {
    let named = arguments.get(1).and_then(|first| first.to_str()).filter(|first| Command::has_subcommand(first));
    named.map(|_| Alone::try_parse_from(arguments).map(|alone| alone.command)).transpose()
}

/// Returns the server's command with all commands beside it. They do not mix.
#[must_use]
pub fn beside(server: clap::Command) -> clap::Command {
    // What is said of the commands as such would stand in place of what the server is.
    let (about, long_about) = (server.get_about().cloned(), server.get_long_about().cloned());
    let both = Command::augment_subcommands(server).args_conflicts_with_subcommands(true).subcommand_required(false);
    both.about(about.unwrap_or_default()).long_about(long_about.unwrap_or_default())
}
