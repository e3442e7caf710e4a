//! Finds what a user means by an id, the beginning of an id, or a name.
//!
//! The ports have no search by prefix, so whatever is no complete id is looked for in the whole list. On a million
//! executions that takes a while; complete ids are always found at once.

use crate::documents::WorkflowName;
use crate::failure::{CliError, CliResult};
use crate::pages;
use crate::screen::Screen;
use crate::view::text::shorten;
use std::ops::ControlFlow;
use wtb_config::{BoxFuture, Store};
use wtb_domain::{Entity, Execution, ExecutionId, Workflow, WorkflowId};
use wtb_ports::{Page, PageRequest, StoreResult, UnitOfWork};

/// How many matches of an ambiguous name or prefix are listed.
const LISTED: usize = 10;
/// Columns of a line with a match.
const MATCH_COLUMNS: usize = 78;

/// The one workflow with this id, `NAME@VERSION`, name, or unique id prefix.
///
/// # Errors
/// If there is none, or more than one: then they are listed.
pub(crate) async fn workflow(unit: &mut dyn UnitOfWork, given: &str, screen: &Screen) -> CliResult<Workflow> {
    let found = workflows(unit, given, screen).await?;
    let [one] = found.as_slice() else {
        let newest = found.iter().rev().take(LISTED).map(described).collect();
        let count = found.len();
        let listed = if count > LISTED { format!("; the newest {LISTED} are") } else { String::new() };
        let sentence =
            format!("{count} workflows are called {given:?}; give one as NAME@VERSION or by its id{listed}");
        return Err(CliError::ambiguous(sentence).listing(newest));
    };
    unit.workflows().get_by_id(&one.id).await?.ok_or_else(|| no_workflow(given))
}

/// The workflows that are meant by this id, `NAME@VERSION`, name (all its versions), or unique id prefix; the oldest first.
///
/// # Errors
/// If there is none, or several ids have the prefix.
pub(crate) async fn workflows(
    unit: &mut dyn UnitOfWork,
    given: &str,
    screen: &Screen,
) -> CliResult<Vec<WorkflowName>> {
    if let Ok(id) = WorkflowId::new(given)
        && let Some(found) = unit.workflows().get_by_id(&id).await?
    {
        return Ok(vec![WorkflowName::from(&found)]);
    }
    let mut found = versions(unit, given, screen).await?;
    // A name may have an @ in it, and so may be meant as a whole.
    if let Some((name, version)) = given.rsplit_once('@')
        && let Some(one) = unit.workflows().get_by_name_and_version(name, version).await?
    {
        found.push(WorkflowName::from(&one));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let describe = |found: &Workflow| described(&found.into());
    let matches = by_prefix(unit, given, screen, describe, |unit, page| unit.workflows().list_all(page));
    let id = matches.await?.ok_or_else(|| no_workflow(given))?;
    let found = unit.workflows().get_by_id(&id).await?.ok_or_else(|| no_workflow(given))?;
    Ok(vec![WorkflowName::from(&found)])
}

/// As [`workflows`], read again where the store says so; `None` where no workflow is given.
///
/// # Errors
/// As [`workflows`].
pub(crate) async fn workflows_in(
    store: &Store,
    given: Option<&str>,
    screen: &Screen,
) -> CliResult<Option<Vec<WorkflowName>>> {
    let Some(given) = given else { return Ok(None) };
    store.read(|unit| Box::pin(workflows(unit, given, screen))).await.map(Some)
}

/// All versions of a name, in the order in which they were added. The ports list no versions, so all workflows are looked
/// at.
async fn versions(unit: &mut dyn UnitOfWork, name: &str, screen: &Screen) -> CliResult<Vec<WorkflowName>> {
    let mut found = Vec::new();
    if unit.workflows().get_by_name(name).await?.is_some() {
        let progress = screen.progress(format!("looking for versions of {name}"), None);
        let visit = |workflow: Workflow| {
            progress.inc(1);
            if workflow.name == name {
                found.push(WorkflowName::from(&workflow));
            }
            ControlFlow::Continue(())
        };
        pages::each(unit, |unit, page| unit.workflows().list_all(page), visit).await?;
        progress.finish_and_clear();
    }
    Ok(found)
}

fn described(workflow: &WorkflowName) -> String {
    let WorkflowName { id, name, version } = workflow;
    shorten(&format!("{id}  {name}@{version}"), MATCH_COLUMNS)
}

fn no_workflow(given: &str) -> CliError {
    CliError::not_found(format!("no workflow is called {given:?} or has an id that begins with it"))
}

/// The execution with this id, or unique id prefix.
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
    let matches = by_prefix(unit, given, screen, describe, |unit, page| unit.executions().list_all(page));
    let none = || CliError::not_found(format!("no execution has an id that begins with {given:?}"));
    let id = matches.await?.ok_or_else(none)?;
    unit.executions().get_by_id(&id).await?.ok_or_else(none)
}

/// The one id that begins with `given`. Of the entities only their ids and descriptions stay in memory.
async fn by_prefix<'env, T: Entity>(
    unit: &mut (dyn UnitOfWork + 'env),
    given: &str,
    screen: &Screen,
    describe: impl Fn(&T) -> String,
    read: impl for<'a> FnMut(&'a mut (dyn UnitOfWork + 'env), PageRequest) -> BoxFuture<'a, StoreResult<Page<T>>>,
) -> CliResult<Option<T::Id>> {
    let progress = screen.progress(format!("looking for {} {given}", T::KIND), None);
    let (mut first, mut matches) = (None, Vec::new());
    pages::each(unit, read, |item| {
        progress.inc(1);
        if item.id().as_ref().starts_with(given) {
            first.get_or_insert_with(|| item.id().clone());
            matches.push(describe(&item));
        }
        // One more than is listed shows that there are more.
        if matches.len() > LISTED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await?;
    progress.finish_and_clear();
    let count = matches.len();
    if count < 2 {
        return Ok(first);
    }
    matches.truncate(LISTED);
    let many = if count > LISTED { format!("more than {LISTED}") } else { count.to_string() };
    let kind = T::KIND;
    let sentence = format!("{many} {kind} ids begin with {given:?}; give more of the one you mean");
    Err(CliError::ambiguous(sentence).listing(matches))
}
