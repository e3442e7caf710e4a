//! `wtb workflow list` and `wtb workflow show`.

use crate::cli::PageArgs;
use crate::context::Context;
use crate::documents::WorkflowReport;
use crate::failure::{CliResult, Exit};
use crate::screen::Screen;
use crate::view::workflow;
use crate::{pages, resolve};
use clap::Args;

/// Which workflow to show.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its id, the beginning of its id, or its name.
    pub(crate) workflow: String,
}

/// Lists workflows.
///
/// # Errors
/// If the store cannot be read.
pub(crate) async fn list(args: PageArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let page = store.begin_read().await?.workflows().list_all(args.request()).await?;
    screen.page(&page.into(), workflow::list)?;
    Ok(Exit::Done)
}

/// Shows one workflow and its variants.
///
/// # Errors
/// If there is no such workflow, or the store cannot be read.
pub(crate) async fn show(args: ShowArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let mut unit = store.begin_read().await?;
    let workflow = resolve::workflow(&mut *unit, &args.workflow, screen).await?;
    let node_variants =
        pages::all(async |page| unit.node_variants().get_by_workflow(&workflow.id, page).await).await?;
    screen.result(&WorkflowReport { workflow, node_variants }, workflow::show)?;
    Ok(Exit::Done)
}
