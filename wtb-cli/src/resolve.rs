//! Finds what a user means by an id, the beginning of an id, or a name.
//!
//! The ports have no search by prefix, so whatever is no complete id is looked for in the whole list. On a million
//! executions that takes a while; complete ids are always found at once.

use crate::failure::{CliError, CliResult};
use crate::pages;
use crate::screen::Screen;
use std::ops::ControlFlow;
use wtb_domain::{Entity, EntityKind, Execution, ExecutionId, Workflow, WorkflowId};
use wtb_ports::{Page, PageRequest, StoreResult, UnitOfWork};

/// How many matches of an ambiguous prefix are listed.
const LISTED: usize = 10;

/// The workflow with this id, name (its newest version), or unique beginning of an id.
///
/// # Errors
/// If there is none, or more than one.
pub(crate) async fn workflow(unit: &mut dyn UnitOfWork, given: &str, screen: &Screen) -> CliResult<Workflow> {
    if let Ok(id) = WorkflowId::new(given)
        && let Some(found) = unit.workflows().get_by_id(&id).await?
    {
        return Ok(found);
    }
    if let Some(found) = unit.workflows().get_by_name(given).await? {
        return Ok(found);
    }
    let describe = |found: &Workflow| format!("{}  {} {}", found.id, found.name, found.version);
    by_prefix(given, screen, describe, async |page| unit.workflows().list_all(page).await).await
}

/// The execution with this id, or unique beginning of an id.
///
/// # Errors
/// If there is none, or more than one.
pub(crate) async fn execution(
    unit: &mut dyn UnitOfWork,
    given: &str,
    screen: &Screen,
) -> CliResult<Execution> {
    if let Ok(id) = ExecutionId::new(given)
        && let Some(found) = unit.executions().get_by_id(&id).await?
    {
        return Ok(found);
    }
    let describe = |found: &Execution| format!("{}  {}  made {}", found.id, found.status, found.created_at);
    by_prefix(given, screen, describe, async |page| unit.executions().list_all(page).await).await
}

async fn by_prefix<T: Entity>(
    given: &str,
    screen: &Screen,
    describe: impl Fn(&T) -> String,
    read: impl AsyncFnMut(PageRequest) -> StoreResult<Page<T>>,
) -> CliResult<T> {
    let progress = screen.progress(format!("looking for {} {given}", T::KIND), None);
    let mut matches = Vec::new();
    pages::each(read, |item| {
        progress.inc(1);
        if item.id().as_ref().starts_with(given) {
            matches.push(item);
        }
        // One more than is listed tells that there are more.
        if matches.len() > LISTED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await?;
    progress.finish_and_clear();
    only_one(given, matches, describe)
}

fn only_one<T: Entity>(given: &str, mut matches: Vec<T>, describe: impl Fn(&T) -> String) -> CliResult<T> {
    let kind = T::KIND;
    match (matches.len(), matches.pop()) {
        (0, _) | (_, None) => Err(CliError::failed(match kind {
            EntityKind::Workflow => {
                format!("no workflow is called {given:?} or has an id that begins with it")
            }
            _ => format!("no {kind} has an id that begins with {given:?}"),
        })),
        (1, Some(found)) => Ok(found),
        (count, Some(last)) => {
            matches.push(last);
            let many = if count > LISTED { format!("more than {LISTED}") } else { count.to_string() };
            let listed = matches.iter().take(LISTED).map(describe).collect();
            let sentence = format!("{many} {kind} ids begin with {given:?}; give more of the one you mean");
            Err(CliError::failed(sentence).listing(listed))
        }
    }
}
