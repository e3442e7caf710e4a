//! Makes a call on a unit of a store.

use super::answer::Answer;
use super::call::{Call, Find, List};
use super::row::{Kept, Row};
use super::sample::Sample;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, Execution, ExecutionId, NodeBoundary,
    NodeVariant, Workflow,
};
use wtb_ports::{BoxUnitOfWork, Cursor, Page, PageRequest, StoreResult};

/// Calls a function that is generic over entities for a kind of them; `$log` is what is done with the log.
macro_rules! of_kind {
    ($kind:expr, $function:ident($($argument:expr),*), log: $log:expr) => {
        match $kind {
            EntityKind::Workflow => $function::<Workflow>($($argument),*).await,
            EntityKind::Execution => $function::<Execution>($($argument),*).await,
            EntityKind::NodeBoundary => $function::<NodeBoundary>($($argument),*).await,
            EntityKind::CheckpointFile => $function::<CheckpointFile>($($argument),*).await,
            EntityKind::NodeVariant => $function::<NodeVariant>($($argument),*).await,
            EntityKind::EvaluationResult => $function::<EvaluationResult>($($argument),*).await,
            EntityKind::AuditEntry => $log,
        }
    };
}

/// Makes `call`; a list goes on after `after`. Answers where the page ends, if more follow.
///
/// # Errors
/// What the store says.
pub(super) async fn perform(
    unit: &mut BoxUnitOfWork,
    call: &Call,
    after: Option<Cursor>,
) -> StoreResult<(Answer, Option<Cursor>)> {
    let answer = match call {
        Call::List(list, limit) => {
            let (rows, next) = page(unit, list, PageRequest { after, limit: *limit }).await?;
            return Ok((Answer::Page(rows, next.is_some()), next));
        }
        Call::GetById(kind, id) => Answer::Found(of_kind!(kind, get_by_id(unit, id), log: no_ids())?),
        Call::GetByIds(kind, ids) => Answer::Rows(of_kind!(kind, get_by_ids(unit, ids), log: no_ids())?),
        Call::Add(sample) => Answer::Row(of_kind!(sample.row.kind(), add(unit, sample), log: no_ids())?),
        Call::AddAll(kind, samples) => Answer::Rows(of_kind!(kind, add_all(unit, samples), log: no_ids())?),
        Call::Update(sample) => {
            Answer::Row(of_kind!(sample.row.kind(), update(unit, sample), log: no_ids())?)
        }
        Call::Delete(kind, id) => Answer::Was(of_kind!(kind, delete(unit, id), log: no_ids())?),
        Call::Append(log, samples) => {
            let log: Option<ExecutionId> = log.as_deref().map(Execution::id_of);
            let entries = samples.iter().map(entry).collect();
            unit.audit_logs().append_logs(log.as_ref(), entries).await?;
            Answer::Done
        }
        Call::Find(find) => Answer::Found(found(unit, find).await?),
    };
    Ok((answer, None))
}

fn no_ids() -> ! {
    panic!("the log has neither identifiers nor revisions")
}

fn entry(sample: &Sample) -> AuditEntry {
    match &sample.row {
        Row::AuditEntry(entry) => entry.clone(),
        other => panic!("{other:?} is no audit entry"),
    }
}

fn entities<E: Kept>(samples: &[Sample]) -> Vec<E> {
    samples.iter().map(|sample| E::from_row(sample.row.clone())).collect()
}

async fn get_by_id<E: Kept>(unit: &mut BoxUnitOfWork, id: &str) -> StoreResult<Option<Row>> {
    Ok(E::get_by_id(unit, &E::id_of(id)).await?.map(E::into_row))
}

async fn get_by_ids<E: Kept>(unit: &mut BoxUnitOfWork, ids: &[String]) -> StoreResult<Vec<Row>> {
    let ids: Vec<E::Id> = ids.iter().map(|id| E::id_of(id)).collect();
    Ok(E::get_by_ids(unit, &ids).await?.into_iter().map(E::into_row).collect())
}

async fn add<E: Kept>(unit: &mut BoxUnitOfWork, sample: &Sample) -> StoreResult<Row> {
    E::add(unit, E::from_row(sample.row.clone())).await.map(E::into_row)
}

async fn add_all<E: Kept>(unit: &mut BoxUnitOfWork, samples: &[Sample]) -> StoreResult<Vec<Row>> {
    Ok(E::add_all(unit, entities(samples)).await?.into_iter().map(E::into_row).collect())
}

async fn update<E: Kept>(unit: &mut BoxUnitOfWork, sample: &Sample) -> StoreResult<Row> {
    E::update(unit, E::from_row(sample.row.clone())).await.map(E::into_row)
}

async fn delete<E: Kept>(unit: &mut BoxUnitOfWork, id: &str) -> StoreResult<bool> {
    E::delete(unit, &E::id_of(id)).await
}

async fn all<E: Kept>(
    unit: &mut BoxUnitOfWork,
    request: PageRequest,
) -> StoreResult<(Vec<Row>, Option<Cursor>)> {
    E::list_all(unit, request).await.map(rows)
}

fn rows<E: Kept>(page: Page<E>) -> (Vec<Row>, Option<Cursor>) {
    (page.items.into_iter().map(E::into_row).collect(), page.next)
}

fn log(page: Page<AuditEntry>) -> (Vec<Row>, Option<Cursor>) {
    (page.items.into_iter().map(Row::AuditEntry).collect(), page.next)
}

async fn page(
    unit: &mut BoxUnitOfWork,
    list: &List,
    request: PageRequest,
) -> StoreResult<(Vec<Row>, Option<Cursor>)> {
    let workflow = Workflow::id_of;
    let execution = Execution::id_of;
    match list {
        List::All(kind) => {
            of_kind!(kind, all(unit, request), log: unit.audit_logs().list_all(request).await.map(log))
        }
        List::ExecutionsOfWorkflow(id) => {
            unit.executions().get_by_workflow(&workflow(id), request).await.map(rows)
        }
        List::ExecutionsIn(status) => unit.executions().get_by_status(*status, request).await.map(rows),
        List::RunningExecutions => unit.executions().get_running(request).await.map(rows),
        List::BoundariesOfSession(id) => {
            unit.node_boundaries().get_by_session(&key(id), request).await.map(rows)
        }
        List::CompletedBoundaries(id) => {
            unit.node_boundaries().get_completed(&key(id), request).await.map(rows)
        }
        List::BoundariesOfExecution(id) => {
            unit.node_boundaries().get_by_execution(&execution(id), request).await.map(rows)
        }
        List::FilesOfCommit(id) => {
            unit.checkpoint_files().get_by_file_commit(&key(id), request).await.map(rows)
        }
        List::VariantsOfNode(id, node) => {
            unit.node_variants().get_by_node(&workflow(id), &key(node), request).await.map(rows)
        }
        List::ActiveVariants(id, node) => {
            unit.node_variants().get_active(&workflow(id), &key(node), request).await.map(rows)
        }
        List::VariantsOfWorkflow(id) => {
            unit.node_variants().get_by_workflow(&workflow(id), request).await.map(rows)
        }
        List::ResultsOfExecution(id) => {
            unit.evaluation_results().get_by_execution(&execution(id), request).await.map(rows)
        }
        List::LogOfExecution(id) => {
            unit.audit_logs().get_by_execution(&execution(id), request).await.map(log)
        }
    }
}

async fn found(unit: &mut BoxUnitOfWork, find: &Find) -> StoreResult<Option<Row>> {
    match find {
        Find::WorkflowByName(name) => {
            unit.workflows().get_by_name(name).await.map(|found| found.map(Kept::into_row))
        }
        Find::WorkflowByNameAndVersion(name, version) => unit
            .workflows()
            .get_by_name_and_version(name, version)
            .await
            .map(|found| found.map(Kept::into_row)),
        Find::BoundaryByNode(session, node) => unit
            .node_boundaries()
            .get_by_node(&key(session), &key(node))
            .await
            .map(|found| found.map(Kept::into_row)),
        Find::FileByCheckpoint(id) => {
            unit.checkpoint_files().get_by_checkpoint(&key(id)).await.map(|found| found.map(Kept::into_row))
        }
    }
}

/// An identifier of something that no store keeps under it.
fn key<I: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> I {
    text.parse().expect("an identifier")
}
