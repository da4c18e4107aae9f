//! `paydirt completions` and the manual page.

use clap::builder::PossibleValuesParser;
use clap_complete::Shell;

use super::ending::CommandEnd;
use super::methods;
use super::output::print;
use super::presets;
use crate::wire;

/// Prints the completions for a shell.
pub(super) fn run(shell: Shell, whole: clap::Command) -> Result<CommandEnd, CommandEnd> {
    let presets = wire::presets::list().presets;
    // Names that clap keeps have to live as long as the program, which ends here.
    let presets: Vec<&'static str> = presets::names(&presets).map(|name| &*name.to_owned().leak()).collect();
    let values = |names: Vec<&'static str>| move |argument: clap::Arg| argument.value_parser(PossibleValuesParser::new(names));
    let methods = values(methods::names().collect());
    let mut whole = whole
        .mut_subcommand("compute", |compute| compute.mut_arg("method", methods))
        .mut_subcommand("presets", |command| command.mut_arg("name", values(presets)));
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut whole, "paydirt", &mut text);
    if shell == Shell::Fish {
        text.extend_from_slice(fish(&mut whole).as_bytes());
    }
    print(&text)?;
    Ok(CommandEnd::Done)
}

/// Returns what the maker of fish's completions leaves out: the values of arguments without a flag. Where such values are all that a command
/// takes, no files are offered beside them.
fn fish(whole: &mut clap::Command) -> String {
    let mut lines = String::new();
    for command in whole.get_subcommands_mut() {
        let arguments: Vec<Vec<_>> = command.get_positionals().map(clap::Arg::get_possible_values).collect();
        let values: Vec<_> = arguments.iter().flatten().map(|value| value.get_name()).collect();
        if values.is_empty() {
            continue;
        }
        let files = if arguments.iter().all(|values| !values.is_empty()) { " -f" } else { "" };
        let of_command = format!("__fish_paydirt_using_subcommand {}", command.get_name());
        lines.push_str(&format!("complete -c paydirt -n \"{of_command}\"{files} -a \"{}\"\n", values.join(" ")));
    }
    lines
}

/// Prints the manual page of the program, or of one command.
pub(super) fn manual(command: Option<&str>, whole: clap::Command) -> Result<CommandEnd, CommandEnd> {
    let page = match command {
        None => whole,
        Some(name) => {
            let found = whole.find_subcommand(name).cloned();
            let found = found.ok_or_else(|| CommandEnd::Usage(format!("there is no command {name:?}")))?;
            found.display_name(format!("paydirt-{name}"))
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| CommandEnd::Failed(error.to_string()))?;
    print(&text)?;
    Ok(CommandEnd::Done)
}
