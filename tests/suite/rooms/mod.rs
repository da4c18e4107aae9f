//! The rooms and their direction: server -> engine -> wire -> models. The models are a crate of their own, which the compiler
//! keeps from the others; one package has no such wall between the rest, so this reads the sources.
//!
//! The rules are the tables below. `syntax`, `tree`, `resolve` and `uses` find out what each module names; `floors` and `arrows` judge it.

mod arrows;
mod documentation;
mod floors;
mod made_up;
mod names_of_types;
mod packages;
mod resolve;
mod syntax;
mod tree;
mod uses;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use arrows::{arrows, circles, described};
use tree::{Source, Tree};
use uses::{Named, Use, named};

/// The rooms from the top, and what each may not name besides the rooms above it.
const ROOMS: [(&str, &[&str]); 6] = [
    ("server", &[]),
    ("commands", &["tokio", "hyper", "http", "tower", "tonic", "tracing"]),
    ("mcp", &["tokio", "hyper", "http", "tower", "tracing"]),
    ("engine", &["tokio", "hyper", "http", "tower", "tonic", "tracing"]),
    ("wire", &["tokio", "hyper", "tower", "tracing"]),
    ("models", &["tonic", "prost", "tokio", "tracing", "hyper", "tower", "pb::"]),
];

/// The server's floors from the top. A room names floors below its own, and neither neighbours nor those above.
const FLOORS: &[&[&str]] = &[
    &["mod"],
    &["conformance", "error"],
    &["process"],
    &["admin", "layers", "services", "web"],
    &["grpc", "transport"],
    &["call"],
    &["shared"],
    &["capacity", "tls"],
    &["telemetry"],
    &["chance", "config", "method", "protocol", "stage"],
];

/// Words that the code of one of the server's rooms may not contain.
const UNKNOWN_TO: &[(&str, &str)] = &[("capacity", "Call"), ("layers", "hyper"), ("transport", "tonic")];

/// The house whose floors [`FLOORS`] are.
const SERVER: &str = "crate::server";

/// What the sources name, read once.
struct House {
    tree: Tree,
    /// By module.
    named: Vec<Named>,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let (tree, code) = Tree::read(&sources(), &|file| fs::read_to_string(file).ok());
    let named = code.items.iter().enumerate().map(|(module, items)| named(&tree, module, items)).collect();
    House { tree, named }
});

impl House {
    fn uses(&self) -> impl Iterator<Item = &Use> {
        self.named.iter().flat_map(|named| &named.uses)
    }
}

#[test]
fn no_room_names_what_it_may_not_know() {
    let mut seen = 0;
    let mut trespasses = Vec::new();
    for (room, forbidden) in ROOMS {
        for file in files_of(&folder_of(room), "rs") {
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
fn rooms_name_only_those_below() {
    let floors: Vec<[&str; 1]> = std::iter::once("mod").chain(ROOMS.iter().map(|(room, _)| *room)).map(|room| [room]).collect();
    let floors: Vec<&[&str]> = floors.iter().map(|floor| &floor[..]).collect();
    let found = floors::trespasses(&HOUSE.tree, HOUSE.uses(), "crate", &floors);
    assert!(found.is_empty(), "{}", listed(&found));
}

#[test]
fn the_servers_rooms_name_only_floors_below() {
    let found = floors::trespasses(&HOUSE.tree, HOUSE.uses(), SERVER, FLOORS);
    assert!(found.is_empty(), "a room names a neighbour or what is above it:\n{}", listed(&found));
}

#[test]
fn every_room_of_the_server_is_on_a_floor() {
    let there = floors::rooms_of(&HOUSE.tree, SERVER);
    let wanted: BTreeSet<String> =
        FLOORS.iter().copied().flatten().map(|room| room.to_string()).filter(|room| room != "mod").collect();
    let homeless: Vec<_> = there.difference(&wanted).collect();
    assert!(homeless.is_empty(), "on no floor of FLOORS: {homeless:?}");
    let missing: Vec<_> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "FLOORS has a room that is not there: {missing:?}");
}

#[test]
fn paths_out_of_a_room_start_at_the_crates_root() {
    let mut found = floors::climbs(&HOUSE.tree, HOUSE.uses(), SERVER, true);
    found.extend(floors::climbs(&HOUSE.tree, HOUSE.uses(), "crate::engine", false));
    let found: Vec<_> = found.into_values().flatten().collect();
    assert!(found.is_empty(), "these climb out by super:\n{}", found.join("\n"));
}

#[test]
fn rooms_do_not_know_certain_words() {
    let is_room = |room: &str| FLOORS.iter().any(|floor| floor.contains(&room));
    assert!(UNKNOWN_TO.iter().all(|(room, _)| is_room(room)), "UNKNOWN_TO names a room that is in no table");
    let mut found = Vec::new();
    for (module, named) in HOUSE.named.iter().enumerate() {
        let Some(room) = floors::room_in(&HOUSE.tree, SERVER, module) else { continue };
        for (_, word) in UNKNOWN_TO.iter().filter(|(closed, word)| *closed == room && named.words.contains(*word)) {
            found.push(format!("{}: {room} names {word}", HOUSE.tree.modules[module].file));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let arrows = arrows(&HOUSE.tree, HOUSE.uses());
    assert!(arrows.len() >= 100, "only {} arrows were found: is this where the sources are?", arrows.len());
    let circles = circles(&arrows);
    let told: Vec<_> = circles.iter().map(|circle| described(circle, &arrows)).collect();
    assert!(circles.is_empty(), "{}", told.join("\n"));
}

fn listed(trespasses: &floors::Trespasses) -> String {
    let lines = trespasses.iter().map(|((from, to), places)| {
        let places: String = places.iter().map(|place| format!("\n    {place}")).collect();
        format!("  {from} names {to}:{places}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_model_has_one_name_in_every_room() {
    // A family that is served has its messages in wire, its models in models, and its golden rows.
    for name in served_families() {
        let is_there = |room: &str| {
            let path = folder_of(room);
            path.join(format!("{name}.rs")).is_file() || path.join(&name).join("mod.rs").is_file()
        };
        assert!(is_there("models"), "the models have no {name}");
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

/// The folder of a room. The models are a room of this package, or a crate beside it.
fn folder_of(room: &str) -> PathBuf {
    let inside = root().join("src").join(room);
    if room == "models" && !inside.is_dir() { root().join("models/src") } else { inside }
}

fn sources() -> Vec<Source> {
    let mut sources = vec![
        Source { name: "paydirt", path: "crate", root: root().join("src/lib.rs"), shown: "" },
        Source { name: "the program", path: "main", root: root().join("src/main.rs"), shown: "" },
    ];
    let models = folder_of("models").join("lib.rs");
    if models.is_file() {
        sources.push(Source { name: "paydirt_models", path: "paydirt_models", root: models, shown: "models" });
    }
    sources
}

pub fn files_of(folder: &Path, ending: &str) -> Vec<PathBuf> {
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
