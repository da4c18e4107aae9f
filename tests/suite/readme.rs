//! The README's examples, run by the real grpcurl against a real server, and their outputs compared.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Server;

/// As the README writes the server's address.
const ADDRESS: &str = "127.0.0.1:50051";

struct Example {
    command: String,
    output: String,
}

#[test]
fn the_examples_print_what_the_readme_says() {
    let Some(tools) = folder_of_grpcurl() else {
        assert!(
            std::env::var_os("PAYDIRT_REQUIRE_TOOLS").is_none(),
            "grpcurl is required, and not there: scripts/install-tools"
        );
        println!("skipped: grpcurl is not there; scripts/install-tools installs it");
        return;
    };
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let examples = examples_of(&readme);
    assert!(examples.len() >= 4, "{} examples", examples.len());
    let server = Server::start();
    let path = std::env::join_paths(
        std::iter::once(tools).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("folders make a PATH");
    for example in examples {
        let command = example.command.replace(ADDRESS, &server.address().to_string());
        let ran = Command::new("sh").args(["-c", &format!("{command} 2>&1")]).env("PATH", &path).output().expect("sh is there");
        let printed = String::from_utf8(ran.stdout).expect("text");
        // Go's JSON writer puts in spaces at random, so that nobody relies on them; here they are compared by their words.
        assert_eq!(words(&printed), words(&example.output), "{}\nprints\n{printed}", example.command);
    }
}

#[test]
fn an_example_is_a_command_and_what_stands_below_it() {
    let readme = "```sh\ngrpcurl x\n```\n\n```json\n{}\n```\n\n```sh\nother\n```\ntext";
    let examples = examples_of(readme);
    assert_eq!(examples.len(), 1);
    assert_eq!((examples[0].command.as_str(), examples[0].output.as_str()), ("grpcurl x\n", "{}\n"));
}

/// Each `sh` block with grpcurl in it, and the block that follows.
fn examples_of(readme: &str) -> Vec<Example> {
    let blocks = blocks_of(readme);
    let pairs = blocks.windows(2).filter(|pair| pair[0].0 == "sh" && pair[0].1.contains("grpcurl"));
    pairs
        .filter(|pair| matches!(pair[1].0.as_str(), "json" | "text"))
        .map(|pair| Example { command: pair[0].1.clone(), output: pair[1].1.clone() })
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

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn folder_of_grpcurl() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(root().join(".tools/bin")).chain(std::env::split_paths(&on_path));
    folders.into_iter().find(|folder| folder.join("grpcurl").is_file())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
