//! `wtb variant list`.

use crate::cli::PageArgs;
use crate::context::Context;
use crate::failure::{CliError, CliResult, Exit};
use crate::resolve;
use crate::screen::Screen;
use crate::view::variant;
use clap::Args;
use wtb_domain::NodeId;

/// Which variants to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this workflow: its id, the beginning of its id, or its name.
    #[arg(long, value_name = "WORKFLOW")]
    pub(crate) workflow: Option<String>,
    /// Only those of this node.
    #[arg(long, value_name = "NODE", requires = "workflow")]
    pub(crate) node: Option<String>,
    /// Only those that are still to be used.
    #[arg(long, requires = "node")]
    pub(crate) active: bool,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

/// Lists node variants.
///
/// # Errors
/// If there is no such workflow, or the store cannot be read.
pub(crate) async fn list(args: ListArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let mut unit = store.begin_read().await?;
    let workflow = match &args.workflow {
        Some(given) => Some(resolve::workflow(&mut *unit, given, screen).await?.id),
        None => None,
    };
    let node = args.node.map(NodeId::new).transpose();
    let node = node.map_err(|invalid| CliError::usage("no node has this id").because(invalid))?;
    let (variants, page) = (unit.node_variants(), args.page.request());
    let page = match (&workflow, &node) {
        (None, _) => variants.list_all(page).await?,
        (Some(workflow), None) => variants.get_by_workflow(workflow, page).await?,
        (Some(workflow), Some(node)) if args.active => variants.get_active(workflow, node, page).await?,
        (Some(workflow), Some(node)) => variants.get_by_node(workflow, node, page).await?,
    };
    screen.page(&page.into(), variant::list)?;
    Ok(Exit::Done)
}
