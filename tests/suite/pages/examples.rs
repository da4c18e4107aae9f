//! The examples of all pages, run by the real program, and by the real curl, grpcurl and Python against a real server, and their outputs
//! compared. The examples of a page are run one after the other in a folder of their own, so that one may use the file of another.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::pages::{Page, is_written, pages};
use crate::support::Server;
use crate::tools::{root, tool};

/// As the pages write the server's addresses.
const ADDRESS: &str = "127.0.0.1:50051";
const WEB_ADDRESS: &str = "127.0.0.1:8080";
/// Programs that an example may need, beside those that every system has.
const TOOLS: [&str; 4] = ["grpcurl", "curl", "jq", "python3"];
/// What makes an `sh` block an example.
const COMMANDS: [&str; 5] = ["grpcurl ", "curl -s", "paydirt compute", "paydirt presets", "python3 "];

/// A block of code, and the block behind it: what the first prints.
struct Example {
    language: String,
    command: String,
    output: String,
    /// The lines of the output on the page, from 0 on.
    lines: std::ops::Range<usize>,
}

/// A block between fences, and the lines between them.
struct Block {
    language: String,
    text: String,
    lines: std::ops::Range<usize>,
}

#[test]
fn the_examples_print_what_the_pages_say() {
    let server = Server::start();
    let here: Vec<(&str, bool)> = TOOLS.iter().map(|name| (*name, tool(name).is_some())).collect();
    let path = path();
    let unread = Mutex::new(pages().into_iter());
    let (faults, count) = (Mutex::new(Vec::new()), Mutex::new(0));
    let work = || {
        loop {
            let next = unread.lock().expect("no panic").next();
            let Some(page) = next else { break };
            let examples = examples_of(&page);
            *count.lock().expect("no panic") += examples.len();
            let folder = tempfile::tempdir().expect("a folder");
            let mut printed = Vec::new();
            for example in &examples {
                if here.iter().any(|(name, is_here)| !is_here && example.needs(name)) {
                    continue;
                }
                let command = example.command.replace(ADDRESS, &server.address().to_string());
                let command = command.replace(WEB_ADDRESS, &server.web_address().to_string());
                let output = printed_by(&example.language, &command, &path, folder.path());
                if output != example.output {
                    printed.push((example, output));
                }
            }
            if is_written() {
                page.write(&with_outputs(&page.text, &printed));
                continue;
            }
            let said = printed.iter().map(|(example, output)| format!("{}:\n{}\nprints\n{output}", page.path, example.command));
            faults.lock().expect("no panic").extend(said);
        }
    };
    std::thread::scope(|scope| (0..3).for_each(|_| drop(scope.spawn(work))));
    let (faults, count) = (faults.into_inner().expect("no panic"), count.into_inner().expect("no panic"));
    assert!(count >= 80, "{count} examples");
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

impl Example {
    fn needs(&self, program: &str) -> bool {
        match self.language.as_str() {
            "python" => program == "python3",
            // `curl ` is no part of `grpcurl `.
            _ => self.command.split(|letter: char| letter.is_whitespace() || letter == '(').any(|word| word == program),
        }
    }
}

/// The folders of the programs: those of the tools, and of the program under test, before all others.
fn path() -> OsString {
    let first = root().join(".tools/bin");
    let program = Path::new(env!("CARGO_BIN_EXE_paydirt")).parent().expect("a folder").to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([program, first].into_iter().chain(std::env::split_paths(&others))).expect("folders make a PATH")
}

/// What a command prints, refusals included: grpcurl and `paydirt compute` write them to their standard error.
fn printed_by(language: &str, command: &str, path: &OsStr, folder: &Path) -> String {
    let mut program = match language {
        "python" => Command::new("python3"),
        _ => Command::new("sh"),
    };
    // On a line of its own before the command: behind it, it would stand after the command's end, and redirect nothing.
    let script = if language == "python" { command.to_owned() } else { format!("exec 2>&1\n{command}") };
    // A proxy is for other places than this machine.
    for proxy in ["http_proxy", "https_proxy", "grpc_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
        program.env_remove(proxy);
    }
    let ran = program.args(["-c", &script]).env("PATH", path).current_dir(folder).stdin(Stdio::null()).output();
    let ran = ran.unwrap_or_else(|error| panic!("{command}: {error}"));
    let printed = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    // curl ends no line, and an explanation ends with an empty one.
    format!("{}\n", printed.trim_end())
}

/// Each `sh` block with one of our commands in it and the block that follows, and each `python` block that is followed by its output.
fn examples_of(page: &Page) -> Vec<Example> {
    let blocks = blocks_of(&page.text);
    let mut examples = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let shown = blocks.get(index + 1).filter(|next| {
            // An empty block would be equal to whatever a broken comparison has captured.
            matches!(next.language.as_str(), "json" | "text") && !next.text.trim().is_empty()
        });
        let shown = match block.language.as_str() {
            "sh" if COMMANDS.iter().any(|command| block.text.contains(command)) => {
                Some(shown.unwrap_or_else(|| panic!("{} shows no output of\n{}", page.path, block.text)))
            }
            // Programs are shown too, such as whole clients.
            "python" => shown.filter(|shown| shown.language == "text" && shown.lines.start <= block.lines.end + 3),
            _ => None,
        };
        if let Some(shown) = shown {
            examples.push(Example {
                language: block.language.clone(),
                command: block.text.clone(),
                output: shown.text.clone(),
                lines: shown.lines.clone(),
            });
        }
    }
    examples
}

fn blocks_of(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => {
                open = Some(Block { language: language.to_owned(), text: String::new(), lines: number + 1..number + 1 });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                block.lines.end = number + 1;
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The page with other outputs, of which each stands behind the one before.
fn with_outputs(text: &str, outputs: &[(&Example, String)]) -> String {
    let (mut written, mut next) = (String::new(), outputs.iter().peekable());
    for (number, line) in text.lines().enumerate() {
        if let Some((example, output)) = next.peek()
            && example.lines.contains(&number)
        {
            if number + 1 == example.lines.end {
                written.push_str(output);
                next.next();
            }
            continue;
        }
        written.push_str(line);
        written.push('\n');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(text: &str) -> Vec<Example> {
        examples_of(&Page { path: "a page".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn an_example_is_a_command_and_what_stands_below_it() {
        let text =
            "```sh\ngrpcurl x\n```\n\n```json\n{}\n```\n\n```sh\nother\n```\n```python\nprint(1)\n```\n\n```text\n1\n```\n";
        let examples = examples(text);
        assert_eq!(examples.len(), 2);
        assert_eq!((examples[0].command.as_str(), examples[0].output.as_str()), ("grpcurl x\n", "{}\n"));
        assert_eq!((examples[1].command.as_str(), examples[1].output.as_str()), ("print(1)\n", "1\n"));
        let replaced = with_outputs(text, &[(&examples[0], "a\nb\n".to_owned()), (&examples[1], "2\n".to_owned())]);
        assert_eq!(replaced, text.replace("{}\n", "a\nb\n").replace("\n1\n", "\n2\n"));
    }

    #[test]
    #[should_panic(expected = "shows no output")]
    fn a_command_whose_output_is_empty_is_no_example() {
        examples("```sh\ngrpcurl x\n```\n\n```text\n\n```");
    }

    #[test]
    #[should_panic(expected = "shows no output")]
    fn a_command_without_an_output_is_no_example() {
        examples("```sh\ngrpcurl x\n```\n\nprose");
    }

    #[test]
    fn what_a_command_says_of_a_failure_is_part_of_what_it_prints() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        assert_eq!(printed_by("sh", "echo out\necho refused >&2\n", &path, root()), "out\nrefused\n");
    }
}
