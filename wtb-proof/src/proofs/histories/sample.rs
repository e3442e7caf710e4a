//! Rows to write, with every field drawn from a pool, and flaws that every store has to refuse.

use super::pool::{ATTEMPTS, Draw, NAMES, PLACES, VERSIONS};
use super::row::Row;
use std::fmt;
use wtb_domain::{
    AuditEntry, CheckpointFile, EntityKind, EvaluationResult, EventType, Execution, ExecutionError,
    ExecutionStatus, Metric, NodeBoundary, NodeBoundaryError, NodeBoundaryStatus, NodeVariant, Revision,
    Severity, Workflow,
};

/// A row to write.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) row: Row,
    pub(super) flaw: Option<Flaw>,
}

/// What no store keeps: the field, and the reason that is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flaw {
    pub(super) field: &'static str,
    pub(super) reason: String,
}

/// The texts that a row of some kind is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    pub(super) id: &'a str,
    /// The row it refers to; the commit of a checkpoint file.
    pub(super) parent: &'a str,
    /// Which combination of unique fields it has, below [`combinations`].
    pub(super) combination: usize,
}

/// How many combinations of the unique fields there are for one parent.
pub(super) fn combinations(kind: EntityKind) -> usize {
    match kind {
        EntityKind::Workflow => NAMES.len() * VERSIONS.len(),
        EntityKind::NodeBoundary => PLACES.len() * PLACES.len() * ATTEMPTS.len(),
        EntityKind::CheckpointFile => super::pool::IDS.len(),
        EntityKind::NodeVariant => PLACES.len() * NAMES.len(),
        EntityKind::Execution | EntityKind::EvaluationResult | EntityKind::AuditEntry => 1,
    }
}

/// A row of this identity; its other fields are drawn by `digits`.
pub(super) fn row(kind: EntityKind, identity: Identity<'_>, digits: u64) -> Row {
    let mut draw = Draw::by(digits);
    let draw = &mut draw;
    match kind {
        EntityKind::Workflow => Row::Workflow(workflow(identity, draw)),
        EntityKind::Execution => Row::Execution(execution(identity, draw)),
        EntityKind::NodeBoundary => Row::NodeBoundary(node_boundary(identity, draw)),
        EntityKind::CheckpointFile => Row::CheckpointFile(checkpoint_file(identity, draw)),
        EntityKind::NodeVariant => Row::NodeVariant(node_variant(identity, draw)),
        EntityKind::EvaluationResult => Row::EvaluationResult(evaluation_result(identity, draw)),
        EntityKind::AuditEntry => Row::AuditEntry(audit_entry(draw)),
    }
}

fn key<I: std::str::FromStr<Err: fmt::Debug>>(text: &str) -> I {
    text.parse().expect("an identifier")
}

/// The revision that something is added at: the first, or any other.
fn revision(draw: &mut Draw) -> Revision {
    let number = draw.one_of(&[1, 1, 1, 2, 7, i64::MAX - 1, i64::MAX]);
    Revision::new(number).unwrap_or(Revision::FIRST)
}

fn workflow(Identity { id, combination, .. }: Identity<'_>, draw: &mut Draw) -> Workflow {
    let name = NAMES[combination / VERSIONS.len()];
    Workflow {
        revision: revision(draw),
        version: VERSIONS[combination % VERSIONS.len()].to_owned(),
        description: draw.text(),
        metadata: draw.document(),
        updated_at: draw.time(),
        ..Workflow::new(key(id), name, draw.document(), draw.time())
    }
}

fn execution(Identity { id, parent, .. }: Identity<'_>, draw: &mut Draw) -> Execution {
    Execution {
        revision: revision(draw),
        // Half of them are in the one state that has a list of its own.
        status: draw.maybe(|draw| draw.one_of(ExecutionStatus::ALL)).unwrap_or(ExecutionStatus::Running),
        session_id: draw.maybe(Draw::id),
        checkpoint_id: draw.maybe(Draw::id),
        current_node: draw.maybe(Draw::id),
        initial_state: draw.document(),
        state: draw.document(),
        execution_path: draw.maybe(|draw| vec![draw.id(), draw.id(), draw.id()]).unwrap_or_default(),
        breakpoints: draw.maybe(|draw| vec![draw.id()]).unwrap_or_default(),
        error: draw.maybe(|draw| ExecutionError { message: draw.text(), node: draw.maybe(Draw::id) }),
        metadata: draw.document(),
        started_at: draw.maybe(Draw::time),
        completed_at: draw.maybe(Draw::time),
        ..Execution::new(key(id), key(parent), draw.time())
    }
}

fn node_boundary(Identity { id, parent, combination }: Identity<'_>, draw: &mut Draw) -> NodeBoundary {
    let (place, attempt) = (combination / ATTEMPTS.len(), combination % ATTEMPTS.len());
    let (session, node) = (PLACES[place / PLACES.len()], PLACES[place % PLACES.len()]);
    NodeBoundary {
        revision: revision(draw),
        attempt: ATTEMPTS[attempt].try_into().expect("not zero"),
        status: draw
            .maybe(|draw| draw.one_of(NodeBoundaryStatus::ALL))
            .unwrap_or(NodeBoundaryStatus::Completed),
        entry_checkpoint_id: draw.maybe(Draw::id),
        exit_checkpoint_id: draw.maybe(Draw::id),
        error: draw
            .maybe(|draw| NodeBoundaryError { message: draw.text(), details: draw.maybe(Draw::document) }),
        started_at: draw.maybe(Draw::time),
        completed_at: draw.maybe(Draw::time),
        ..NodeBoundary::new(key(id), key(parent), key(session), key(node))
    }
}

fn checkpoint_file(Identity { id, parent, combination }: Identity<'_>, draw: &mut Draw) -> CheckpointFile {
    let checkpoint = super::pool::IDS[combination];
    CheckpointFile {
        revision: revision(draw),
        file_count: draw.count(),
        total_size_bytes: draw.count(),
        ..CheckpointFile::new(key(id), key(checkpoint), key(parent), draw.time())
    }
}

fn node_variant(Identity { id, parent, combination }: Identity<'_>, draw: &mut Draw) -> NodeVariant {
    let (node, name) = (PLACES[combination / NAMES.len()], NAMES[combination % NAMES.len()]);
    NodeVariant {
        revision: revision(draw),
        description: draw.text(),
        is_active: draw.one_of(&[true, false]),
        metadata: draw.document(),
        ..NodeVariant::new(key(id), key(parent), key(node), name, draw.document(), draw.time())
    }
}

fn evaluation_result(Identity { id, parent, .. }: Identity<'_>, draw: &mut Draw) -> EvaluationResult {
    let (evaluator, score, passed) = (draw.text(), draw.number(), draw.one_of(&[true, false]));
    let metric =
        |draw: &mut Draw| Metric { name: draw.text(), value: draw.number(), unit: draw.maybe(Draw::text) };
    EvaluationResult {
        revision: revision(draw),
        evaluator_version: draw.text(),
        metrics: draw.maybe(|draw| vec![metric(draw), metric(draw)]).unwrap_or_default(),
        details: draw.maybe(Draw::text),
        raw_output: draw.maybe(Draw::document),
        metadata: draw.document(),
        duration: draw.duration(),
        ..EvaluationResult::new(key(id), key(parent), evaluator, score, passed, draw.time())
    }
}

fn audit_entry(draw: &mut Draw) -> AuditEntry {
    let event_type =
        draw.one_of(&[EventType::NODE_STARTED, EventType::new("unheard of"), EventType::new("")]);
    let severity = draw.one_of(Severity::ALL);
    AuditEntry {
        execution_id: draw.maybe(Draw::id),
        node_id: draw.maybe(Draw::id),
        details: draw.document(),
        error: draw.maybe(Draw::text),
        duration: draw.maybe(Draw::duration),
        ..AuditEntry::new(draw.time(), event_type, severity, draw.text())
    }
}

impl fmt::Display for Sample {
    /// What decides about the answer; other fields are told where answers differ.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.row {
            Row::AuditEntry(entry) => match &entry.execution_id {
                Some(id) => write!(f, "entry about {}", short(id.as_str()))?,
                None => f.write_str("entry about nothing")?,
            },
            row => {
                let id = short(row.id().unwrap_or_default());
                write!(f, "{} {id} at revision {}", row.kind(), row.revision())?;
            }
        }
        if let Some((fields, values)) = self.row.unique() {
            let values: Vec<String> = values.iter().map(|value| short(value)).collect();
            write!(f, ", {fields} = {}", values.join(", "))?;
        }
        if let Some((kind, id)) = self.row.parent() {
            write!(f, ", of {kind} {}", short(id))?;
        }
        if let Some(flaw) = &self.flaw {
            write!(f, ", with an invalid {}", flaw.field)?;
        }
        Ok(())
    }
}

/// An identifier for people: quoted, and cut where it is long.
pub(super) fn short(id: &str) -> String {
    let beginning: String = id.chars().take(6).collect();
    if id.chars().count() > 12 { format!("{beginning:?}…") } else { format!("{id:?}") }
}
