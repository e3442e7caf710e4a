//! The `wtb` command: imports, shows and looks after a workflow test bench store.

mod cli;
mod commands;
mod context;
mod documents;
mod failure;
mod import;
mod pages;
mod resolve;
mod score;
mod screen;
mod typed;
mod usage;
mod variants;
mod view;

use clap::Parser;
use cli::{AuditCommand, Cli, Command, ExecutionCommand, ScoreCommand, VariantCommand, WorkflowCommand};
use context::Context;
use failure::{CliError, CliResult, Exit};
use screen::Screen;
use std::io;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return usage::say(&answer),
    };
    log_to_stderr(cli.global.verbose);
    let screen = Screen::new(cli.global.json, cli.global.color);
    let verbose = cli.global.verbose > 0;
    match run(cli, &screen) {
        Ok(exit) => exit.into(),
        Err(error) => {
            screen.error(&error, verbose);
            error.exit().into()
        }
    }
}

fn run(cli: Cli, screen: &Screen) -> CliResult<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::failed("cannot start the runtime").because(source))?;
    let context = Context::new(cli.global);
    runtime.block_on(obey(cli.command, &context, screen))
}

async fn obey(command: Command, context: &Context, screen: &Screen) -> CliResult<Exit> {
    use commands::{audit, doctor, execution_list, execution_show, migrate, score, variant, workflow};

    match command {
        Command::Import(args) => import::run(args, context, screen).await,
        Command::Workflow(WorkflowCommand::List(args)) => workflow::list(args, context, screen).await,
        Command::Workflow(WorkflowCommand::Show(args)) => workflow::show(args, context, screen).await,
        Command::Execution(ExecutionCommand::List(args)) => execution_list::list(args, context, screen).await,
        Command::Execution(ExecutionCommand::Show(args)) => execution_show::show(args, context, screen).await,
        Command::Variant(VariantCommand::List(args)) => variant::list(args, context, screen).await,
        Command::Score(ScoreCommand::Compare(args)) => score::compare(args, context, screen).await,
        Command::Audit(AuditCommand::Show(args)) => audit::show(args, context, screen).await,
        Command::Migrate(args) => migrate::run(args, context, screen).await,
        Command::Doctor(args) => doctor::run(args, context, screen).await,
    }
}

/// Sends log lines to stderr: warnings, with `-v` what is done, with `-vv` how.
fn log_to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => "warn",
        1 => "warn,wtb=info,wtb_config=info,wtb_adapter_sql=info,wtb_adapter_memory=info",
        _ => "info,wtb=debug,wtb_config=debug,wtb_adapter_sql=debug,wtb_adapter_memory=debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .init();
}
