//! `wtb variant list`.

use crate::context::Context;
use crate::documents::WorkflowName;
use crate::failure::{CliError, CliResult, Exit};
use crate::list_output::ListOutput;
use crate::options::PageArgs;
use crate::pages::{self, Part};
use crate::resolve;
use crate::screen::Screen;
use crate::view::variant;
use clap::Args;
use wtb_domain::{NodeId, NodeVariant};
use wtb_ports::{Page, PageRequest, StoreResult, UnitOfWork};

/// Which variants to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this workflow: its id, a unique id prefix, NAME@VERSION, or NAME for all versions.
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
    let workflows = resolve::workflows_in(&store, args.workflow.as_deref(), screen).await?;
    let node = args.node.map(NodeId::new).transpose();
    let node = node.map_err(|invalid| CliError::usage("no node has this id").because(invalid))?;
    let (mut part, mut shown) = (Part::of(args.page.request()), ListOutput::new(screen, variant::LIST));
    let (workflows, node) = (workflows.as_deref(), node.as_ref());
    while let Some(request) = part.next() {
        let page = store.read(|unit| Box::pin(page(unit, workflows, node, args.active, request)));
        for variant in part.take(page.await?) {
            shown.item(&variant)?;
        }
    }
    shown.end(part.end())?;
    Ok(Exit::Done)
}

/// The next variants of these workflows and this node. The store lists by one workflow; of several the variants are chosen
/// here.
async fn page(
    unit: &mut dyn UnitOfWork,
    workflows: Option<&[WorkflowName]>,
    node: Option<&NodeId>,
    active: bool,
    request: PageRequest,
) -> StoreResult<Page<NodeVariant>> {
    match (workflows, node) {
        (None, _) => unit.node_variants().list_all(request).await,
        (Some([one]), None) => unit.node_variants().get_by_workflow(&one.id, request).await,
        (Some([one]), Some(node)) if active => unit.node_variants().get_active(&one.id, node, request).await,
        (Some([one]), Some(node)) => unit.node_variants().get_by_node(&one.id, node, request).await,
        (Some(workflows), node) => {
            let fits = |variant: &NodeVariant| {
                workflows.iter().any(|workflow| workflow.id == variant.workflow_id)
                    && node.is_none_or(|node| variant.node_id == *node)
                    && (variant.is_active || !active)
            };
            pages::fitting(unit, |unit, request| unit.node_variants().list_all(request), fits, request).await
        }
    }
}
