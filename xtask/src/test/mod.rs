//! Every test of the workspace, and every example in its documentation.

mod counts;
mod nextest;
mod plain;
mod report;
mod selection;
mod summary;

use self::report::{EVERYTHING, Report, TARGETS};
use self::selection::{Able, Selection};
use crate::command::{cargo, run, succeeds};
use crate::failure::Failure;
use crate::keeper::{Keeper, Kind};
use crate::programs::Programs;
use clap::Args;
use std::process::Command;

/// How to run the tests.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Leave out what needs a PostgreSQL server.
    #[arg(long)]
    without_postgres: bool,
}

/// Runs them all and says what became of them, store by store.
#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let programs = Programs::build(cargo(&["test", "--no-run"]).args(EVERYTHING).args(TARGETS))?;
    let keeper =
        if options.without_postgres { None } else { Some(Keeper::start(&programs, Kind::ForTests)?) };
    if let Some(keeper) = &keeper {
        eprintln!("── PostgreSQL {}", keeper.description());
    }
    let selection = Selection::new(&Able::of(keeper.as_ref()))?;
    let tests = tests(&selection, keeper.as_ref());
    let server = keeper.map(Keeper::stop).transpose();
    let (report, server) = (tests?, server?);
    let examples = run(cargo(&["test", "--doc"]).args(EVERYTHING));
    eprint!("{}", summary::of(&report.counts, &selection, server.as_deref()));
    report.outcome.and(examples)
}

/// Runs the selected tests with nextest if it is installed, else with cargo.
fn tests(selection: &Selection, keeper: Option<&Keeper>) -> Result<Report, Failure> {
    let with_keeper = |command: &mut Command| {
        if let Some(keeper) = keeper {
            keeper.tell(command);
        }
    };
    if succeeds(&mut cargo(&["nextest", "--version"])) {
        nextest::run(selection, with_keeper)
    } else {
        plain::run(selection, with_keeper)
    }
}
