//! What a store is, told naively: one list of rows, each at its place in insertion order.
//!
//! Nothing here is shared with a store: no index, no table, no check, and every question looks at all rows.

use super::answer::{Answer, Refusal};
use super::call::{Call, Find, List};
use super::row::Row;
use super::sample::Sample;
use wtb_domain::{EntityKind, ExecutionId};
use wtb_ports::PageLimit;

/// A row and its place in insertion order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) place: u64,
    pub(super) row: Row,
}

/// Rows in insertion order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rows(pub(super) Vec<Placed>);

impl Rows {
    pub(super) fn at(&self, place: u64) -> Option<&Row> {
        self.0.iter().find(|placed| placed.place == place).map(|placed| &placed.row)
    }

    pub(super) fn with_id(&self, kind: EntityKind, id: &str) -> Option<&Placed> {
        self.0.iter().find(|placed| placed.row.is(kind, id))
    }

    /// The rows that refer to this one.
    fn children(&self, kind: EntityKind, id: &str) -> usize {
        self.0.iter().filter(|placed| placed.row.parent() == Some((kind, id))).count()
    }

    /// Puts a row at a place, or nothing.
    pub(super) fn set(&mut self, place: u64, row: Option<Row>) {
        self.0.retain(|placed| placed.place != place);
        self.0.extend(row.map(|row| Placed { place, row }));
        self.0.sort_by_key(|placed| placed.place);
    }

    /// The unique fields of `row` that another row has than the one at `place`.
    fn taken(&self, row: &Row, place: Option<u64>) -> Option<Refusal> {
        let mut others = self.0.iter().filter(|placed| Some(placed.place) != place).map(|placed| &placed.row);
        let others: Vec<&Row> = others.by_ref().filter(|other| other.kind() == row.kind()).collect();
        if row.id().is_some() && others.iter().any(|other| other.id() == row.id()) {
            return Some(Refusal::AlreadyExists(row.kind(), "id"));
        }
        let (fields, _) = row.unique()?;
        let is_taken = others.iter().any(|other| other.unique() == row.unique());
        is_taken.then_some(Refusal::AlreadyExists(row.kind(), fields))
    }

    fn missing(&self, row: &Row) -> Option<Refusal> {
        let (kind, id) = row.parent()?;
        self.with_id(kind, id).is_none().then_some(Refusal::MissingReference(row.kind(), kind))
    }

    /// Whether every rule about several rows is kept.
    pub(super) fn is_sound(&self) -> bool {
        self.0.iter().all(|Placed { place, row }| {
            self.taken(row, Some(*place)).is_none() && self.missing(row).is_none()
        })
    }

    /// Why a unit that sees these rows is refused `call`; one of these, or none if it is not refused.
    ///
    /// Where rows of one call break several rules, the answer may be about any of the rules: a store may look at the
    /// unique fields of all rows before it looks at what they refer to. The rows it looks at in the order given.
    pub(super) fn refusals(&self, call: &Call) -> Vec<Refusal> {
        if let Some(flaw) = flaw(call) {
            return vec![flaw];
        }
        match call {
            Call::Add(sample) => self.broken(&sample.row, None).into_iter().take(1).collect(),
            Call::AddAll(_, samples) => self.broken_by_all(samples),
            Call::Update(Sample { row, .. }) => {
                let key = row.id().unwrap_or_default();
                let Some(stored) = self.with_id(row.kind(), key) else {
                    return vec![Refusal::NotFound(row.kind(), key.to_owned())];
                };
                if stored.row.revision() != row.revision() {
                    return vec![Refusal::Stale(row.kind(), key.to_owned())];
                }
                self.broken(row, Some(stored.place)).into_iter().take(1).collect()
            }
            Call::Delete(kind, id) if self.with_id(*kind, id).is_some() && self.children(*kind, id) > 0 => {
                vec![Refusal::StillReferenced(*kind)]
            }
            _ => Vec::new(),
        }
    }

    /// The rules that `row` at `place` breaks, the unique fields first.
    fn broken(&self, row: &Row, place: Option<u64>) -> Vec<Refusal> {
        self.taken(row, place).into_iter().chain(self.missing(row)).collect()
    }

    fn broken_by_all(&self, samples: &[Sample]) -> Vec<Refusal> {
        let mut rows = self.clone();
        let (mut taken, mut missing) = (None, None);
        for Sample { row, .. } in samples {
            taken = taken.or_else(|| rows.taken(row, None));
            missing = missing.or_else(|| rows.missing(row));
            // Where it is does not matter here, as long as it comes last.
            let place = rows.0.last().map_or(0, |last| last.place + 1);
            rows.set(place, Some(row.clone()));
        }
        taken.into_iter().chain(missing).collect()
    }

    /// What a call that only reads answers; of a list the part after `after`.
    pub(super) fn read(&self, call: &Call, after: u64) -> Answer {
        let with_id = |kind, id: &String| self.with_id(kind, id).map(|placed| placed.row.clone());
        match call {
            Call::GetById(kind, id) => Answer::Found(with_id(*kind, id)),
            Call::GetByIds(kind, ids) => {
                Answer::Rows(ids.iter().filter_map(|id| with_id(*kind, id)).collect())
            }
            Call::Find(find) => Answer::Found(self.found(find)),
            Call::List(list, limit) => {
                let (page, more) = self.page(list, after, *limit);
                Answer::Page(page.into_iter().map(|placed| placed.row.clone()).collect(), more)
            }
            Call::Add(_) | Call::AddAll(..) | Call::Update(_) | Call::Delete(..) | Call::Append(..) => {
                panic!("{call} writes")
            }
        }
    }

    /// A page of a list, and whether there are more.
    pub(super) fn page(&self, list: &List, after: u64, limit: PageLimit) -> (Vec<&Placed>, bool) {
        let mut rest: Vec<&Placed> =
            self.0.iter().filter(|placed| placed.place > after && list.has(&placed.row)).collect();
        let limit = limit.get() as usize;
        let more = rest.len() > limit;
        rest.truncate(limit);
        (rest, more)
    }

    fn found(&self, find: &Find) -> Option<Row> {
        let rows = self.0.iter().map(|placed| &placed.row);
        let with = |kind, wanted: &[&String]| {
            let is_wanted = |row: &&Row| {
                row.kind() == kind
                    && row.unique().is_some_and(|(_, values)| values.iter().eq(wanted.iter().copied()))
            };
            rows.clone().find(is_wanted)
        };
        match find {
            Find::WorkflowByName(name) => {
                rows.clone().rfind(|row| matches!(row, Row::Workflow(row) if row.name == *name))
            }
            Find::WorkflowByNameAndVersion(name, version) => with(EntityKind::Workflow, &[name, version]),
            Find::BoundaryByNode(session, node) => rows
                .clone()
                .filter_map(|row| match row {
                    Row::NodeBoundary(boundary) => Some((boundary, row)),
                    _ => None,
                })
                .filter(|(boundary, _)| {
                    boundary.session_id.as_str() == session && boundary.node_id.as_str() == node
                })
                .max_by_key(|(boundary, _)| boundary.attempt)
                .map(|(_, row)| row),
            Find::FileByCheckpoint(id) => with(EntityKind::CheckpointFile, &[id]),
        }
        .cloned()
    }
}

/// The first value of a call that no store keeps. A store looks for it before it looks at other rows.
pub(super) fn flaw(call: &Call) -> Option<Refusal> {
    let log = match call {
        Call::Append(log, _) => log.as_deref(),
        _ => None,
    };
    call.samples().iter().find_map(|Sample { row, flaw }| {
        let kind = row.kind();
        let about = match row {
            Row::AuditEntry(entry) => entry.execution_id.as_ref().map(ExecutionId::as_str),
            _ => None,
        };
        match (log, about) {
            (Some(log), Some(about)) if log != about => {
                let reason = format!("it is {about}, in a log of {log}");
                Some(Refusal::InvalidValue(kind, "execution_id", reason.into()))
            }
            _ => flaw.clone().map(|flaw| Refusal::InvalidValue(kind, flaw.field, flaw.reason.into())),
        }
    })
}

/// A row as it is kept: no number is -0.0, and an entry is about the execution of its log.
pub(super) fn kept(row: Row, log: Option<&str>) -> Row {
    let plain = |number: f64| if number == 0.0 { 0.0 } else { number };
    match row {
        Row::EvaluationResult(mut row) => {
            row.score = plain(row.score);
            for metric in &mut row.metrics {
                metric.value = plain(metric.value);
            }
            Row::EvaluationResult(row)
        }
        Row::AuditEntry(mut row) => {
            if let Some(log) = log {
                row.execution_id = Some(log.parse().expect("an identifier"));
            }
            Row::AuditEntry(row)
        }
        row => row,
    }
}
