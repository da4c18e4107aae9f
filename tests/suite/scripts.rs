//! The scripts that look at what the service is built from: what they do where GitHub is reached, for which folders stand in here, and what
//! they say where it is not.

use std::path::Path;
use std::process::{Command, Output};

use crate::tools::root;

/// Runs a command with git, for which GitHub is this folder.
fn with_github(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_VALUE_0", "https://github.com/");
    command.env("GIT_CONFIG_KEY_0", format!("url.file://{}/.insteadOf", folder.display())).output().expect("it runs")
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity =
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"];
    let output = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output().expect("git is there");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

const WORKFLOW: &str = "\
jobs:
  nightly:
    steps:
      - uses: owner/action@v4
      - name: twice
        uses: owner/action/part@v4 # as before
      - uses: owner/action@main
      - uses: other/action@0123456789012345678901234567890123456789 # v1
      - uses: ./local/action
      - run: echo 'uses: owner/action@v4'
";

#[test]
fn actions_are_pinned_by_the_digests_of_their_tags() {
    let github = tempfile::tempdir().expect("a directory");
    let repository = github.path().join("owner/action");
    std::fs::create_dir_all(&repository).expect("it is made");
    git(&repository, &["init", "--quiet", "--initial-branch", "main"]);
    git(&repository, &["commit", "--quiet", "--allow-empty", "--message", "first"]);
    git(&repository, &["tag", "--annotate", "--message", "fourth", "v4"]);
    let tagged = git(&repository, &["rev-parse", "HEAD"]);
    git(&repository, &["commit", "--quiet", "--allow-empty", "--message", "second"]);
    let head = git(&repository, &["rev-parse", "HEAD"]);

    let workflow = github.path().join("workflow.yml");
    std::fs::write(&workflow, WORKFLOW).expect("it is written");
    let path = workflow.display().to_string();
    let pin = || with_github(github.path(), "scripts/pin-actions", &[&path]);
    let output = pin();
    assert!(output.status.success(), "{output:?}");
    let pinned = std::fs::read_to_string(&workflow).expect("it is there");
    let expected = WORKFLOW
        .replace("- uses: owner/action@v4", &format!("- uses: owner/action@{tagged} # v4"))
        .replace("part@v4 # as before", &format!("part@{tagged} # v4"))
        .replace("action@main", &format!("action@{head} # main"));
    assert_eq!(pinned, expected);

    assert!(pin().status.success());
    assert_eq!(std::fs::read_to_string(&workflow).expect("it is there"), expected, "what is pinned stays");

    let unknown = WORKFLOW.replace("@main", "@v5");
    std::fs::write(&workflow, &unknown).expect("it is written");
    assert_eq!(pin().status.code(), Some(1), "there is no v5");
    assert_eq!(std::fs::read_to_string(&workflow).expect("it is there"), unknown, "and nothing was pinned by halves");
}

#[test]
fn without_github_there_is_no_verdict() {
    let nowhere = tempfile::tempdir().expect("a directory");
    let workflow = nowhere.path().join("workflow.yml");
    std::fs::write(&workflow, WORKFLOW).expect("it is written");
    let path = workflow.display().to_string();
    for (script, arguments) in [("scripts/pin-actions", &[path.as_str()][..]), ("scripts/check-advisories", &[])] {
        let output = with_github(nowhere.path(), script, arguments);
        assert_eq!(output.status.code(), Some(77), "{script}: {output:?}");
        let said = String::from_utf8(output.stdout).expect("text");
        assert!(said.starts_with("no verdict: ") && said.lines().count() == 1, "{script}: {said}");
    }
    assert_eq!(std::fs::read_to_string(&workflow).expect("it is there"), WORKFLOW);
}

const CONTAINERFILE: &str = "\
# FROM registry.example.com/library/rust:1 in a comment
ARG RUST_IMAGE=registry.example.com/library/rust:1.95.0-slim
FROM ${RUST_IMAGE} AS root
FROM registry.example.com:5000/tools/jq:1.7 AS jq
FROM registry.example.com/tools/other:1@sha256:0123456789012345678901234567890123456789012345678901234567890123 AS other
FROM scratch
ARG REVISION
COPY --from=root /image /
";

/// Runs the script with a skopeo that answers this; without one where it is None.
fn pin_images(folder: &Path, skopeo: Option<&str>) -> Output {
    let file = folder.join("Containerfile");
    let programs = folder.join("bin");
    std::fs::create_dir_all(&programs).expect("it is made");
    for program in ["bash", "dirname", "mktemp", "rm", "timeout", "sha256sum", "cut", "cat"] {
        let link = programs.join(program);
        if !link.exists() {
            let path = std::env::var_os("PATH").expect("a path");
            let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
            std::os::unix::fs::symlink(found.expect("every system has it"), link).expect("it is linked");
        }
    }
    if let Some(skopeo) = skopeo {
        use std::os::unix::fs::PermissionsExt;
        let program = programs.join("skopeo");
        std::fs::write(&program, format!("#!/bin/sh\n{skopeo}\n")).expect("it is written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    let script = root().join("scripts/pin-images");
    Command::new("bash").arg(script).arg(&file).current_dir(folder).env("PATH", &programs).output().expect("it runs")
}

#[test]
fn base_images_are_pinned_by_the_digests_of_their_manifests() {
    let folder = tempfile::tempdir().expect("a directory");
    let file = folder.path().join("Containerfile");
    let content = || std::fs::read_to_string(&file).expect("it is there");
    std::fs::write(&file, CONTAINERFILE).expect("it is written");
    assert_eq!(pin_images(folder.path(), None).status.code(), Some(77), "without skopeo");
    assert_eq!(pin_images(folder.path(), Some("echo 'no route to host' >&2; exit 1")).status.code(), Some(77));
    assert_eq!(pin_images(folder.path(), Some("echo 'manifest unknown' >&2; exit 1")).status.code(), Some(1));
    assert_eq!(content(), CONTAINERFILE, "nothing was pinned by halves");

    // The manifest is the name of the image, to the byte.
    let says_its_name = r#"[ "$1 $2" = "inspect --raw" ] && printf %s "$3""#;
    let output = pin_images(folder.path(), Some(says_its_name));
    assert!(output.status.success(), "{output:?}");
    // printf %s docker://registry.example.com/library/rust:1.95.0-slim | sha256sum, and of the other.
    let expected = CONTAINERFILE
        .replace("=registry.example.com/library/rust:1.95.0-slim", "=registry.example.com/library/rust:1.95.0-slim@sha256:ae8d38dc257b12f54c35ac55dd02eee429eba09b6cce9fce7e9543d7da94462e")
        .replace("jq:1.7", "jq:1.7@sha256:088e4c36d9b1a8cf75e872a602cc449e870cad7e0363a45bd163b660a772b2c5");
    assert_eq!(content(), expected);
    assert!(pin_images(folder.path(), Some(says_its_name)).status.success());
    assert_eq!(content(), expected, "what is pinned stays");
}
