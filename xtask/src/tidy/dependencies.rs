//! Dependencies point inwards only, as the table in `ARCHITECTURE.md` says.

use crate::command::root;
use crate::failure::Failure;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// What a crate may depend on, tests aside.
struct Rule {
    name: &'static str,
    /// Crates of this workspace.
    inner: &'static [&'static str],
    /// Other crates; `None` leaves the choice free.
    outer: Option<&'static [&'static str]>,
    /// Other crates behind a feature.
    optional: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { name: "wtb-domain", inner: &[], outer: Some(&[]), optional: &["serde", "serde_json"] },
    Rule { name: "wtb-ports", inner: &["wtb-domain"], outer: Some(&["async-trait"]), optional: &["mockall"] },
    Rule {
        name: "wtb-contract",
        inner: &["wtb-domain", "wtb-ports"],
        outer: Some(&["async-trait", "tokio"]),
        optional: &[],
    },
    Rule { name: "wtb-adapter-memory", inner: &["wtb-domain", "wtb-ports"], outer: None, optional: &[] },
    Rule { name: "wtb-adapter-sql", inner: &["wtb-domain", "wtb-ports"], outer: None, optional: &[] },
    Rule {
        name: "wtb-config",
        inner: &["wtb-domain", "wtb-ports", "wtb-adapter-memory", "wtb-adapter-sql"],
        outer: None,
        optional: &[],
    },
    Rule { name: "wtb-cli", inner: &["wtb-domain", "wtb-ports", "wtb-config"], outer: None, optional: &[] },
    Rule { name: "wtb-test-postgres", inner: &[], outer: None, optional: &[] },
    Rule {
        name: "wtb-proof",
        inner: &[
            "wtb-domain",
            "wtb-ports",
            "wtb-contract",
            "wtb-adapter-memory",
            "wtb-adapter-sql",
            "wtb-config",
            "wtb-test-postgres",
        ],
        outer: None,
        optional: &[],
    },
    Rule {
        name: "wtb-bench",
        inner: &["wtb-domain", "wtb-ports", "wtb-config", "wtb-test-postgres"],
        outer: None,
        optional: &[],
    },
    Rule { name: "xtask", inner: &[], outer: None, optional: &[] },
];

/// One finding for each dependency the table does not have.
pub(super) fn check() -> Result<Vec<String>, Failure> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()?;
    let mut findings = Vec::new();
    for package in &metadata.packages {
        match RULES.iter().find(|rule| rule.name == package.name.as_str()) {
            Some(rule) => findings.extend(forbidden(rule, package)),
            None => {
                findings
                    .push(format!("{}: the table of dependencies does not have this crate", package.name));
            }
        }
    }
    Ok(findings)
}

fn forbidden(rule: &Rule, package: &Package) -> Vec<String> {
    let built_in =
        package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    built_in
        .filter(|dependency| {
            !is_allowed(rule, &dependency.name, dependency.path.is_some(), dependency.optional)
        })
        .map(|dependency| format!("{}: may not depend on {}", rule.name, dependency.name))
        .collect()
}

fn is_allowed(rule: &Rule, name: &str, in_workspace: bool, optional: bool) -> bool {
    if in_workspace {
        return rule.inner.contains(&name);
    }
    rule.outer.is_none_or(|outer| outer.contains(&name)) || optional && rule.optional.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> &'static Rule {
        RULES.iter().find(|rule| rule.name == name).unwrap()
    }

    #[test]
    fn inner_crates_may_not_look_outwards() {
        assert!(!is_allowed(rule("wtb-domain"), "wtb-ports", true, false));
        assert!(is_allowed(rule("wtb-ports"), "wtb-domain", true, false));
        assert!(!is_allowed(rule("wtb-adapter-memory"), "wtb-adapter-sql", true, false));
        assert!(
            !is_allowed(rule("wtb-cli"), "wtb-adapter-sql", true, false),
            "only wtb-config names adapters"
        );
    }

    #[test]
    fn the_domain_and_the_ports_stay_nearly_free_of_other_crates() {
        assert!(!is_allowed(rule("wtb-domain"), "serde", false, false), "only behind a feature");
        assert!(is_allowed(rule("wtb-domain"), "serde", false, true));
        assert!(!is_allowed(rule("wtb-ports"), "tokio", false, true));
        assert!(is_allowed(rule("wtb-ports"), "async-trait", false, false));
        assert!(is_allowed(rule("wtb-adapter-memory"), "imbl", false, false));
    }
}
