//! Parts of proofs that have to be in a process of their own, which is this program again.

use crate::proof::{Failure, Outcome, Tried};
use crate::proofs::contention::writers;
use crate::proofs::files;
use crate::proofs::hostile::Feed;
use crate::proofs::killed::{CommitUnits, commit_units};
use crate::proofs::memory::{Collect, collect};
use crate::proofs::troubles;
use clap::Subcommand;
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::process::Command;

/// A part of a proof; only proofs ask for one.
#[derive(Debug, Subcommand)]
#[command(hide = true)]
pub(crate) enum Part {
    /// Writes to a SQLite file.
    #[command(hide = true)]
    Writers(writers::Arguments),
    /// Fills a small disk.
    #[command(hide = true)]
    FullDisk(troubles::Arguments),
    /// Reads what cannot be written.
    #[command(hide = true)]
    ReadOnly(files::Arguments),
    /// Commits numbered units until it is killed.
    #[command(hide = true)]
    CommitUnits(CommitUnits),
    /// Feeds a target with hostile input.
    #[command(hide = true)]
    Feed(Feed),
    /// Collects the executions of a SQLite file in memory.
    #[command(hide = true)]
    Collect(Collect),
}

impl Part {
    /// Does it, and says on standard output what came of it.
    pub(crate) async fn run(self) -> ExitCode {
        match self {
            Self::Writers(arguments) => writers::part(&arguments).await,
            Self::FullDisk(arguments) => troubles::part(&arguments).await,
            Self::ReadOnly(arguments) => files::part(&arguments).await,
            Self::CommitUnits(asked) => ended(commit_units(asked).await),
            Self::Feed(feed) => feed.run(),
            Self::Collect(asked) => say(collect(asked).await),
        }
    }
}

/// What a part says that was [said](say) by the process of `command`; if it says nothing, this is what that `takes`.
///
/// # Errors
/// As the part ended, and `Unable` if it did not come so far.
pub(crate) async fn outcome_of(mut command: Command, takes: &str) -> Outcome {
    let output = command.output().await.map_err(Failure::unable)?;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim_end().split_once(' ') {
        Some(("tried", words)) => Ok(Tried::new(words)),
        Some(("found", what)) => Err(Failure::found(what)),
        Some(("unable", why)) => Err(Failure::unable(why)),
        _ => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            Err(Failure::unable(format_args!("{takes}: {complaint}")))
        }
    }
}

/// Says on standard output how a part ended.
#[expect(clippy::print_stdout, reason = "it is read by the proof")]
pub(crate) fn say(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(tried) => println!("tried {tried}"),
        Err(Failure::Found(what)) => println!("found {what}"),
        Err(Failure::Unable(why)) => println!("unable {why}"),
    }
    ExitCode::SUCCESS
}

/// How a part ends.
#[expect(clippy::print_stderr, reason = "the proof hears that it failed, and a reader why")]
fn ended(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("   {failure}");
            ExitCode::FAILURE
        }
    }
}

/// This program.
///
/// # Errors
/// `Unable` if the system does not say where it is.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    env::current_exe().map_err(Failure::unable)
}
