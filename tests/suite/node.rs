//! The programs of the page for Node: the page shows them as they are, and they print what it says.

use std::process::Command;

use crate::support::SERVER;
use crate::tools::{root, tool};

/// The tool that has the libraries, the program, and where its server is.
fn programs() -> [(&'static str, &'static str, String); 2] {
    [
        ("web-node", "tests/clients/node/connect.js", format!("http://{}", SERVER.web_address())),
        ("grpc-node", "tests/clients/node/strict.js", SERVER.address().to_string()),
    ]
}

#[test]
fn the_programs_of_the_page_print_what_it_says() {
    let page = std::fs::read_to_string(root().join("docs/node.md")).expect("a page");
    for (with, path, server) in programs() {
        let program = std::fs::read_to_string(root().join(path)).expect("a program");
        let (_, behind) = page
            .split_once(&format!("```js\n{program}```\n"))
            .unwrap_or_else(|| panic!("docs/node.md does not show {path} as it is"));
        let said = behind.split_once("```text\n").and_then(|(_, rest)| rest.split_once("```")).expect("its output").0;
        let Some(node) = tool(with) else { continue };
        let ran = Command::new(node)
            .arg(root().join(path))
            .env("PAYDIRT", server)
            .env("PROTO", root().join("proto"))
            .output()
            .expect("it runs");
        assert_eq!(String::from_utf8_lossy(&ran.stdout), said, "{path}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{path}: {}", ran.status);
    }
}
