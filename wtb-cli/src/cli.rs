//! What can be typed: the commands and their options.

use crate::commands::{
    audit, backup, digest, doctor, execution_list, execution_show, migrate, score, variant, workflow,
};
use crate::copy::CopyArgs;
use crate::import::ImportArgs;
use crate::options::{GlobalArgs, PageArgs};
use clap::{Parser, Subcommand};

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
