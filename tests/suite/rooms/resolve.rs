//! What a path names: followed through modules, imports, globs and re-exports to the module that defines it.

use std::collections::BTreeSet;

use super::syntax::{ANY, Import, MACRO, TYPE};
use super::tree::{Entry, ModuleId, Tree};

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Module(ModuleId),
    /// Something that this module defines.
    Defined(ModuleId),
}

/// A path's way, name by name: in which module each name was looked for.
pub type Steps = Vec<(ModuleId, String)>;

/// Names that are being looked for, so that imports in a circle end.
type Asked = Vec<(ModuleId, String, u8)>;

impl Tree {
    /// What the path names in the module; the way of what is written, without that of the imports it meets.
    pub fn resolve(&self, from: ModuleId, path: &Import, spaces: u8) -> (BTreeSet<Target>, Steps) {
        let mut steps = Vec::new();
        let targets = self.follow(from, path, spaces, &mut Vec::new(), Some(&mut steps));
        (targets, steps)
    }

    /// The module in which the path goes down: above `self`, `super` and `crate`, and how many names those take.
    pub fn start(&self, from: ModuleId, path: &[String]) -> Option<(ModuleId, usize)> {
        match path.first()?.as_str() {
            "crate" | "$crate" => Some((self.modules[from].root, 1)),
            "self" | "super" => {
                let mut at = from;
                let mut taken = 0;
                while let Some(name @ ("self" | "super")) = path.get(taken).map(String::as_str) {
                    if name == "super" {
                        at = self.modules[at].parent?;
                    }
                    taken += 1;
                }
                Some((at, taken))
            }
            _ => None,
        }
    }

    fn follow(
        &self,
        from: ModuleId,
        import: &Import,
        spaces: u8,
        asked: &mut Asked,
        mut steps: Option<&mut Steps>,
    ) -> BTreeSet<Target> {
        let path = &import.path;
        let spaces_at = |place: usize| if place + 1 == path.len() { spaces } else { TYPE };
        let mut found = BTreeSet::new();
        let mut taken = 1;
        if let Some((at, names)) = self.start(from, path) {
            found.insert(Target::Module(at));
            taken = names;
        } else if let Some(first) = path.first() {
            if !import.is_global {
                found = self.in_scope(from, first, spaces_at(0), asked);
            }
            if let (true, Some(&root)) = (found.is_empty(), self.crates.get(first)) {
                found.insert(Target::Module(root));
            }
        }
        for (place, name) in path.iter().enumerate().skip(taken) {
            let mut next = BTreeSet::new();
            for target in found {
                match target {
                    // A variant, a constant or a function of a type: the type is the name.
                    Target::Defined(_) => {
                        next.insert(target);
                    }
                    Target::Module(module) => {
                        if let Some(steps) = steps.as_deref_mut() {
                            steps.push((module, name.clone()));
                        }
                        next.extend(self.look_up(module, name, spaces_at(place), from, asked));
                    }
                }
            }
            found = next;
        }
        found
    }

    /// A name without a path: the module's own names, and macros by the order of the text, which modules inherit.
    fn in_scope(&self, module: ModuleId, name: &str, spaces: u8, asked: &mut Asked) -> BTreeSet<Target> {
        let mut found = self.look_up(module, name, spaces, module, asked);
        let mut above = self.modules[module].parent;
        while let (true, Some(parent), true) = (found.is_empty(), above, spaces & MACRO != 0) {
            found = self.look_up(parent, name, MACRO, parent, asked);
            above = self.modules[parent].parent;
        }
        found
    }

    fn look_up(&self, module: ModuleId, name: &str, spaces: u8, asker: ModuleId, asked: &mut Asked) -> BTreeSet<Target> {
        let question = (module, name.to_owned(), spaces);
        if asked.contains(&question) {
            return BTreeSet::new();
        }
        asked.push(question);
        let is_seen = |import: &Import| import.is_public || self.is_within(asker, module);
        let mut found = BTreeSet::new();
        for entry in self.modules[module].names.get(name).into_iter().flatten() {
            match entry {
                Entry::Module(id) if spaces & TYPE != 0 => {
                    found.insert(Target::Module(*id));
                }
                Entry::Defined(defined) if spaces & defined != 0 => {
                    found.insert(Target::Defined(module));
                }
                Entry::Import(import) if is_seen(import) => found.extend(self.follow(module, import, spaces, asked, None)),
                _ => {}
            }
        }
        if found.is_empty() {
            for glob in self.modules[module].globs.iter().filter(|glob| is_seen(glob)) {
                for target in self.follow(module, glob, TYPE, asked, None) {
                    if let Target::Module(inside) = target {
                        found.extend(self.look_up(inside, name, spaces, module, asked));
                    }
                }
            }
        }
        asked.pop();
        found
    }

    pub fn defines_anything(&self, module: ModuleId) -> bool {
        self.modules[module].names.values().flatten().any(|entry| matches!(entry, Entry::Defined(_)))
    }

    pub fn is_within(&self, inner: ModuleId, outer: ModuleId) -> bool {
        let mut at = Some(inner);
        while let Some(module) = at {
            if module == outer {
                return true;
            }
            at = self.modules[module].parent;
        }
        false
    }

    /// What defines the name: first among the names that its place in the code asks for, then among all.
    pub fn definers(&self, from: ModuleId, path: &Import, spaces: u8) -> (BTreeSet<ModuleId>, Steps) {
        let defined = |targets: BTreeSet<Target>| -> BTreeSet<ModuleId> {
            let defined = targets.into_iter().filter_map(|target| match target {
                Target::Defined(module) => Some(module),
                Target::Module(_) => None,
            });
            defined.collect()
        };
        let (targets, steps) = self.resolve(from, path, spaces);
        let found = defined(targets);
        if !found.is_empty() || spaces == ANY {
            return (found, steps);
        }
        (defined(self.resolve(from, path, ANY).0), steps)
    }
}
