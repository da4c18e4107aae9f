//! The directions that a folder's rooms keep: which floor names which, and how a path may climb.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::{Steps, Target};
use super::syntax::{Import, TYPE};
use super::tree::{ModuleId, Tree};
use super::uses::Use;

/// Floors from the top, each with its rooms.
pub type Floors<'f> = &'f [&'f [&'f str]];

/// Who names whom although it may not, and where.
pub type Trespasses = BTreeMap<(String, String), BTreeSet<String>>;

/// The room of a module in a house such as `crate::server`; `mod` is the house's own file.
pub fn room_in(tree: &Tree, house: &str, module: ModuleId) -> Option<String> {
    let rest = tree.modules[module].path.strip_prefix(house)?;
    match rest.strip_prefix("::") {
        Some(rooms) => rooms.split("::").next().map(str::to_owned),
        None if rest.is_empty() => Some("mod".to_owned()),
        None => None,
    }
}

/// The rooms that a house has, apart from its own file and from tests.
pub fn rooms_of(tree: &Tree, house: &str) -> BTreeSet<String> {
    let modules = (0..tree.modules.len()).filter(|&module| !tree.modules[module].is_test);
    modules.filter_map(|module| room_in(tree, house, module)).filter(|room| room != "mod").collect()
}

/// The rooms of a house that the way of a path leads into.
fn rooms_on(tree: &Tree, house: &str, steps: &Steps) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (module, name) in steps.iter().filter(|(module, _)| tree.modules[*module].path == house) {
        // A crate of its own is a room too, under the name that the house gives it.
        let path = Import { path: vec!["self".to_owned(), name.clone()], is_global: false, is_public: false };
        let is_room = tree.resolve(*module, &path, TYPE).0.iter().any(|target| matches!(target, Target::Module(_)));
        rooms.insert(if is_room { name.clone() } else { "mod".to_owned() });
    }
    rooms
}

/// Each name of a room that is not on a floor below.
pub fn trespasses<'u>(tree: &Tree, uses: impl Iterator<Item = &'u Use>, house: &str, floors: Floors) -> Trespasses {
    let height = |room: &str| floors.iter().position(|floor| floor.contains(&room));
    let mut found = Trespasses::new();
    for named in uses {
        let Some(from) = room_in(tree, house, named.from) else { continue };
        for to in &rooms_on(tree, house, &named.steps) {
            let is_below = matches!((height(&from), height(to)), (Some(from), Some(to)) if from < to);
            if from != *to && !is_below {
                let place = format!("{}: {}", tree.modules[named.from].file, named.path.join("::"));
                found.entry((from.to_owned(), to.to_owned())).or_default().insert(place);
            }
        }
    }
    found
}

/// Paths that climb out of their room by `super`, where a search for the house's name would not find them.
///
/// A room is a folder of the house; a file of the house is one too where `files_are_rooms`.
pub fn climbs<'u>(
    tree: &Tree,
    uses: impl Iterator<Item = &'u Use>,
    house: &str,
    files_are_rooms: bool,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for named in uses.filter(|named| named.path.iter().any(|name| name == "super")) {
        let module = &tree.modules[named.from];
        let Some((at, _)) = tree.start(named.from, &named.path) else { continue };
        let leaves_the_house = room_in(tree, house, at).is_none();
        let Some(room) = room_in(tree, house, named.from) else { continue };
        let is_deep = module.path[house.len()..].matches("::").count() > 1;
        let is_a_room = files_are_rooms || is_deep || module.file.ends_with("/mod.rs");
        let leaves_the_room = room != "mod" && is_a_room && room_in(tree, house, at).as_ref() != Some(&room);
        if leaves_the_house || leaves_the_room {
            found.entry(room).or_default().insert(format!("{}: {}", module.file, named.path.join("::")));
        }
    }
    found
}
