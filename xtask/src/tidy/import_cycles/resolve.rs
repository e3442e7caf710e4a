//! Which file of a crate a path leads to.

use super::imports::Imports;
use std::collections::{BTreeMap, BTreeSet};

/// The modules of a crate that are files, by their path from its root; a crate's binary has a root of its own.
#[derive(Default)]
pub(super) struct Crate<'t> {
    modules: BTreeMap<Vec<String>, Module<'t>>,
}

struct Module<'t> {
    /// Relative to the workspace.
    file: &'t str,
    imports: Imports,
}

impl<'t> Crate<'t> {
    /// Takes in the file at `path` below `src`.
    pub(super) fn add(&mut self, path: &str, file: &'t str, imports: Imports) {
        let path = path.trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        let names = if matches!(path, "lib" | "main" | "mod") {
            Vec::new()
        } else {
            path.split('/').map(str::to_owned).collect()
        };
        // Where a crate has both, `main.rs` only calls the library.
        if path == "main" && self.modules.contains_key(&names) {
            return;
        }
        self.modules.insert(names, Module { file, imports });
    }

    /// Which file imports which other one.
    pub(super) fn edges(&self) -> BTreeSet<(&'t str, &'t str)> {
        let mut edges = BTreeSet::new();
        for (module, Module { file, imports }) in &self.modules {
            if self.is_for_tests(module) {
                continue;
            }
            for names in &imports.named {
                let target = self.absolute(module, names).and_then(|path| self.defining(&path, 0));
                edges.extend(target.filter(|target| target != file).map(|target| (*file, target)));
            }
        }
        edges
    }

    fn is_for_tests(&self, module: &[String]) -> bool {
        (0..module.len()).any(|depth| {
            self.modules
                .get(&module[..depth])
                .is_some_and(|parent| parent.imports.for_tests.contains(&module[depth]))
        })
    }

    /// A path from the root, for one that a module names; `None` for one of another crate, or of what was imported.
    fn absolute(&self, module: &[String], names: &[String]) -> Option<Vec<String>> {
        let mut path = module.to_vec();
        let mut names = names.iter().peekable();
        match names.peek()?.as_str() {
            "crate" => {
                path.clear();
                names.next();
            }
            "self" | "super" => {
                while let Some(name) = names.next_if(|name| matches!(name.as_str(), "self" | "super")) {
                    if name == "super" {
                        path.pop()?;
                    }
                }
            }
            child if self.modules.get(module)?.imports.children.contains(child) => {}
            _ => return None,
        }
        path.extend(names.cloned());
        Some(path)
    }

    /// The file that defines what is at `path`, where re-exports are followed.
    fn defining(&self, path: &[String], followed: usize) -> Option<&'t str> {
        let depth = (0..=path.len()).rev().find(|&depth| self.modules.contains_key(&path[..depth]))?;
        let (place, rest) = path.split_at(depth);
        let Module { file, imports } = &self.modules[place];
        let Some(name) = rest.first() else { return Some(file) };
        // Re-exports that lead back to themselves lead nowhere.
        if followed > self.modules.len() || imports.defined.contains(name) {
            return Some(file);
        }
        let by_name =
            exports(imports, name).find_map(|path| self.defining(&self.absolute(place, path)?, followed + 1));
        let by_glob = || {
            exports(imports, "*").find_map(|path| {
                let mut path = self.absolute(place, path)?;
                path.push(name.clone());
                let target = self.defining(&path, followed + 1)?;
                let module = self.modules.values().find(|module| module.file == target)?;
                module.imports.defined.contains(name).then_some(target)
            })
        };
        by_name.or_else(by_glob).or(Some(file))
    }
}

/// The paths that are re-exported under a name.
fn exports<'i>(imports: &'i Imports, name: &str) -> impl Iterator<Item = &'i [String]> {
    let named =
        move |(exported, path): &'i (String, Vec<String>)| (exported == name).then_some(path.as_slice());
    imports.exported.iter().filter_map(named)
}
