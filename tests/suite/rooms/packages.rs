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
        let is_forbidden = manifest.lines().any(|line| line.trim() == r#"unsafe_code = "forbid""#);
        assert!(is_forbidden, "{member}/Cargo.toml does not forbid unsafe code");
    }
    let sources = files_of(&root().join(UNSAFE.0), "rs");
    let lines: usize =
        sources.iter().map(|file| fs::read_to_string(file).expect("a source file is text").lines().count()).sum();
    assert!((1..UNSAFE.1).contains(&lines), "{} has {lines} lines, and may have less than {}", UNSAFE.0, UNSAFE.1);
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
