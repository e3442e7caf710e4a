//! What a copy answers: what was copied, what was there, and whether both stores hold the same.

use super::compare::{Standing, Standings};
use super::ends::Ends;
use crate::digest::{Digest, Digests};
use crate::failure::CliError;
use crate::view::text::plural;
use serde::Serialize;
use wtb_domain::EntityKind;

/// What a copy answers. Its field names are a promise to programs.
#[derive(Debug, Serialize)]
pub(crate) struct CopyReport {
    /// The store that was read, in words.
    pub(crate) from: String,
    /// The store that was written, in words.
    pub(crate) to: String,
    /// Whether it was only a trial.
    pub(crate) dry_run: bool,
    /// Whether both hold the same now; `null` after a trial.
    pub(crate) equal: Option<bool>,
    /// What became of the rows, one item for each kind.
    pub(crate) entities: Vec<CopiedKind>,
}

/// What became of the rows of a kind.
#[derive(Debug, Serialize)]
pub(crate) struct CopiedKind {
    pub(crate) entity: &'static str,
    /// So many were copied.
    pub(crate) copied: u64,
    /// So many were in the target before, and equal.
    pub(crate) already_there: u64,
    /// What the source holds; `null` after a trial, as the next two.
    pub(crate) from: Option<Digest>,
    /// What the target holds.
    pub(crate) to: Option<Digest>,
    /// Whether that is the same.
    pub(crate) equal: Option<bool>,
}

impl CopyReport {
    /// The report about a copy that has not begun.
    pub(super) fn new(ends: &Ends, dry_run: bool, standings: &Standings) -> Self {
        let kind = |(kind, standing): &(EntityKind, Standing)| CopiedKind {
            entity: kind.as_str(),
            copied: 0,
            already_there: standing.rows,
            from: None,
            to: None,
            equal: None,
        };
        Self {
            from: ends.from.description().to_owned(),
            to: ends.to_name.clone(),
            dry_run,
            equal: None,
            entities: standings.iter().map(kind).collect(),
        }
    }

    /// Adds how many rows of each kind were copied, or would be.
    pub(super) fn copied(&mut self, rows: Vec<u64>) {
        for (entity, rows) in self.entities.iter_mut().zip(rows) {
            entity.copied = rows;
        }
    }

    /// Adds what both stores hold.
    pub(super) fn compared(&mut self, from: Digests, to: Digests) {
        self.equal = Some(from == to);
        for (entity, ((_, from), (_, to))) in self.entities.iter_mut().zip(from.into_iter().zip(to)) {
            entity.equal = Some(from == to);
            (entity.from, entity.to) = (Some(from), Some(to));
        }
    }
}

/// The sentence about kinds that differ after a copy, if any do.
pub(super) fn differing(report: &CopyReport) -> Option<CliError> {
    let kinds: Vec<_> =
        report.entities.iter().filter(|it| it.equal == Some(false)).map(|it| plural(it.entity)).collect();
    let (last, others) = kinds.split_last()?;
    let kinds = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
    Some(CliError::failed(format!(
        "the {kinds} of the two stores differ after the copy; did anything else write to the target?"
    )))
}
