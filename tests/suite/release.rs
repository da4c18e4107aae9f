//! What a release is made of says one version, and the project's address stands in one place until it is known.

use std::process::Command;

use crate::tools::root;

/// Written here in two parts, so that this file is not one of those that have it.
fn placeholder() -> String {
    ["https://example", ".com/paydirt"].concat()
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Files that name the version beside Cargo.toml, and the words before it.
const VERSIONED: [(&str, &str); 9] = [
    ("README.md", "image=localhost/paydirt:"),
    ("README.md", "podman save localhost/paydirt:"),
    ("docs/kubernetes.md", "podman save localhost/paydirt:"),
    ("docs/start.md", "`localhost/paydirt:"),
    ("deploy/Containerfile", "org.opencontainers.image.version=\""),
    ("deploy/overlays/development/kustomization.yaml", "newTag: "),
    ("deploy/overlays/production/kustomization.yaml", "newTag: "),
    ("scripts/build-image", "name=${1:-localhost/paydirt:"),
    ("scripts/check-image", "name=${1:-localhost/paydirt:"),
];

#[test]
fn every_place_names_the_version_of_the_program() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, before) in VERSIONED {
        let text = text(path);
        let behind: Vec<&str> = text.split(before).skip(1).collect();
        assert!(!behind.is_empty(), "{path} has no {before:?}");
        for behind in behind {
            let named: String = behind.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
            assert_eq!(named.trim_end_matches('.'), version, "{path}: {before}");
        }
    }
}

#[test]
fn the_address_stands_in_one_file() {
    let Ok(listed) = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output() else { return };
    if !listed.status.success() {
        return crate::tools::skipped("where the project's address stands, which git lists: this is no checkout of git");
    }
    let paths = String::from_utf8(listed.stdout).expect("paths");
    let with_address: Vec<&str> = paths
        .split('\0')
        .filter(|path| std::fs::read_to_string(root().join(path)).is_ok_and(|text| text.contains(&placeholder())))
        .collect();
    // Those that refuse it, or say so, and the one place until the address is written there.
    let is_known = env!("CARGO_PKG_REPOSITORY") != placeholder();
    let expected =
        if is_known { &["RELEASING.md", "scripts/release"][..] } else { &["Cargo.toml", "RELEASING.md", "scripts/release"] };
    assert_eq!(with_address, expected);
}

#[test]
fn a_release_with_the_placeholder_is_refused() {
    let check = |version: &str| {
        let ran = Command::new("scripts/release").args([version, "--check"]).current_dir(root()).output().expect("it runs");
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let (code, said) = check("99.0.0");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("version in Cargo.toml is {}, not 99.0.0", env!("CARGO_PKG_VERSION"))), "{said}");
    assert!(said.contains("CHANGELOG.md has no section '## 99.0.0, YYYY-MM-DD'"), "{said}");
    if env!("CARGO_PKG_REPOSITORY") == placeholder() {
        assert!(said.contains("the placeholder"), "{said}");
    }
    let ran = Command::new("scripts/release").arg("one").current_dir(root()).output().expect("it runs");
    assert_eq!(ran.status.code(), Some(64));
}

#[test]
fn the_notes_of_a_release_are_its_section_of_the_changelog() {
    let ran = |version: &str| Command::new("scripts/release-notes").arg(version).current_dir(root()).output().expect("it runs");
    let notes = ran(env!("CARGO_PKG_VERSION"));
    let notes = String::from_utf8_lossy(&notes.stdout).into_owned();
    assert!(text("CHANGELOG.md").contains(notes.trim()) && notes.contains("`BreakEvenService`"), "{notes}");
    assert!(!notes.contains("\n## "), "{notes}");
    assert!(!ran("99.0.0").status.success());
}
