//! What can be typed: the commands and their options.

use crate::import::ImportArgs;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Import, look at and look after a workflow test bench store.
#[derive(Debug, Parser)]
#[command(name = "wtb", version, arg_required_else_help = true, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// The store to use, such as sqlite:///data/wtb.db, in place of the one in the settings.
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) store: Option<String>,
    /// The settings file to read, in place of wtb.toml.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The profile of the settings file to use.
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// Print one JSON document in place of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: Color,
    /// Say what is done and why something failed; twice for more.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless the environment says no.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Copy the data of a Python workflow test bench into the store.
    Import(ImportArgs),
}
