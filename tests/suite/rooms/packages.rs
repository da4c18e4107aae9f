//! The packages of the workspace: what each may do.

use std::fs;

use super::{files_of, root};

/// The one package that may contain unsafe code, and how long its source may be: short enough to be checked by reading.
const UNSAFE: (&str, usize) = ("tests/counting", 100);

#[test]
fn one_package_alone_may_be_unsafe() {
    let members = members();
    assert!(members.iter().any(|member| member == UNSAFE.0), "the workspace has no {}", UNSAFE.0);
    for member in members.iter().filter(|member| *member != UNSAFE.0) {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a member has a manifest");
        assert!(forbids_unsafe(&manifest, &self::manifest()), "{member}/Cargo.toml does not forbid unsafe code");
    }
    let sources = files_of(&root().join(UNSAFE.0), "rs");
    let lines: usize =
        sources.iter().map(|file| fs::read_to_string(file).expect("a source file is text").lines().count()).sum();
    assert!((1..UNSAFE.1).contains(&lines), "{} has {lines} lines, and may have less than {}", UNSAFE.0, UNSAFE.1);
}

#[test]
fn a_package_that_may_be_unsafe_would_be_seen() {
    let forbids = r#"unsafe_code = "forbid""#;
    let workspace = format!("[workspace.lints.rust]\n{forbids}\n");
    for (manifest, workspace, expected) in [
        (format!("[lints.rust]\n{forbids}\n"), "", true),
        ("[package]\n\n[lints]\nworkspace = true\n".to_owned(), workspace.as_str(), true),
        ("[lints]\nworkspace = true\n".to_owned(), "[workspace.lints.rust]\nmissing_docs = \"warn\"\n", false),
        ("[package]\nversion.workspace = true\n".to_owned(), workspace.as_str(), false),
        (workspace.clone(), workspace.as_str(), false),
    ] {
        assert_eq!(forbids_unsafe(&manifest, workspace), expected, "{manifest}");
    }
}

/// True when a package's lints forbid unsafe code, its own or those that it takes from the workspace.
fn forbids_unsafe(manifest: &str, workspace: &str) -> bool {
    let says = |manifest: &str, section: &str, line: &str| {
        let lines = manifest.lines().skip_while(|of| of.trim() != section).skip(1);
        lines.take_while(|of| !of.starts_with('[')).any(|of| of.trim() == line)
    };
    let forbid = r#"unsafe_code = "forbid""#;
    let inherits = says(manifest, "[lints]", "workspace = true");
    says(manifest, "[lints.rust]", forbid) || inherits && says(workspace, "[workspace.lints.rust]", forbid)
}

#[test]
fn commands_without_a_package_mean_all() {
    let list = |name: &str| list(&manifest(), name);
    assert_eq!(list("members"), list("default-members"), "`cargo test` would leave some out");
}

fn members() -> Vec<String> {
    list(&manifest(), "members")
}

fn manifest() -> String {
    fs::read_to_string(root().join("Cargo.toml")).expect("a manifest")
}

/// The texts of a list in a manifest, such as `members = ["a", "b"]`.
fn list(manifest: &str, name: &str) -> Vec<String> {
    let start = manifest.find(&format!("\n{name} = [")).unwrap_or_else(|| panic!("the manifest has no {name}"));
    let (_, rest) = manifest[start..].split_once('[').expect("a list begins");
    let (list, _) = rest.split_once(']').expect("a list ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}
