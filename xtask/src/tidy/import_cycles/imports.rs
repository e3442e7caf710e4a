//! What a file declares, and the paths that it names.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, Meta, UseTree, Visibility};

/// A path of names, relative to the module of the file: it begins with `crate`, `self` or `super`, or is a child's.
pub(super) type Names = Vec<String>;

/// What a file declares and names, without what only tests do.
#[derive(Default)]
pub(super) struct Imports {
    /// Modules in files of their own.
    pub(super) children: BTreeSet<String>,
    /// Child modules for tests alone.
    pub(super) for_tests: BTreeSet<String>,
    /// The names that the file defines.
    pub(super) defined: BTreeSet<String>,
    /// What it re-exports: the name, and the path it stands for. A `*` stands for all names of a module.
    pub(super) exported: Vec<(String, Names)>,
    /// Every path that it names.
    pub(super) named: Vec<Names>,
    /// How deep the inline module is that is being read.
    depth: usize,
}

impl Imports {
    /// Those of the file with this text; of one that is no Rust, nothing.
    pub(super) fn of(text: &str) -> Self {
        let mut imports = Self::default();
        if let Ok(file) = syn::parse_file(text) {
            imports.visit_file(&file);
        }
        imports
    }

    /// Notes a path as one of the file's module, wherever in the file it stands.
    fn note(&mut self, names: Names) {
        if let Some(names) = self.seen_from_file(names) {
            self.named.push(names);
        }
    }

    fn seen_from_file(&self, names: Names) -> Option<Names> {
        match names.first()?.as_str() {
            "crate" => Some(names),
            _ if self.depth == 0 => Some(names),
            // `super` of an inline module is the file's own module.
            "super" => {
                let supers = names.iter().take_while(|name| *name == "super").count();
                let beyond = supers.checked_sub(self.depth)?;
                let outer = std::iter::repeat_n("super".to_owned(), beyond);
                Some(
                    ["self".to_owned()]
                        .into_iter()
                        .chain(outer)
                        .chain(names.into_iter().skip(supers))
                        .collect(),
                )
            }
            _ => None,
        }
    }

    /// The paths in what a macro is given.
    fn visit_tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.visit_tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let mut names = vec![first.to_string()];
                    let is_colon =
                        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
                    while tokens.next_if(is_colon).is_some() && tokens.next_if(is_colon).is_some() {
                        let Some(TokenTree::Ident(next)) =
                            tokens.next_if(|token| matches!(token, TokenTree::Ident(_)))
                        else {
                            break;
                        };
                        names.push(next.to_string());
                    }
                    if names.len() > 1 {
                        self.note(names);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).iter().any(is_for_tests) {
            if let Item::Mod(ItemMod { ident, content: None, .. }) = item {
                self.for_tests.insert(ident.to_string());
            }
            return;
        }
        if self.depth == 0 {
            self.defined.extend(defined(item));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_none() {
            self.children.insert(module.ident.to_string());
            return;
        }
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for (name, path) in paths {
            if self.depth == 0 && !matches!(item.vis, Visibility::Inherited) {
                self.exported.push((name, path));
            } else {
                self.note(path);
            }
        }
    }

    /// `pub(in crate::…)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.note(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        visit::visit_macro(self, called);
        self.visit_tokens(called.tokens.clone());
    }
}

fn flatten(tree: &UseTree, before: &mut Names, paths: &mut Vec<(String, Names)>) {
    let path = |last: String| before.iter().cloned().chain([last]).collect::<Names>();
    match tree {
        UseTree::Path(step) => {
            before.push(step.ident.to_string());
            flatten(&step.tree, before, paths);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            paths.push((before.last().cloned().unwrap_or_default(), before.clone()));
        }
        UseTree::Name(name) => paths.push((name.ident.to_string(), path(name.ident.to_string()))),
        UseTree::Rename(renamed) => paths.push((renamed.rename.to_string(), path(renamed.ident.to_string()))),
        UseTree::Glob(_) => paths.push(("*".to_owned(), before.clone())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, paths)),
    }
}

/// The name that an item defines, if it has one.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether it is `#[cfg(test)]`, or that among other conditions.
fn is_for_tests(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && names_test(list.tokens.clone()))
}

fn names_test(condition: TokenStream) -> bool {
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "test",
        TokenTree::Group(group) => names_test(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
