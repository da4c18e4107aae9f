//! The README's examples, run by the real program, and by the real grpcurl against a real server, and their outputs compared.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::Server;
use crate::tools::{root, tool};

/// As the README writes the server's addresses.
const ADDRESS: &str = "127.0.0.1:50051";
const WEB_ADDRESS: &str = "127.0.0.1:8080";

struct Example {
    command: String,
    output: String,
}

#[test]
fn the_examples_print_what_the_readme_says() {
    let grpcurl = tool("grpcurl");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let examples = examples_of(&readme);
    assert!(examples.len() >= 5, "{} examples", examples.len());
    let server = Server::start();
    let path = std::env::join_paths(
        grpcurl
            .iter()
            .filter_map(|grpcurl| grpcurl.parent().map(Path::to_owned))
            .chain(Path::new(env!("CARGO_BIN_EXE_paydirt")).parent().map(Path::to_owned))
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("folders make a PATH");
    let (has_jq, has_curl) = (tool("jq").is_some(), tool("curl").is_some());
    for example in examples {
        let lacks = |tool: &str, is_there: bool| example.command.contains(tool) && !is_there;
        if lacks("jq ", has_jq) || lacks("grpcurl ", grpcurl.is_some()) || lacks("curl -s", has_curl) {
            continue;
        }
        let command = example.command.replace(ADDRESS, &server.address().to_string());
        let command = command.replace(WEB_ADDRESS, &server.web_address().to_string());
        let printed = printed_by(&command, &path);
        assert_eq!(printed, example.output, "{}\nprints\n{printed}", example.command);
    }
}

/// What a command prints, refusals included: grpcurl writes them to its standard error.
fn printed_by(command: &str, path: &OsStr) -> String {
    // On a line of its own before the command: behind it, it would stand after the command's end, and redirect nothing.
    let script = format!("exec 2>&1\n{command}");
    let ran = Command::new("sh").args(["-c", &script]).env("PATH", path).stdin(Stdio::null()).output().expect("sh is there");
    String::from_utf8(ran.stdout).expect("text")
}

#[test]
fn an_example_is_a_command_and_what_stands_below_it() {
    let readme = "```sh\ngrpcurl x\n```\n\n```json\n{}\n```\n\n```sh\nother\n```\ntext";
    let examples = examples_of(readme);
    assert_eq!(examples.len(), 1);
    assert_eq!((examples[0].command.as_str(), examples[0].output.as_str()), ("grpcurl x\n", "{}\n"));
}

#[test]
#[should_panic(expected = "shows no output")]
fn a_command_whose_output_is_empty_is_no_example() {
    examples_of("```sh\ngrpcurl x\n```\n\n```text\n\n```");
}

#[test]
#[should_panic(expected = "shows no output")]
fn a_command_without_an_output_is_no_example() {
    examples_of("```sh\ngrpcurl x\n```\n\nprose");
}

#[test]
fn what_a_command_says_of_a_failure_is_part_of_what_it_prints() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    assert_eq!(printed_by("echo out\necho refused >&2\n", &path), "out\nrefused\n");
}

/// Each `sh` block with grpcurl, curl or `paydirt compute` in it, and the block that follows: what it prints.
fn examples_of(readme: &str) -> Vec<Example> {
    let blocks = blocks_of(readme);
    let is_command =
        |(language, text): &(String, String)| language == "sh" && (text.contains("curl ") || text.contains("paydirt compute"));
    let commands = blocks.iter().enumerate().filter(|(_, block)| is_command(block));
    commands
        .map(|(index, (_, command))| {
            let shown = blocks.get(index + 1).filter(|(language, text)| {
                // An empty block would be equal to whatever a broken comparison has captured.
                matches!(language.as_str(), "json" | "text") && !text.trim().is_empty()
            });
            let (_, output) = shown.unwrap_or_else(|| panic!("the README shows no output of\n{command}"));
            Example { command: command.clone(), output: output.clone() }
        })
        .collect()
}

/// Fenced blocks: language and text.
fn blocks_of(markdown: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}
