//! Parts of proofs that have to be in a process of their own, which is this program again.

use crate::proof::Failure;
use crate::proofs::contention::writers;
use crate::proofs::hostile::Feed;
use crate::proofs::killed::{CommitUnits, commit_units};
use crate::proofs::troubles;
use clap::Subcommand;
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Commits numbered units until it is killed.
    #[command(hide = true)]
    CommitUnits(CommitUnits),
    /// Feeds a target with hostile input.
    #[command(hide = true)]
    Feed(Feed),
}

impl Part {
    /// Does it, and says on standard output what came of it.
    pub(crate) async fn run(self) -> ExitCode {
        match self {
            Self::Writers(arguments) => writers::part(&arguments).await,
            Self::FullDisk(arguments) => troubles::part(&arguments).await,
            Self::CommitUnits(asked) => ended(commit_units(asked).await),
            Self::Feed(feed) => feed.run(),
        }
    }
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
