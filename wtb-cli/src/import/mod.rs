//! Copies the data of a Python workflow test bench into the store.

use crate::context::Context;
use crate::failure::{CliError, CliResult, Exit};
use crate::screen::Screen;
use clap::Args;

/// What to import, and how.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {}

/// Imports.
///
/// # Errors
/// One sentence about what could not be read or stored.
pub(crate) async fn run(_args: ImportArgs, _context: &Context, _screen: &Screen) -> CliResult<Exit> {
    Err(CliError::failed("nothing can be imported yet"))
}
