//! Numbered units, each with rows in every table: what a unit writes, and writing the next one.

use std::time::Duration;
use wtb_contract::{Stored, samples};
use wtb_domain::{
    AuditEntry, CheckpointFile, EvaluationResult, Execution, NodeBoundary, NodeVariant, Workflow, WorkflowId,
};
use wtb_ports::{BoxUnitOfWork, StoreError, StoreResult, UnitOfWorkFactory};

/// How long after its answer a commit begins that is answered early.
const LATE: Duration = Duration::from_millis(3);
/// How long half a unit waits for its other half.
const BETWEEN_HALVES: Duration = Duration::from_millis(20);
/// Characters of a text that does not fit into one page of a file.
const LONG_TEXT: usize = 6_000;

/// How units are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Manner {
    /// As they should be.
    Sound,
    /// The answer comes before the commit.
    AnswersEarly,
    /// One half after the other.
    InHalves,
}

/// What one unit writes, beside the new state of the counter.
pub(super) struct Content {
    pub(super) workflow: Workflow,
    pub(super) execution: Execution,
    pub(super) boundaries: [NodeBoundary; 2],
    pub(super) file: CheckpointFile,
    pub(super) variant: NodeVariant,
    pub(super) result: EvaluationResult,
    pub(super) entries: [AuditEntry; 3],
}

impl Content {
    /// What unit `number` writes.
    pub(super) fn of(number: u64) -> Self {
        let name = format!("unit-{number}");
        let long = format!("{name} ").repeat(LONG_TEXT / (name.len() + 1));
        let workflow = Workflow { description: long, ..samples::full_workflow(&name) };
        let execution = samples::full_execution(&name, &workflow);
        Self {
            boundaries: ["retrieve", "rerank"]
                .map(|node| samples::full_node_boundary(&name, &execution, node)),
            file: samples::full_checkpoint_file(&name, &format!("commit-{number}")),
            variant: samples::full_node_variant(&name, &workflow, "rerank"),
            result: samples::full_evaluation_result(&name, &execution, "length"),
            entries: [1, 2, 3]
                .map(|entry| samples::full_audit_entry(&format!("entry {entry} of {name}"), &execution)),
            workflow,
            execution,
        }
    }

    async fn write_first_half(&self, unit: &mut BoxUnitOfWork) -> StoreResult<()> {
        Workflow::add(unit, self.workflow.clone()).await?;
        Execution::add(unit, self.execution.clone()).await?;
        NodeBoundary::add_all(unit, self.boundaries.to_vec()).await?;
        unit.audit_logs().append_logs(Some(&self.execution.id), self.entries[..1].to_vec()).await
    }

    async fn write_second_half(self, unit: &mut BoxUnitOfWork) -> StoreResult<()> {
        CheckpointFile::add(unit, self.file).await?;
        NodeVariant::add(unit, self.variant).await?;
        EvaluationResult::add(unit, self.result).await?;
        unit.audit_logs().append_logs(Some(&self.execution.id), self.entries[1..].to_vec()).await
    }
}

/// The counter: how many units there are.
pub(super) fn counter() -> WorkflowId {
    samples::id("counter")
}

/// How many units there are, as this unit sees it.
///
/// # Errors
/// As for any read.
pub(super) async fn count(unit: &mut BoxUnitOfWork) -> StoreResult<u64> {
    Ok(counted(Workflow::get_by_id(unit, &counter()).await?.as_ref()))
}

/// What the counter says.
pub(super) fn counted(counter: Option<&Workflow>) -> u64 {
    counter.map_or(0, |counter| counter.description.parse().expect("a number, as it was written"))
}

/// Commits the next unit; answers its number.
///
/// # Errors
/// What the store answers.
pub(super) async fn commit_next(store: &dyn UnitOfWorkFactory, manner: Manner) -> StoreResult<u64> {
    let mut unit = store.begin().await?;
    let before = Workflow::get_by_id(&mut unit, &counter()).await?;
    let number = counted(before.as_ref()) + 1;
    let content = Content::of(number);
    content.write_first_half(&mut unit).await?;
    if manner == Manner::InHalves {
        unit.commit().await?;
        tokio::time::sleep(BETWEEN_HALVES).await;
        unit = store.begin().await?;
    }
    content.write_second_half(&mut unit).await?;
    let description = number.to_string();
    if let Some(before) = before {
        Workflow::update(&mut unit, Workflow { description, ..before }).await?;
    } else {
        let new = Workflow { id: counter(), description, ..samples::workflow("counter") };
        Workflow::add(&mut unit, new).await?;
    }
    if manner == Manner::AnswersEarly {
        tokio::spawn(async move {
            tokio::time::sleep(LATE).await;
            unit.commit().await
        });
    } else {
        unit.commit().await?;
    }
    Ok(number)
}

/// Whether another unit came first, as happens when several want to be the next one.
pub(super) fn came_second(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict { .. })
}
