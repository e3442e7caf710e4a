//! Breaks stores in every way there is: see `wtb-proof`.

use crate::command::{cargo, run_program};
use crate::failure::Failure;
use crate::keeper::{self, Keeper, Kind};
use crate::programs::Programs;
use clap::Args;
use std::process::Command;

/// What cargo calls it.
const PROGRAM: &str = "wtb-proof";

/// What proofs run, and who provides their server; and a small test, for cargo builds libraries with other features where
/// no test is asked for, and those that the tests have built would be of no use.
const TARGETS: [&str; 8] = ["--bin", PROGRAM, "--bin", "wtb", "--bin", keeper::PROGRAM, "--test", "secrets"];

/// What to prove.
#[derive(Args, Default)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// For `wtb-proof`: `--help` tells.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Provides a server, and runs the proofs that are asked for.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let programs = Programs::build(cargo(&["build", "--workspace", "--all-features"]).args(TARGETS))?;
    let keeper = Keeper::start(&programs, Kind::ForProofs)?;
    let mut proofs = Command::new(programs.named(PROGRAM)?);
    proofs.args(&options.arguments);
    keeper.tell(&mut proofs);
    let proved = run_program(&mut proofs);
    keeper.stop()?;
    proved
}
