//! Every path that a module's code names, outside of its tests: in imports, types, expressions, patterns, attributes and macros.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, Meta};

use super::resolve::{Steps, Target};
use super::syntax::{ANY, Import, Leaf, MACRO, TYPE, VALUE, attributes, attributes_of_expression, is_for_tests, leaves};
use super::tree::{ModuleId, Tree};

/// A path that is named somewhere.
pub struct Use {
    pub from: ModuleId,
    pub path: Vec<String>,
    pub steps: Steps,
    /// The modules that define what it names.
    pub definers: BTreeSet<ModuleId>,
    /// A `use` with a visibility: it hands a name on.
    pub is_re_export: bool,
}

/// What a module's code names.
pub struct Named {
    pub uses: Vec<Use>,
    /// Every word of the code that is a name.
    pub words: BTreeSet<String>,
}

/// All that the module of this code names; a test names nothing.
pub fn named(tree: &Tree, module: ModuleId, items: &[Item]) -> Named {
    let mut reader = Reader { tree, module, scopes: Vec::new(), named: Named { uses: Vec::new(), words: BTreeSet::new() } };
    if !tree.modules[module].is_test {
        items.iter().for_each(|item| reader.visit_item(item));
    }
    reader.named
}

struct Reader<'t> {
    tree: &'t Tree,
    module: ModuleId,
    /// Names that blocks bring in or define: what they stand for, or nothing where a block defines them.
    scopes: Vec<HashMap<String, Option<Import>>>,
    named: Named,
}

impl Reader<'_> {
    fn name(&mut self, mut import: Import, spaces: u8, is_re_export: bool) {
        self.named.words.extend(import.path.iter().cloned());
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(import.path.first()?));
        match local.cloned().filter(|_| !import.is_global) {
            Some(Some(local)) => {
                let rest = import.path.split_off(1);
                import = local;
                import.path.extend(rest);
            }
            Some(None) => return,
            None => {}
        }
        let (definers, steps) = self.tree.definers(self.module, &import, spaces);
        self.named.uses.push(Use { from: self.module, path: import.path, steps, definers, is_re_export });
    }

    fn name_path(&mut self, path: &syn::Path, spaces: u8) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.name(Import { path: names, is_global: path.leading_colon.is_some(), is_public: false }, spaces, false);
    }

    fn import(&mut self, Leaf { import, name }: Leaf) {
        let is_re_export = import.is_public;
        if name.is_none() {
            let (targets, mut steps) = self.tree.resolve(self.module, &import, TYPE);
            let mut definers = BTreeSet::new();
            for target in targets {
                match target {
                    // A macro may write names that are seen nowhere here: so a glob names the module if that defines anything.
                    Target::Module(module) => {
                        steps.push((module, "*".to_owned()));
                        definers.extend(self.tree.defines_anything(module).then_some(module));
                    }
                    Target::Defined(module) => drop(definers.insert(module)),
                }
            }
            self.named.words.extend(import.path.iter().cloned());
            self.named.uses.push(Use { from: self.module, path: import.path, steps, definers, is_re_export });
        } else {
            self.name(import, ANY, is_re_export);
        }
    }

    /// The paths among the tokens of a macro or an attribute.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_punct = |place: Option<usize>, sought: char| matches!(place.and_then(|place| tokens.get(place)), Some(TokenTree::Punct(punct)) if punct.as_char() == sought);
        let is_double = |place: usize| is_punct(Some(place), ':') && is_punct(Some(place + 1), ':');
        let mut place = 0;
        while place < tokens.len() {
            let start = place;
            place += 1;
            match &tokens[start] {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(word) if word == "pub" => {
                    // Who may see something is no use of it.
                    let is_in = |token: &&TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
                    place += usize::from(tokens.get(place).as_ref().is_some_and(is_in));
                }
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    while let (true, Some(TokenTree::Ident(next))) = (is_double(place), tokens.get(place + 2)) {
                        path.push(next.to_string());
                        place += 3;
                    }
                    self.named.words.extend(path.iter().cloned());
                    let before = start.checked_sub(1);
                    let is_given = is_punct(before, '$') && first != "crate";
                    let is_field = is_punct(before, '.') && !is_punct(start.checked_sub(2), '.');
                    let is_lifetime = is_punct(before, '\'');
                    let is_key = path.len() == 1 && is_punct(Some(place), ':') && !is_double(place);
                    let is_new = matches!(before.map(|before| &tokens[before]), Some(TokenTree::Ident(word)) if defines(word));
                    if is_given || is_field || is_lifetime || is_key || is_new {
                        continue;
                    }
                    let is_global = before.and_then(|before| before.checked_sub(1)).is_some_and(is_double);
                    let is_macro = is_punct(Some(place), '!') && !is_punct(Some(place + 1), '=');
                    if let (true, Some(TokenTree::Group(group))) = (is_double(place), tokens.get(place + 2)) {
                        self.scan_group(&path, group);
                        place += 3;
                    } else {
                        let import = Import { path, is_global, is_public: false };
                        self.name(import, if is_macro { MACRO } else { ANY }, false);
                    }
                }
                _ => {}
            }
        }
    }

    /// `path::{…}` among tokens: the import that it is.
    fn scan_group(&mut self, path: &[String], group: &proc_macro2::Group) {
        let text = format!("use {}::{group};", path.join("::"));
        match syn::parse_str::<syn::ItemUse>(&text) {
            Ok(item) if group.delimiter() == Delimiter::Brace => leaves(&item).into_iter().for_each(|leaf| self.import(leaf)),
            _ => self.scan(group.stream()),
        }
    }
}

fn defines(word: &proc_macro2::Ident) -> bool {
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod", "let", "macro_rules"]
        .iter()
        .any(|known| word == known)
}

/// Goes on below what is not for tests alone.
macro_rules! outside_tests {
    ($($name:ident $kind:ident)*) => { $(
        fn $name(&mut self, node: &'ast syn::$kind) {
            if !is_for_tests(&node.attrs) {
                visit::$name(self, node);
            }
        }
    )* };
}

impl<'ast> Visit<'ast> for Reader<'_> {
    outside_tests! {
        visit_impl_item_fn ImplItemFn
        visit_impl_item_const ImplItemConst
        visit_trait_item_fn TraitItemFn
        visit_field Field
        visit_field_value FieldValue
        visit_variant Variant
        visit_arm Arm
        visit_local Local
        visit_stmt_macro StmtMacro
        visit_expr_block ExprBlock
    }

    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            _ if is_for_tests(attributes(item)) => {}
            // Its content is a module of its own.
            Item::Mod(_) => {}
            Item::Use(item) => leaves(item).into_iter().for_each(|leaf| self.import(leaf)),
            Item::Macro(item) if item.ident.is_some() => self.scan(item.mac.tokens.clone()),
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if !matches!(statement, syn::Stmt::Expr(expression, _) if is_for_tests(attributes_of_expression(expression))) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let mut scope = HashMap::new();
        for statement in &block.stmts {
            match statement {
                syn::Stmt::Item(Item::Use(item)) => {
                    scope.extend(leaves(item).into_iter().filter_map(|leaf| Some((leaf.name?, Some(leaf.import)))));
                }
                syn::Stmt::Item(Item::Fn(item)) => drop(scope.insert(item.sig.ident.to_string(), None)),
                syn::Stmt::Item(Item::Const(item)) => drop(scope.insert(item.ident.to_string(), None)),
                syn::Stmt::Item(Item::Struct(item)) => drop(scope.insert(item.ident.to_string(), None)),
                syn::Stmt::Item(Item::Enum(item)) => drop(scope.insert(item.ident.to_string(), None)),
                _ => {}
            }
        }
        // An import's own path is not looked for among what it brings in.
        for statement in &block.stmts {
            if let syn::Stmt::Item(item @ Item::Use(_)) = statement {
                self.visit_item(item);
            }
        }
        self.scopes.push(scope);
        for statement in &block.stmts {
            if !matches!(statement, syn::Stmt::Item(Item::Use(_))) {
                self.visit_stmt(statement);
            }
        }
        self.scopes.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name_path(path, TYPE);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.name_path(&path.path, VALUE);
        path.qself.iter().for_each(|of| self.visit_qself(of));
        visit::visit_path(self, &path.path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.to_string();
        // A constant or a variant; what is bound starts with a small letter.
        if name.starts_with(char::is_uppercase) {
            self.name(Import { path: vec![name], is_global: false, is_public: false }, VALUE, false);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.name_path(&called.path, MACRO);
        self.scan(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        match &attribute.meta {
            Meta::List(list) if !list.path.is_ident("cfg") => self.scan(list.tokens.clone()),
            Meta::NameValue(pair) if !pair.path.is_ident("doc") => self.visit_expr(&pair.value),
            _ => {}
        }
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.named.words.insert(ident.to_string());
    }
}
