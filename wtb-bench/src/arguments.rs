//! What can be asked for on the command line.

use crate::instructions::Once;
use crate::place::StoreKind;
use crate::workload::Workload;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Measures the stores of WTB beside the drivers they use and the Python WTB's way.
///
/// Ends with 1 if something is slower than its bar, and with 2 if a measurement fails.
#[derive(Parser)]
#[command(name = "cargo xtask bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) other: Option<Other>,
    #[command(flatten)]
    pub(crate) contests: Contests,
}

/// What else can be measured.
#[derive(Subcommand)]
pub(crate) enum Other {
    /// How long operations take in small and in large stores.
    Growth(Growth),
    /// Many clients at once, and what settings do about it.
    Load(Load),
    /// Instructions for each piece of work, counted by valgrind.
    Instructions(Instructions),
    /// One round, for those who count.
    #[command(hide = true)]
    Once(Once),
}

/// What is common to all.
#[derive(Args)]
pub(crate) struct Common {
    /// Only this kind of store; can be given several times.
    #[arg(long = "store", value_name = "STORE")]
    pub(crate) stores: Vec<StoreKind>,
    /// Write what was measured into BENCHMARKS.md, also when only a part was asked for.
    #[arg(long)]
    pub(crate) write: bool,
}

/// Which contests to hold.
#[derive(Args)]
pub(crate) struct Contests {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Three small rounds.
    #[arg(long)]
    pub(crate) quick: bool,
    /// So many rounds, in which those who are in Python take part in the first five only.
    #[arg(long, value_name = "COUNT", default_value_t = 15, value_parser = clap::value_parser!(u8).range(5..), conflicts_with = "quick")]
    pub(crate) rounds: u8,
    /// Only these workloads.
    #[arg(long = "workload", value_name = "WORKLOAD", value_delimiter = ',', ignore_case = true)]
    pub(crate) workloads: Vec<Workload>,
    /// Measure the Python WTB's way too, in a virtual environment that is made for it.
    #[arg(long)]
    pub(crate) python: bool,
}

/// How far to grow.
#[derive(Args)]
pub(crate) struct Growth {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Up to a million executions in place of 100,000.
    #[arg(long)]
    pub(crate) long: bool,
}

/// How long to load.
#[derive(Args)]
pub(crate) struct Load {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Seconds for each measurement.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
}

/// What to count.
#[derive(Args)]
pub(crate) struct Instructions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Only these workloads.
    #[arg(long = "workload", value_name = "WORKLOAD", value_delimiter = ',', ignore_case = true)]
    pub(crate) workloads: Vec<Workload>,
    /// Leave a profile of each round in this folder, for `callgrind_annotate`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) profiles: Option<PathBuf>,
}

impl Common {
    /// The kinds of stores that are asked for.
    pub(crate) fn stores(&self) -> Vec<StoreKind> {
        let all = [StoreKind::Memory, StoreKind::Sqlite, StoreKind::Postgres];
        all.into_iter().filter(|store| self.stores.is_empty() || self.stores.contains(store)).collect()
    }

    /// Whether the page is written: after all of it was measured, or when that is asked for.
    pub(crate) fn writes(&self, is_whole: bool) -> bool {
        self.write || is_whole && self.stores.is_empty()
    }
}
