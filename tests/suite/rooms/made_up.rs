//! That a trespass would be seen: small trees of modules, and what is found in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::arrows::{arrows, circles};
use super::floors::{Floors, climbs, trespasses};
use super::tree::{Source, Tree};
use super::uses::{Use, named};

/// Files, each behind a line `== its path`.
pub(super) fn read(text: &str) -> (Tree, Vec<Use>) {
    let mut files = HashMap::new();
    for file in text.split("== ").skip(1) {
        let (name, code) = file.split_once('\n').expect("a name and code");
        files.insert(PathBuf::from(name.trim()), code.to_owned());
    }
    let mut sources = vec![Source { name: "paydirt", path: "crate", root: PathBuf::from("src/lib.rs"), shown: "" }];
    if files.contains_key(Path::new("models/src/lib.rs")) {
        sources.push(Source {
            name: "paydirt_models",
            path: "paydirt_models",
            root: PathBuf::from("models/src/lib.rs"),
            shown: "models",
        });
    }
    let (tree, code) = Tree::read(&sources, &|file| files.get(file).cloned());
    let uses = code.items.iter().enumerate().flat_map(|(module, items)| named(&tree, module, items).uses).collect();
    (tree, uses)
}

/// The arrows as `from -> to: names`.
fn arrows_of(text: &str) -> Vec<String> {
    let (tree, uses) = read(text);
    let arrows = arrows(&tree, uses.iter());
    arrows
        .iter()
        .map(|((from, to), names)| format!("{from} -> {to}: {}", names.iter().cloned().collect::<Vec<_>>().join(", ")))
        .collect()
}

#[test]
fn a_re_export_is_followed_and_is_no_arrow_itself() {
    let found = arrows_of(
        "== src/lib.rs
         mod shop; mod user;
         == src/shop/mod.rs
         mod till; pub(crate) use till::Till;
         == src/shop/till.rs
         pub struct Till;
         == src/user.rs
         use crate::shop::Till;",
    );
    assert_eq!(found, ["user.rs -> shop/till.rs: Till"]);
}

#[test]
fn a_glob_leads_to_the_file_that_defines_the_name() {
    let found = arrows_of(
        "== src/lib.rs
         mod shop; mod user;
         == src/shop/mod.rs
         mod till; mod safe; pub use till::*; pub use safe::*;
         == src/shop/till.rs
         pub fn ring() {}
         == src/shop/safe.rs
         pub fn lock() {}
         == src/user.rs
         use crate::shop::*;
         fn close() { lock(); }",
    );
    assert_eq!(found, ["user.rs -> shop/safe.rs: lock"]);
}

#[test]
fn a_glob_of_a_file_names_that_file_because_macros_may() {
    let found = arrows_of(
        "== src/lib.rs
         mod list; mod answers; mod user;
         == src/list.rs
         macro_rules! for_each { ($then:ident) => { $then! { one two } } }
         pub(crate) use for_each;
         == src/answers.rs
         pub fn one() {} pub fn two() {}
         == src/user.rs
         use crate::answers::*;
         macro_rules! ask { ($($name:ident)*) => { pub fn asked() { $($name();)* } } }
         crate::list::for_each!(ask);",
    );
    assert_eq!(found, ["user.rs -> answers.rs: answers", "user.rs -> list.rs: for_each"]);
}

#[test]
fn an_alias_a_group_and_a_module_stand_for_what_they_name() {
    let found = arrows_of(
        "== src/lib.rs
         mod a; mod b; mod c; mod user;
         == src/a.rs
         pub enum Kind { One }
         == src/b.rs
         pub const MAX: usize = 1; pub mod deep { pub type Short = u8; }
         == src/c.rs
         pub fn unused() {}
         == src/user.rs
         use crate::{a::{self as first}, b::{deep as below, MAX as MOST}, c};
         fn ask(kind: first::Kind) -> below::Short { match kind { first::Kind::One => 1 } }",
    );
    assert_eq!(
        found,
        ["user.rs -> a.rs: Kind", "user.rs -> b.rs: MAX, Short"],
        "a module that is imported and not used is no arrow"
    );
}

#[test]
fn macros_and_attributes_are_read() {
    let found = arrows_of(
        "== src/lib.rs
         mod a; mod b; mod c; mod d; mod user;
         == src/a.rs
         pub const LIMIT: usize = 1;
         == src/b.rs
         pin_project! { pub struct Pinned<F> { #[pin] inner: F } }
         == src/c.rs
         macro_rules! make { ($name:ident) => { pub struct $name; pub fn known() { crate::a::LIMIT; } } }
         pub(crate) use make;
         == src/d.rs
         crate::c::make! { Made }
         == src/user.rs
         #[arg(value_parser = crate::d::known)]
         fn say() { assert!(x.len() < crate::a::LIMIT, \"{}\", 1); let y = vec![crate::b::Pinned { a: 1 }]; let z = crate::d::Made; }",
    );
    assert_eq!(
        found,
        [
            "c.rs -> a.rs: LIMIT",
            "d.rs -> c.rs: make",
            "user.rs -> a.rs: LIMIT",
            "user.rs -> b.rs: Pinned",
            "user.rs -> d.rs: Made, known",
        ]
    );
}

#[test]
fn tests_and_comments_name_nothing() {
    let found = arrows_of(
        "== src/lib.rs
         mod a; mod user;
         == src/a.rs
         pub fn ask() {}
         == src/user.rs
         //! Not crate::a::ask.
         #[cfg(test)] use crate::a::ask;
         #[cfg(test)] #[path = \"user_tests.rs\"] mod tests;
         #[cfg(all(test, unix))] mod more { use crate::a::ask; }
         struct User;
         impl User { #[cfg(test)] fn known() { crate::a::ask(); } }
         fn say() { #[cfg(test)] crate::a::ask().set(1); #[cfg(test)] let asked = crate::a::ask(); }
         == src/user_tests.rs
         use crate::a::ask;",
    );
    assert!(found.is_empty(), "{found:?}");
    let found = arrows_of(
        "== src/lib.rs
         mod a; mod user;
         == src/a.rs
         pub fn ask() {}
         == src/user.rs
         #[cfg(not(test))] use crate::a::ask;",
    );
    assert_eq!(found, ["user.rs -> a.rs: ask"], "this is in the program");
}

#[test]
fn names_in_a_block_hide_those_outside() {
    let found = arrows_of(
        "== src/lib.rs
         mod a; mod b; mod user;
         == src/a.rs
         pub fn ask() {}
         == src/b.rs
         pub fn ask() {}
         == src/user.rs
         use crate::a::ask;
         fn first() { use crate::b; b::ask(); }
         fn second() { use crate::b::ask; ask(); }",
    );
    assert_eq!(found, ["user.rs -> a.rs: ask", "user.rs -> b.rs: ask"]);
}

#[test]
fn a_function_and_a_module_of_one_name_are_told_apart() {
    let found = arrows_of(
        "== src/lib.rs
         mod runway; mod user;
         == src/runway/mod.rs
         mod cash; pub mod runway; pub use cash::runway;
         == src/runway/cash.rs
         pub fn runway() {}
         == src/runway/runway.rs
         pub struct Line;
         == src/user.rs
         use crate::runway;
         fn ask(line: runway::runway::Line) { runway::runway() }",
    );
    assert_eq!(found, ["user.rs -> runway/cash.rs: runway", "user.rs -> runway/runway.rs: Line"]);
}

#[test]
fn a_circle_is_seen_and_its_neighbours_are_not_in_it() {
    let (tree, uses) = read(
        "== src/lib.rs
         mod a; mod b; mod c; mod d;
         == src/a.rs
         use crate::b::B; pub struct A;
         == src/b.rs
         pub struct B; fn ask() -> crate::c::C {}
         == src/c.rs
         pub struct C; impl super::a::A {} use crate::d::D;
         == src/d.rs
         pub struct D;",
    );
    let found = circles(&arrows(&tree, uses.iter()));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].iter().collect::<Vec<_>>(), ["a.rs", "b.rs", "c.rs"]);
}

#[test]
fn a_file_that_names_its_parents_own_is_in_a_circle_with_it() {
    let (tree, uses) = read(
        "== src/lib.rs
         mod decision;
         == src/decision/mod.rs
         mod table; pub struct Inputs; fn ask() { table::make() }
         == src/decision/table.rs
         use super::Inputs; pub fn make() {}",
    );
    assert_eq!(circles(&arrows(&tree, uses.iter())).len(), 1);
}

#[test]
fn the_models_are_found_in_a_crate_of_their_own() {
    let text = "== src/lib.rs
         pub use paydirt_models as models; mod wire; mod other;
         == src/wire.rs
         use crate::models::runway::Runway;
         == src/other.rs
         use paydirt_models::runway::Runway;
         == models/src/lib.rs
         pub mod runway;
         == models/src/runway.rs
         pub struct Runway; use crate::number::Number;";
    assert_eq!(arrows_of(text), ["other.rs -> models/runway.rs: Runway", "wire.rs -> models/runway.rs: Runway"]);
    let (tree, uses) = read(text);
    let below: Floors = &[&["mod"], &["wire"], &["other"], &["models"]];
    assert!(trespasses(&tree, uses.iter(), "crate", below).is_empty());
    let above: Floors = &[&["mod"], &["models"], &["wire"], &["other"]];
    let found = trespasses(&tree, uses.iter(), "crate", above);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [("wire".to_owned(), "models".to_owned())], "the crate is a room");
}

const FLOORS: Floors = &[&["mod"], &["left", "right"], &["low"]];

const HOUSE: &str = "== src/lib.rs
    mod server;
    == src/server/mod.rs
    mod left; mod right; mod low; pub fn spread() {}
    == src/server/right/mod.rs
    pub struct Right; pub use crate::server::low::Low;
    == src/server/low.rs
    pub struct Low;
    == src/server/left/mod.rs
    mod inner;
    == src/server/left/inner.rs
    ";

/// Who names whom, if the file of `left` says this.
fn trespasses_of(code: &str) -> Vec<(String, String)> {
    let (tree, uses) = read(&format!("{HOUSE}{code}"));
    trespasses(&tree, uses.iter(), "crate::server", FLOORS).into_keys().collect()
}

#[test]
fn a_floor_names_those_below_alone() {
    let pair = |to: &str| vec![("left".to_owned(), to.to_owned())];
    assert!(trespasses_of("use crate::server::low::Low;").is_empty());
    assert_eq!(trespasses_of("use crate::server::{low, right::Right};"), pair("right"));
    assert_eq!(trespasses_of("use super::super::right;"), pair("right"), "hidden behind super");
    assert_eq!(trespasses_of("use crate::server; fn ask() { server::right::Right; }"), pair("right"), "named in a function");
    assert_eq!(trespasses_of("pub use crate::server::right::Right;"), pair("right"), "re-exported");
    assert_eq!(trespasses_of("use crate::server::right::Low;"), pair("right"), "what it re-exports from below");
    assert_eq!(trespasses_of("fn ask() { crate::server::spread(); }"), pair("mod"));
    assert_eq!(trespasses_of("use crate::server::*;"), pair("mod"));
    assert_eq!(trespasses_of("fn ask() { log!(crate::server::right::Right); }"), pair("right"), "in a macro");
}

#[test]
fn a_climb_out_of_a_room_is_seen() {
    let climbs_of = |code: &str| {
        let (tree, uses) = read(&format!("{HOUSE}{code}"));
        climbs(&tree, uses.iter(), "crate::server", false).len()
    };
    assert_eq!(climbs_of("use super::super::low::Low;"), 1);
    assert_eq!(climbs_of("fn ask() { super::super::spread() }"), 1);
    assert_eq!(climbs_of("use super::super::super::server::low::Low;"), 1, "out of the house and in again");
    assert_eq!(climbs_of("pin_project! { pub(in super::super) struct Inner { pub(super) old: u8 } }"), 0);
    assert_eq!(climbs_of("pub(in super::super) struct Inner; use super::Left; use crate::server::low;"), 0);
}
