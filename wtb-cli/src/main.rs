//! The `wtb` command: imports, shows and looks after a workflow test bench store.

mod cli;
mod context;
mod failure;
mod import;
mod screen;
mod view;

use clap::Parser;
use clap::error::ErrorKind;
use cli::{Cli, Command};
use context::Context;
use failure::{CliError, CliResult, Exit};
use screen::Screen;
use std::io;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return say_usage(&answer),
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
    runtime.block_on(async {
        match cli.command {
            Command::Import(args) => import::run(args, &context, screen).await,
        }
    })
}

/// Prints clap's help, version or complaint. Asking for help is no mistake, even by saying nothing.
fn say_usage(answer: &clap::Error) -> ExitCode {
    let asked_for =
        !answer.use_stderr() || answer.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    // Nothing is left to be told when the terminal itself is gone.
    let _ = answer.print();
    if asked_for { Exit::Done.into() } else { Exit::Usage.into() }
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
