//! `wtb execution list`.

use crate::cli::PageArgs;
use crate::context::Context;
use crate::documents::{ExecutionSummary, List, WorkflowName, nanoseconds};
use crate::failure::{CliResult, Exit};
use crate::resolve;
use crate::screen::Screen;
use crate::view::execution_list;
use crate::view::time::run_time;
use clap::Args;
use std::collections::{BTreeSet, HashMap};
use wtb_domain::{Execution, ExecutionStatus, Timestamp, WorkflowId};
use wtb_ports::{Clock, Page, PageLimit, PageRequest, StoreResult, SystemClock, UnitOfWork};

/// How many executions are read at a time when many of them may be passed over.
const SCANNED: PageLimit = PageLimit::DEFAULT;

/// Which executions to list.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those of this workflow: its id, the beginning of its id, or its name.
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
    let mut unit = store.begin_read().await?;
    let workflow = match &args.workflow {
        Some(given) => Some(resolve::workflow(&mut *unit, given, screen).await?.id),
        None => None,
    };
    let page = args.page.request();
    let page = match (&workflow, args.status) {
        (None, None) => unit.executions().list_all(page).await?,
        (None, Some(status)) => unit.executions().get_by_status(status, page).await?,
        (Some(workflow), None) => unit.executions().get_by_workflow(workflow, page).await?,
        (Some(workflow), Some(status)) => {
            let progress = screen.progress("looking for executions", None);
            let page = of_workflow_with_status(&mut *unit, workflow, status, page, |read| progress.inc(read));
            let page = page.await?;
            progress.finish_and_clear();
            page
        }
    };
    let names = workflow_names(&mut *unit, &page.items).await?;
    let now = SystemClock.now();
    let items = page.items.into_iter().map(|execution| summary(execution, &names, now)).collect();
    screen.page(&List::new(items, page.next), execution_list::list)?;
    Ok(Exit::Done)
}

/// The store lists by workflow or by status; the other condition is checked here, page after page.
async fn of_workflow_with_status(
    unit: &mut dyn UnitOfWork,
    workflow: &WorkflowId,
    status: ExecutionStatus,
    wanted: PageRequest,
    mut tell_read: impl FnMut(u64),
) -> StoreResult<Page<Execution>> {
    let limit = wanted.limit.get() as usize;
    let mut found = Vec::new();
    let mut request = PageRequest { limit: wanted.limit.max(SCANNED), ..wanted };
    loop {
        let page = read(unit, workflow, status, request).await?;
        tell_read(page.items.len() as u64);
        let fits = |execution: &Execution| execution.workflow_id == *workflow && execution.status == status;
        let room = limit - found.len();
        // The last one that fits may stand in the middle of a page; a page that ends there has the cursor after it.
        if let Some((place, _)) = page.items.iter().enumerate().filter(|(_, item)| fits(item)).nth(room - 1)
            && place + 1 < page.items.len()
        {
            let limit =
                PageLimit::new(u32::try_from(place + 1).unwrap_or(u32::MAX)).unwrap_or(PageLimit::MAX);
            let shorter = read(unit, workflow, status, PageRequest { limit, ..request }).await?;
            found.extend(shorter.items.into_iter().filter(fits));
            return Ok(Page { items: found, next: shorter.next });
        }
        found.extend(page.items.into_iter().filter(fits));
        match page.next {
            Some(cursor) if found.len() < limit => request = request.after(cursor),
            next => return Ok(Page { items: found, next }),
        }
    }
}

/// The list that is walked. Most executions complete, so any other status is the shorter list.
async fn read(
    unit: &mut dyn UnitOfWork,
    workflow: &WorkflowId,
    status: ExecutionStatus,
    page: PageRequest,
) -> StoreResult<Page<Execution>> {
    match status {
        ExecutionStatus::Completed => unit.executions().get_by_workflow(workflow, page).await,
        _ => unit.executions().get_by_status(status, page).await,
    }
}

async fn workflow_names(
    unit: &mut dyn UnitOfWork,
    executions: &[Execution],
) -> StoreResult<HashMap<WorkflowId, WorkflowName>> {
    let ids: BTreeSet<_> = executions.iter().map(|execution| execution.workflow_id.clone()).collect();
    let workflows = unit.workflows().get_by_ids(&ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(workflows.iter().map(|workflow| (workflow.id.clone(), workflow.into())).collect())
}

fn summary(
    execution: Execution,
    names: &HashMap<WorkflowId, WorkflowName>,
    now: Timestamp,
) -> ExecutionSummary {
    ExecutionSummary {
        duration_ns: run_time(&execution, now).map(nanoseconds),
        workflow: names.get(&execution.workflow_id).cloned(),
        id: execution.id,
        status: execution.status,
        current_node: execution.current_node,
        error: execution.error,
        created_at: execution.created_at,
        started_at: execution.started_at,
        completed_at: execution.completed_at,
    }
}
