//! Measurements: building the program that makes them, with optimisation, and running it beside a server.

use crate::command::{cargo, root};
use crate::failure::Failure;
use crate::keeper::{self, Keeper, Kind};
use crate::programs::Programs;
use clap::Args;
use std::ffi::OsString;
use std::process::Command;

/// What cargo calls the program.
const PROGRAM: &str = "wtb-bench";

/// What to measure.
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// What the program takes; `--help` lists it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Options {
    /// Whether anything asked for is on PostgreSQL.
    fn need_postgres(&self) -> bool {
        let words: Vec<_> = self.arguments.iter().map(|word| word.to_string_lossy()).collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let named: Vec<_> = pairs
            .filter(|(option, _)| *option == "--store")
            .map(|(_, store)| store.as_ref())
            .chain(words.iter().filter_map(|word| word.strip_prefix("--store=")))
            .collect();
        let asks_for_help = words.iter().any(|word| word == "--help" || word == "-h");
        !asks_for_help && (named.is_empty() || named.contains(&"postgres"))
    }
}

/// Builds the program and runs it.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let programs = Programs::build(&mut cargo(&["build", "--release", "--package", PROGRAM]))?;
    let mut command = Command::new(programs.named(PROGRAM)?);
    command.args(&options.arguments).current_dir(root());
    let keeper = if options.need_postgres() { Some(keeper()?) } else { None };
    if let Some(keeper) = &keeper {
        eprintln!("── PostgreSQL {}", keeper.description());
        keeper.tell(&mut command);
    }
    let status = command.status();
    keeper.map(Keeper::stop).transpose()?;
    if status?.success() { Ok(()) } else { Err("not every bar is met, or a measurement failed".into()) }
}

/// A keeper needs no optimisation: the server does the work.
fn keeper() -> Result<Keeper, Failure> {
    let mut build = cargo(&["build", "--package", keeper::PROGRAM, "--features", "keeper"]);
    Keeper::start(&Programs::build(&mut build)?, Kind::Durable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need_postgres(words: &[&str]) -> bool {
        Options { arguments: words.iter().map(OsString::from).collect() }.need_postgres()
    }

    #[test]
    fn a_server_is_only_started_for_measurements_on_one() {
        assert!(need_postgres(&[]));
        assert!(need_postgres(&["growth", "--long"]));
        assert!(need_postgres(&["--store", "sqlite", "--store", "postgres"]));
        assert!(need_postgres(&["--store=postgres"]));
        assert!(!need_postgres(&["--quick", "--store", "sqlite"]));
        assert!(!need_postgres(&["--store=memory"]));
        assert!(!need_postgres(&["--help"]));
    }
}
