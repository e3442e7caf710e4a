//! `wtb execution show`.

use crate::context::Context;
use crate::documents::{ExecutionReport, WorkflowName, nanoseconds};
use crate::failure::{CliResult, Exit};
use crate::screen::Screen;
use crate::variants::{VariantNames, VariantSet};
use crate::view::execution_show;
use crate::view::time::run_time;
use crate::{pages, resolve};
use clap::Args;
use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;
use wtb_domain::{AuditEntry, CheckpointFile, Execution, ExecutionId, NodeBoundary};
use wtb_ports::{Clock, StoreResult, SystemClock, UnitOfWork};

/// Which execution to show, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its id, or the beginning of its id.
    pub(crate) execution: String,
    /// How many entries of the end of its log to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) audit: usize,
    /// Show long errors and messages whole.
    #[arg(long)]
    pub(crate) full: bool,
}

/// Shows one execution and everything that belongs to it.
///
/// # Errors
/// If there is no such execution, or the store cannot be read.
pub(crate) async fn show(args: ShowArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let mut unit = store.begin_read().await?;
    let execution = resolve::execution(&mut *unit, &args.execution, screen).await?;
    let report = report(&mut *unit, execution, args.audit).await?;
    screen.result(&report, |look, report| execution_show::show(look, report, args.full))?;
    Ok(Exit::Done)
}

async fn report(
    unit: &mut dyn UnitOfWork,
    execution: Execution,
    entries: usize,
) -> StoreResult<ExecutionReport> {
    let id = execution.id.clone();
    let workflow = unit.workflows().get_by_id(&execution.workflow_id).await?;
    let set = VariantSet::of_state(&execution.state);
    let mut names = VariantNames::default();
    names.learn(unit, &set).await?;
    let node_boundaries =
        pages::all(async |page| unit.node_boundaries().get_by_execution(&id, page).await).await?;
    let checkpoint_files = files(unit, &execution, &node_boundaries).await?;
    let evaluation_results =
        pages::all(async |page| unit.evaluation_results().get_by_execution(&id, page).await).await?;
    Ok(ExecutionReport {
        workflow: workflow.as_ref().map(WorkflowName::from),
        duration_ns: run_time(&execution, SystemClock.now()).map(nanoseconds),
        variants: set.choices(&names),
        node_boundaries,
        checkpoint_files,
        evaluation_results,
        audit_logs: last_entries(unit, &id, entries).await?,
        execution,
    })
}

/// The files of every checkpoint that the execution went through, each once, in that order.
async fn files(
    unit: &mut dyn UnitOfWork,
    execution: &Execution,
    boundaries: &[NodeBoundary],
) -> StoreResult<Vec<CheckpointFile>> {
    let of_boundaries =
        boundaries.iter().flat_map(|boundary| [&boundary.entry_checkpoint_id, &boundary.exit_checkpoint_id]);
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for checkpoint in of_boundaries.chain([&execution.checkpoint_id]).flatten() {
        if seen.insert(checkpoint) {
            files.extend(unit.checkpoint_files().get_by_checkpoint(checkpoint).await?);
        }
    }
    Ok(files)
}

/// The log can only be read forwards, so the end is what is left after all of it went by.
async fn last_entries(
    unit: &mut dyn UnitOfWork,
    id: &ExecutionId,
    wanted: usize,
) -> StoreResult<Vec<AuditEntry>> {
    let mut last = VecDeque::new();
    if wanted > 0 {
        pages::each(
            async |page| unit.audit_logs().get_by_execution(id, page).await,
            |entry| {
                if last.len() == wanted {
                    last.pop_front();
                }
                last.push_back(entry);
                ControlFlow::Continue(())
            },
        )
        .await?;
    }
    Ok(last.into())
}
