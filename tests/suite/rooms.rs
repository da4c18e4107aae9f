//! The rooms and their direction: server -> engine -> wire -> models. One package has no compiler wall between them, so this reads the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// A room, and what it may not name.
const ROOMS: [(&str, &[&str]); 4] = [
    (
        "models",
        &[
            "crate::wire",
            "crate::engine",
            "crate::server",
            "super::super::wire",
            "tonic",
            "prost",
            "tokio",
            "tracing",
            "hyper",
            "tower",
            "pb::",
        ],
    ),
    ("engine", &["crate::server", "tokio", "hyper", "http", "tower", "tonic", "tracing"]),
    ("wire", &["crate::engine", "crate::server", "tokio", "hyper", "tower", "tracing"]),
    ("server", &[]),
];

#[test]
fn no_room_names_what_it_may_not_know() {
    let mut seen = 0;
    let mut trespasses = Vec::new();
    for (room, forbidden) in ROOMS {
        for file in files_of(&source().join(room), "rs") {
            let text = fs::read_to_string(&file).expect("a source file is text");
            seen += 1;
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for name in forbidden.iter().filter(|name| names(code, name)) {
                    trespasses.push(format!("{}:{}: {room} names {name}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(trespasses.is_empty(), "{}", trespasses.join("\n"));
    assert!(seen >= 20, "only {seen} files were read: is this where the sources are?");
}

#[test]
fn a_model_has_one_name_in_every_room() {
    // A family that is served has its messages in wire, its models in models, and its golden rows.
    for name in served_families() {
        let is_there = |folder: &str| {
            let path = source().join(folder);
            path.join(format!("{name}.rs")).is_file() || path.join(&name).join("mod.rs").is_file()
        };
        assert!(is_there("models"), "src/models has no {name}");
        assert!(is_there("wire"), "src/wire has no {name}");
        let golden = root().join(format!("tests/golden/{name}.jsonl"));
        assert!(golden.is_file(), "{} is missing", golden.display());
    }
}

#[test]
fn a_trespass_would_be_seen() {
    assert!(names("use tonic::Status;", "tonic"));
    assert!(names("    crate::wire::pb::Period", "crate::wire"));
    assert!(!names("let tectonic = 1;", "tonic"));
    assert!(!names("let tonics = 1;", "tonic"));
}

/// Of calculations, whatever their model: it has none of its own.
const OF_ANY_MODEL: &str = "calculation";

/// The proto files of models whose services the server answers, by their names.
pub fn served_families() -> Vec<String> {
    let mut families = Vec::new();
    for file in files_of(&root().join("proto"), "proto") {
        let text = fs::read_to_string(&file).expect("a proto file is text");
        let services = text.lines().filter_map(|line| line.strip_prefix("service ")?.split_whitespace().next());
        let is_served = |service: &str| paydirt::server::served().contains(&format!("paydirt.v1.{service}").as_str());
        if services.into_iter().any(is_served) {
            families.push(file.file_stem().expect("a file has a name").to_string_lossy().into_owned());
        }
    }
    let count = families.len();
    families.retain(|family| family != OF_ANY_MODEL);
    assert_eq!(count, paydirt::server::served().len(), "each served service has a file of its own");
    families
}

/// True when the line has the name as a whole word.
fn names(line: &str, name: &str) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    line.match_indices(name).any(|(start, _)| {
        let end = start + name.len();
        !is_word(line[..start].chars().next_back()) && (name.ends_with(':') || !is_word(line[end..].chars().next()))
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("src")
}

fn files_of(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_of(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}
