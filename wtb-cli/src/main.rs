//! The `wtb` command: imports, shows and looks after a workflow test bench store.

mod cli;
mod commands;
mod context;
mod copy;
mod difference;
mod digest;
mod documents;
mod error_kind;
mod failure;
mod import;
mod interrupt;
mod json_error;
mod json_object;
mod list_output;
mod logging;
mod options;
mod pages;
mod resolve;
mod row;
mod score;
mod screen;
mod turn;
mod typed;
mod usage;
mod variants;
mod view;
mod walk;

use clap::Parser;
use cli::{AuditCommand, Cli, Command, ExecutionCommand, ScoreCommand, VariantCommand, WorkflowCommand};
use context::Context;
use failure::{CliError, CliResult, Exit};
use interrupt::or_interrupted;
use screen::Screen;
use std::process::ExitCode;
use wtb_config::LogLevel;

/// The usual one keeps up to 40 MB of freed memory and more in gaps where blocks of 128 KB to 32 MB come and go; this one
/// gives large blocks back to the system.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return usage::say(&answer),
    };
    let verbose = cli.global.verbose;
    let screen = Screen::new(cli.global.json, verbose > 0, cli.global.color);
    let json = cli.global.json;
    let context = Context::new(cli.global);
    // A program that reads stderr as JSON finds nothing there but the error, unless log lines are asked for too.
    logging::begin(verbose, if json { Some(LogLevel::Off) } else { context.log_level() });
    match run(cli.command, &context, &screen) {
        Ok(exit) => exit.into(),
        Err(error) => {
            screen.error(&error);
            error.exit().into()
        }
    }
}

fn run(command: Command, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::failed("cannot start the runtime").because(source))?;
    runtime.block_on(obey(command, context, screen))
}

async fn obey(command: Command, context: &Context, screen: &Screen) -> CliResult<Exit> {
    use commands::{
        audit, backup, digest, doctor, execution_list, execution_show, migrate, score, variant, workflow,
    };

    match command {
        Command::Import(args) => import::run(args, context, screen).await,
        Command::Workflow(WorkflowCommand::List(args)) => workflow::list(args, context, screen).await,
        Command::Workflow(WorkflowCommand::Show(args)) => workflow::show(args, context, screen).await,
        Command::Execution(ExecutionCommand::List(args)) => execution_list::list(args, context, screen).await,
        Command::Execution(ExecutionCommand::Show(args)) => execution_show::show(args, context, screen).await,
        Command::Variant(VariantCommand::List(args)) => variant::list(args, context, screen).await,
        Command::Score(ScoreCommand::Compare(args)) => score::compare(args, context, screen).await,
        Command::Audit(AuditCommand::Show(args)) => {
            or_interrupted("interrupted", Box::pin(audit::show(args, context, screen))).await
        }
        Command::Copy(args) => copy::run(args, context, screen).await,
        Command::Backup(args) => backup::run(args, context, screen).await,
        Command::Digest(args) => {
            or_interrupted("interrupted", Box::pin(digest::run(args, context, screen))).await
        }
        Command::Migrate(args) => {
            let sentence = "interrupted; `wtb migrate --check` shows what is missing";
            or_interrupted(sentence, Box::pin(migrate::run(args, context, screen))).await
        }
        Command::Doctor(args) => doctor::run(args, context, screen).await,
    }
}
