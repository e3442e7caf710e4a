//! Project tasks: `cargo xtask test`, `prove`, `mutants`, `bench`, `tidy`, `db`, `ci`.

mod bench;
mod ci;
mod command;
mod db;
mod failure;
mod keeper;
mod mutants;
mod programs;
mod prove;
mod test;
mod tidy;
mod tools;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Tasks of the WTB persistence workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test: with nextest if it is installed, else with cargo; then the examples in the documentation.
    Test(test::Options),
    /// Break stores in every way there is, and say what became of what they kept; `mutants` breaks the code.
    Prove(prove::Options),
    /// Change the code in every small way there is, and say which changes no test notices.
    Mutants(mutants::Options),
    /// Check what the compiler does not: dependencies, captions, commits, contract groups, migrations, READMEs, lint
    /// exceptions.
    Tidy,
    /// Prepare what tests on databases need.
    #[command(subcommand)]
    Db(db::Action),
    /// Measure the stores beside the drivers they use and the Python WTB's way.
    Bench(bench::Options),
    /// Do what the continuous integration does: all checks, tests and proofs.
    Ci,
}

#[expect(clippy::print_stderr, reason = "a task reports on standard error")]
fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test(options) => test::run_all(&options),
        Task::Prove(options) => prove::run_all(&options),
        Task::Mutants(options) => mutants::run_all(&options),
        Task::Tidy => tidy::run_all(),
        Task::Db(action) => action.run(),
        Task::Bench(options) => bench::run(&options),
        Task::Ci => ci::run_all(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("cargo xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
