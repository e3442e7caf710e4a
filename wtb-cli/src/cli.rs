//! What can be typed: the commands and their options.

use crate::commands::{
    audit, backup, digest, doctor, execution_list, execution_show, migrate, score, variant, workflow,
};
use crate::copy::CopyArgs;
use crate::import::ImportArgs;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use wtb_ports::{Cursor, PageLimit, PageRequest};

/// Import, look at and look after a workflow test bench store.
#[derive(Parser)]
#[command(
    name = "wtb",
    version,
    arg_required_else_help = true,
    propagate_version = true,
    after_help = "Exit codes: 0 done, 1 failed, 2 done with rows left out, 64 typed wrongly, 129, 130 and 143 interrupted \
        by SIGHUP, Ctrl-C and SIGTERM."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that every command takes. Not `Debug`: the URL may hold a password.
#[derive(Clone, Args)]
pub(crate) struct GlobalArgs {
    /// The store to use, such as `sqlite:///data/wtb.db`, instead of the one in the settings.
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) store: Option<String>,
    /// The settings file to read, instead of wtb.toml.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// The profile of the settings file to use.
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// Print one JSON document instead of text; an error is one on stderr, alone there without -v.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: Color,
    /// Say what is done and why something failed, twice for more; wins over log.level.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which part of a list to show.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// How many to show at most, up to 10000.
    #[arg(long, value_name = "N", default_value = "50", value_parser = page_limit)]
    pub(crate) limit: PageLimit,
    /// Where to go on: what the page before ended with.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<Cursor>,
}

impl PageArgs {
    /// The page to ask the store for.
    pub(crate) fn request(&self) -> PageRequest {
        PageRequest { after: self.after, limit: self.limit }
    }
}

fn page_limit(text: &str) -> Result<PageLimit, String> {
    let items = text.parse().map_err(|_| "not a whole number".to_owned())?;
    PageLimit::new(items).map_err(|invalid| invalid.to_string())
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Copy the data of a Python workflow test bench into the store.
    Import(ImportArgs),
    /// Look at workflows.
    #[command(subcommand)]
    Workflow(WorkflowCommand),
    /// Look at executions.
    #[command(subcommand)]
    Execution(ExecutionCommand),
    /// Look at node variants.
    #[command(subcommand)]
    Variant(VariantCommand),
    /// Look at evaluation results.
    #[command(subcommand)]
    Score(ScoreCommand),
    /// Look at the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Copy everything from one store to another.
    Copy(CopyArgs),
    /// Copy the store into a new SQLite file while it is in use.
    Backup(backup::BackupArgs),
    /// Show how many entities of each kind the store holds, and a digest of them.
    Digest(digest::DigestArgs),
    /// Bring the schema of the store up to date.
    Migrate(migrate::MigrateArgs),
    /// Show the settings, what is wrong with the store, and the statements that repair it.
    Doctor(doctor::DoctorArgs),
}

#[derive(Subcommand)]
pub(crate) enum WorkflowCommand {
    /// List workflows, oldest first.
    List(PageArgs),
    /// Show a workflow: its nodes, edges and variants.
    Show(workflow::ShowArgs),
}

#[derive(Subcommand)]
pub(crate) enum ExecutionCommand {
    /// List executions, oldest first.
    List(execution_list::ListArgs),
    /// Show an execution: timeline, errors, files, scores and the end of its log.
    Show(execution_show::ShowArgs),
}

#[derive(Subcommand)]
pub(crate) enum VariantCommand {
    /// List node variants, oldest first.
    List(variant::ListArgs),
}

#[derive(Subcommand)]
pub(crate) enum ScoreCommand {
    /// Compare the mean scores of variants, or rank executions.
    Compare(score::CompareArgs),
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the log of an execution, oldest first.
    Show(audit::ShowArgs),
}
