//! Changes the code in every small way there is, by cargo-mutants, and fails when no test notices one of them.
//!
//! `.cargo/mutants.toml` holds what is left alone, each with the reason why no test can notice it.

use crate::command::{announce, cargo, root, succeeds, target_folder};
use crate::failure::Failure;
use crate::keeper::{Keeper, Kind};
use crate::programs::Programs;
use clap::Args;
use std::fs;
use std::process::Command;

/// The settings of cargo-mutants.
const SETTINGS: &str = ".cargo/mutants.toml";
/// Seconds that tests of another package may take, which is never seen without a change. They take ten.
const PATIENCE: &str = "120";
/// What cargo-mutants exits with when all changes were noticed; then some by a test that did not end any more.
const ALL_NOTICED: [i32; 2] = [0, 3];
/// What it exits with when some were not.
const SOME_NOT_NOTICED: i32 = 2;

/// Code whose tests must notice every change.
struct Part {
    name: &'static str,
    /// The arguments that select it.
    code: &'static [&'static str],
    /// The tests, as arguments, the quickest first. What some notice, the next are not run for.
    tests: &'static [Tests],
}

/// Tests that are run for each change.
struct Tests {
    package: &'static str,
    /// For nextest.
    selection: &'static [&'static str],
    needs_server: bool,
}

const fn tests(package: &'static str, selection: &'static [&'static str]) -> Tests {
    Tests { package, selection, needs_server: false }
}

/// What every store must do, on the store that takes the least time.
const CONTRACT: Tests = tests("wtb-adapter-memory", &["--test", "contract"]);

const PARTS: [Part; 4] = [
    Part {
        name: "domain",
        code: &["--package", "wtb-domain"],
        tests: &[tests("wtb-domain", &["--lib"]), CONTRACT],
    },
    Part {
        name: "ports",
        code: &["--package", "wtb-ports"],
        tests: &[tests("wtb-ports", &["--lib"]), CONTRACT],
    },
    Part {
        name: "memory",
        code: &["--package", "wtb-adapter-memory"],
        tests: &[tests("wtb-adapter-memory", &["--lib"]), CONTRACT],
    },
    Part {
        name: "errors",
        code: &["--package", "wtb-adapter-sql", "--file", "wtb-adapter-sql/src/failure.rs"],
        tests: &[
            tests("wtb-adapter-sql", &["--lib", "-E", "test(failure::) - test(on_postgres)"]),
            Tests {
                needs_server: true,
                ..tests("wtb-adapter-sql", &["--lib", "-E", "test(failure::on_postgres)"])
            },
        ],
    },
];

/// What to change.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these parts: domain, ports, memory, errors.
    #[arg(value_name = "PART", value_parser = PARTS.map(|part| part.name))]
    parts: Vec<String>,
}

/// Runs cargo-mutants on all parts that are asked for, and fails at the end if any change was not noticed.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    if !succeeds(&mut cargo(&["mutants", "--version"])) {
        return Err("this takes cargo-mutants: cargo install --locked cargo-mutants".into());
    }
    let settings = fs::read_to_string(root().join(SETTINGS))?;
    let unexplained = without_reason(&settings);
    if !unexplained.is_empty() {
        return Err(format!("{SETTINGS} gives no reason for {}", unexplained.join(", ")).into());
    }
    let asked_for =
        |part: &&Part| options.parts.is_empty() || options.parts.iter().any(|name| name == part.name);
    let mut missed = Vec::new();
    for part in PARTS.iter().filter(asked_for) {
        if !part.is_noticed()? {
            missed.push(part.name);
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("no test notices some changes of {}", missed.join(", ")).into())
    }
}

impl Part {
    /// Whether every change is noticed by some test.
    fn is_noticed(&self) -> Result<bool, Failure> {
        let output = target_folder()?.join("mutants").join(self.name);
        fs::create_dir_all(&output)?;
        for (number, tests) in self.tests.iter().enumerate() {
            let mut mutants = cargo(&["mutants", "--all-features", "--test-tool", "nextest", "--output"]);
            mutants.arg(&output);
            mutants.args(self.code).args(["--test-package", tests.package]);
            if number > 0 {
                // Of other packages than the changed one, cargo-mutants does not find the tests to begin with.
                mutants.args(["--iterate", "--baseline=skip", "--timeout", PATIENCE]);
            }
            mutants.arg("--").args(tests.selection);
            if tests.run(&mut mutants)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Tests {
    /// Whether they notice everything that they are run for.
    fn run(&self, mutants: &mut Command) -> Result<bool, Failure> {
        let keeper = if self.needs_server { Some(server()?) } else { None };
        if let Some(keeper) = &keeper {
            keeper.tell(mutants);
        }
        announce(mutants);
        let status = mutants.status()?;
        if let Some(keeper) = keeper {
            keeper.stop()?;
        }
        match status.code() {
            Some(code) if ALL_NOTICED.contains(&code) => Ok(true),
            Some(SOME_NOT_NOTICED) => Ok(false),
            _ => Err("cargo-mutants failed".into()),
        }
    }
}

/// A server for tests.
fn server() -> Result<Keeper, Failure> {
    let build = ["build", "--package", "wtb-test-postgres", "--features", "keeper", "--bins"];
    Keeper::start(&Programs::build(&mut cargo(&build))?, Kind::ForTests)
}

/// The patterns that are left alone without a comment above them.
fn without_reason(settings: &str) -> Vec<&str> {
    let lines: Vec<&str> = settings.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter_map(|pair| match pair {
        [above, pattern] if pattern.starts_with(['\'', '"']) => Some((above, pattern)),
        _ => None,
    });
    pairs.filter(|(above, _)| !above.starts_with('#')).map(|(_, pattern)| *pattern).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_reason_is_found() {
        let settings = "exclude_re = [\n    # Nobody can tell.\n    'one',\n    'two',\n]\n";
        assert_eq!(without_reason(settings), ["'two',"]);
    }
}
