//! `wtb execution list`.

use crate::context::Context;
use crate::documents::{ExecutionSummary, WorkflowName, nanoseconds};
use crate::failure::{CliResult, Exit};
use crate::list_output::ListOutput;
use crate::options::PageArgs;
use crate::pages::{self, Part};
use crate::resolve;
use crate::screen::Screen;
use crate::view::execution_list;
use crate::view::time::run_time;
use clap::Args;
use std::collections::HashMap;
use wtb_domain::{Execution, ExecutionStatus, Timestamp, WorkflowId};
use wtb_ports::{Clock, Page, PageRequest, StoreError, StoreResult, SystemClock, UnitOfWork};

/// Which executions to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this workflow: its id, a unique id prefix, NAME@VERSION, or NAME for all versions.
    #[arg(long, value_name = "WORKFLOW")]
    pub(crate) workflow: Option<String>,
    /// Only those with this status: pending, running, paused, completed, failed or cancelled.
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<ExecutionStatus>,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

/// Lists executions.
///
/// # Errors
/// If there is no such workflow, or the store cannot be read.
pub(crate) async fn list(args: ListArgs, context: &Context, screen: &Screen) -> CliResult<Exit> {
    let store = context.open_to_read(screen).await?;
    let workflows = resolve::workflows_in(&store, args.workflow.as_deref(), screen).await?;
    let (mut part, mut shown) =
        (Part::of(args.page.request()), ListOutput::new(screen, execution_list::LIST));
    let progress = screen.progress("looking for executions", None);
    let (workflows, now) = (workflows.as_deref(), SystemClock.now());
    while let Some(request) = part.next() {
        let page = store.read(|unit| {
            Box::pin(async move {
                let Page { items, next } = page(unit, workflows, args.status, request).await?;
                let (mut names, mut summaries) = (WorkflowNames::default(), Vec::with_capacity(items.len()));
                for execution in items {
                    let workflow = names.of(unit, &execution.workflow_id).await?;
                    summaries.push(summary(execution, workflow, now));
                }
                Ok::<_, StoreError>(Page { items: summaries, next })
            })
        });
        for summary in part.take(page.await?) {
            shown.item(&summary)?;
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    shown.end(part.end())?;
    Ok(Exit::Done)
}

/// The next executions of these workflows with this status. The store lists by one workflow or by status; all else is
/// checked here.
async fn page(
    unit: &mut dyn UnitOfWork,
    workflows: Option<&[WorkflowName]>,
    status: Option<ExecutionStatus>,
    request: PageRequest,
) -> StoreResult<Page<Execution>> {
    match (workflows, status) {
        (None, None) => unit.executions().list_all(request).await,
        (None, Some(status)) => unit.executions().get_by_status(status, request).await,
        (Some([one]), None) => unit.executions().get_by_workflow(&one.id, request).await,
        (Some(workflows), status) => {
            let fits = |execution: &Execution| {
                workflows.iter().any(|workflow| workflow.id == execution.workflow_id)
                    && status.is_none_or(|status| execution.status == status)
            };
            // Most executions complete, so any other status is the shorter list.
            pages::fitting(
                unit,
                |unit, request| match (workflows, status) {
                    ([one], Some(ExecutionStatus::Completed)) => {
                        unit.executions().get_by_workflow(&one.id, request)
                    }
                    (_, Some(status)) => unit.executions().get_by_status(status, request),
                    (_, None) => unit.executions().list_all(request),
                },
                fits,
                request,
            )
            .await
        }
    }
}

/// The names of the workflows that were met.
#[derive(Debug, Default)]
struct WorkflowNames(HashMap<WorkflowId, Option<WorkflowName>>);

impl WorkflowNames {
    async fn of(&mut self, unit: &mut dyn UnitOfWork, id: &WorkflowId) -> StoreResult<Option<WorkflowName>> {
        if let Some(known) = self.0.get(id) {
            return Ok(known.clone());
        }
        // One by one: each comes with its definition.
        let name = unit.workflows().get_by_id(id).await?.as_ref().map(WorkflowName::from);
        self.0.insert(id.clone(), name.clone());
        Ok(name)
    }
}

fn summary(execution: Execution, workflow: Option<WorkflowName>, now: Timestamp) -> ExecutionSummary {
    ExecutionSummary {
        duration_ns: run_time(&execution, now).map(nanoseconds),
        workflow,
        id: execution.id,
        status: execution.status,
        current_node: execution.current_node,
        error: execution.error,
        created_at: execution.created_at,
        started_at: execution.started_at,
        completed_at: execution.completed_at,
    }
}
