//! The official clients against `paydirt mcp`: in Python, in TypeScript, and the inspector's command line.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::PROGRAM;
use crate::tools::{root, tool};

/// Runs a client, which says itself what is wrong.
pub fn run(client: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(client);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
        command.env_remove(proxy);
    }
    let ran = command.output().expect("it runs");
    let (said, errors) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{arguments:?}: {}\n{said}{errors}", ran.status);
    said.into_owned()
}

#[test]
fn the_client_in_python_works_in_both_eras() {
    let Some(python) = tool("mcp-python") else { return };
    for era in ["auto", "legacy"] {
        let said = run(&python, &["tests/clients/mcp_client.py", era, PROGRAM, "mcp"]);
        assert!(said.ends_with("as it should be\n"), "{said}");
    }
}

#[test]
fn the_client_in_typescript_works_in_both_eras() {
    let Some(node) = tool("mcp-node") else { return };
    for era in ["auto", "legacy"] {
        let said = run(&node, &["tests/clients/mcp_client.js", era, PROGRAM, "mcp"]);
        assert!(said.ends_with("as it should be\n"), "{said}");
    }
}

#[test]
fn the_inspector_lists_and_calls() {
    let Some(inspector) = tool("mcp-inspector") else { return };
    let asked = |further: &[&str]| -> Value {
        let said = run(&inspector, &[&["--cli", PROGRAM, "mcp"], further].concat());
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error} in {said}"))
    };
    let listed = asked(&["--method", "tools/list"]);
    let tools = paydirt::engine::MODELS.len() + paydirt::engine::study::STUDIES.len();
    assert_eq!(listed["tools"].as_array().map(Vec::len), Some(tools));
    let prices = ["--tool-arg", "start_price=\"100\"", "--tool-arg", "end_price=\"10.75\""];
    let answer = asked(&[&["--method", "tools/call", "--tool-name", "price_change"][..], &prices].concat());
    assert_eq!(answer["structuredContent"]["change_rate"], "-0.8925", "{answer}");
}
