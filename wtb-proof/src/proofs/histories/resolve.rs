//! Makes calls of what was drawn, with values that fit what the unit sees, or that do not.

use super::call::{Call, Find, List};
use super::flaw;
use super::model::Rows;
use super::pool::{IDS, NAMES, PLACES, VERSIONS};
use super::row::Row;
use super::sample::{self, Identity, Sample, combinations};
use super::step::{Ask, Choice, Draft, Limit};
use wtb_domain::{EntityKind, ExecutionStatus, Revision};
use wtb_ports::PageLimit;

/// The call that is meant where a unit sees these rows.
pub(super) fn call(rows: &Rows, ask: &Ask) -> Call {
    match ask {
        Ask::GetById(kind, id) => Call::GetById(*kind, stored(rows, *kind, *id)),
        Ask::GetByIds(kind, ids) => {
            Call::GetByIds(*kind, ids.iter().map(|id| stored(rows, *kind, *id)).collect())
        }
        Ask::Add(kind, draft) => Call::Add(added(rows, addable(rows, *kind, draft), draft)),
        Ask::AddAll(kind, drafts) => {
            let kind = drafts.first().map_or(*kind, |draft| addable(rows, *kind, draft));
            Call::AddAll(kind, all_added(rows, kind, drafts))
        }
        Ask::Update(kind, draft, from) => Call::Update(updated(rows, *kind, draft, *from)),
        Ask::Delete(kind, id) => Call::Delete(*kind, deletable(rows, *kind, *id)),
        Ask::Append(log, drafts) => append(*log, drafts),
        Ask::List(kind, which, keys, limit, _) => Call::List(list(rows, *kind, *which, *keys), items(*limit)),
        Ask::Find(which, keys) => Call::Find(find(*which, *keys)),
    }
}

fn nth<T: Clone>(pool: &[T], number: usize) -> T {
    pool[number % pool.len()].clone()
}

/// One of `fitting`, or where it need not fit or none does, one of `all`.
fn chosen<T: Clone>(choice: Choice, fitting: &[T], all: &[T]) -> T {
    nth(if choice.fits && !fitting.is_empty() { fitting } else { all }, choice.number)
}

/// The identifier of a row that is there.
fn stored(rows: &Rows, kind: EntityKind, choice: Choice) -> String {
    let there: Vec<&str> = IDS.into_iter().filter(|id| rows.with_id(kind, id).is_some()).collect();
    chosen(choice, &there, &IDS).to_owned()
}

/// The identifier of a row that nothing refers to.
fn deletable(rows: &Rows, kind: EntityKind, choice: Choice) -> String {
    let call = |id: &str| Call::Delete(kind, id.to_owned());
    let is_free = |id: &&str| rows.with_id(kind, id).is_some() && rows.refusals(&call(id)).is_empty();
    let free: Vec<&str> = IDS.into_iter().filter(is_free).collect();
    chosen(choice, &free, &IDS).to_owned()
}

/// What rows of this kind refer to; the commit of a checkpoint file can be any.
fn parent(rows: &Rows, kind: EntityKind, choice: Choice) -> String {
    match kind {
        EntityKind::Execution | EntityKind::NodeVariant => stored(rows, EntityKind::Workflow, choice),
        EntityKind::NodeBoundary | EntityKind::EvaluationResult => {
            stored(rows, EntityKind::Execution, choice)
        }
        EntityKind::Workflow | EntityKind::CheckpointFile | EntityKind::AuditEntry => {
            nth(&PLACES, choice.number).to_owned()
        }
    }
}

/// A row of this identity with unique fields that no other row has.
fn with_free_fields(rows: &Rows, kind: EntityKind, id: &str, parent: &str, draft: &Draft) -> Row {
    let with = |combination| sample::row(kind, Identity { id, parent, combination }, draft.digits);
    let all: Vec<usize> = (0..combinations(kind)).collect();
    let is_free = |combination: &usize| {
        let unique = with(*combination).unique();
        let others = rows.0.iter().map(|placed| &placed.row).filter(|row| row.kind() == kind);
        unique.is_none() || others.into_iter().all(|row| row.id() == Some(id) || row.unique() != unique)
    };
    let free: Vec<usize> = all.iter().copied().filter(is_free).collect();
    with(chosen(draft.unique, &free, &all))
}

fn with_flaw(mut row: Row, flaw: Option<usize>) -> Sample {
    let flaw = flaw.map(|number| flaw::plant(&mut row, number));
    Sample { row, flaw }
}

/// The kind that is to be added: what rows of `kind` refer to, as long as there is none of that.
fn addable(rows: &Rows, kind: EntityKind, draft: &Draft) -> EntityKind {
    let referred = match kind {
        EntityKind::Execution | EntityKind::NodeVariant => EntityKind::Workflow,
        EntityKind::NodeBoundary | EntityKind::EvaluationResult => EntityKind::Execution,
        EntityKind::Workflow | EntityKind::CheckpointFile | EntityKind::AuditEntry => return kind,
    };
    let is_there = rows.0.iter().any(|placed| placed.row.kind() == referred);
    if is_there || !draft.parent.fits { kind } else { addable(rows, referred, draft) }
}

fn added(rows: &Rows, kind: EntityKind, draft: &Draft) -> Sample {
    let free: Vec<&str> = IDS.into_iter().filter(|id| rows.with_id(kind, id).is_none()).collect();
    let id = chosen(draft.id, &free, &IDS);
    let parent = parent(rows, kind, draft.parent);
    with_flaw(with_free_fields(rows, kind, id, &parent, draft), draft.flaw)
}

/// Rows that fit each other too.
fn all_added(rows: &Rows, kind: EntityKind, drafts: &[Draft]) -> Vec<Sample> {
    let mut rows = rows.clone();
    let mut samples = Vec::new();
    for draft in drafts {
        let sample = added(&rows, kind, draft);
        let place = rows.0.last().map_or(0, |last| last.place + 1);
        rows.set(place, Some(sample.row.clone()));
        samples.push(sample);
    }
    samples
}

fn updated(rows: &Rows, kind: EntityKind, draft: &Draft, from: Option<u64>) -> Sample {
    let id = stored(rows, kind, draft.id);
    let before = rows.with_id(kind, &id).map(|placed| &placed.row);
    // Half of the updates leave the row where it is.
    let stays = before.and_then(Row::parent).filter(|_| draft.parent.number.is_multiple_of(2));
    let parent = stays.map_or_else(|| parent(rows, kind, draft.parent), |(_, id)| id.to_owned());
    let row = with_free_fields(rows, kind, &id, &parent, draft);
    let revision = before.map_or(Revision::FIRST, Row::revision);
    let revision = match from {
        None => revision,
        Some(number) => nth(&other_revisions(revision), usize::try_from(number % 3).unwrap_or_default()),
    };
    with_flaw(row.at_revision(revision), draft.flaw)
}

/// Revisions that something at `revision` was not read at.
fn other_revisions(revision: Revision) -> [Revision; 3] {
    let number = revision.get();
    let older = if number > 1 { number - 1 } else { i64::MAX };
    let newer = if number < i64::MAX { number + 1 } else { 1 };
    let last = if number < i64::MAX { i64::MAX } else { 2 };
    [older, newer, last].map(|number| Revision::new(number).unwrap_or(Revision::FIRST))
}

fn append(log: Option<Choice>, drafts: &[Draft]) -> Call {
    let log = log.map(|choice| nth(&IDS, choice.number));
    let entries = drafts.iter().map(|draft| {
        let identity = Identity { id: IDS[0], parent: IDS[0], combination: 0 };
        let mut row = sample::row(EntityKind::AuditEntry, identity, draft.digits);
        if let (Row::AuditEntry(entry), Some(log), true) = (&mut row, log, draft.id.fits) {
            entry.execution_id = entry.execution_id.take().map(|_| log.parse().expect("an identifier"));
        }
        with_flaw(row, draft.flaw)
    });
    Call::Append(log.map(str::to_owned), entries.collect())
}

fn items(limit: Limit) -> PageLimit {
    match limit {
        Limit::Items(items) => PageLimit::new(items).unwrap_or_default(),
        Limit::Default => PageLimit::DEFAULT,
        Limit::Max => PageLimit::MAX,
    }
}

fn list(rows: &Rows, kind: EntityKind, which: usize, [first, second]: [Choice; 2]) -> List {
    let workflow = || stored(rows, EntityKind::Workflow, first);
    let execution = || stored(rows, EntityKind::Execution, first);
    let place = |choice: Choice| nth(&PLACES, choice.number).to_owned();
    match (kind, which) {
        (EntityKind::Execution, 1) => List::ExecutionsOfWorkflow(workflow()),
        (EntityKind::Execution, 2) => List::ExecutionsIn(status(rows, first)),
        (EntityKind::Execution, 3) => List::RunningExecutions,
        (EntityKind::NodeBoundary, 1) => List::BoundariesOfSession(place(first)),
        (EntityKind::NodeBoundary, 2) => List::CompletedBoundaries(place(first)),
        (EntityKind::NodeBoundary, 3) => List::BoundariesOfExecution(execution()),
        (EntityKind::CheckpointFile, 1..) => List::FilesOfCommit(place(first)),
        (EntityKind::NodeVariant, 1) => List::VariantsOfNode(workflow(), place(second)),
        (EntityKind::NodeVariant, 2) => List::ActiveVariants(workflow(), place(second)),
        (EntityKind::NodeVariant, 3) => List::VariantsOfWorkflow(workflow()),
        (EntityKind::EvaluationResult, 1..) => List::ResultsOfExecution(execution()),
        (EntityKind::AuditEntry, 1..) => List::LogOfExecution(nth(&IDS, first.number).to_owned()),
        (kind, _) => List::All(kind),
    }
}

/// The status of an execution that is there.
fn status(rows: &Rows, choice: Choice) -> ExecutionStatus {
    let of_execution = |row: &Row| match row {
        Row::Execution(execution) => Some(execution.status),
        _ => None,
    };
    let there: Vec<ExecutionStatus> = rows.0.iter().filter_map(|placed| of_execution(&placed.row)).collect();
    chosen(choice, &there, ExecutionStatus::ALL)
}

fn find(which: usize, [first, second]: [Choice; 2]) -> Find {
    let one_of = |pool: &[&str], choice: Choice| nth(pool, choice.number).to_owned();
    match which {
        0 => Find::WorkflowByName(one_of(&NAMES, first)),
        1 => Find::WorkflowByNameAndVersion(one_of(&NAMES, first), one_of(&VERSIONS, second)),
        2 => Find::BoundaryByNode(one_of(&PLACES, first), one_of(&PLACES, second)),
        _ => Find::FileByCheckpoint(one_of(&IDS, first)),
    }
}
