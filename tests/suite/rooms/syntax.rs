//! What single items, imports and attributes say, without knowing of any other.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, Item, Meta, UseTree, Visibility};

/// Names of types and modules, of values, and of macros do not meet: bits of a set.
pub const TYPE: u8 = 1;
pub const VALUE: u8 = 2;
pub const MACRO: u8 = 4;
pub const ANY: u8 = 7;

#[derive(Clone)]
pub struct Import {
    pub path: Vec<String>,
    /// Starts with `::`, so its first name is a crate.
    pub is_global: bool,
    /// Has a visibility: whoever sees the module sees the name in it.
    pub is_public: bool,
}

/// One name of a `use`; no name for a glob.
pub struct Leaf {
    pub import: Import,
    pub name: Option<String>,
}

/// The names that a `use` brings in.
pub fn leaves(item: &syn::ItemUse) -> Vec<Leaf> {
    let mut found = Vec::new();
    let is_public = !matches!(item.vis, Visibility::Inherited);
    let import = Import { path: Vec::new(), is_global: item.leading_colon.is_some(), is_public };
    collect(&item.tree, import, &mut found);
    found
}

fn collect(tree: &UseTree, mut import: Import, found: &mut Vec<Leaf>) {
    let mut leaf = |mut import: Import, ident: String, name: Option<String>| {
        if ident != "self" || import.path.is_empty() {
            import.path.push(ident);
        }
        let name = name.or_else(|| import.path.last().cloned());
        found.push(Leaf { import, name });
    };
    match tree {
        UseTree::Path(path) => {
            import.path.push(path.ident.to_string());
            collect(&path.tree, import, found);
        }
        UseTree::Name(name) => leaf(import, name.ident.to_string(), None),
        UseTree::Rename(name) => leaf(import, name.ident.to_string(), Some(name.rename.to_string())),
        UseTree::Glob(_) => found.push(Leaf { import, name: None }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, import.clone(), found)),
    }
}

/// True of what is compiled for tests alone.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => asks_for_tests(list.tokens.clone()),
        _ => false,
    })
}

/// `test`, or `all(…)` with it; `any` and `not` let other builds in.
fn asks_for_tests(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(ident)] => ident == "test",
        [TokenTree::Ident(ident), TokenTree::Group(group)] if ident == "all" => {
            let parts: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut parts = parts.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
            parts.any(|part| asks_for_tests(part.iter().cloned().collect()))
        }
        _ => false,
    }
}

pub fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The attributes of an expression that is a statement.
pub fn attributes_of_expression(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Assign(expression) => &expression.attrs,
        Expr::Binary(expression) => &expression.attrs,
        Expr::Block(expression) => &expression.attrs,
        Expr::Call(expression) => &expression.attrs,
        Expr::ForLoop(expression) => &expression.attrs,
        Expr::If(expression) => &expression.attrs,
        Expr::Loop(expression) => &expression.attrs,
        Expr::Macro(expression) => &expression.attrs,
        Expr::Match(expression) => &expression.attrs,
        Expr::MethodCall(expression) => &expression.attrs,
        Expr::Path(expression) => &expression.attrs,
        Expr::While(expression) => &expression.attrs,
        _ => &[],
    }
}

/// What stands behind a keyword that defines something: its name, or `$` where a macro is given the name.
pub fn defined_in(tokens: TokenStream, goes_deep: bool) -> Vec<(String, u8)> {
    let mut names = Vec::new();
    let mut spaces = None;
    for token in tokens {
        match (&token, spaces.take()) {
            (TokenTree::Ident(name), Some(found)) if name != "mut" && name != "fn" => names.push((name.to_string(), found)),
            (TokenTree::Punct(punct), Some(found)) if punct.as_char() == '$' => names.push(("$".to_owned(), found)),
            (TokenTree::Ident(keyword), _) => {
                spaces = match keyword.to_string().as_str() {
                    "struct" => Some(TYPE | VALUE),
                    "enum" | "union" | "trait" | "type" => Some(TYPE),
                    "fn" | "const" | "static" | "mut" => Some(VALUE),
                    _ => None,
                };
            }
            (TokenTree::Group(group), _) if goes_deep => names.extend(defined_in(group.stream(), true)),
            _ => {}
        }
    }
    names
}

pub fn top_idents(tokens: TokenStream) -> Vec<String> {
    let idents = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    idents.collect()
}
