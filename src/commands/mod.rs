//! The command line: the engine without a server. `paydirt compute` reads the same requests, computes the same digits and refuses the same
//! fields as a call does.

mod arguments;
mod completions;
mod compute;
mod ending;
mod figures;
mod layout;
mod lines;
mod mcp;
mod methods;
mod output;
mod presets;
mod pretty;
mod progress;
mod studies;

pub use arguments::{Command, asked, beside};
pub use ending::CommandEnd;

/// Runs a command. `whole` is the command of the program with everything that it takes, for completions and the manual.
#[must_use]
pub fn run(command: Command, whole: clap::Command) -> CommandEnd {
    let ended = match command {
        Command::Compute(asked) if asked.is_of_lines() => lines::run(&asked),
        Command::Compute(asked) => compute::run(&asked),
        Command::Presets(asked) => presets::run(&asked),
        Command::Mcp(asked) => mcp::run(&asked),
        Command::Completions { shell } => completions::run(shell, whole),
        Command::Man { command } => completions::manual(command.as_deref(), whole),
    };
    ended.unwrap_or_else(|ending| ending)
}
