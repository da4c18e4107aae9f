//! The command in the field `ask` of the log line `listening`, as a person copies it from a terminal and a shell runs it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::Client;
use crate::tools::tool;

/// Writes each of its arguments to `$ARGUMENTS`, ended by a zero byte.
const RECORDER: &str = "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$ARGUMENTS\"\n";
const BILLIONS_600: &str = "600000000000";

/// The program with a log of text, ended when dropped.
struct Shown {
    child: Child,
    /// What stands behind `ask=` on the line `listening`.
    ask: String,
}

impl Shown {
    fn start() -> Shown {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paydirt"));
        command
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--web-listen", "127.0.0.1:0"])
            .env("PAYDIRT_LOG_FORMAT", "text");
        command.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains(" listening ")).expect("it says where it listens");
        // The log goes on, and a pipe that nobody reads would fill up.
        std::thread::spawn(move || lines.for_each(drop));
        let (_, ask) = line.split_once(" ask=").unwrap_or_else(|| panic!("no command in {line}"));
        Shown { child, ask: ask.to_owned() }
    }

    /// Runs the command as it stands, by a shell that finds `grpcurl` in this folder first.
    fn pasted(&self, grpcurl_in: &Path, arguments: &Path) -> String {
        let system = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(grpcurl_in.to_owned()).chain(std::env::split_paths(&system));
        let path: OsString = std::env::join_paths(folders).expect("folders make a PATH");
        let mut shell = Command::new("sh");
        shell.args(["-c", &self.ask]).env("PATH", path).env("ARGUMENTS", arguments).stdin(Stdio::null());
        let output = shell.output().expect("sh is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}\nends with {} and says\n{said}", self.ask, output.status);
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // A program that has ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_pasted_command_asks_for_the_600_billion() {
    let shown = Shown::start();
    let folder = tempfile::tempdir().expect("a directory");
    let (recorder, arguments) = (folder.path().join("grpcurl"), folder.path().join("arguments"));
    std::fs::write(&recorder, RECORDER).expect("it is written");
    std::fs::set_permissions(&recorder, PermissionsExt::from_mode(0o755)).expect("it is ours");
    shown.pasted(folder.path(), &arguments);

    let mut recorded = String::new();
    std::fs::File::open(&arguments).expect("grpcurl was run").read_to_string(&mut recorded).expect("text");
    let arguments: Vec<&str> = recorded.split_terminator('\0').collect();
    let ["-plaintext", "-d", request, address, method] = arguments[..] else { panic!("grpcurl was given {arguments:?}") };
    let request: Value = serde_json::from_str(request).unwrap_or_else(|error| panic!("{error} in {request}"));
    let client = Client::of(address.parse().expect("an address"));
    let answer = client.call(method, &request).expect("an answer");
    assert_eq!(answer["required_revenue"], BILLIONS_600, "{answer}");
}

#[test]
fn the_pasted_command_is_one_that_grpcurl_understands() {
    let Some(grpcurl) = tool("grpcurl") else { return };
    let shown = Shown::start();
    let printed = shown.pasted(grpcurl.parent().expect("a folder"), Path::new("/dev/null"));
    let answer: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error} in {printed}"));
    assert_eq!(answer["requiredRevenue"], BILLIONS_600, "{answer}");
}
