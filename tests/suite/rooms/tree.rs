//! The modules of the crates as their sources declare them: what each module defines, and what it brings in by `use`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use syn::Item;

use super::syntax::{
    ANY, Import, Leaf, MACRO, TYPE, VALUE, attributes, defined_in, is_for_tests, leaves, path_attribute, top_idents,
};

pub type ModuleId = usize;

/// All modules of all crates that are read together.
pub struct Tree {
    pub modules: Vec<Module>,
    /// The root module of a crate by the name that other crates use.
    pub crates: HashMap<String, ModuleId>,
}

/// The code of the modules, which belongs to the thread that has read it.
#[derive(Default)]
pub struct Code {
    /// By module, without the content of inline modules: those are modules of their own.
    pub items: Vec<Vec<Item>>,
    /// The bodies of `macro_rules!` by their names.
    macros: HashMap<String, Vec<TokenStream>>,
}

pub struct Module {
    /// `crate::server::call`.
    pub path: String,
    /// `server/call.rs`: the file without the folder of its crate.
    pub file: String,
    pub parent: Option<ModuleId>,
    pub root: ModuleId,
    /// Compiled for tests alone.
    pub is_test: bool,
    pub names: HashMap<String, Vec<Entry>>,
    pub globs: Vec<Import>,
}

/// What a name may stand for in a module.
pub enum Entry {
    Module(ModuleId),
    /// Defined here, in these sets of names.
    Defined(u8),
    Import(Import),
}

/// Where a crate's sources are: its name in other crates and in messages, its root file, and its folder's name in messages.
pub struct Source {
    pub name: &'static str,
    pub path: &'static str,
    pub root: PathBuf,
    pub shown: &'static str,
}

pub type Read<'r> = &'r dyn Fn(&Path) -> Option<String>;

impl Tree {
    pub fn read(sources: &[Source], read: Read) -> (Tree, Code) {
        let mut tree = Tree { modules: Vec::new(), crates: HashMap::new() };
        let mut code = Code::default();
        for source in sources {
            let folder = source.root.parent().expect("a file lies in a folder").to_path_buf();
            let reading = Reading { read, source, folder: &folder };
            let text = read(&source.root).unwrap_or_else(|| panic!("there is no {}", source.root.display()));
            let root = tree.module(source.path, None, &reading.shown(&source.root), false);
            tree.crates.insert(source.name.to_owned(), root);
            let place = Place { file: source.root.clone(), folder: folder.clone() };
            tree.fill(root, parsed(&source.root, &text), &place, &reading, &mut code);
        }
        for module in 0..tree.modules.len() {
            tree.define_by_macros(module, &code);
        }
        (tree, code)
    }

    fn module(&mut self, name: &str, parent: Option<ModuleId>, file: &str, is_test: bool) -> ModuleId {
        let id = self.modules.len();
        let path = parent.map_or(name.to_owned(), |parent| format!("{}::{name}", self.modules[parent].path));
        let root = parent.map_or(id, |parent| self.modules[parent].root);
        let is_test = is_test || parent.is_some_and(|parent| self.modules[parent].is_test);
        self.modules.push(Module {
            path,
            file: file.to_owned(),
            parent,
            root,
            is_test,
            names: HashMap::new(),
            globs: Vec::new(),
        });
        id
    }

    fn fill(&mut self, module: ModuleId, mut items: Vec<Item>, place: &Place, reading: &Reading, code: &mut Code) {
        for item in &mut items {
            if let Item::Mod(inner) = item {
                let name = inner.ident.to_string();
                let is_test = is_for_tests(&inner.attrs);
                let content = inner.content.as_mut().map(|(_, content)| std::mem::take(content));
                self.child(module, &name, is_test, content, path_attribute(&inner.attrs), place, reading, code);
            } else if !is_for_tests(attributes(item)) {
                self.define(module, item, code);
            }
        }
        code.items.resize_with(self.modules.len(), Vec::new);
        code.items[module] = items;
    }

    #[expect(clippy::too_many_arguments, reason = "all that a line `mod name` says, and where it stands")]
    fn child(
        &mut self,
        parent: ModuleId,
        name: &str,
        is_test: bool,
        content: Option<Vec<Item>>,
        path: Option<String>,
        place: &Place,
        reading: &Reading,
        code: &mut Code,
    ) {
        let (items, place) = match content {
            Some(items) => (items, Place { file: place.file.clone(), folder: place.folder.join(name) }),
            None => {
                let candidates = match path {
                    Some(path) => vec![place.file.parent().expect("a file lies in a folder").join(path)],
                    None => vec![place.folder.join(format!("{name}.rs")), place.folder.join(name).join("mod.rs")],
                };
                let Some((file, text)) = candidates.iter().find_map(|file| Some((file, (reading.read)(file)?))) else {
                    // A test may borrow a file from anywhere.
                    assert!(is_test || self.modules[parent].is_test, "mod {name} of {} has no file", place.file.display());
                    return;
                };
                let folder = file.parent().expect("a file lies in a folder");
                let is_whole_folder = file.ends_with("mod.rs");
                let folder = if is_whole_folder { folder.to_path_buf() } else { folder.join(name) };
                (parsed(file, &text), Place { file: file.clone(), folder })
            }
        };
        let id = self.module(name, Some(parent), &reading.shown(&place.file), is_test);
        self.modules[parent].names.entry(name.to_owned()).or_default().push(Entry::Module(id));
        self.fill(id, items, &place, reading, code);
    }

    fn define(&mut self, module: ModuleId, item: &Item, code: &mut Code) {
        let (name, spaces) = match item {
            Item::Fn(item) => (&item.sig.ident, VALUE),
            Item::Const(item) => (&item.ident, VALUE),
            Item::Static(item) => (&item.ident, VALUE),
            Item::Struct(item) => (&item.ident, TYPE | VALUE),
            Item::Enum(item) => (&item.ident, TYPE),
            Item::Union(item) => (&item.ident, TYPE),
            Item::Trait(item) => (&item.ident, TYPE),
            Item::TraitAlias(item) => (&item.ident, TYPE),
            Item::Type(item) => (&item.ident, TYPE),
            Item::Use(item) => {
                for Leaf { import, name } in leaves(item) {
                    match name {
                        None => self.modules[module].globs.push(import),
                        Some(name) => self.entry(module, name, Entry::Import(import)),
                    }
                }
                return;
            }
            Item::Macro(item) => {
                let Some(name) = &item.ident else { return };
                code.macros.entry(name.to_string()).or_default().push(item.mac.tokens.clone());
                (name, MACRO)
            }
            _ => return,
        };
        self.entry(module, name.to_string(), Entry::Defined(spaces));
    }

    fn entry(&mut self, module: ModuleId, name: String, entry: Entry) {
        self.modules[module].names.entry(name).or_default().push(entry);
    }

    /// Items that a macro makes: those it is given as they are, and those that stand in the body of a macro of our own.
    fn define_by_macros(&mut self, module: ModuleId, code: &Code) {
        let mut names = Vec::new();
        for item in &code.items[module] {
            let Item::Macro(item) = item else { continue };
            if item.ident.is_some() || is_for_tests(&item.attrs) {
                continue;
            }
            names.extend(defined_in(item.mac.tokens.clone(), false));
            let called = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
            // A macro may be given another one to call.
            let idents: Vec<String> = top_idents(item.mac.tokens.clone());
            for body in called.iter().chain(&idents).filter_map(|name| code.macros.get(name)).flatten() {
                let made = defined_in(body.clone(), true);
                if made.iter().any(|(name, _)| name == "$") {
                    names.extend(idents.iter().map(|name| (name.clone(), ANY)));
                }
                names.extend(made);
            }
        }
        for (name, spaces) in names {
            if name != "$" && !self.modules[module].names.contains_key(&name) {
                self.entry(module, name, Entry::Defined(spaces));
            }
        }
    }
}

struct Reading<'r> {
    read: Read<'r>,
    source: &'r Source,
    folder: &'r Path,
}

impl Reading<'_> {
    fn shown(&self, file: &Path) -> String {
        let file = file.strip_prefix(self.folder).unwrap_or(file);
        Path::new(self.source.shown).join(file).to_string_lossy().replace('\\', "/")
    }
}

/// A file, and the folder of its children.
struct Place {
    file: PathBuf,
    folder: PathBuf,
}

fn parsed(file: &Path, text: &str) -> Vec<Item> {
    let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    if is_for_tests(&parsed.attrs) { Vec::new() } else { parsed.items }
}
