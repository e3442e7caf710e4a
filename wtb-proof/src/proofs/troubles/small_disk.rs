//! A small disk, which only a process of its own sees and which is gone with it.

use super::flaw::Flaw;
use crate::part::{outcome_of, program};
use crate::proof::{Effort, Outcome, Trial};
use crate::seed::Seed;
use crate::stores::folder;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::Command;

/// Mounts a disk in memory for itself and its children, and becomes the rest of its arguments. The disk has room for
/// everything that writers keep on a busy machine, where pauses last longer, and is full soon nevertheless.
const ON_A_SMALL_DISK: &str = r#"mount -t tmpfs -o size=256m tmpfs "$1" && shift && exec "$@""#;

/// What a process on a small disk is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the disk is.
    pub(super) folder: PathBuf,
    /// The seed of the proof.
    pub(super) seed: Seed,
    /// Try as often as takes long.
    #[arg(long)]
    pub(super) long: bool,
    /// What the store does wrong.
    #[arg(long)]
    pub(super) flaw: Option<Flaw>,
}

/// Proves it in a process that has a small disk.
pub(super) async fn run(trial: Trial, flaw: Option<Flaw>) -> Outcome {
    let folder = folder()?;
    let mut command = Command::new("unshare");
    // Whoever is not root becomes it where nobody else is.
    command.args(["--mount", "--map-root-user", "sh", "-c", ON_A_SMALL_DISK, "sh"]).arg(folder.path());
    command.arg(program()?).arg("full-disk").arg(folder.path()).arg(trial.seed.to_string());
    if trial.effort == Effort::Long {
        command.arg("--long");
    }
    if let Some(flaw) = flaw {
        let value = flaw.to_possible_value().expect("no flaw is hidden");
        command.args(["--flaw", value.get_name()]);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    outcome_of(command, "a small disk takes the right to mount one").await
}
