//! What callgrind wrote, read: how many instructions each function carried out by itself.
//!
//! `callgrind_annotate` takes a call that was under way when the counting began for the caller's own work.

use std::collections::HashMap;

/// A profile, the busiest function first.
pub(super) struct Profile {
    pub(super) functions: Vec<Function>,
}

/// A function and what it did itself, without those that it called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) origin: String,
    pub(super) instructions: u64,
}

impl Profile {
    /// Reads what callgrind wrote about this program.
    pub(super) fn read(text: &str) -> Self {
        let mut objects = Names::default();
        let mut functions = Names::default();
        let (mut object, mut function) = (String::new(), String::new());
        let mut own: HashMap<(String, String), u64> = HashMap::new();
        let mut is_call = false;
        for line in text.lines() {
            match line.split_once('=') {
                Some(("ob", of)) => object = objects.resolve(of),
                Some(("fn", of)) => function = functions.resolve(of),
                // They may be where a name is written out for the first time.
                Some(("cob", of)) => drop(objects.resolve(of)),
                Some(("cfn", of)) => drop(functions.resolve(of)),
                // What follows is what the callee did.
                Some(("calls", _)) => is_call = true,
                _ if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) => {
                    let cost = line.split_whitespace().nth(1).and_then(|cost| cost.parse::<u64>().ok());
                    if !std::mem::take(&mut is_call) {
                        *own.entry((object.clone(), function.clone())).or_default() +=
                            cost.unwrap_or_default();
                    }
                }
                _ => {}
            }
        }
        let mut functions: Vec<_> = own
            .into_iter()
            .map(|((object, name), instructions)| {
                let origin = origin(&object, &name);
                Function { name, origin, instructions }
            })
            .collect();
        functions.sort_by(|one, other| (other.instructions, &one.name).cmp(&(one.instructions, &other.name)));
        Self { functions }
    }

    /// All instructions.
    pub(super) fn total(&self) -> u64 {
        self.functions.iter().map(|function| function.instructions).sum()
    }

    /// The same by origin, the busiest first.
    pub(super) fn by_origin(&self) -> Vec<(&str, u64)> {
        let mut origins: HashMap<&str, u64> = HashMap::new();
        for function in &self.functions {
            *origins.entry(&function.origin).or_default() += function.instructions;
        }
        let mut origins: Vec<_> = origins.into_iter().collect();
        origins.sort_by(|one, other| (other.1, one.0).cmp(&(one.1, other.0)));
        origins
    }

    /// What is written in this workspace, the busiest first; not what measures it.
    pub(super) fn ours(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| {
            function.origin.starts_with("wtb_") && function.origin != env!("CARGO_CRATE_NAME")
        })
    }
}

/// Names that are written out once and then meant by their number.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn resolve(&mut self, reference: &str) -> String {
        match reference.split_once(' ') {
            // A function that calls itself counts as one.
            Some((number, name)) => {
                let name = name.split('\'').next().unwrap_or(name).to_owned();
                self.0.insert(number.to_owned(), name.clone());
                name
            }
            None => self.0.get(reference).cloned().unwrap_or_else(|| reference.to_owned()),
        }
    }
}

/// The crate that a function is from, as far as its name tells; else the library that it is in.
fn origin(object: &str, name: &str) -> String {
    let path = name.trim_start_matches(['<', '&', '*', '[', '(']).trim_start_matches("dyn ");
    let path = path.trim_start_matches("mut ");
    match path.split_once("::") {
        Some((first, _)) if !first.contains([' ', '.', '(']) => first.to_owned(),
        _ if object.ends_with(env!("CARGO_PKG_NAME")) => "C in this program".to_owned(),
        _ => object.rsplit('/').next().unwrap_or(object).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "\
events: Ir
summary: 1

ob=(1) /lib/libc.so.6
fn=(1) malloc
0 30
ob=(2) /bin/wtb-bench
fn=(2) <wtb_domain::json::Json as core::fmt::Display>::fmt
12 5
+3 7
cob=(1)
cfn=(1)
calls=0 0
0 1000
cfn=(3) sqlite3_step
calls=2 0
* 500
fn=(3)
0 40
fn=(4) sqlite3_step'2
0 2
";

    #[test]
    fn functions_have_what_they_did_themselves_and_calls_under_way_count_for_nobody() {
        let profile = Profile::read(WRITTEN);
        let found: Vec<_> = profile
            .functions
            .iter()
            .map(|function| (function.name.as_str(), function.origin.as_str(), function.instructions))
            .collect();
        assert_eq!(
            found,
            [
                ("sqlite3_step", "C in this program", 42),
                ("malloc", "libc.so.6", 30),
                ("<wtb_domain::json::Json as core::fmt::Display>::fmt", "wtb_domain", 12),
            ]
        );
        assert_eq!(profile.total(), 84);
        assert_eq!(profile.by_origin(), [("C in this program", 42), ("libc.so.6", 30), ("wtb_domain", 12)]);
        assert_eq!(profile.ours().count(), 1);
    }
}
